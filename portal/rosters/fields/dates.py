"""In which order a column writes days and months. The whole column decides, and where it does not, a person is asked.

Nothing is taken for American or European by default: 4/3/2018 is a day in March for one office and in April for the
other. Every cell rules out the orders in which it is no date; what is left has to give one reading for all cells.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import combinations
from typing import Final

from portal.rosters.fields.cells import BadCell, text, unmarked
from portal.rosters.fields.values import Report

_ISO: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")
_COMPACT: Final = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})")
_CLOCK: Final = r"(?: (?:0?0:00(?::00)?|12:00(?::00)? ?AM))?"
_THREE: Final = re.compile(rf"(\d{{1,2}})([/.\- ])(\d{{1,2}})\2(\d{{4}}|\d\d){_CLOCK}", re.IGNORECASE)
_NAMED: Final = (
    re.compile(r"(?P<d>\d{1,2})(?:st|nd|rd|th)?[ .\-/]+(?P<m>[A-Za-z]{3,9})\.?[ ,.\-/]+(?P<y>\d{4}|\d\d)"),
    re.compile(r"(?P<m>[A-Za-z]{3,9})\.?[ .\-/]+(?P<d>\d{1,2})(?:st|nd|rd|th)?[ ,.\-/]+(?P<y>\d{4}|\d\d)"),
)
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_SERIAL: Final = re.compile(r"[34]\d{4}")
_OLDEST: Final = 30
"""A year of two digits lies within so many years before today: a date in a school's file of children is no older."""
_FEWEST: Final = 3
_NO_DATE: Final = "This is not a date. Write it as 2018-03-04."
_SERIAL_SAID: Final = "This is a date as Excel counts days. Give the column the format Date and save the file again."


class Order(StrEnum):
    """How a column writes a date in three numbers; the value is what `--dates` takes."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"
    YEAR_FIRST = "year-first"


def day(cell: str, order: Order | None, today: date) -> date | None:
    """Return a date, by the order of its column where three numbers need one; None for an empty cell.

    Raises `BadCell` for what is no date, or none in this order.
    """
    tidy = unmarked(text(cell))
    if not tidy:
        return None
    if found := _surely(tidy, today):
        return found
    three = _THREE.fullmatch(tidy)
    read = _reading(three, order, today) if three and order else None
    if read is None:
        raise BadCell(_SERIAL_SAID if _SERIAL.fullmatch(tidy) else _NO_DATE)
    return read


class DateColumn:
    """What the dates of one column tell about their order, cell by cell; memory does not grow with the column."""

    def __init__(self, today: date) -> None:
        """Start with every order possible."""
        self._today = today
        self._possible = set(Order)
        self._proofs: dict[Order, list[str]] = {order: [] for order in Order}
        self._open = {pair: Samples() for pair in combinations(Order, 2)}
        self._iso = self._iso_small = 0

    def take(self, cell: str) -> None:
        """Look at one cell. One that is a date in no order says nothing here; it is a defect when it is read."""
        tidy = " ".join(cell.split()).removeprefix("'")
        if found := _surely(tidy, self._today):
            self._iso += 1
            self._iso_small += found.day <= 12 and bool(_ISO.fullmatch(tidy))
            return
        three = _THREE.fullmatch(tidy)
        readings = {order: read for order in Order if three and (read := _reading(three, order, self._today))}
        if not readings:
            return
        self._possible &= readings.keys()
        if len(readings) == 1 and len(proofs := self._proofs[next(iter(readings))]) < _FEWEST:
            proofs.append(tidy)
        for pair, seen in self._open.items():
            if readings.get(pair[0]) != readings.get(pair[1]):
                seen.take(tidy)

    def settle(self, file: str, column: str, report: Report, said: Order | None) -> Order | None:
        """Return the order, that of `--dates` first; put a doubt into the report where the column does not decide."""
        if said:
            return said
        if not self._possible:
            told = [f"“{cells[0]}” is {order}" for order, cells in self._proofs.items() if cells]
            sentence = f"Some dates in “{column}” can only be read one way, and others only the other way."
            report.doubt("dates", file, column, sentence, answer=f"{_CORRECT} {_SAY}", samples=told)
            return None
        for pair, seen in self._open.items():
            if self._possible.issuperset(pair) and seen.total:
                sentence = (
                    f"“{column}” does not say which of a date's numbers is the day: {seen.total:,} of its dates can be "
                    "read in more than one way, and no other date of the column rules one of them out."
                )
                report.doubt("dates", file, column, sentence, answer=_SAY, samples=seen.cells)
                return None
        order = next(order for order in Order if order in self._possible)
        proofs = self._proofs[order]
        if self._iso >= _FEWEST and self._iso == self._iso_small and len(proofs) >= _FEWEST:
            sentence = (
                f"“{column}” mixes dates that a spreadsheet understood with dates that it left as text ({order}): in "
                "those it understood it may have swapped days and months."
            )
            answer = f"{_EXPORT} If they are right, say --dates {order}."
            report.doubt("dates", file, column, sentence, answer=answer, samples=proofs)
        return order


@dataclass(slots=True)
class Samples:
    """How many cells there were, and the first three that differ."""

    total: int = 0
    cells: list[str] = field(default_factory=list)

    def take(self, cell: str) -> None:
        """Count a cell, and keep it while there are fewer than three."""
        self.total += 1
        if len(self.cells) < _FEWEST and cell not in self.cells:
            self.cells.append(cell)


_SAY: Final = "Say which it is with --dates day-first, --dates month-first or --dates year-first."
_CORRECT: Final = "Correct the file, or say how it is meant; what is no date then is a bad cell."
_EXPORT: Final = "Export the file again with dates as 2018-03-04."


def birth_date(cell: str, order: Order | None, today: date) -> date | None:
    """Return a date on which a child can have been born: the year 1900 or later, and not after today."""
    born = day(cell, order, today)
    if born and not 1900 <= born.year <= today.year:
        raise BadCell("Nobody in a school was born then. Write the date as 2018-03-04.")
    return born


def _surely(tidy: str, today: date) -> date | None:
    """Return a date that can be read in one way alone: the year or the month says which part is which."""
    for pattern in (_ISO, _COMPACT, _YEAR_FIRST):
        if found := pattern.fullmatch(tidy):
            return _date(int(found[1]), int(found[2]), int(found[3]))
    for pattern in _NAMED:
        if found := pattern.fullmatch(tidy):
            month = found["m"].casefold()
            number = next((at for at, name in enumerate(_MONTHS, 1) if name.startswith(month) or month == "sept"), 0)
            number = 9 if month == "sept" else number
            year = _year(found["y"], today)
            return _date(year, number, int(found["d"])) if year and number else None
    return None


def _reading(three: re.Match[str], order: Order, today: date) -> date | None:
    first, second, third = three[1], three[3], three[4]
    if order is Order.YEAR_FIRST:
        year = _year(first, today) if len(first) == 2 and len(third) == 2 else None
        return _date(year, int(second), int(third)) if year else None
    year = _year(third, today)
    dated = (int(first), int(second)) if order is Order.DAY_FIRST else (int(second), int(first))
    return _date(year, dated[1], dated[0]) if year else None


def _year(written: str, today: date) -> int | None:
    if len(written) == 4:
        return int(written)
    year = 2000 + int(written)
    year = year if year <= today.year else year - 100
    return year if year > today.year - _OLDEST else None


def _date(year: int, month: int, day_: int) -> date | None:
    try:
        return date(year, month, day_)
    except ValueError:
        return None
