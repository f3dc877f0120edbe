"""Rosters, tables of values and lists are read in a cage: what a file makes of a reader happens there, and ends there.

What comes back are values, and nothing in them is trusted. A reader that crashes, or wants more memory or time than
any roster needs, is a sentence for whoever gave the file.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import cache
from pathlib import Path
from typing import BinaryIO, Final, cast

from pydantic import TypeAdapter

from portal.kernel.cage.calls import Calls, checked
from portal.kernel.cage.frames import CageBroken
from portal.kernel.cage.limits import MIB, Limits
from portal.kernel.errors import Refused, WrongCall
from portal.rosters.fields.answers import NOTHING_SAID, Answers
from portal.rosters.fields.scratch import Roster, Told
from portal.rosters.fields.values import ColumnsMissing, FileList, Keyed, Report, RosterUnreadable, Sheet
from portal.rosters.files.given import Given

_LONGEST: Final = 256 * MIB
_LONGEST_TABLE: Final = 64 * MIB
_ROSTER: Final = Limits(memory=2048 * MIB, cpu_seconds=600, wall_seconds=900.0)
"""What a roster may use: one of 100,000 children takes a tenth of the memory and a thirtieth of the time."""
_TABLE: Final = Limits(memory=1024 * MIB, cpu_seconds=60, wall_seconds=90.0)
_REPORT: Final = TypeAdapter(Report)
_TOLD: Final = TypeAdapter(Told)
_KEYED: Final = TypeAdapter(Keyed)
_LIST: Final = TypeAdapter(FileList)
_SHEET: Final = TypeAdapter(Sheet | None)
_MODULE: Final = "portal.rosters.cell"
_BROKE_OFF: Final = (
    "This file is damaged, or reading it takes more memory or time than any roster needs, so the portal stopped. "
    "Open it in a spreadsheet, save it anew as CSV (UTF-8), and try again."
)
_MAC_FOLDER: Final = "__MACOSX"


def read_roster(path: Path | Given, today: date, deltas: Sequence[Path] = (), said: Answers = NOTHING_SAID) -> Roster:
    """Read a roster of any known format, with what changed since; close it. `today` ends what has ended by then.

    `path` may be a file that is open already, and lies nowhere.

    A defect in a row raises nothing; it is in the report, as is what only a person can answer: its doubts, to which
    `said` are the answers. Raises `RosterUnreadable`, `Refused` for a known format that is not read here, or
    `WrongCall` for an answer that does not fit the file.
    """
    told = {"today": today.isoformat(), "said": said.told()}
    with _opened((path, *deltas)) as (file, given):
        return _rosters().values("roster", file, _roster, told | _told(given), longest=_LONGEST)


def read_sheet(path: Path | Given, today: date, said: Answers = NOTHING_SAID) -> Sheet | None:
    """Return the columns of a flat roster for a person to look at; None for a format that names its columns itself.

    Raises `RosterUnreadable`.
    """
    told = {"today": today.isoformat(), "said": said.told()}
    with _opened((path,)) as (file, given):
        return _rosters().value("sheet", file, _SHEET, told | _told(given))


def read_keyed(path: Path) -> Keyed:
    """Read a CSV or XLSX with a column for the student number and any others, in any order.

    Raises `RosterUnreadable` without such a column, with two, or for a broken file. At most 200,000 rows.
    """
    with _opened((path,)) as (file, given):
        return _tables().value("keyed", file, _KEYED, _told(given), longest=_LONGEST_TABLE)


def read_list(path: Path) -> FileList:
    """Read a CSV or XLSX of two columns, file name and student number, with or without headings, in any order.

    Raises `RosterUnreadable` for a table whose two columns cannot be told, or a broken file.
    """
    with _opened((path,)) as (file, given):
        return _tables().value("list", file, _LIST, _told(given), longest=_LONGEST_TABLE)


def _broke_off() -> RosterUnreadable:
    return RosterUnreadable(_BROKE_OFF)


@cache
def _rosters() -> Calls:
    return Calls(
        _MODULE, limits=_ROSTER, refusals=(RosterUnreadable, ColumnsMissing, Refused, WrongCall), broken=_broke_off
    )


@cache
def _tables() -> Calls:
    return Calls(_MODULE, limits=_TABLE, refusals=(RosterUnreadable,), broken=_broke_off)


def _told(given: Sequence[Given]) -> dict[str, object]:
    return {"files": [one.told() for one in given]}


def _roster(values: Iterator[bytes]) -> Roster:
    """Take a roster row by row, into a private file without a name: memory stays flat. Raises `CageBroken`."""
    report = checked(_REPORT, next(values, b""))
    roster = Roster(report, file="")
    try:
        for body in values:
            roster.take(checked(_TOLD, body))
    except ValueError:
        roster.close()
        raise CageBroken from None
    except BaseException:
        roster.close()
        raise
    return roster


@contextmanager
def _opened(paths: Sequence[Path | Given]) -> Iterator[tuple[int, list[Given]]]:
    """Give one open file with all that is given, and what of it is which: a file alone is opened where it lies.

    Folders, and a roster with what changed since, are laid one behind the other into a file without a name.
    """
    first = paths[0]
    if isinstance(first, Given):  # it comes alone
        yield first.file, [first]
        return
    with ExitStack() as held:
        try:
            if len(paths) == 1 and not first.is_dir():
                file: BinaryIO = held.enter_context(first.open("rb"))
                given = [Given(first.name, file.fileno(), 0, os.fstat(file.fileno()).st_size)]
            else:
                file = cast("BinaryIO", held.enter_context(tempfile.TemporaryFile()))
                given = [_laid_into(file, path) for path in paths if isinstance(path, Path)]
                file.flush()
        except FileNotFoundError as error:
            raise RosterUnreadable(f"There is no file or folder {error.filename}.") from None
        except OSError as error:
            raise RosterUnreadable(f"{error.filename or first} cannot be opened: {error.strerror}.") from None
        yield file.fileno(), given


def _laid_into(file: BinaryIO, path: Path) -> Given:
    if path.is_dir():
        inside = [_laid_into(file, one) for one in _inside(path) if one.is_file()]
        return Given(path.name, inside=tuple(inside))
    start = file.tell()
    with path.open("rb") as source:
        shutil.copyfileobj(source, file, MIB)
    return Given(path.name, file.fileno(), start, file.tell() - start)


def _inside(path: Path) -> list[Path]:
    """List a folder's CSV files, or those of the only folder in it, where an unpacked zip brought one of its own."""
    inside = [one for one in sorted(path.iterdir()) if one.name != _MAC_FOLDER and not one.name.startswith(".")]
    if len(inside) == 1 and inside[0].is_dir():
        inside = sorted(inside[0].iterdir())
    return [one for one in inside if one.suffix.lower() == ".csv"]
