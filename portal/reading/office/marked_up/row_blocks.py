"""Rows of a table, told in blocks that stand where a person finds them: `sheet 2 (hidden), rows 1-100`."""

import re
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from portal.reading.budget import CannotRead
from portal.reading.gathering import Gathering
from portal.reading.merged import Merged, for_rows_below, says_something

ROWS_A_BLOCK: Final = 100
TOO_MUCH_TEXT: Final = "This file holds more text than the portal can check. Divide it and choose a part."
_DAY_ONE: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - workbooks know no zones
_DAY_ONE_1904: Final = datetime(1904, 1, 1)  # noqa: DTZ001 - workbooks know no zones
_LAST_DAY: Final = 2_958_465
_DATES: Final = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
_QUIET: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_CLOCK: Final = re.compile(r"[ymdhs]", re.IGNORECASE)
_ZEROS: Final = re.compile(r"0{2,}")
_BREAKS: Final = re.compile(r"[ \t]*[\n\r]\s*")
_FIGURE: Final = re.compile(r"\d")
_CHARACTER: Final = re.compile(r"(?:\b_xlfn\.)?\b(?:UNI)?CHAR\([ ]?(\d{1,7})[ ]?\)")
_NOTHING: Final[Mapping[int, int]] = {}
_CONTROL: Final = re.compile(r"[\t\n\r]")


class Rows:
    """Takes the cells of one table row by row and says them, a hundred rows at a time.

    Cells are parted by tabs and stand below each other: a column that is empty in the whole block is left out,
    any other keeps its place. Rows are parted by blank lines. Hidden rows are told apart. Rows without
    their first cell are said once more with that of the row above, as where a family's name stands before its first
    child alone, and so are rows into which other cells reach from above.
    """

    def __init__(self, to: Gathering, place: str, title: str = "") -> None:
        """Say what comes at `place`, such as `sheet 2 (hidden)`.

        A `title` stands above the first rows: a family's sheet may bear its name on the tab alone.
        """
        self._to, self._place = to, place
        self._title = f"{title}\n\n" if not _FIGURE.search(title) else ""  # "Sheet1" says nothing
        self._rows: dict[bool, list[tuple[int, dict[int, str]]]] = {False: [], True: []}
        self._block = self._size = 0
        self._above: tuple[int, int, str] = 0, 0, ""
        self._joined: list[tuple[int, dict[int, str]]] = []
        self._merged = Merged()
        self.hidden_rows = 0
        self.note = ""

    def add(
        self, number: int, cells: dict[int, str], *, hidden: bool = False, reach: Mapping[int, int] = _NOTHING
    ) -> None:
        """Take row `number` (from 1): its texts by column, and of cells that `reach` further down, their last row."""
        if not cells:
            return
        block = (number - 1) // ROWS_A_BLOCK
        if block != self._block:
            self.close()
            self._block = block
        self._rows[hidden].append((number, cells))  # a list: a number that comes twice hides nothing
        self._size += sum(map(len, cells.values()))
        if self._size > self._to.budget.text:  # one long text may be shared by a million cells
            raise CannotRead(TOO_MUCH_TEXT)
        self.hidden_rows += hidden
        self._join(number, cells)
        for column, last in reach.items():
            self._merged.reach(column, last, cells.get(column, ""))

    def _join(self, number: int, cells: dict[int, str]) -> None:
        """Join a row that has no first cell with that of the one above, and with the cells that reach into it."""
        row, first, text = self._above
        reaching = self._merged.above(number, cells)
        if text and number == row + 1 and min(cells) >= first and not says_something(cells.get(first)):
            self._above = number, first, text
            self._joined.append((number, {**cells, first: text, **reaching}))
            return
        if reaching:
            self._joined.append((number, {**cells, **reaching}))
        first, text = min(cells), cells[min(cells)]
        self._above = number, first, for_rows_below(text)

    def close(self) -> None:
        """Say what has come since the last block."""
        for hidden, rows in self._rows.items():
            if rows:
                place = f"{self._place}, {'hidden ' if hidden else ''}{_which(rows)}{self.note}"
                title = self._title if not self._block else ""
                self._to.say(place, (title + _lined_up([cells for _, cells in rows])).lstrip("\n"))
                rows.clear()
        if self._joined:
            place = f"{self._place}, {_which(self._joined)} with the cells above"
            self._to.say(place, _lined_up([cells for _, cells in self._joined]))
            self._joined.clear()
        self._size = 0


def _which(rows: list[tuple[int, dict[int, str]]]) -> str:
    first, last = min(number for number, _ in rows), max(number for number, _ in rows)
    return f"row {first}" if first == last else f"rows {first}-{last}"


def _lined_up(rows: list[dict[int, str]]) -> str:
    columns = sorted({column for cells in rows for column in cells})
    return "\n\n".join("\t".join([cells.get(column, "") for column in columns]).rstrip("\t") for cells in rows)


def as_cell(text: str) -> str:
    """Return text fit for a cell: no tab, no blank line."""
    if _CONTROL.search(text):
        return _BREAKS.sub("\n", text.strip()).replace("\t", " ")
    return text


def as_formula(code: str) -> str:
    """Return a formula fit for a cell, with the letters for which it has numbers: `CHAR(65)&"na"`."""
    return as_cell(_CHARACTER.sub(_letter, code) if "CHAR(" in code else code)


def _letter(code: re.Match[str]) -> str:
    number = int(code[1])
    letter = chr(number) if number <= sys.maxunicode else ""
    return f'"{letter}"' if letter.isalpha() else code[0]


def is_date(format_id: int, code: str | None) -> bool:
    """Whether numbers in that format are dates or times (ECMA-376 part 1, 18.8.30 lists the ids)."""
    return bool(_CLOCK.search(_QUIET.sub("", code))) if code else format_id in _DATES


def as_number(text: str, zeros: int = 0) -> str:
    """Return a number as people write it: `100231.0` and `1.00231E5` are 100231; `zeros` fills up to so many."""
    try:
        value = float(text)
    except ValueError:
        return text
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value)).zfill(zeros)
    return f"{value:.15g}"


def zeros_of(code: str | None) -> int:
    """Return to how many digits a format such as `00000` fills numbers up."""
    return len(code) if code and _ZEROS.fullmatch(code) else 0


def as_date(text: str, *, since_1904: bool = False) -> str:
    """Return a serial number as a date (ISO 8601) and time, where it has any; what is no date as it is."""
    try:
        serial = float(text)
    except ValueError:
        return text
    if not 0 <= serial <= _LAST_DAY:
        return as_number(text)
    if serial < 60 and not since_1904 and serial >= 1:
        serial += 1
    moment = (_DAY_ONE_1904 if since_1904 else _DAY_ONE) + timedelta(seconds=round(serial * 86400))
    if serial < 1:
        return moment.time().isoformat()
    return moment.date().isoformat() if serial.is_integer() else moment.isoformat(sep=" ")
