"""Which of many words stand in a long text, told for all its words at once and without making a string of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

_Numbers = NDArray[np.integer[Any]]
_Eights = NDArray[np.uint64]

_LONG: Final = 4_000
"""Characters from which on this is faster than to cut a text into all its words."""
_WIDTH: Final = 8
"""Letters of a word that are taken at once, as one number. Of a word, twice as many count."""
_MASKS: Final = np.array([(1 << 8 * min(count, _WIDTH)) - 1 for count in range(2 * _WIDTH + 1)], np.uint64)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
"""The golden ratio, which spreads words evenly (Knuth, TAOCP 6.4)."""
_BYTES: Final = 20
_BITS: Final = np.array([1 << bit for bit in range(8)], np.uint8)
_SLOTS: Final = 13


class Lexicon:
    """Folded words, one bit each in a table of a megabyte: none is ever missed (Bloom, CACM 13/7, 1970)."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take the words, none of which holds a blank. Those not all in ASCII are found without being known."""
        known = _Words.of(f" {' '.join(word for word in words if word.isascii())} ")
        self._table = np.zeros(1 << _BYTES, np.uint8)
        np.bitwise_or.at(self._table, known.places(), known.bits())

    def among(self, spaced: str) -> set[str]:
        """Return all words of a text that are in here, and some that are not.

        In the text one blank or more stands around each word, at both ends as well.
        """
        if len(spaced) < _LONG or not spaced.isascii():
            return set(spaced.split())
        words = _Words.of(spaced)
        kept = words.first_of_each(np.flatnonzero(self._table.take(words.places()) & words.bits()))
        starts, ends = words.starts.take(kept).tolist(), words.ends.take(kept).tolist()
        return {spaced[start:end] for start, end in zip(starts, ends, strict=True)}


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text: where they are, their first eight letters, the next eight, and a number made of both."""

    starts: _Numbers
    ends: _Numbers
    first: _Eights
    second: _Eights
    hashes: _Eights

    @classmethod
    def of(cls, spaced: str) -> Self:
        letters = np.frombuffer(spaced.encode("ascii") + b" " * 2 * _WIDTH, np.uint8)
        is_blank = letters == ord(" ")
        edges = np.flatnonzero(is_blank[1:] != is_blank[:-1]) + 1
        starts, ends = edges[::2].copy(), edges[1::2].copy()
        lengths = np.minimum(ends - starts, 2 * _WIDTH)
        eights = np.ndarray((len(letters) - _WIDTH + 1,), np.dtype("<u8"), letters, 0, (1,))
        first = eights.take(starts) & _MASKS.take(lengths)
        second = np.zeros(len(starts), np.uint64)
        longer = np.flatnonzero(lengths > _WIDTH)
        second[longer] = eights.take(starts[longer] + _WIDTH) & _MASKS.take(lengths[longer] - _WIDTH)
        return cls(starts, ends, first, second, (first ^ (second << np.uint64(1))) * _SPREAD)

    def places(self) -> _Numbers:
        """Return in which byte of a table the bit of each word is."""
        return (self.hashes >> np.uint64(64 - _BYTES)).astype(np.intp)

    def bits(self) -> NDArray[np.uint8]:
        """Return which bit of that byte it is."""
        return _BITS.take(((self.hashes >> np.uint64(61 - _BYTES)) & np.uint64(7)).astype(np.intp))

    def first_of_each(self, some: _Numbers) -> _Numbers:
        """Leave out most repetitions of some words. Long ones are all kept: they may differ behind what is compared."""
        first, second = self.first.take(some), self.second.take(some)
        slots = (self.hashes.take(some) >> np.uint64(64 - _SLOTS)).astype(np.intp)
        own = np.arange(len(some))
        held = np.zeros(1 << _SLOTS, np.intp)
        held[slots] = own  # of the words of a slot, one
        holder = held.take(slots)
        is_kept = (holder == own) | (first != first.take(holder)) | (second != second.take(holder))
        is_long = self.ends.take(some) - self.starts.take(some) >= 2 * _WIDTH
        return some.compress(is_kept | is_long)
