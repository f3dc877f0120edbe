"""Rows of a page's tables that lack what stands above them, said once more with it: merged cells, and first ones."""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

from portal.reading.merged import Merged, for_rows_below, says_something

_CELL: Final = frozenset(("td", "th"))
_ENDS_ROW: Final = frozenset(("tr", "/tr", "/table"))
_TO_THE_END: Final = 10_000
"""Rows that `rowspan="0"` reaches into: all (WHATWG HTML 4.9.11)."""
_MOST_COLUMNS: Final = 100
"""From which cells reach down: a thousand that do would be said again in each of a thousand rows."""
_DEEPEST: Final = 20
_SPAN: Final = re.compile(r"""\b(row|col)span\s*=\s*["']?\s*(\d{1,4})""", re.IGNORECASE)


class _Table:
    """Takes a table tag by tag."""

    def __init__(self) -> None:
        self._merged = Merged()
        self._row = self._column = self._wide = self._high = 1
        self._cells: dict[int, str] = {}
        self._first = ""
        self._cell: list[str] | None = None

    def begin_cell(self, inside: str) -> None:
        self.end_cell()
        while self._merged.is_taken(self._row, self._column):
            self._column += 1
        spans = {which.lower(): int(number) for which, number in _SPAN.findall(inside)}
        self._wide, self._high = max(spans.get("col", 1), 1), spans.get("row", 1) or _TO_THE_END
        self._cell = []

    def text(self, text: str) -> None:
        if self._cell is not None:
            self._cell.append(text)

    def end_cell(self) -> None:
        if self._cell is None:
            return
        text = " ".join(html.unescape("".join(self._cell)).split())
        self._cells[self._column], self._cell = text, None
        if self._high > 1 and self._column <= _MOST_COLUMNS:
            self._merged.reach(self._column, self._row + self._high - 1, text)
        self._column += self._wide

    def end_row(self) -> str:
        """Return the row that ends, if it says something and lacks what cells above it say."""
        self.end_cell()
        if not self._cells:
            return ""  # the end of a row is told twice, by its own tag and by the next row's
        above = self._merged.above(self._row, self._cells)
        told = {**self._cells, **above}
        is_first_told = says_something(told.get(1))
        is_said = any(map(says_something, self._cells.values())) and (bool(above) or not is_first_told)
        told[1] = told[1] if is_first_told else self._first
        self._first = for_rows_below(told[1])
        self._row, self._column, self._cells = self._row + 1, 1, {}
        return "\t".join(told[column] for column in sorted(told)) if is_said else ""


def rows_as_seen(texts: Sequence[str], names: Sequence[str], inside: Sequence[str]) -> Iterator[str]:
    """Yield such rows: `texts` stand before, between and behind tags of these `names` with something `inside`.

    Tables within cells are told by themselves, whether or not their rows and cells have ends.
    """
    table, around = _Table(), list[_Table]()
    for name, attributes, text in zip((*names, "/table"), (*inside, ""), (*texts[1:], ""), strict=True):
        tag = name.lower()
        if tag in _CELL:
            table.begin_cell(attributes)
        elif tag.lstrip("/") in _CELL:
            table.end_cell()
        elif tag == "table" and len(around) < _DEEPEST:
            around.append(table)
            table = _Table()
        elif tag in _ENDS_ROW and (row := table.end_row()):
            yield row
        if tag == "/table":
            table = around.pop() if around else _Table()
        table.text(f" {text}" if tag == "br" else text)
