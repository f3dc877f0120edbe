"""What a line of a picture was read as, and whether that may be relied on.

A model for Latin reads something into any script. Where it does, it says so by its confidence, word by word, by what
no Latin word has (a bracket, a figure or a capital within), or by too few letters for the room they fill.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher, get_close_matches
from itertools import combinations
from typing import Final

import numpy as np
from PIL import Image

from portal.kernel.text.folding import bare, folded
from portal.reading.ocr.components.line_crops import EDGE, MARGIN
from portal.reading.ocr.components.line_finding import Line
from portal.reading.ocr.recognition.tesseract import Place

BY_FAR: Final = 90  # confidence, of 100, that needs no other; by eye
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_DOTTED: Final = str.maketrans("", "", "AOU")  # what tesseract may take ä, ö and ü for, even within a word
_ALIKE: Final = 0.75  # of 1, how alike two readings are; by eye
_PLAIN: Final = 70  # confidence, of 100: a word that looks like one; by eye
_ODD: Final = re.compile(r"[][{}|\\~^<>=_*©®¢£¥§°»«]")  # in no word, though at its edges if that stands beside a line
_LATIN: Final = re.compile(r"[A-Za-zÀ-ɏ]")
_PIECE: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"\d+[^\W\d_]{0,2}|[^\W\d_]\d+")
_TIME: Final = re.compile(r"(?=.*\d)(?:\d{1,4}|[ap]m)*[ap]m(?:\d{1,4}|[ap]m)*", re.IGNORECASE)
_AMOUNT: Final = re.compile(r"[$€£]?\d{1,3}[.:,]\d\d")
_EDGED: Final = re.compile(r"[|[\]{}_]*([^\W\d_]{4}.*?)[|[\]{}_]*")
_UPSIDE_DOWN: Final = re.compile(r"\b[éij¢](?=[A-Z])")  # what an English model takes a Spanish ¿ or ¡ for
_ACUTE_A: Final = re.compile(r"(?<=[a-z])4(?=[a-z])")
_FOREIGN: Final = re.compile(r"[a-zß-öø-ÿ\u0131][A-Z]|[A-Z]{2}[a-zß-öø-ÿ]|[][_|{}]")
"""Of Greek and Cyrillic a model makes `NıkoAdou` and `BAáxoc`, and of a tick box `[_]`."""
_WIDE: Final = 1.45  # letters' heights for each letter of a word: wider ones are others than were read; by eye
_NAME: Final = 2.3  # letters' heights: two letters that fill a square, or a name of four narrow ones; by eye
_ONE_PIECE: Final = 3.5
"""Letters' heights, for a single mark: a tick box is one, and so are letters joined by a line above them; by eye."""
_FEW: Final = 2  # letters: a word of no more tells little; by eye
_REACH: Final = 0.5  # share of a line that its words reach over; by eye
_HALF_A_NAME: Final = 4  # letters; the initials of a school have fewer; by eye
_AGREED: Final = 5  # letters of a word that nothing but itself reads so twice; by eye
_BOTH, _BOTH_ODD = 60, 80
"""Confidence, of 100, that is enough where two sizes give the same: for a long word, and for any other; by eye."""
_ALL: Final = 3  # sizes of cuts that say the same letters; by eye
_LONG: Final = 16  # letters of a line that a nearly equal reading confirms; by eye
_NEARLY: Final = 0.9  # of 1, how alike two readings are that are nearly equal; by eye
_BORNE_OUT: Final = 50  # confidence, of 100: a word that bears out another reading; by eye
_SIGNS: Final = str.maketrans("$§", "SS")  # what the second reader takes § for, and the first takes it for
_ALIKE_WORDS: Final = 0.7  # of 1, how alike two words are: `Nufiez` and `Nunez`; by eye


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a line: how sure tesseract is (0 to 100), and from where to where it stands (0 to 1)."""

    text: str
    confidence: float
    start: float
    end: float

    @property
    def is_number(self) -> bool:
        """Whether it has a digit."""
        return any(character.isdigit() for character in self.text)

    @property
    def is_read(self) -> bool:
        """Whether it may be relied on.

        Numbers are in no dictionary, so they need less; capitals where English has none (Cyrillic read as Latin
        gives `PuBepa`, but not `Maria-José`) need more. `LUdenscheidt` is Lüdenscheidt.
        """
        if self.is_number:
            return self.confidence >= 50
        pieces = _LETTERS.findall(self.text)
        return self.confidence >= (60 if all(map(_is_even, pieces)) else 92)

    @property
    def is_odd(self) -> bool:
        """Whether it has what no word has within: a bracket, a figure among letters, a capital behind a small one."""
        edged = _EDGED.fullmatch(self.text)
        text = _ACUTE_A.sub("a", _UPSIDE_DOWN.sub("", edged[1] if edged else self.text))
        pieces = _PIECE.findall(text)
        if not pieces or _ODD.search(text) or (len(text) == 1 and text.isascii()):
            return True
        numbers = [piece for piece in pieces if any(map(str.isdigit, piece))]
        return not all(map(_NUMBER.fullmatch, numbers)) or not all(map(_is_even, set(pieces) - set(numbers)))


@dataclass(frozen=True, slots=True)
class Strip:
    """What one line was read as, as it stands or on its head."""

    line: Line
    is_turned: bool
    words: tuple[Word, ...]
    unvouched: "tuple[Doubt, ...]" = ()
    """What may be another script in a line that is print for the rest."""

    @property
    def as_read(self) -> Line:
        """The line in the direction in which it was read, so that the lines of a page on its head come in order."""
        return replace(self.line, angle=self.line.angle + 180) if self.is_turned else self.line

    @property
    def text(self) -> str:
        """Its words."""
        return " ".join(word.text for word in self.words)

    @property
    def letters(self) -> int:
        """How many letters and figures they have."""
        return sum(map(str.isalnum, self.text))

    @property
    def confidence(self) -> float:
        """The mean of the words by their length."""
        letters = sum(len(word.text) for word in self.words)
        return sum(len(word.text) * word.confidence for word in self.words) / max(letters, 1)

    @property
    def is_sure(self) -> bool:
        """Whether it is print of an alphabet the models know: most of its letters are in words read with confidence.

        The others may be a word with an accent, or a number: near enough to be judged.
        """
        letters = sum(len(word.text) for word in self.words)
        read = sum(len(word.text) for word in self.words if word.is_read)
        numbers = sum(len(word.text) for word in self.words if word.is_number)
        needed = 55 if 2 * numbers > letters else 80
        return read >= 0.6 * letters and self.confidence >= needed and self.is_whole

    @property
    def is_likely(self) -> bool:
        """Whether each word is likely and one sure: a short line with an accent, where two sizes give the same."""
        words = [word for word in self.words if len(word.text) > 1]
        is_print = all(word.is_read for word in words) and any(word.confidence >= BY_FAR for word in words)
        return not self.is_turned and is_print and self.confidence >= 70 and self.is_whole

    @property
    def is_nearly_read(self) -> bool:
        """Whether two words or more came out of it, which no leaf and no brick gives: blurred, or half hidden."""
        if self.unvouched:
            return True
        words = [
            word for word in self.words if word.confidence >= 70 and len(word.text) >= 3 and word.text[1:-1].isalpha()
        ]
        return len(words) >= 2 and sum(len(word.text) for word in words) >= 8 and self.confidence >= 50

    @property
    def is_odd(self) -> bool:
        """Whether a word of it has what no word has within, or what a model makes of Greek and Cyrillic."""
        return _FOREIGN.search(self.text) is not None or any(word.is_odd for word in self.words if len(word.text) > 1)

    @property
    def is_whole(self) -> bool:
        """Whether no letters were left out: tesseract may drop a word at the edge as if it were dirt."""
        places = self.line.places
        found = np.zeros(len(places), dtype=bool)
        for word in self.words:
            found |= (places >= word.start) & (places <= word.end)
        characters = sum(character.isalnum() for word in self.words for character in word.text)
        is_enough = np.sum(~found) <= max(1, 0.1 * len(found)) and characters >= max(1, 0.4 * len(found))
        return is_enough and self._reach >= _REACH

    @property
    def _reach(self) -> float:
        """How much of the line is between its ends as read: letters that melt into one mark may be read as one."""
        starts, ends = ([word.start for word in self.words], [word.end for word in self.words])
        return max(ends, default=0.0) - min(starts, default=0.0)

    def agrees_with(self, other: "Strip") -> bool:
        """Whether both say about the same: another script read as Latin says something new at each size."""
        return SequenceMatcher(a=self.text, b=other.text, autojunk=False).ratio() >= _ALIKE

    def is_confirmed_by(self, witness: "Strip") -> bool:
        """Whether a reader of another kind says nearly the same of a line as long as two names, and of each doubt.

        What no word has cannot be confirmed: `JiÝí DvoFák`.
        """
        said, other = bare(self.text), bare(witness.text)
        is_nearly = len(said) >= _LONG and SequenceMatcher(a=said, b=other, autojunk=False).ratio() >= _NEARLY
        is_likely = is_nearly and not self.is_odd
        return is_likely and all(_is_same(self.says(doubt), witness.says(doubt)) for doubt in self.doubts())

    def is_borne_out_by(self, others: "Sequence[Strip]") -> bool:
        """Whether each word of it was read by another model, too, but for its marks; of other alphabets they know none.

        A model reads something into what it does not know, but each of them something else.
        """
        if _FOREIGN.search(self.text):
            return False
        said = folded(self.text.replace("ß", "B"))  # what most of them take it for
        if sum(map(str.isascii, said)) < 0.5 * len(said):
            return True
        alike = [other for other in others if other.is_turned == self.is_turned]
        told = {bare(word.text) for other in alike for word in other.words if word.confidence >= _BORNE_OUT}
        is_told = sum(bare(other.text) == _bare(said) for other in alike) >= _ALL
        return (is_told and len(_bare(said)) > _FEW + 1) or (
            len(_bare(said)) >= _AGREED and all(_bare(word) in told for word in said.split())
        )

    def is_nearly(self, others: "Sequence[Strip]") -> bool:
        """Whether three others of the line say the same, or of each word of Latin letters one nearly that there.

        Of a brief one, exactly that.

        A square letter by itself may be two of Hangul, which the second reader does not know.
        """
        alike = [other for other in others if other.is_turned == self.is_turned]
        return self.is_said_by(alike) or all(_is_vouched(word, alike) for word in self.words)

    def is_said_by(self, others: "Sequence[Strip]") -> bool:
        """Whether three of these say the same letters, enough for a name."""
        said = bare(self.text)
        return len(said) >= _AGREED and sum(bare(other.text) == said for other in others) >= _ALL

    def doubts(self) -> "list[Stretch]":
        """Return the stretches, as long as a short name, between the words that may be relied on one by one."""
        letter = self.line.letter / self.line.length
        sure = sorted((word.start, word.end) for word in self.words if self._vouches_for(word))
        weak = [(word.start, word.end) for word in self.words if not self._vouches_for(word)]
        edges = [-np.inf, *(edge for word in sure for edge in word), np.inf]
        found = []
        for low, high in zip(edges[::2], edges[1::2], strict=True):
            places = [float(place) for place in self.line.places if low < place < high]
            words = [word for word in weak if low <= sum(word) / 2 <= high]
            start = min([*(word[0] for word in words), *(place - letter / 3 for place in places)], default=0.0)
            end = max([*(word[1] for word in words), *(place + letter / 3 for place in places)], default=0.0)
            if end - start >= (_NAME if len(places) > 1 else _ONE_PIECE) * letter:
                found.append((start, end))
        return found

    def _vouches_for(self, word: Word) -> bool:
        width = (word.end - word.start) * self.line.length / self.line.letter
        is_wide = width > _WIDE * sum(map(str.isalnum, word.text))
        return word.confidence >= (BY_FAR if word.is_odd or is_wide else _PLAIN)

    @property
    def is_amount(self) -> bool:
        """Whether it is a sum or a time and surely read: "$2.00", "6:00"."""
        return self.confidence >= BY_FAR and _AMOUNT.fullmatch(self.text) is not None

    @property
    def is_word(self) -> bool:
        """Whether it is one word and likely; one of two letters, surely."""
        needed = _BOTH_ODD if len(self.text) > _FEW else BY_FAR
        return len(self.text) >= _FEW and self.text.isalpha() and self.confidence >= needed

    @property
    def initials(self) -> str:
        """The word it is if that is one of Latin capitals, without a point behind; else nothing."""
        text = self.text.rstrip(".")
        return text if text.isascii() and text.isalpha() and text.isupper() else ""

    def says(self, stretch: "Stretch") -> str:
        """Return the words of which half or more are in a stretch, or that fill half of it."""
        return " ".join(word.text for word in self._within(stretch))

    def _within(self, stretch: "Stretch") -> list[Word]:
        start, end = stretch
        shared = [min(word.end, end) - max(word.start, start) for word in self.words]
        return [
            word
            for word, part in zip(self.words, shared, strict=True)
            if 2 * part >= min(word.end - word.start, end - start) > 0
        ]

    def is_sure_of(self, stretch: "Stretch") -> bool:
        """Whether it has no doubt of its own about most of a stretch."""
        start, end = stretch
        return all(min(high, end) - max(low, start) <= (end - start) / 4 for low, high in self.doubts())

    def least_within(self, stretch: "Stretch") -> float:
        """Return the least confidence of the words that it says in a stretch."""
        return min((word.confidence for word in self._within(stretch)), default=0.0)

    def doubt_of(self, stretch: "Stretch", ways: "Sequence[Strip]") -> "Doubt":
        """Return a doubt about a stretch, with what it was read as."""
        return Doubt((self.line.spot(stretch[0]), self.line.spot(stretch[1])), tuple(way.says(stretch) for way in ways))

    def is_made_sure_by(self, read: "Sequence[Strip]") -> bool:
        """Whether every doubt of a line that was read in another grouping of its marks is none there."""
        return all(any(strip.vouches_for(doubt) for strip in read) for doubt in self.unvouched)

    def vouches_for(self, doubt: "Doubt") -> bool:
        """Whether this line, which is read, goes through the place of a doubt and says there what was read before."""
        xs, ys = np.array(doubt.ends).T
        places = self.line.places_of(xs, ys)
        said = self.says((float(places.min()), float(places.max())))
        return bool(said) and any(_is_same(said, other) for other in doubt.said)


def words_in(read: Sequence[Place], cut: Image.Image, line: Line, *, is_turned: bool) -> Iterator[Word]:
    """Give the words of a cut at their places along the line that was cut out."""
    margin = EDGE + MARGIN * line.letter * (cut.width - 2 * EDGE) / (line.length + 2 * MARGIN * line.letter)
    for word in read:
        start, end = ((edge - margin) / (cut.width - 2 * margin) for edge in (word.left, word.right))
        start, end = (1 - end, 1 - start) if is_turned else (start, end)
        yield Word(word.text, word.confidence, start, end)


Stretch = tuple[float, float]
"""From where to where in a line, from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A place in a picture, its ends in pixels, with what it was read as in several ways."""

    ends: tuple[tuple[float, float], tuple[float, float]]
    said: tuple[str, ...]


def vouch_for(stretch: Stretch, ways: Sequence[Strip]) -> bool:
    """Whether two readings of a line say the same there, and one for sure or both with some confidence; or all do."""
    for one, other in combinations(ways, 2):
        said = one.says(stretch), other.says(stretch)
        if not said[0] or not _is_same(*said):
            continue
        enough = _BOTH if _is_long(said[0]) else _BOTH_ODD
        is_likely = min(one.least_within(stretch), other.least_within(stretch)) >= enough
        if is_likely or one.is_sure_of(stretch) or other.is_sure_of(stretch):
            return True
    said_by_all = {way.says(stretch) for way in ways}
    if len(ways) < _ALL or len({*map(_bare, said_by_all)}) > 1:
        return False
    text = said_by_all.pop()
    return (not said_by_all and _is_long(text)) or _is_told_in_figures(text, *said_by_all)


def _is_told_in_figures(*readings: str) -> bool:
    """Whether these, whose letters are the same, are hours ("10 am - 2") or a sum or a time beside a line: "|7:00"."""
    inner = [text.strip("|[]{} ") for text in readings]
    return _TIME.fullmatch(_bare(readings[0])) is not None or all(map(_AMOUNT.fullmatch, inner))


def _bare(text: str) -> str:
    """Return a text without what is between its words, where readings differ most: "3,10 am-2" is "310am2"."""
    return "".join(filter(str.isalnum, text))


def _is_long(text: str) -> bool:
    """Whether it is a word of so many letters that nothing but itself reads so twice."""
    plain = _ACUTE_A.sub("a", text)
    return sum(map(str.isalpha, plain)) >= _AGREED and not Word(plain, 0, 0, 1).is_odd


def _is_same(one: str, other: str) -> bool:
    """Whether both are the same but for blanks and points, or a letter with a mark: short ones have none to spare."""
    if _bare(one) == _bare(other) != "":
        return True
    is_long = all(sum(map(str.isalpha, text)) >= _AGREED and not any(map(str.isdigit, text)) for text in (one, other))
    return is_long and SequenceMatcher(a=one, b=other, autojunk=False).ratio() >= _ALIKE_WORDS


def are_new(words: Sequence[str], told: Sequence[str]) -> bool:
    """Whether words have as many letters as half of a name that nobody told, or told a little otherwise."""
    before = ["".join(filter(str.isalpha, folded(word))) for text in told for word in text.split()]
    known, likely = "".join(before), {word for word in before if len(word) >= _HALF_A_NAME}
    new = [
        word
        for word in map(folded, words)
        if word not in known and not get_close_matches(word, likely, 1, _ALIKE_WORDS)
    ]
    return sum(map(len, new)) >= _HALF_A_NAME and "".join(map(folded, words)) not in known


def _is_vouched(word: Word, others: Sequence[Strip]) -> bool:
    """Whether others say about the same there: a brief word exactly, one of them likely or three of them at all."""
    said, stretch = bare(word.text), (word.start, word.end)
    if not _LATIN.search(word.text):
        return len(said) > 1 or said.isascii()
    told = [(other.says(stretch).translate(_SIGNS), other.least_within(stretch)) for other in others]
    if len(said) >= _AGREED:
        return any(SequenceMatcher(a=said, b=bare(way), autojunk=False).ratio() >= _ALIKE_WORDS for way, _ in told)
    alike = [sure for way, sure in told if said in map(bare, way.split())]
    return max(alike, default=0) >= _BOTH_ODD or (len(said) > _FEW and len(alike) >= _ALL)


def _is_even(piece: str) -> bool:
    """Whether it has no capital behind a small letter: `PuBepa`."""
    return piece.isupper() or not any(map(str.isupper, piece[1:].translate(_DOTTED)))
