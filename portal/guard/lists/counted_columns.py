"""Columns that say how many children there are, or what they pay, and hold nobody: "School | Students | Phone"."""

import re
from typing import Final

from portal.guard.lists.column_words import HEADS, NAMED, Kind
from portal.guard.text.folding import fold

_MARKS: Final = "\t|;,"
_COUNT: Final = re.compile(
    r"(?:[2-9]|[1-9]\d{1,2}|[1-9][,.]?\d{3})%?|[$€£] ?\d{1,4}(?:[.,]\d\d)?|\d{1,4}(?:[.,]\d\d) ?[$€£]"
)
"""A count or a sum. Where the first is 1, rows are numbered."""


def but_counted(head: frozenset[Kind], above: str, row: str) -> frozenset[Kind]:
    """Return the kinds of a head without children, if the first row below has a count where they would stand.

    `above` is the line of the head. Only where it names nobody else: people then stand in none of its columns.
    """
    if head & NAMED != {"child"}:
        return head
    cells = _cells(above)
    places = [at for at, cell in enumerate(cells) if "child" in HEADS.kinds_in(fold(cell))]
    below = _cells(row)
    are_counts = len(cells) == len(below) and all(_COUNT.fullmatch(below[at].strip()) for at in places)
    return head - {"child"} if places and are_counts else head


def _cells(line: str) -> list[str]:
    mark = next((mark for mark in _MARKS if mark in line), "\t")
    return line.strip("|").split(mark) if mark == "|" else line.split(mark)
