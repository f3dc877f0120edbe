"""Which lines of a text may be rows of a list, told by what kinds of characters each is made of.

Nearly all lines of a letter are ruled out here for all of a text at once; the others are looked at one by one.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_Numbers = NDArray[np.integer[Any]]
_Flags = NDArray[np.bool_]

LONGEST: Final = 1_000
LONGEST_NAME: Final = 48
SHORT: Final = 80
SEVERAL_DIGITS: Final = 6
GAP: Final = 8
"""Lines between two rows of one list: the foot of a page, the head of the next."""
FEWEST: Final = 3
"""Rows that a list has at least."""
HAS_DIGITS: Final = re.compile(rf"(?:\d\D*+){{{SEVERAL_DIGITS}}}")
"""Finds several digits, wherever they stand."""

_BLOCK: Final = 1 << 18
"""Characters looked at together: few enough to stay in the processor's cache."""
_ANY: Final = 0x110000
_MOST_IN_A_BYTE: Final = 255

_DIGIT, _CELL, _FIELD, _COMMA, _AT, _UPPER, _CASELESS, _LOWER = (np.uint8(1 << bit) for bit in range(8))
_MARKS: Final = _DIGIT | _CELL | _FIELD | _COMMA | _AT
_BEGINS_NAME: Final = _UPPER | _CASELESS
_LETTER: Final = _UPPER | _CASELESS | _LOWER
_KNOWN: Final = np.uint16(1 << 8)
_CODE_OF: Final = {"\t": _FIELD, ":": _FIELD, "|": _CELL, ";": _CELL, "\u3000": _CELL, ",": _COMMA, "@": _AT}


def _kind(letter: str) -> np.uint8:
    if letter in _CODE_OF:
        return _CODE_OF[letter]
    if letter.isdecimal():
        return _DIGIT
    if not letter.isalpha():
        return np.uint8(0)
    return _LOWER if letter.islower() else _UPPER if letter.isupper() or letter.istitle() else _CASELESS


_WESTERN: Final = bytes(int(_kind(chr(code))) for code in range(256))
"""The kind of each character of Latin-1."""
_KINDS: Final = np.zeros(_ANY, np.uint16)
"""The kind of each character met so far, with `_KNOWN`."""


def _kinds(text: str) -> tuple[NDArray[np.uint8], _Flags, _Flags]:
    """Return what kind each character is, where lines end, and where blanks are."""
    try:
        western = text.encode("latin-1")
    except UnicodeEncodeError:
        pass
    else:
        plain = np.frombuffer(western, np.uint8)
        kinds = np.frombuffer(bytearray(western).translate(_WESTERN), np.uint8)
        return kinds, plain == ord("\n"), plain == ord(" ")
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    found = _KINDS.take(codes)
    if (unknown := found == 0).any():
        for code in np.unique(codes[unknown]).tolist():
            _KINDS[code] = _kind(chr(code)) | _KNOWN
        found = _KINDS.take(codes)
    return found.astype(np.uint8), codes == ord("\n"), codes == ord(" ")


@dataclass(frozen=True, slots=True)
class Lines:
    """A text by lines, and the numbers of those worth a look.

    `likely` may be rows, labels or what stands under a name; those of them that are `lone` can be no more than a row,
    with too few others near to make a list without a head. `marked` are all that have figures or cells.
    """

    texts: list[str]
    likely: list[int]
    lone: frozenset[int]
    marked: list[int]

    def worth_a_look(self, is_open: Callable[[], bool]) -> Iterator[int]:
        """Yield likely lines, and every marked one while something `is_open` that it may belong to."""
        done = -1
        for likely in (*self.likely, len(self.texts)):
            while is_open():
                at = bisect_right(self.marked, done)
                if at == len(self.marked) or self.marked[at] >= likely:
                    break
                done = self.marked[at]
                yield done
            if likely < len(self.texts):
                yield likely
            done = likely


