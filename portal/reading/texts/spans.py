"""Rows of a page's tables that lack what stands above them, said once more with it: merged cells, and first ones."""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

from portal.reading.merged import Merged, may_be_of_rows_below

_CELL: Final = frozenset(("td", "th"))
_SPAN: Final = re.compile(r"""\b(row|col)span\s*=\s*["']?\s*(\d{1,4})""", re.IGNORECASE)


class _Table:
    """Takes a table tag by tag. Tables within cells end what was before them."""

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
        self._wide, self._high = max(spans.get("col", 1), 1), spans.get("row", 1)
        self._cell = []

    def text(self, text: str) -> None:
        if self._cell is not None:
            self._cell.append(text)

    def end_cell(self) -> None:
        if self._cell is None:
            return
        text = " ".join(html.unescape("".join(self._cell)).split())
        self._cells[self._column], self._cell = text, None
        if self._high > 1:
            self._merged.reach(self._column, self._row + self._high - 1, text)
        self._column += self._wide

    def end_row(self) -> str:
        """Return the row that ends, if it says something and lacks what cells above it say."""
        self.end_cell()
        if not self._cells:
            return ""  # the end of a row is told twice, by its own tag and by the next row's
        above = self._merged.above(self._row, self._cells)
        told = {**self._cells, **above}
        is_said = any(self._cells.values()) and (bool(above) or not told.get(1))
        self._first = told[1] = told.get(1) or self._first
        self._row, self._column, self._cells = self._row + 1, 1, {}
        self._first = self._first if may_be_of_rows_below(self._first) else ""
        return "\t".join(told[column] for column in sorted(told)) if is_said else ""


def rows_as_seen(texts: Sequence[str], names: Sequence[str], inside: Sequence[str]) -> Iterator[str]:
    """Yield such rows: `texts` stand before, between and behind tags of these `names` with something `inside`."""
    table = _Table()
    for name, attributes, text in zip(names, inside, texts[1:], strict=True):
        tag = name.lower()
        if tag in _CELL:
            table.begin_cell(attributes)
        elif tag.lstrip("/") in _CELL:
            table.end_cell()
        elif tag.lstrip("/") == "table":
            table = _Table()
        elif tag in {"tr", "/tr"} and (row := table.end_row()):
            yield row
        table.text(f" {text}" if tag == "br" else text)
