"""Which lines of a text may be rows of a list, told by what kinds of characters each is made of.

Nearly all lines of a letter are ruled out here for all of a text at once; the others are looked at one by one.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Final, overload

import numpy as np
from numpy.typing import NDArray

from portal.guard.text.letter_tables import Numbers, codes_of

_Flags = NDArray[np.bool_]

LONGEST: Final = 1_000  # characters of a line that may be a row; by eye
LONGEST_NAME: Final = 48  # characters of a line that is a name alone; by eye
SHORT: Final = 80  # characters of a line that a few digits may make a row; by eye
SEVERAL_DIGITS: Final = 6  # digits: those of a date; by eye
FEW: Final = 8_192
"""Characters of a text that is looked at together with others; by eye."""
GAP: Final = 8
"""Lines between two rows of one list: the foot of a page, the head of the next; by eye."""
FEWEST: Final = 3
"""Rows that a list has at least; by eye."""
HAS_DIGITS: Final = re.compile(rf"(?:\d\D*+){{{SEVERAL_DIGITS}}}")
"""Finds several digits, wherever they stand."""
_MARK: Final = re.compile(r"[\d\t:|;,@\u3000]|  ")
"""Finds what a line has that is worth a look: a figure, or what parts cells."""

_TOGETHER: Final = 512
"""Lines asked together: few enough to be remembered until each is looked at; by eye, for speed."""
_BLOCK: Final = 1 << 18
"""Characters looked at together: few enough to stay in the processor's cache; by eye, for speed."""
_ANY: Final = 0x110000  # code points there are; Unicode

_DIGIT, _CELL, _FIELD, _COMMA, _AT, _UPPER, _CASELESS, _END = (np.uint8(1 << bit) for bit in range(8))
_MARKS: Final = _DIGIT | _CELL | _FIELD | _COMMA | _AT
_BEGINS_NAME: Final = _UPPER | _CASELESS
_CODE_OF: Final = {
    "\t": _FIELD, ":": _FIELD, "|": _CELL, ";": _CELL, "\u3000": _CELL, ",": _COMMA, "@": _AT, "\n": _END,
}  # fmt: skip
_LAST_WESTERN: Final = 0xFF  # the last code point of Latin-1; Unicode
_NO_OTHERS: Final = np.zeros(0, np.int64)
_KNOWN: Final = np.uint16(1 << 8)
_LETTER: Final = np.uint16(1 << 9)


def _kind(letter: str) -> np.uint8:
    """Return the kind of a character; none for a small letter, which nearly all are."""
    if letter in _CODE_OF:
        return _CODE_OF[letter]
    if letter.isdecimal():
        return _DIGIT
    if not letter.isalpha() or letter.islower():
        return np.uint8(0)
    return _UPPER if letter.isupper() or letter.istitle() else _CASELESS


_WESTERN: Final = bytes(int(_kind(chr(code))) for code in range(256))
"""The kind of each character of Latin-1."""
_WESTERN_LETTERS: Final = np.array([chr(code).isalpha() for code in range(256)])
_KINDS: Final = np.zeros(_ANY, np.uint16)
"""The kind of each character met so far, with `_KNOWN`, and `_LETTER` for one."""


def _kinds(text: str) -> tuple[NDArray[np.uint8], Numbers, Callable[[Numbers], _Flags]]:
    """Return what kind each character is, which it is, and what tells whether there are letters at some places."""
    codes = codes_of(text)
    if codes.itemsize == 1:
        kinds = np.frombuffer(bytearray(codes).translate(_WESTERN), np.uint8)
        return kinds, codes, lambda places: _WESTERN_LETTERS.take(codes.take(places))
    beyond = np.flatnonzero(codes > _LAST_WESTERN)
    others = codes.take(beyond)
    found = _KINDS.take(others)
    if (unknown := found == 0).any():
        for code in set(others[unknown].tolist()):  # not by `unique`, which loads what the cage cannot open any more
            _KINDS[code] = _kind(chr(code)) | _KNOWN | (_LETTER if chr(code).isalpha() else np.uint16(0))
        found = _KINDS.take(others)
    narrow = codes.astype(np.uint8)  # of those beyond, whatever is left
    kinds = np.frombuffer(bytearray(narrow).translate(_WESTERN), np.uint8)
    kinds[beyond] = found.astype(np.uint8)

    def are_letters(places: Numbers) -> _Flags:
        some = codes.take(places)
        told = _WESTERN_LETTERS.take(np.minimum(some, _LAST_WESTERN))
        far = np.flatnonzero(some > _LAST_WESTERN)
        told[far] = _KINDS.take(some.take(far)) & _LETTER != 0
        return told

    return kinds, codes, are_letters


