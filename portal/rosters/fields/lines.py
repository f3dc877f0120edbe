"""A file as numbered lines whose cells are asked for by field; what is wrong with a cell goes into the report."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar

from portal.rosters.fields.cells import BadCell
from portal.rosters.fields.values import Report, RosterUnreadable

_MOST_ROWS = 2_000_000
Value = TypeVar("Value")


class Line:
    """One row of one file. `faults` counts the defects its cells have shown so far."""

    __slots__ = ("_cells", "_sheet", "faults", "row")

    def __init__(self, sheet: "Lines", row: int, cells: list[str]) -> None:
        """Take the spreadsheet row number and the cells as written."""
        self._sheet = sheet
        self._cells = cells
        self.row = row
        self.faults = 0

    def raw(self, field: str) -> str:
        """Return the cell as written; nothing when the column or the cell is not there."""
        place = self._sheet.places.get(field)
        return self._cells[place] if place is not None and place < len(self._cells) else ""

    def has(self, field: str) -> bool:
        """Tell whether the file has such a column."""
        return field in self._sheet.places

    def word(self, field: str) -> str:
        """Return a cell of a fixed vocabulary in small letters, for comparing only."""
        return self.raw(field).strip().casefold()

    def read(self, field: str, parse: Callable[[str], Value]) -> Value | None:
        """Return what `parse` makes of the cell, or None after reporting why it cannot."""
        try:
            return parse(self.raw(field))
        except BadCell as bad:
            self.fault(field, str(bad))
            return None

    def fault(self, field: str, sentence: str) -> None:
        """Report a defect in this row, under the header as the file writes it."""
        self.faults += 1
        self._sheet.report.defect(self._sheet.file, self.row, self._sheet.heading(field), sentence)

    def content(self) -> int:
        """Return a number that tells two rows apart, within this run only."""
        return hash(tuple(self._cells))


class Lines:
    """The rows of one file below its header; `places` says in which cell a field stands."""

    def __init__(
        self,
        file: str,
        header: list[str],
        places: Mapping[str, int],
        rows: Iterable[tuple[int, list[str]]],
        report: Report,
    ) -> None:
        """Take rows numbered as a spreadsheet does. They are read once."""
        self.file = file
        self.places = places
        self.report = report
        self._header = header
        self._rows = rows

    def heading(self, field: str) -> str:
        """Return a field's header as the file writes it."""
        place = self.places.get(field)
        return self._header[place].strip() if place is not None else field

    def __iter__(self) -> Iterator[Line]:
        """Give the rows that hold anything. One wider than the header is a defect: its cells may have shifted."""
        width = len(self._header)
        for row, cells in self._rows:
            if row > _MOST_ROWS:
                raise RosterUnreadable(f"{self.file} has more than {_MOST_ROWS:,} rows. Split it.")
            if not any(cells):
                continue
            if len(cells) > width and any(cell.strip() for cell in cells[width:]):
                sentence = "This row has more cells than the header; a comma in a cell needs quotation marks around it."
                self.report.defect(self.file, row, f"cell {width + 1}", sentence)
                continue
            yield Line(self, row, cells)
