"""Text cut into passages, each folded once, with all that is asked of it."""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from ahocorasick_rs import AhoCorasick
from numpy.typing import NDArray

from portal.guard.evidence.trace import Stretch, Trace
from portal.guard.evidence.view_ids import View
from portal.guard.text.alphabets import GREEK_TO_CYRILLIC, by_looks
from portal.guard.text.folding import apart, fold_cased, in_small
from portal.guard.text.letter_tables import CodePoints, Numbers, coded, codes_of, in_western
from portal.guard.text.word_filter import WordFilter
from portal.guard.views.camel_case import parted, without_figures
from portal.guard.views.escapes import opened, unescaped, unescaped_backslashes
from portal.guard.views.kana import kana_in_latin
from portal.guard.views.key_values import comma_rows, key_value_rows

LENGTH: Final = 1 << 17  # characters of a passage; by eye, for memory
_DIGITS, _LETTERS = 10, 26  # digits, and letters of the alphabet; by definition
_BLANK: Final = ord(" ")
_NOTHING: Final[Numbers] = np.empty(0, np.uint8)
_FEW: Final = 12  # words up to which each is looked for alone; by eye, for speed
_PARTED: Final = "\n\n\n\n\n"
_FEWEST_OF_DATE: Final = 4  # digits; by definition
_COMPACT_DATE: Final = 8  # digits, as in 20140825; by definition
_LONGEST_FIGURE: Final = 4  # digits of a year; by definition
_MONTH_OR_DAY: Final = 2  # digits; by definition
_DATE_MARKS: Final = len("-./")
_BETWEEN_FIGURES: Final = 3
"""A mark with a blank on either side; by definition."""
OVERLAP: Final = 1_000
"""Characters that two passages share: longer than a name, a number, an address; by eye."""

_ARTICLES: Final = r"(?<=\b[a-hj-np-z].)|(?<=\bqu.)|(?<=\ball.)|(?<=\b(?:dell|nell|dall|sull).)"
_APOSTROPHES: Final = tuple(
    (mark, re.compile(rf"{mark}(?=[^\W\d_]{{2}})(?:{_ARTICLES})", re.IGNORECASE)) for mark in "'\u2019"
)
"""Finds the apostrophe behind an article, or behind the letter that tells what is quoted: N'Rivera' (SQL), b'Rivera'.

That is any letter but those of "I'll" and "o'clock". Each kind for itself: one letter is found faster than one of two.
"""
_SHORT: Final = 1 << 16  # characters of a text that may have camel case; by eye, for speed
_OF_LETTERS: Final = 1 << 20
"""Characters up to which rows with commas are looked for: a longer text is a table, read as one; by eye."""
_LONGEST_LINE: Final = 1_000  # characters; by eye
_BROKEN: Final = re.compile(r"-[^\S\n]*+(?:\r?\n[^\S\n]*+){1,2}(?:>[^\S\n]*+)*+(?=[^\W\d_])")
_FIGURE: Final = "[0-9\u00b9\u00b2\u00b3\u2070\u2074-\u2079]"
_NOTE: Final = re.compile(
    rf"{_FIGURE}(?:(?<=[^\W\d_]{{2}}{_FIGURE}){_FIGURE}?(?![^\W_])|(?<![^\W_]{_FIGURE}){_FIGURE}{{0,2}}(?=[^\W\d_a-z][^\W\d_]))"
)
"""One figure or two right behind a word, or up to three right before one with a capital: "Rivera2", "12Ana"."""
_CAPITAL: Final = "[A-Z\u00c0-\u00de\u0100-\u024f\u0370-\u052f\u1e00-\u1eff]"
_BETWEEN: Final = r"(?:[ \t,.'\u2019-]{1,2}[^\W\d_]+){0,3}"
_NAME_ENDS: Final = re.compile(rf"(?<![^\W_]){_CAPITAL}[^\W\d_]+{_BETWEEN}[ \t,.'\u2019-]{{1,2}}{_CAPITAL}[^\W\d_]+\Z")
_NAME_BEGINS: Final = re.compile(rf"{_CAPITAL}[^\W\d_]+{_BETWEEN}[ \t,.'\u2019-]{{1,2}}{_CAPITAL}")
_NEAR_NOTE: Final = 60  # characters before a footnote mark; by eye
_EASTERN: Final = ((0x590, 0x1CFF), (0x2E80, 0xD7FF), (0xF900, 0xFAFF))  # first and last code points; Unicode
_WESTERN: Final = ((ord("0"), ord("9")), (ord("A"), ord("Z")), (ord("a"), ord("z")), (0xC0, 0x24F))
"""First and last code points; Unicode."""
HYPHENS: Final = "\u2010\u00ad\ufffe\x02"
"""Those that end a line but `-`: a soft one, and what pdfium makes of it."""
_BROKEN_BY_ANY: Final = re.compile(
    r"[-\u2010\u00ad\ufffe\x02][^\S\n]*+(?:\r?\n[^\S\n]*+){1,2}(?:>[^\S\n]*+)*+(?=[^\W\d_])"
)


