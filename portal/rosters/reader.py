"""Reading a roster of any known format, in the cage: look at what is given, pick the adapter, get a `Roster`."""

import zipfile
from collections.abc import Sequence
from datetime import date
from typing import Protocol

from portal.rosters.exports.oneroster import OneRosterReader
from portal.rosters.fields.answers import NOTHING_SAID, Answers
from portal.rosters.fields.scratch import Roster
from portal.rosters.fields.values import RosterUnreadable, Sheet
from portal.rosters.files.given import Given
from portal.rosters.tables.flat import FlatReader, sheet_of


class RosterReader(Protocol):
    """Reads one roster format."""

    def read(self, path: Given) -> Roster:
        """Return the roster, to be closed by the caller.

        A defect in a row raises nothing; it is in the report. Raises `RosterUnreadable`, or `Refused` for a known
        format that is not read here.
        """
        ...


def reader_for(path: Given, today: date, deltas: Sequence[Given] = (), said: Answers = NOTHING_SAID) -> RosterReader:
    """Choose by the name: a folder or zip is OneRoster or School Data Sync, `.csv` and `.xlsx` are flat.

    Raises `RosterUnreadable`.
    `said` is what whoever imports it says about its columns and dates.
    `today` ends what the roster says has ended (roles and enrolments with an end date).
    """
    kind = path.suffix.lower()
    if path.is_dir() or kind == ".zip" or (kind != ".xlsx" and zipfile.is_zipfile(path.open())):
        return OneRosterReader(today, deltas, said)
    if deltas:
        raise RosterUnreadable("Only a OneRoster export has others of what changed since.")
    if kind in {".csv", ".tsv", ".txt", ".xlsx"}:
        return FlatReader(today, said)
    if kind == ".xls":
        raise RosterUnreadable(f"{path.name} is a workbook of the old format. Open it and save it as XLSX.")
    raise RosterUnreadable(
        f"{path.name} is no roster the portal knows. It reads a folder or zip of OneRoster or School Data "
        "Sync, CSV and XLSX."
    )


def read_roster(path: Given, today: date, deltas: Sequence[Given] = (), said: Answers = NOTHING_SAID) -> Roster:
    """Read a roster of any known format, with what changed since; close it. Raises as `RosterReader.read` does.

    What only a person can answer is in `report.doubts`; `said` are the answers.
    """
    return reader_for(path, today, deltas, said).read(path)


def read_sheet(path: Given, today: date, said: Answers = NOTHING_SAID) -> Sheet | None:
    """Return the columns of a flat roster for a person to look at; None for a format that names its columns itself.

    Raises `RosterUnreadable`.
    """
    return sheet_of(path, today, said) if isinstance(reader_for(path, today), FlatReader) else None