class LineTexts(Sequence[str]):
    """The lines of a text without blank ones, each cut out when it is asked for."""

    def __init__(self, text: str, starts: Numbers, ends: Numbers) -> None:
        self._text = text
        self._starts = starts.data  # one at a time is asked for faster so
        self._ends = ends.data

    def __len__(self) -> int:
        return len(self._starts)

    def span(self, first: int, end: int) -> str:
        """Return the text from one line to before another, with the blank lines between."""
        return self._text[self._starts[first] : self._ends[end - 1]] if first < end else ""

    def some(self, numbers: Sequence[int]) -> list[str]:
        """Return the lines of these numbers."""
        text, starts, ends = self._text, self._starts, self._ends
        return [text[starts[at] : ends[at]] for at in numbers]

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        """Return one line, or several."""
        if isinstance(at, int):
            return self._text[self._starts[at] : self._ends[at]]
        places = zip(self._starts[at], self._ends[at], strict=True)
        return [self._text[start:end] for start, end in places]


@dataclass(frozen=True, slots=True)
class Lines:
    """A text by lines, without blank ones, and the numbers of those worth a look.

    `likely` may be rows, labels or what stands under a name; those of them that are `lone` can be no more than a row,
    with too few others near to make a list without a head. `marked` are all that have figures or cells, `below` those
    under a line that may be a name alone.
    """

    texts: LineTexts
    likely: list[int]
    lone: frozenset[int]
    marked: list[int]
    below: frozenset[int]

    def candidate_lines(self, is_open: Callable[[], bool], is_dull: Callable[[str], bool]) -> Iterator[int]:
        """Yield likely lines, and every marked one while something `is_open` that it may belong to.

        Likely ones that are dull, and neither alone nor below a name, are then not left out either.
        """
        done, opened = -1, is_open()
        for likely, may_be_left_out in chain(self._likely(is_dull), ((len(self.texts), True),)):
            if opened or not may_be_left_out:
                while opened:
                    at = bisect_right(self.marked, done)
                    if at == len(self.marked) or self.marked[at] >= likely:
                        break
                    done = self.marked[at]
                    yield done
                    opened = is_open()
                if likely < len(self.texts) and (opened or not may_be_left_out):
                    yield likely
                    opened = is_open()
            done = likely

    def _likely(self, is_dull: Callable[[str], bool]) -> Iterator[tuple[int, bool]]:
        """Yield the likely lines with whether each may be left out, some asked together: most may."""
        kept = self.lone | self.below
        for first in range(0, len(self.likely), _TOGETHER):
            numbers = self.likely[first : first + _TOGETHER]
            texts = self.texts.some(numbers)
            if kept:
                are_dull = [number not in kept and is_dull(text) for number, text in zip(numbers, texts, strict=True)]
                yield from zip(numbers, are_dull, strict=True)
            else:
                yield from zip(numbers, map(is_dull, texts), strict=True)


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Where each line of a piece of text is, and what it may be; `ends_in_name` if the last may be a name alone."""

    starts: Numbers
    ends: Numbers
    is_likely: _Flags
    is_row_at_most: _Flags
    is_marked: _Flags
    is_below: _Flags
    ends_in_name: bool


_FLAGS: Final = ("is_likely", "is_row_at_most", "is_marked", "is_below")


def lines_of(text: str) -> Lines:
    """Find which lines of a text are worth a look. Line ends are line feeds."""
    if _is_plain(text):
        return _none_of(text)
    blocks: list[_Sorted] = []
    start = 0
    while start <= len(text):
        end = text.find("\n", start + _BLOCK)
        end = end if end >= 0 else len(text)
        follows_name = bool(blocks) and blocks[-1].ends_in_name
        blocks.append(_sorted(f"{text[start:end]}\n", start, follows_name=follows_name))
        start = end + 1
    starts, ends = (np.concatenate([getattr(block, side) for block in blocks]) for side in ("starts", "ends"))
    flags = [np.concatenate([getattr(block, name) for block in blocks]) for name in _FLAGS]
    return _gathered(text, starts, ends, *flags)


def lines_of_each(texts: Sequence[str]) -> list[Lines]:
    """Find the same of several texts of at most `FEW` characters, together: one alone takes nearly as long as all."""
    worth = [text for text in texts if not _is_plain(text)]
    found: dict[str, Lines] = {}
    for at in range(0, len(worth), _BLOCK // FEW):
        found |= _looked_at_together(worth[at : at + _BLOCK // FEW])
    return [found[text] if text in found else _none_of(text) for text in texts]


def _is_plain(text: str) -> bool:
    """Whether a text has no line worth a look: a name, a title. In a long one it is slower to look for none."""
    return len(text) <= LONGEST and not _MARK.search(text)


def _looked_at_together(texts: list[str]) -> dict[str, Lines]:
    begins = np.cumsum([0, *(len(text) + 1 for text in texts)])
    whole = _sorted("".join(f"{text}\n" for text in texts), others=begins[1:-1])
    cuts = whole.starts.searchsorted(begins).tolist()
    worth = (whole.is_likely | whole.is_marked).nonzero()[0].tolist()
    found: dict[str, Lines] = {}
    for text, begin, (first, end) in zip(texts, begins.tolist(), pairwise(cuts), strict=False):
        starts, ends = whole.starts[first:end] - begin, whole.ends[first:end] - begin
        if bisect_left(worth, first) < bisect_left(worth, end):
            found[text] = _gathered(text, starts, ends, *(getattr(whole, name)[first:end] for name in _FLAGS))
        else:
            found[text] = Lines(LineTexts(text, starts, ends), [], frozenset(), [], frozenset())
    return found


def _gathered(text: str, starts: Numbers, ends: Numbers, *flags: _Flags) -> Lines:
    """Return the lines of a text as its `_FLAGS` tell them."""
    is_likely, is_row_at_most, is_marked, is_below = flags
    likely, marked, below = (flags.nonzero()[0] for flags in (is_likely, is_marked, is_below))
    lone = frozenset[int]()
    if len(likely):
        lone = frozenset(likely[is_row_at_most[likely] & _are_few(likely, len(is_row_at_most))].tolist())
    return Lines(LineTexts(text, starts, ends), likely.tolist(), lone, marked.tolist(), frozenset(below.tolist()))


def _none_of(text: str) -> Lines:
    return Lines(_all_lines(text), [], frozenset(), [], frozenset())


def _all_lines(text: str) -> LineTexts:
    """Return the lines of a text of which none is worth a look."""
    ends = np.flatnonzero(np.frombuffer(f"{text}\n".encode("latin-1", "replace"), np.uint8) == ord("\n"))
    starts = _behind(ends)
    kept = np.flatnonzero(ends > starts)
    return LineTexts(text, starts.take(kept), ends.take(kept))


def _behind(ends: Numbers) -> Numbers:
    """Return where what ends there begins: the first at 0, each other behind the end before it."""
    return np.concatenate(([0], ends[:-1] + 1))


def _are_few(likely: Numbers, lines: int) -> _Flags:
    """Return which lines stand with too few others for a list, and where no part before or after can add to them."""
    if not len(likely):
        return np.zeros(0, np.bool_)
    lasts = np.concatenate((np.flatnonzero(likely[1:] - likely[:-1] > GAP + 1), [len(likely) - 1]))
    firsts = _behind(lasts)
    sizes = lasts - firsts + 1
    are_few = (sizes < FEWEST) & (likely[firsts] > GAP) & (likely[lasts] < lines - GAP - 1)
    return np.repeat(are_few, sizes)


def _sorted(text: str, offset: int = 0, others: Numbers = _NO_OTHERS, *, follows_name: bool = False) -> _Sorted:
    """Tell what each line may be. Only characters of some kind are looked at: few are no small letters or blanks."""
    kinds, codes, are_letters = _kinds(text)
    blanks = codes == ord(" ")
    if (are_wide := blanks[:-1] & blanks[1:]).any():
        kinds[:-1] |= are_wide.view(np.uint8) * _CELL
    places = np.flatnonzero(kinds != 0)
    here = kinds.take(places)
    if ":" in text:
        _free_times(here, places, codes)
    ends = np.flatnonzero(here == _END)
    last = places.take(ends)
    first, firsts = _behind(last), _behind(ends)
    lengths = last - first
    has = np.bitwise_or.reduceat(here, firsts)
    several = _many(here & _MARKS != 0, ends) >= SEVERAL_DIGITS
    is_figured = (has & _DIGIT != 0) & (several | (lengths < SHORT))
    is_listed = (has & _COMMA != 0) & (_many(here == _COMMA, ends) > 1)
    is_told = has & (_CELL | _FIELD | _AT) != 0
    is_marked = (is_told | is_figured | is_listed) & (lengths <= LONGEST)
    is_parted = is_marked
    if are_wide.any():
        inner = np.where(places < np.repeat(_indents(blanks, first), ends - firsts + 1), 0, here)
        told = np.bitwise_or.reduceat(inner, firsts) & (_CELL | _FIELD | _AT) != 0
        is_parted = is_marked & (told | is_figured | is_listed)
    begins = (here & _BEGINS_NAME != 0) & ~((places > 0) & are_letters(places - 1))
    has_names = _many(begins, ends) > 1
    is_alone = has_names & (lengths <= LONGEST_NAME)
    kept = np.flatnonzero(lengths)
    is_alone, is_marked, is_parted, has_names = (
        flags.take(kept) for flags in (is_alone, is_marked, is_parted, has_names)
    )
    has, first, last = has.take(kept), first.take(kept), last.take(kept)
    is_below = _behind_names(is_alone, first, others, follows_name=follows_name)
    is_more = is_below | (has & _FIELD != 0)
    is_likely = (is_parted & (has_names | (has & _CASELESS != 0) | is_more)) | (is_marked & is_below)
    for at in np.flatnonzero(is_parted & ~is_likely & (has & _UPPER == 0)).tolist():
        is_likely[at] = any(map(str.islower, text[first[at] : last[at]]))
    ends_in_name = bool(is_alone[-1]) if len(kept) else follows_name
    return _Sorted(first + offset, last + offset, is_likely, ~is_more, is_marked, is_marked & is_below, ends_in_name)


def _behind_names(is_alone: _Flags, first: Numbers, others: Numbers, *, follows_name: bool) -> _Flags:
    """Return which lines follow a name alone. At `others` another text begins, whose first line follows none."""
    is_below = np.concatenate(([follows_name], is_alone[:-1]))[: len(is_alone)]
    if len(others):
        begun = np.searchsorted(first, others)
        is_below[begun[begun < len(first)]] = False
    return is_below


def _indents(blanks: _Flags, starts: Numbers) -> Numbers:
    """Return where the blanks end that each line begins with: a line set in has no cells for that."""
    solid = np.flatnonzero(~blanks)
    return solid.take(np.searchsorted(solid, starts))


def _many(flags: _Flags, ends: Numbers) -> Numbers:
    """Return how many characters of a kind each line has up to its end."""
    many = np.cumsum(flags, dtype=np.int32).take(ends)
    many[1:] -= many[:-1].copy()
    return many


def _free_times(here: NDArray[np.uint8], places: Numbers, codes: Numbers) -> None:
    """Let the colons of times ("8:30") be no labels."""
    are_digits = here == _DIGIT
    is_next = places[1:] - places[:-1] == 1
    within = are_digits[:-2] & are_digits[2:] & is_next[:-1] & is_next[1:]
    colons = np.flatnonzero(within & (codes.take(places[1:-1]) == ord(":"))) + 1
    here[colons] = _DIGIT
