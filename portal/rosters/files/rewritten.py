"""CSV files that are not on a disk: what another layout or several exports say, laid out as one OneRoster export."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from portal.rosters.fields.values import Report, RosterUnreadable
from portal.rosters.files.csvfile import Opener, csv_rows
from portal.rosters.files.folders import Files

Row = dict[str, str]


def rows_of(files: Files, name: str) -> tuple[list[str], list[Row]]:
    """Return a file's headers and rows; a header that stands twice counts once. Raises `RosterUnreadable`."""
    header, rows = numbered_rows_of(files, name)
    return header, [row for _, row in rows]


def numbered_rows_of(files: Files, name: str) -> tuple[list[str], list[tuple[int, Row]]]:
    """Return a file's headers, and each row with its number in the file.

    Raises `RosterUnreadable`, also for a row wider than its header: laid out anew nobody would see that its cells may
    have shifted.
    """
    rows = csv_rows(files.written(name), files.opener(name), Report())
    _, header = next(rows, (1, []))
    plain = [cell.strip() for cell in header]
    kept = []
    for number, cells in rows:
        if any(cell.strip() for cell in cells[len(plain) :]):
            raise RosterUnreadable(
                f"{files.written(name)}, row {number} has more cells than the header; a comma in a cell needs "
                "quotation marks around it."
            )
        if any(cell.strip() for cell in cells):
            kept.append((number, dict(zip(plain, cells, strict=False))))
    return plain, kept


def key_of(row: Mapping[str, str], wanted: str) -> str:
    """Return a field of a row, however its header is written."""
    return next((value.strip() for name, value in row.items() if name.casefold() == wanted.casefold()), "")


def as_files(tables: Mapping[str, tuple[Sequence[str], Iterable[Row]]]) -> Files:
    """Return tables as files that can be opened."""
    openers: dict[str, tuple[str, Opener]] = {}
    for name, (header, rows) in tables.items():
        text = io.StringIO()
        writer = csv.DictWriter(text, list(dict.fromkeys(header)), restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        openers[name.lower()] = (name, partial(io.BytesIO, text.getvalue().encode()))
    return Files(openers)


def check_has(header: Sequence[str], name: str, *wanted: str) -> None:
    """Refuse a file without these columns. Raises `RosterUnreadable`."""
    there = {one.casefold() for one in header}
    if missing := [one for one in wanted if one.casefold() not in there]:
        raise RosterUnreadable(f"{name} lacks the column {', '.join(missing)}, so it cannot be read.")
