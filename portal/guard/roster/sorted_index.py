"""What many names have, laid out in sorted numbers: among 100,000 children a dict of tuples takes far longer."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.integer[Any]]

_Thing = TypeVar("_Thing")
_HALF: Final = 32  # bits of one half of a pair; by definition
_LOW: Final = (1 << _HALF) - 1  # the bits of its lower half; by definition


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Rows of different lengths, one behind the other."""

    starts: Numbers
    values: Numbers

    @classmethod
    def of(cls, rows: Sequence[Collection[object]], values: Iterable[int]) -> Self:
        """Lay out `values`, of which each row has as many as it is long."""
        starts = np.append(0, np.cumsum(np.fromiter(map(len, rows), np.int64, len(rows))))
        return cls(starts, np.fromiter(values, np.int32, int(starts[-1])))

    @classmethod
    def of_numbers(cls, rows: Sequence[Collection[int]]) -> Self:
        """Lay out rows of numbers."""
        return cls.of(rows, chain.from_iterable(rows))

    def every(self) -> tuple[Numbers, Numbers]:
        """Return all values, each with which row it is of."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts)), self.values

    def take(self, rows: Numbers) -> tuple[Numbers, Numbers]:
        """Return the values of some rows, each with which of these it is from."""
        counts = (self.starts[1:] - self.starts[:-1]).take(rows)
        from_row = np.repeat(np.arange(len(rows), dtype=np.int32), counts)
        at = np.repeat(self.starts.take(rows) - (np.cumsum(counts) - counts), counts)
        at += np.arange(len(at))
        return from_row, self.values.take(at)


class CompositeIndex:
    """Things by a word that they have and a mark, a number: names by the given one and the initial of the other."""

    def __init__(
        self, things: Numbers, marks: Numbers, held: tuple[Numbers, Numbers], words: Mapping[str, int]
    ) -> None:
        """Take what is to be found, the mark of each, and pairs of which of them has which word."""
        order = np.argsort(marks, kind="stable")
        self._things, self._marks, self._words = things.take(order).astype(np.int32), marks.take(order), words
        ranks = np.empty(len(order), np.int64)
        ranks[order] = np.arange(len(order))
        which, numbers = held
        pairs = numbers.astype(np.int64)
        pairs <<= _HALF
        pairs |= ranks.take(which)
        self._pairs = unique(pairs)

    def of(self, word: str, mark: int) -> list[int]:
        """Return what has this word and this mark, in the order in which it was given."""
        if (number := self._words.get(word)) is None:
            return []
        low, high = self._marks.searchsorted([mark, mark + 1]).tolist()
        first, last = self._pairs.searchsorted([number << _HALF | low, number << _HALF | high]).tolist()
        found: list[int] = self._things.take(self._pairs[first:last] & _LOW).tolist()
        return found


def unique(numbers: Numbers) -> Numbers:
    """Return numbers sorted, each once: a tenth of what `np.unique` takes, which hashes them first."""
    found: Numbers = np.sort(numbers)
    some: Numbers = found[np.append(True, found[1:] != found[:-1])[: len(found)]]
    return some


def numbered(things: Sequence[_Thing]) -> tuple[list[_Thing], Numbers]:
    """Return the different ones of many things, each of which is given often, and which of them each is."""
    ids = np.fromiter(map(id, things), np.uint64, len(things))
    _, firsts, at = np.unique(ids, return_index=True, return_inverse=True)
    return [things[first] for first in firsts.tolist()], at
