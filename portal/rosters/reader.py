"""Reading a roster of any known format: look at the path, pick the adapter, get a `Roster`."""

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from portal.rosters.flat import FlatReader
from portal.rosters.oneroster import OneRosterReader
from portal.rosters.scratch import Roster
from portal.rosters.values import RosterUnreadable


class RosterReader(Protocol):
    """Reads one roster format."""

    def read(self, path: Path) -> Roster:
        """Return the roster, to be closed by the caller.

        A defect in a row raises nothing; it is in the report. Raises `RosterUnreadable`, or `Refused` for a known
        format that is not read here.
        """
        ...


def reader_for(path: Path, today: date, deltas: Sequence[Path] = ()) -> RosterReader:
    """Choose by the path: a folder or zip is OneRoster or School Data Sync, `.csv` and `.xlsx` are flat.

    Raises `RosterUnreadable`.
    `today` ends what the roster says has ended (roles and enrolments with an end date).
    """
    if not path.exists():
        raise RosterUnreadable(f"There is no file or folder {path}.")
    if path.is_dir() or path.suffix.lower() == ".zip" or (path.suffix.lower() != ".xlsx" and zipfile.is_zipfile(path)):
        return OneRosterReader(today, deltas)
    if deltas:
        raise RosterUnreadable("Only a OneRoster export has others of what changed since.")
    if path.suffix.lower() in {".csv", ".tsv", ".txt", ".xlsx"}:
        return FlatReader()
    if path.suffix.lower() == ".xls":
        raise RosterUnreadable(f"{path.name} is a workbook of the old format. Open it and save it as XLSX.")
    raise RosterUnreadable(
        f"{path.name} is no roster the portal knows. It reads a folder or zip of OneRoster or School Data "
        "Sync, CSV and XLSX."
    )


def read_roster(path: Path, today: date, deltas: Sequence[Path] = ()) -> Roster:
    """Read a roster of any known format, with what changed since; close it. Raises as `RosterReader.read` does."""
    return reader_for(path, today, deltas).read(path)