class Figures:
    """The stretches of a passage that hold digits, parted by line ends: in `distinct` each different one once."""

    def __init__(self, passage: "Passage", starts: Numbers, stops: Numbers) -> None:
        self._starts = starts
        self._stops = stops
        if not len(starts):  # as in most of the small parts of a file
            self._pieces, self.distinct, self.joined = list[str](), "", list[tuple[int, int]]()
            return
        places = zip(starts.tolist(), stops.tolist(), strict=True)
        self._pieces = [passage.folded[start:stop] for start, stop in places]
        self.distinct = _PARTED.join(dict.fromkeys(self._pieces))
        are_joined = (passage.letters.take(starts) != _BLANK) | (passage.letters.take(stops + 1) != _BLANK)
        self.joined = self._some(np.flatnonzero(are_joined))
        """Where in the passage stretches begin and end that have no blank or mark before them, or none behind."""

    @cached_property
    def text(self) -> str:
        """All stretches in one text."""
        return _PARTED.join(self._pieces)

    @cached_property
    def _places(self) -> list[int]:
        return list(np.append(0, np.cumsum(self._stops - self._starts + len(_PARTED))).tolist())

    def _some(self, some: Numbers) -> list[tuple[int, int]]:
        return list(zip(self._starts.take(some).tolist(), self._stops.take(some).tolist(), strict=True))

    def place(self, position: int) -> int:
        """Return where in the passage a character of `text` stands."""
        at = bisect_right(self._places, position) - 1
        return int(self._starts[at]) + position - self._places[at]


def _stretches(places: Numbers, *, close: int, fewest: int) -> tuple[Numbers, Numbers]:
    """Return where stretches of at least so many places begin and end, none further from the next than `close`."""
    if len(places) < fewest:
        return places[:0], places[:0]
    ends = np.flatnonzero(places[1:] - places[:-1] > close)
    firsts, lasts = np.concatenate(([0], ends + 1)), np.concatenate((ends, [len(places) - 1]))
    enough = lasts - firsts >= fewest - 1
    return places[firsts[enough]], places[lasts[enough]] + 1


