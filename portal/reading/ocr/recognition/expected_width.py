"""The room that words take: a model for Latin reads something into letters that fill squares, and too little.

So where a word has few letters for its room, the second reader is heard, which knows Han and kana: if it says the same,
the word is wide print. If it hears such letters, or none in Hangul, nobody can tell what is written there.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Final, NamedTuple

from portal.kernel.text.folding import bare
from portal.reading.ocr.components.line_finding import Line
from portal.reading.ocr.recognition.cross_check import Heard
from portal.reading.ocr.recognition.line_readings import BY_FAR, Strip, Word

_FULL: Final = 0.8
"""Share of a line's height for each letter of a word: letters that fill a square need 0.9 or more; by eye."""
_FEW: Final = 2  # letters: a word of no more tells little; by eye
_SURE, _LIKELY = 60, 70
"""Confidence, of 100: of a word, and of a whole line of a page that is as short as a name; by eye."""
_NAME: Final = 1.3  # times a line's height: two letters that fill a square; by eye
_LONGEST: Final = 5
"""Times a line's height: a name in Hangul has four letters at the most, roads on a map are longer; by eye."""
_TWO: Final = 2  # letters of squares that are heard where a photo may have them; by eye


class Roomy(NamedTuple):
    """Some words in a row that are short for their room: where they are, what was read, and how sure that is (100)."""

    line: Line
    text: str
    confidence: float

    def is_borne_out(self, heard: Heard) -> bool:
        """Whether the second reader hears the same; but for letters that fill squares, which no other has read."""
        return heard.is_sure and heard.key == bare(self.text) and not heard.squares

    def may_be_squares(self, heard: Heard, *, is_page: bool) -> bool:
        """Whether it may be letters that fill squares; of a photo only if two are heard."""
        squares = [letter for letter in heard.squares if letter not in self.text]
        if len(squares) >= _TWO and heard.seen >= _TWO:
            return True
        is_name = self.line.length <= _LONGEST * self.line.height and any(map(str.isalnum, self.text))
        is_read = is_page and is_name and self.confidence >= _LIKELY
        return is_read and (bool(squares) or not heard.text)


def roomy_in(strip: Strip) -> Iterator[Roomy]:
    """Give the words of a strip that have few letters for their room, those beside each other together."""
    for is_short, group in groupby(strip.words, lambda word: _is_short(word, strip.line)):
        if is_short:
            words = list(group)
            place = _place(strip.line, words[0].start, words[-1].end)
            if place.length >= _NAME * strip.line.height:
                yield Roomy(place, " ".join(word.text for word in words), max(word.confidence for word in words))


def full_places(strip: Strip) -> Iterator[Line]:
    """Give where the words of a strip are, but for those of few letters that are unsure, or too few for their room."""
    for word in strip.words:
        letters, is_narrow = _letters(word), _is_narrow(word, strip.line)
        is_figure = word.text.isdecimal() and is_narrow
        if letters + is_narrow > _FEW or is_figure:
            is_long = letters + is_narrow > _FEW + 1
            if word.confidence >= (_SURE if is_long else BY_FAR):
                yield _place(strip.line, word.start, word.end)


def _is_short(word: Word, line: Line) -> bool:
    letters = sum(map(str.isalnum, word.text))
    return letters <= 1 or (letters <= _FEW + 1 and not _is_narrow(word, line))


def _letters(word: Word) -> int:
    return len(word.text) if word.is_number else sum(map(str.isalnum, word.text))


def _is_narrow(word: Word, line: Line) -> bool:
    return (word.end - word.start) * line.length <= _FULL * _letters(word) * line.height


def _place(line: Line, start: float, end: float) -> Line:
    x, y = line.spot((start + end) / 2)
    return replace(line, x=x, y=y, length=(end - start) * line.length)
