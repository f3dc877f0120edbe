"""Which of many words stand in a long text, told for all its words at once and without making a string of each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from portal.guard.text.letter_tables import Numbers

_Eights = NDArray[np.uint64]

_LONG: Final = 4_000
"""Characters from which on this is faster than to cut a text into all its words; by eye."""
_WIDTH: Final = 8
"""Letters of a word that are taken at once, as one number. Of a word, twice as many count; by definition."""
_MASKS: Final = np.array([(1 << 8 * count) - 1 for count in range(_WIDTH + 1)], np.uint64)
_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
"""The golden ratio, which spreads words evenly (Knuth, TAOCP 6.4)."""
_BYTES: Final = 20  # bits of a place in a table of 1 MB; by eye, for speed
_BITS: Final = np.array([1 << bit for bit in range(8)], np.uint8)


class WordFilter:
    """Folded words, one bit each in a table of a megabyte: none is ever missed (Bloom, CACM 13/7, 1970)."""

    def __init__(self, words: Iterable[str]) -> None:
        """Take the words, none of which holds a blank. Those not all in ASCII are found without being known."""
        known = _Words.of(f" {' '.join(filter(str.isascii, words))} ")
        self._table = np.zeros(1 << _BYTES, np.uint8)
        np.bitwise_or.at(self._table, known.places(), known.bits())

    def found_in(self, spaced: str) -> "Found | None":
        """Return all words of a text that are in here, and some that are not.

        In the text one blank or more stands around each word, at both ends as well. None for a text that is cut into
        its words just as fast: a short one, or one that is not all in ASCII.
        """
        if len(spaced) < _LONG or not spaced.isascii():
            return None
        words = _Words.of(spaced)
        near = np.flatnonzero(self._table.take(words.places()) != 0)
        hits = near[np.flatnonzero(self._table.take(words.places(near)) & words.bits(near) & words.are_some(near))]
        return Found(words.by_text(spaced, hits[np.argsort(words.hashes.take(hits), kind="stable")]), words)


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a text: where they are, their first eight letters, and a number made of these and the next eight."""

    starts: Numbers
    lengths: Numbers
    first: _Eights
    hashes: _Eights

    @classmethod
    def of(cls, spaced: str) -> Self:
        letters = np.frombuffer(spaced.encode("ascii") + b" " * 2 * _WIDTH, np.uint8)
        blanks = np.flatnonzero(letters[: len(spaced)] == ord(" "))
        starts = blanks[:-1] + 1
        lengths = blanks[1:] - starts  # of which some are 0: two blanks side by side
        eights = np.ndarray((len(letters) - _WIDTH + 1,), f"V{_WIDTH}", letters, 0, (1,))
        first = eights.take(starts).view("<u8")
        first &= _MASKS.take(lengths, mode="clip")
        hashes = first * _SPREAD
        longer = np.flatnonzero(lengths > _WIDTH)
        second = eights[starts[longer] + _WIDTH].view("<u8") & _MASKS.take(lengths[longer] - _WIDTH, mode="clip")
        hashes[longer] = (first[longer] ^ (second << np.uint64(1))) * _SPREAD
        return cls(starts, lengths, first, hashes)

    def places(self, some: Numbers | None = None) -> Numbers:
        """Return in which byte of a table the bit of each word is, or of some words."""
        hashes = self.hashes if some is None else self.hashes.take(some)
        return (hashes >> np.uint64(64 - _BYTES)).view(np.intp)

    def bits(self, some: Numbers | None = None) -> NDArray[np.uint8]:
        """Return which bit of that byte it is."""
        hashes = self.hashes if some is None else self.hashes.take(some)
        return _BITS.take(((hashes >> np.uint64(61 - _BYTES)) & np.uint64(7)).view(np.intp))

    def are_some(self, some: Numbers) -> NDArray[np.uint8]:
        """Return all bits for each of these that has a letter, and none for what stands between two blanks."""
        return (self.lengths.take(some) > 0) * np.uint8(0xFF)

    def by_text(self, spaced: str, some: Numbers) -> dict[str, Numbers]:
        """Return where each of some words begins, which are sorted by their hashes.

        Words with one hash are the same if they are as long and begin alike; but of long ones not all was compared.
        """
        found: dict[str, Numbers] = {}
        if not len(some):
            return found
        starts, lengths, hashes = self.starts.take(some), self.lengths.take(some), self.hashes.take(some)
        firsts = np.append(0, np.flatnonzero(hashes[1:] != hashes[:-1]) + 1)
        longest, eights = np.maximum.reduceat(lengths, firsts), self.first.take(some)
        are_one = (np.minimum.reduceat(lengths, firsts) == longest) & (longest <= 2 * _WIDTH)
        are_one &= np.minimum.reduceat(eights, firsts) == np.maximum.reduceat(eights, firsts)
        bounds, begin = [*firsts.tolist(), len(some)], starts.take(firsts).tolist()
        for at, (length, is_one) in enumerate(zip(longest.tolist(), are_one.tolist(), strict=True)):
            low, high = bounds[at], bounds[at + 1]
            if is_one:
                found[spaced[begin[at] : begin[at] + length]] = starts[low:high]
            else:
                found |= _each_by_text(spaced, starts[low:high], lengths[low:high])
        return found


def _each_by_text(spaced: str, starts: Numbers, lengths: Numbers) -> dict[str, Numbers]:
    """Return where each of some words begins, looking at every one of them."""
    found = defaultdict[str, list[int]](list)
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        found[spaced[start : start + length]].append(start)
    return {word: np.array(places, np.intp) for word, places in found.items()}


@dataclass(frozen=True, slots=True)
class Found:
    """Words of a text, each with where it begins, in order."""

    places: dict[str, Numbers]
    _every: _Words

    def spans_of(self, words: Iterable[str]) -> tuple[Numbers, Numbers]:
        """Return where some words begin, in order, and where each of them ends."""
        held = [(places, len(word)) for word in words if (places := self.places.get(word)) is not None]
        if not held:
            return np.empty(0, np.intp), np.empty(0, np.intp)
        starts = np.concatenate([places for places, _ in held])
        ends = np.concatenate([places + length for places, length in held])
        if len(held) == 1:
            return starts, ends
        order = starts.argsort()
        return starts.take(order), ends.take(order)

    def alone(self) -> Numbers:
        """Return where words of one letter or digit stand, whatever they are."""
        return self._every.starts.take(np.flatnonzero(self._every.lengths == 1))