class Passage:
    """A piece of text, as it is `written` and folded: `cased` keeps capitals, `spaced` has words and blanks only.

    With `focus`, only what lies at these characters counts: the rest is there for its context. With `seam`, only what
    lies on both sides of it. It `has_guessed_marks` if it was read off a picture of Vietnamese.
    """

    def __init__(
        self,
        text: str,
        focus: tuple[int, int] | None = None,
        seam: int | None = None,
        lexicon: WordFilter | None = None,
        known: CodePoints | None = None,
        *,
        view: View = View.PLAIN,
    ) -> None:
        self.view = view
        self.trace: Trace | None = None
        """Where candidates are told, if somebody asks."""
        self.written = text
        self.cased = fold_cased(text, known)
        self.folded = in_small(self.cased)
        self.spaced = f" {apart(self.folded)} "
        """Begins one blank earlier than `folded`."""
        self._found = lexicon.found_in(self.spaced) if lexicon else None
        self.present = set(self._found.places if self._found else self.spaced.split())
        """The different words here; of a long text with a lexicon, all that are in it, unless it `has_all_words`."""
        self.has_all_words = self._found is None
        self.focus = focus
        self.seam = seam
        self.has_guessed_marks = False

    @cached_property
    def letters(self) -> Numbers:
        """The code of each character of `spaced`."""
        return codes_of(self.spaced)

    @cached_property
    def marks(self) -> Numbers:
        """The code of each character of `folded`."""
        return codes_of(self.folded)

    @cached_property
    def figures(self) -> Figures:
        """Where four digits or more stand close to each other."""
        return Figures(self, *_stretches(self.digits[0], close=5, fewest=4))

    @cached_property
    def digits(self) -> tuple[Numbers, Numbers]:
        """Where digits stand in `folded`, and which."""
        values = self.letters[1:] - np.uint8(ord("0"))  # what is less wraps around
        places = np.flatnonzero(values < _DIGITS)
        return places, values.take(places)

    @cached_property
    def dates(self) -> set[str]:
        """What may be dates, each way to write one once: three figures close to each other, or eight digits at once."""
        places = self.digits[0]
        if len(places) < _FEWEST_OF_DATE:
            return set()
        ends = np.append(np.flatnonzero(places[1:] - places[:-1] > 1), len(places) - 1)
        begins = np.append(0, ends[:-1] + 1)
        starts, stops, lengths = places.take(begins), places.take(ends) + 1, ends - begins + 1
        eights = np.flatnonzero(lengths == _COMPACT_DATE)
        apart, marks = starts[1:] - stops[:-1], self.marks.take(stops[:-1])
        are_near = (apart <= _BETWEEN_FIGURES) & ((apart > 1) | (marks - np.uint8(ord("-")) < _DATE_MARKS))
        firsts = np.flatnonzero(
            (are_near[:-1] & are_near[1:] & ((marks[:-1] == marks[1:]) | (apart[:-1] + apart[1:] > 2)))
            & ((lengths[:-2] <= _LONGEST_FIGURE) & (lengths[1:-1] <= _MONTH_OR_DAY))
            & ((lengths[2:] >= _MONTH_OR_DAY) & (lengths[2:] <= _LONGEST_FIGURE))
        )
        low, high = np.concatenate((starts[firsts], starts[eights])), np.concatenate((stops[firsts + 2], stops[eights]))
        return {self.folded[start:stop] for start, stop in zip(low.tolist(), high.tolist(), strict=True)}

    @cached_property
    def spelled(self) -> list[tuple[int, int]]:
        """Where five single letters or more stand close to each other, as places in `spaced`."""
        starts, stops = _stretches(self.alone + 1, close=5, fewest=5)
        return list(zip(starts.tolist(), stops.tolist(), strict=True))

    @cached_property
    def capitals_alone(self) -> list[int]:
        """Where a plain capital stands as a word of its own, as in "O. Whitcombe": places in `folded`."""
        letters = codes_of(self.cased).take(self.alone)
        return list(self.alone[letters - np.uint8(ord("A")) < _LETTERS].tolist())  # what is less wraps around

    @cached_property
    def alone(self) -> Numbers:
        """Where a letter or digit stands as a word of its own: places in `folded`."""
        if self._found:
            return self._found.alone() - 1
        is_blank = self.letters == _BLANK
        return np.flatnonzero(is_blank[:-2] & ~is_blank[1:-1] & is_blank[2:])

    def word_starts(self, start: int, end: int) -> list[int]:
        """Return where words begin in `folded`, of a long stretch of `spaced` from `start` on."""
        is_blank = self.letters[start:end] == _BLANK
        begins = np.flatnonzero(is_blank[:-1] & ~is_blank[1:]) + start
        return [start - 1, *begins.tolist()] if not is_blank[0] else list(begins.tolist())

    @cached_property
    def has_tags(self) -> bool:
        """Whether any mark of a tag stands here."""
        return "<" in self.folded or ">" in self.folded

    @cached_property
    def is_latin(self) -> bool:
        """Whether all letters are plain ones, so that no name in another script stands here, whatever the marks are."""
        return self.spaced.isascii()

    @cached_property
    def has_digits(self) -> bool:
        """Whether any digit stands here."""
        return any(digit in self.folded for digit in "0123456789")

    def places(self, word: str) -> Iterator[tuple[int, int]]:
        """Yield where a word stands as a whole, as character positions in `folded`."""
        if self._found:
            for start in self._found.places[word].tolist() if word in self._found.places else ():
                yield start - 1, start - 1 + len(word)
            return
        pattern = f" {word} "
        at = self.spaced.find(pattern)
        while at >= 0:
            yield at, at + len(word)
            at = self.spaced.find(pattern, at + 1)

    def places_of(self, words: Collection[str]) -> Iterable[tuple[int, int]]:
        """Return where words stand in `folded`, in order. Few are looked for one by one, which is faster."""
        if self._found or len(words) <= _FEW:
            return sorted(place for word in words for place in self.places(word))
        search = AhoCorasick([f" {word} " for word in words])
        return [(start, end - 2) for _, start, end in search.find_matches_as_indexes(self.spaced, overlapping=True)]

    def spans_of(self, words: Collection[str]) -> tuple[Numbers, Numbers]:
        """Return where words begin in `folded`, in order, and where they end, as `places_of` does."""
        if self._found:
            starts, ends = self._found.spans_of(words)
            return starts - 1, ends - 1
        places = np.array([*self.places_of(words)], np.intp).reshape(-1, 2)
        return places[:, 0], places[:, 1]

    def have_digits(self, starts: Numbers, stops: Numbers) -> NDArray[np.bool_]:
        """Tell of stretches of `folded` in which of them a digit stands."""
        places = self.digits[0]
        return np.asarray(places.searchsorted(starts) < places.searchsorted(stops))

    def stretch(self, places: Collection[int]) -> Stretch:
        """Return the words from the first to the last of those that begin at these places of `folded`, for a trace."""
        start, last = max(min(places), 0), max(places)
        end = self.spaced.find(" ", last + 1) - 1  # `spaced` begins one blank earlier
        where = self.trace.where if self.trace else ""
        return Stretch(where, self.view, self.cased[start : max(end, last + 1)], self.cased.count("\n", 0, start) + 1)

    def words_at(self, places: Iterable[int]) -> tuple[str, ...]:
        """Return the words that begin at these places of `folded`."""
        spaced = self.spaced  # which begins one blank earlier
        return tuple([spaced[at + 1 : spaced.find(" ", at + 1)] for at in sorted(places)])

    def line_at(self, start: int, end: int) -> str:
        """Return the folded line that this place is in; of a very long one what is around."""
        before = self.folded[max(start - _LONGEST_LINE, 0) : start].rpartition("\n")[2]
        after = self.folded[end : end + _LONGEST_LINE].partition("\n")[0]
        return before + self.folded[start:end] + after