@dataclass(frozen=True, slots=True)
class _Sorted:
    """What each line of a piece of text may be; `ends_in_name` whether the last may be a name alone."""

    is_likely: _Flags
    is_row_at_most: _Flags
    is_marked: _Flags
    ends_in_name: bool


def lines_of(text: str, lines: list[str] | None = None) -> Lines:
    """Find which lines of a text are worth a look. Line ends are line feeds; `lines` is the text divided by them."""
    blocks: list[_Sorted] = []
    start = 0
    while start <= len(text):
        end = text.find("\n", start + _BLOCK)
        end = end if end >= 0 else len(text)
        blocks.append(_sorted(f"{text[start:end]}\n", blocks[-1] if blocks else None))
        start = end + 1
    likely = np.flatnonzero(np.concatenate([block.is_likely for block in blocks]))
    at_most_rows = np.concatenate([block.is_row_at_most for block in blocks])
    marked = np.flatnonzero(np.concatenate([block.is_marked for block in blocks]))
    lone = likely[at_most_rows[likely] & _are_few(likely, len(at_most_rows))]
    return Lines(
        text.split("\n") if lines is None else lines, likely.tolist(), frozenset(lone.tolist()), marked.tolist()
    )


def _are_few(likely: _Numbers, lines: int) -> _Flags:
    """Return which lines stand with too few others for a list, and where no part before or after can add to them."""
    if not len(likely):
        return np.zeros(0, np.bool_)
    firsts = np.append(0, np.flatnonzero(np.diff(likely) > GAP + 1) + 1)
    sizes = np.diff(np.append(firsts, len(likely)))
    lasts = firsts + sizes - 1
    are_few = (sizes < FEWEST) & (likely[firsts] > GAP) & (likely[lasts] < lines - GAP - 1)
    return np.repeat(are_few, sizes)


def _sorted(text: str, before: _Sorted | None) -> _Sorted:
    """Tell what each line may be, after the piece of text `before`."""
    kinds, ends, blanks = _kinds(text)
    last = np.flatnonzero(ends)
    first = np.append(0, last[:-1] + 1)
    lengths = last - first
    kinds[:-1] |= (blanks[:-1] & blanks[1:]).view(np.uint8) * _CELL
    _free_times(kinds, text)
    many = partial(_many, first=first, counted=np.uint8 if lengths.max() < _MOST_IN_A_BYTE else np.int32)
    has = np.bitwise_or.reduceat(kinds, first)
    is_figured = (has & _DIGIT != 0) & ((many(kinds & _MARKS != 0) >= SEVERAL_DIGITS) | (lengths < SHORT))
    is_listed = (has & _COMMA != 0) & (many(kinds & _COMMA != 0) > 1)
    is_told = has & (_CELL | _FIELD | _AT) != 0
    is_marked = (is_told | is_figured | is_listed) & (lengths <= LONGEST)
    begins = (kinds & _BEGINS_NAME) != 0
    begins[1:] &= (kinds[:-1] & _LETTER) == 0
    has_names = many(begins) > 1
    may_name = has_names | (has & (_LOWER | _UPPER) == _LOWER) | (has & _CASELESS != 0)
    is_alone = has_names & (lengths <= LONGEST_NAME)
    is_more = np.append(before is not None and before.ends_in_name, is_alone[:-1]) | (has & _FIELD != 0)
    return _Sorted(is_marked & (may_name | is_more), ~is_more, is_marked, bool(is_alone[-1]))


def _many(flags: _Flags, *, first: _Numbers, counted: type[np.integer[Any]]) -> _Numbers:
    """Return how many characters of a kind each line has. Bytes are summed much faster, but hold no more than 255."""
    return np.add.reduceat(flags.view(np.uint8), first, dtype=counted)


def _free_times(kinds: NDArray[np.uint8], text: str) -> None:
    """Let the colons of times ("8:30") be no labels."""
    if ":" in text:
        colons = np.flatnonzero(kinds[1:-1] == _FIELD) + 1
        within = (kinds[colons - 1] == _DIGIT) & (kinds[colons + 1] == _DIGIT)
        kinds[colons[within]] = _DIGIT
