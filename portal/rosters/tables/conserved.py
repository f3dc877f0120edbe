"""Whether everybody whom a flat roster names is still there when it has been read: addresses, and halves of names."""

from typing import Final

from portal.kernel.text.addresses import OneAddress
from portal.kernel.text.counts import count_of
from portal.rosters.fields import cells
from portal.rosters.fields.cells import BadCell
from portal.rosters.fields.dates import Samples
from portal.rosters.fields.lines import Line
from portal.rosters.fields.scratch import Roster
from portal.rosters.fields.values import Report
from portal.rosters.tables.mapping import Columns

_TABLE: Final = """
CREATE TABLE said_address (address TEXT PRIMARY KEY, cell TEXT, row INTEGER, why TEXT) WITHOUT ROWID;
BEGIN;
"""
_KEPT: Final = """
CREATE TABLE kept_address AS SELECT DISTINCT address_key(email) AS address FROM guardian WHERE email IS NOT NULL
"""
_LOST: Final = """
SELECT cell, row, why FROM said_address WHERE address NOT IN (SELECT address FROM kept_address) ORDER BY row
"""
_AT_ONCE: Final = 1_000
_WITH_BAD_ROWS: Final = "Addresses that stand in this file and are left out with the bad cells of their rows: {}."


class Addresses:
    """The addresses that the columns of guardians hold, each to be found again among those that are kept."""

    def __init__(self, roster: Roster) -> None:
        """Start with none."""
        self._roster = roster
        self._scratch = roster.scratch
        self._scratch.executescript(_TABLE)
        self._now: dict[str, tuple[str, str]] = {}
        self._waiting: list[tuple[str, str, int, str]] = []

    def take(self, line: Line, ends: list[str]) -> None:
        """Note the addresses of a row."""
        self._now = {}
        for end in ends:
            if key := address_in(line, end):
                self._now[end] = (key, line.raw("guardian_email" + end).strip())

    def leave_out(self, end: str) -> None:
        """Forget the address of somebody who is no guardian."""
        self._now.pop(end, None)

    def end_row(self, line: Line) -> None:
        """Keep what a row said, with whether one of its cells was bad."""
        why = "bad" if line.faults else ""
        self._waiting += [(key, cell, line.row, why) for key, cell in self._now.values()]
        if len(self._waiting) >= _AT_ONCE:
            self._write()

    def _write(self) -> None:
        self._scratch.executemany("INSERT OR IGNORE INTO said_address VALUES (?, ?, ?, ?)", self._waiting)
        self._waiting.clear()

    def tell(self, file: str) -> None:
        """Put into the report how many addresses were lost, and stop the import for those that no bad cell explains."""
        self._write()
        report = self._roster.report
        self._scratch.create_function("address_key", 1, lambda text: OneAddress(text).key, deterministic=True)
        self._scratch.execute(_KEPT)
        lost = Samples()
        for cell, row, why in self._scratch.execute(_LOST):
            if why:
                report.count(_WITH_BAD_ROWS)
            else:
                lost.take(f"row {row}: {cell}")
        if lost.total:
            addresses = count_of(lost.total, "address", "addresses")
            sentence = f"{addresses} of this file would not be kept, though their rows are sound."
            answer = "Look at these rows; two people may share an id."
            report.doubt("addresses", file, "", sentence, answer=answer, samples=lost.cells)


def address_in(line: Line, end: str) -> str:
    """Return the key of a guardian's address, or nothing where there is none."""
    try:
        email = cells.email(line.raw("guardian_email" + end))
    except BadCell:
        return ""
    return email.key if email else ""


def tell_halves(columns: Columns, missing: str, found: Samples, report: Report) -> None:
    """Stop an import that would know people by half of their name: the guard finds nobody by a first name."""
    half, other = ("family", "given") if "family" in missing else ("given", "family")
    whole, there = missing.replace(f"{half}_name", "name"), missing.replace(half, other)
    people = count_of(found.total, "guardian has", "guardians have")
    sentence = f"{people} a {other} name and no {half} name."
    says = ""
    if column := columns.of(missing):
        says = f"{column}={missing}"
        answer = f'Fill in “{column}”. If they have one name alone, say --column "{says}".'
    elif column := columns.of(whole) or columns.of(there):
        says = f"{column}={whole}"
        answer = (
            f'Say which column holds it, as --column "HEADER={missing}". If “{column}” holds whole names, '
            f'say --column "{says}".'
        )
    else:
        answer = f'Say which column holds it, as --column "HEADER={missing}".'
    column = columns.of(there) or columns.of(whole)
    report.doubt(
        "names", columns.file, column, sentence, answer=answer, samples=found.cells, says=[says] if says else []
    )