@dataclass(frozen=True, slots=True)
class _Mended:
    text: str
    focus: tuple[int, int]


def passages_of(text: str, lexicon: WordFilter | None = None) -> Iterator[Passage]:
    """Yield a text as passages: once as it stands, and where that may hide a word, as it is meant.

    That is: words broken at a line's end, articles joined by an apostrophe, escapes of programs, values behind keys,
    words in look-alike letters, kana in Latin ones; and everywhere a blank where two scripts meet. With a lexicon they
    are asked for no words but its own.
    """
    for plain in map(unescaped, _pieces(text)):
        known = None if in_western(plain) is not None else coded(plain)
        beyond = known.beyond_western if known else _NOTHING
        is_eastern = len(beyond) > 0 and bool(_are_within(beyond, _EASTERN).any())
        piece = _scripts_apart(plain) if is_eastern else plain
        whole = Passage(piece, lexicon=lexicon, known=known)
        yield whole
        for mended in _mended(piece):
            yield Passage(mended.text, mended.focus, view=View.MENDED)
        if "\\" in piece and (spelt := unescaped_backslashes(piece)) != piece:
            yield from (
                Passage(meant, lexicon=lexicon, view=View.ESCAPED) for meant in dict.fromkeys((spelt, opened(spelt)))
            )
        for rows in _as_rows(piece, is_short=len(text) <= _OF_LETTERS):
            yield Passage(rows, lexicon=lexicon, view=View.ROWS)
        if len(text) <= _SHORT and (words := parted(piece)):
            yield Passage(words, view=View.CAMEL_CASE)
        if len(text) <= _OF_LETTERS and (words := without_figures(piece)):
            yield Passage(words, lexicon=lexicon, view=View.WITHOUT_FIGURES)
        if len(beyond):
            for view, meant in _beyond_latin(piece, beyond):
                yield Passage(meant, lexicon=lexicon, view=view)


