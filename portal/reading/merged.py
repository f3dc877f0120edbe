"""Cells that are merged over several rows: what they say is meant for each of these, and stands in the first alone."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

_LONGEST_NAME: Final = 40
_FIGURE: Final = re.compile(r"\d")


def may_be_of_rows_below(cell: str) -> bool:
    """Whether what a cell says may be meant for the rows below it as well: a few words and no figures."""
    return 0 < len(cell) <= _LONGEST_NAME and not _FIGURE.search(cell)


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
        reaching = {column: text for column, (_, text) in self._open.items() if may_be_of_rows_below(text)}
        return {column: text for column, text in reaching.items() if not cells.get(column)}

    def is_taken(self, row: int, column: int) -> bool:
        """Whether a cell from above reaches into this place of a row."""
        return column in self._open and self._open[column][0] >= row


def rows_with_first_cells(rows: Iterable[str]) -> Iterator[str]:
    """Yield rows that lack their first cell with that of the row above: a family's name before one child, or alone."""
    first = ""
    for row in rows:
        cell, _, others = row.partition("\t")
        cell, others = cell.strip(), others.strip()
        if cell:
            first = cell if may_be_of_rows_below(cell) else ""
        elif first and others:
            yield f"{first}\t{others}"


def rows_with_cells_above(rows: Iterable[list[str]], covered: str) -> Iterator[str]:
    """Yield rows of which some cell is `covered` by one from above, with what that says."""
    above: dict[int, str] = {}
    for cells in rows:
        told = [above.get(column, "") if cell == covered else cell for column, cell in enumerate(cells)]
        if covered in cells:
            yield "\t".join(told)
        above = {column: cell for column, cell in enumerate(told) if may_be_of_rows_below(cell)}
