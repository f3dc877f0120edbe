"""Whether neighbouring cells that may be a given and a family name are words of another kind, again and again."""

from collections.abc import Sequence
from typing import Final

from portal.guard.lists.row_shapes import Row

_EACH_SO_OFTEN: Final = 4  # rows for each word; by eye
_MOST_KINDS: Final = 12
"""So many words at the most fill a column that names no people, each of them in four rows or more; by eye."""


def are_of_a_kind(rows: Sequence[Row]) -> bool:
    """Whether what may be names in pairs of cells is none: in each pair of columns one has a few words again and again.

    That is a continent beside its countries, a state beside its towns, a product beside who makes it. In a list of
    people who stand beside their school or class there is another pair that differs from row to row.
    """
    paired = [row for row in rows if row.pairs]
    if 2 * len(paired) <= len(rows):
        return False
    columns: dict[tuple[int, int], list[str]] = {}
    for row in paired:
        for at, *words in row.pairs:
            for side, word in enumerate(words):
                columns.setdefault((at, side), []).append(word)
    return all(_has_few_kinds(columns[at, 0]) or _has_few_kinds(columns[at, 1]) for at, side in columns if side == 0)


def _has_few_kinds(words: Sequence[str]) -> bool:
    """Whether a column has a few words again and again, but for the first, which may be its head."""
    kinds = len(set(words)) - (len(words) > 1 and words[0] not in words[1:])
    return kinds <= max(1, min(len(words) // _EACH_SO_OFTEN, _MOST_KINDS))
