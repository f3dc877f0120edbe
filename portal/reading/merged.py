"""Cells that are merged over several rows: what they say is meant for each of these, and stands in the first alone."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_LONGEST_NAME: Final = 40
_FIGURE: Final = re.compile(r"\d")
_WORD: Final = re.compile(r"\w")
_MARKS: Final = " \t\n()[],;:#-\u2013"


def for_rows_below(cell: str) -> str:
    """Return what of a cell may be meant for the rows below as well: a few words, up to a figure; else nothing.

    Of "Thompson (2)" and of a family with its address the name; a phone in each row would make a list of one family.
    """
    words = _FIGURE.split(cell, maxsplit=1)[0].strip(_MARKS)
    return words if len(words) <= _LONGEST_NAME else ""


def says_something(cell: str | None) -> bool:
    """Whether a cell says anything of its own: blanks, dashes and marks that repeat what is above do not."""
    return bool(cell and _WORD.search(cell))


class Merged:
    """The cells of one table that reach into rows below their own."""

    def __init__(self) -> None:
        """Start with none."""
        self._open: dict[int, tuple[int, str]] = {}

    def reach(self, column: int, last: int, text: str) -> None:
        """Take a cell that reaches down to row `last`."""
        self._open[column] = last, text

    def above(self, row: int, cells: Mapping[int, str]) -> dict[int, str]:
        """Return what reaches into a row from above, by column, where the row's own cells say nothing."""
        if self._open:
            self._open = {column: cell for column, cell in self._open.items() if cell[0] >= row}
        reaching = {column: for_rows_below(text) for column, (_, text) in self._open.items()}
        return {column: text for column, text in reaching.items() if text and not says_something(cells.get(column))}

    def is_taken(self, row: int, column: int) -> bool:
        """Whether a cell from above reaches into this place of a row."""
        return column in self._open and self._open[column][0] >= row


def rows_with_first_cells(rows: Iterable[str]) -> Iterator[str]:
    """Yield rows that lack their first cell with that of the row above: a family's name before one child, or alone."""
    first = ""
    for row in rows:
        cell, _, others = row.partition("\t")
        others = others.strip()
        if says_something(cell):
            first = for_rows_below(cell)
        elif first and others:
            yield f"{first}\t{others}"


def rows_with_cells_above(rows: Iterable[list[str]], covered: str) -> Iterator[str]:
    """Yield rows of which some cell is `covered` by one from above, with what that says."""
    above: dict[int, str] = {}
    for cells in rows:
        told = [above.get(column, "") if cell == covered else cell for column, cell in enumerate(cells)]
        if covered in cells:
            yield "\t".join(told)
        above = {column: words for column, cell in enumerate(told) if (words := for_rows_below(cell))}