def _beyond_latin(piece: str, beyond: Numbers) -> Iterator[tuple[View, str]]:
    """Yield what a text says in other scripts, as it looks or sounds."""
    if _are_within(beyond, (GREEK_TO_CYRILLIC,)).any() and (seen := by_looks(piece)) is not None:
        yield View.CONFUSABLES, seen
    if _are_within(beyond, _EASTERN).any() and (heard := kana_in_latin(piece)):
        yield View.KANA, heard


def _as_rows(text: str, *, is_short: bool) -> Iterator[str]:
    """Yield what a text says in fields, and in rows between its lines, as rows of cells."""
    if ("=" in text or ":" in text) and (fields := key_value_rows(text)):
        yield fields
    if is_short and "," in text and (rows := comma_rows(text)):
        yield rows


def _scripts_apart(text: str) -> str:
    """Return a text with blanks where letters of a script from Hebrew on eastwards meet Latin letters or figures.

    As in "恭喜Ana Rivera同学". Told for all of it at once.
    """
    codes = codes_of(text)
    are_eastern = _are_within(codes, _EASTERN)
    are_western = _are_within(codes, _WESTERN)
    meet = (are_eastern[:-1] & are_western[1:]) | (are_western[:-1] & are_eastern[1:])
    places = [0, *(np.flatnonzero(meet) + 1).tolist(), len(text)]
    return " ".join(text[start:end] for start, end in pairwise(places))


def _are_within(codes: Numbers, ranges: Iterable[tuple[int, int]]) -> NDArray[np.bool_]:
    within = np.zeros(len(codes), np.bool_)
    for low, high in ranges:
        within |= codes - np.uint32(low) <= high - low  # what is less wraps around
    return within


def _pieces(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > LENGTH + OVERLAP:
        last = start + LENGTH + OVERLAP
        end = max(text.rfind(" ", start + LENGTH, last), text.rfind("\n", start + LENGTH, last))
        end = end if end > 0 else start + LENGTH
        yield text[start:end]
        start = end - OVERLAP
    yield text[start:]


def _mended(text: str) -> Iterator[_Mended]:
    broken = (_BROKEN_BY_ANY if any(hyphen in text for hyphen in HYPHENS) else _BROKEN).finditer(text)
    found = [(*mark.span(), "") for mark in broken if text[mark.start() - 1 : mark.start()].isalpha()]
    for mark, articles in _APOSTROPHES:
        found += [(*article.span(), " ") for article in articles.finditer(text)] if mark in text else []
    if len(text) <= _SHORT:
        found += [(*mark.span(), " ") for mark in _NOTE.finditer(text) if _is_at_name(text, *mark.span())]
    for start, end, between in found:
        before, after = _joined(text[max(start - 100, 0) : start]), _joined(text[end : end + 100])
        for left, right in dict.fromkeys(((before, after), (opened(before), opened(after)))):
            yield _Mended(f"{left}{between}{right}", (max(len(left) - 20, 0), len(left) + 20))


def _is_at_name(text: str, start: int, end: int) -> bool:
    """Whether capitalised words end at a figure or begin behind it: the mark of a footnote, the number of a row."""
    before = text[max(start - _NEAR_NOTE, 0) : start]
    return bool(_NAME_ENDS.search(before) if before[-1:].isalpha() else _NAME_BEGINS.match(text, end))


def _joined(text: str) -> str:
    """Return text with all its broken words mended."""
    return _BROKEN_BY_ANY.sub("", text) if "\n" in text else text
