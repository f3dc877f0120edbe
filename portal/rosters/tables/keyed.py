"""A table keyed by student number, as values to fill into letters; and a list of whose file is whose.

Every cell is a value and nothing else: `=1+1`, `+1` or `@name` in a CSV is the text that stands there. In a
workbook a formula's last calculated result is the value. A number is taken without its format: 12.5, not $12.50.
"""

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final

from portal.kernel.text.counts import count_of
from portal.rosters.fields import cells
from portal.rosters.fields.cells import BadCell, printable
from portal.rosters.fields.headings import heading, is_systems_own
from portal.rosters.fields.lines import Lines
from portal.rosters.fields.values import FileList, Keyed, Report, RosterUnreadable
from portal.rosters.files.csvfile import csv_rows
from portal.rosters.files.formulas import cells_without_value
from portal.rosters.files.given import Given
from portal.rosters.files.xlsxfile import xlsx_rows

_TITLE_ROWS: Final = 10
_MOST_ROWS: Final = 200_000
_MOST_COLUMNS: Final = 1_000
_MOST_VALUES: Final = 2_000_000
"""Cells below the headings: whoever asked has them all in memory, and an empty one takes as much there as any."""
_LONGEST_VALUE: Final = 10_000
_LONGEST_FIELD: Final = 80
_KEY: Final = "student number"
_FILE: Final = "file name"
_BARE: Final = frozenset(("id", "number", "no", "num", "idnumber", "sisid", "student", "pupil"))
_FILE_WORDS: Final = frozenset(
    ("file", "filename", "files", "document", "documentname", "documentfile", "pdf", "pdffile", "pdfname", "path",
     "attachment", "name", "nameoffile")
)  # fmt: skip
_ENDING: Final = re.compile(r"\.[A-Za-z][A-Za-z0-9]{1,4}$")
_DECIMAL: Final = re.compile(r"\d+\.\d+")
_TYPED: Final = re.compile(r"[\t\n]")
Row = tuple[int, list[str]]


def read_keyed(path: Given) -> Keyed:
    """Read a CSV or XLSX with a column for the student number and any others, in any order.

    Raises `RosterUnreadable` without such a column, with two, or for a broken file. At most 200,000 rows, and two
    million values.
    """
    report = Report()
    rows = _rows(path, report)
    top = list(islice(rows, _TITLE_ROWS))
    at, key = _key_place(path.name, top)
    header = top[at][1]
    fields = _fields(path.name, top[at], key, report)
    most = _MOST_VALUES // max(1, len(fields)) if len(fields) <= _MOST_COLUMNS else 0
    lines = Lines(path.name, header, {_KEY: key} | fields, chain(top[at + 1 :], rows), report)
    found: dict[str, Mapping[str, str]] = {}
    first_rows: dict[str, int] = {}
    for count, line in enumerate(lines, start=1):
        if count > most:
            raise RosterUnreadable(
                f"{path.name} has more than {_MOST_COLUMNS:,} columns or {_MOST_VALUES:,} values. "
                "Take out the columns that no letter needs, or split it."
            )
        number = line.read(_KEY, cells.needed_number)
        values = {field: line.read(field, _value) or "" for field in fields}
        if number in first_rows:
            line.fault(_KEY, f"This number stands in row {first_rows[number]} already. Keep one row for each child.")
        elif number:
            first_rows[number] = line.row
            found[number] = values
    _note_decimals(path, found.values(), report)
    headings = {field: header[place].strip() for field, place in fields.items()}
    return Keyed(tuple(fields), found, _faults(path, report), headings, tuple(report.notes))


def read_list(path: Given) -> FileList:
    """Read a CSV or XLSX of two columns, file name and student number, with or without headings, in any order.

    Raises `RosterUnreadable` for a table whose two columns cannot be told, or a broken file.
    """
    report = Report()
    rows = _rows(path, report)
    top = [(row, line) for row, line in islice(rows, _TITLE_ROWS) if any(cell.strip() for cell in line)]
    if not top:
        raise RosterUnreadable(f"{path.name} is empty. It needs two columns: the file's name and the student number.")
    header, places, rest = _list_places(path.name, top)
    lines = Lines(path.name, header, places, chain(rest, rows), report)
    found: list[tuple[str, str]] = []
    for line in lines:
        name, number = line.read(_FILE, cells.long_text) or "", line.read(_KEY, cells.number) or ""
        if name and number:
            found.append((name, number))
        elif not line.faults and (name or number):
            line.fault(_KEY if name else _FILE, "This cell is empty. Fill it in, or delete the row.")
    return FileList(tuple(found), _faults(path, report), tuple(report.notes))


def _rows(path: Given, report: Report) -> Iterator[Row]:
    """Give the rows of a table. Raises `RosterUnreadable` for another kind of file, and past the most rows."""
    kind = path.suffix.lower()
    if kind == ".xlsx":
        rows = xlsx_rows(path, report)
    elif kind not in {".csv", ".tsv", ".txt"} or zipfile.is_zipfile(path.open()):
        raise RosterUnreadable(f"{path.name} is no table the portal reads. Save it as CSV (UTF-8) or XLSX.")
    else:
        rows = csv_rows(path.name, lambda: path.open("rb"), report)
    for row, line in rows:
        if row > _MOST_ROWS:
            raise RosterUnreadable(f"{path.name} has more than {_MOST_ROWS:,} rows. Split it.")
        yield row, line


def _faults(path: Given, report: Report) -> tuple[str, ...]:
    unsolved = cells_without_value(path) if path.suffix.lower() == ".xlsx" else []
    more = report.defect_total - len(report.defects)
    told = [f"{count_of(more, 'more fault is', 'more faults are')} not listed."] if more else []
    return (*(f"{path.name}: {sentence}" for sentence in unsolved), *map(str, sorted(report.defects)), *told)


def _word(cell: str) -> str:
    return re.sub(r"[\W_]+", "", re.sub(r"#\s*$", "number", cell.casefold()))


def _is_key(cell: str) -> bool:
    found = heading(cell)
    return found is not None and found.field == "child_id" and not is_systems_own(cell)


def _is_bare_key(cell: str) -> bool:
    return _word(cell) in _BARE


def _key_place(file: str, top: Sequence[Row]) -> tuple[int, int]:
    """Return the header's place among the top rows, and the column of the student number in it."""
    for is_key in (_is_key, _is_bare_key):
        for at, (row, line) in enumerate(top):
            columns = [place for place, cell in enumerate(line) if is_key(cell)]
            if len(columns) > 1:
                said = " and ".join(f"“{printable(line[place].strip())}”" for place in columns)
                raise RosterUnreadable(
                    f"{file}, row {row}: {said} may each be the student number. Rename all but the right one."
                )
            if columns:
                return at, columns[0]
    raise RosterUnreadable(  # without its first row: in a list that has no headings that is a child
        f"{file} has no column for the student number in its first {_TITLE_ROWS} rows. "
        "Write “Student number” above it, or choose the table you meant."
    )


def _fields(file: str, header: Row, key: int, report: Report) -> dict[str, int]:
    """Map the fields to their columns. Two headings that make the same field are a fault: which one is meant?"""
    row, line = header
    fields: dict[str, int] = {}
    for place, cell in enumerate(line):
        if place == key or not cell.strip():
            continue
        field = field_name(cell)
        if not field or field == _KEY:
            report.defect(file, row, cell.strip(), "This heading has neither letter nor digit. Give it a name.")
        elif field in fields:
            report.defect(file, row, cell.strip(), f"Two columns would be {field}. Rename one of them.")
        else:
            fields[field] = place
    unnamed = sum(not cell.strip() for cell in line)
    if unnamed:
        were = count_of(unnamed, "column without a heading was", "columns without a heading were")
        report.note(f"{file}: {were} not read.")
    return fields


def field_name(written: str) -> str:
    """Return the field a heading makes: `Amount due` is `amount_due`."""
    name = re.sub(r"[^\w/.%-]+", "_", unicodedata.normalize("NFC", written).casefold())
    return name.strip("_/.-")[:_LONGEST_FIELD]


def _value(cell: str) -> str:
    """Return a value as typed, its ends trimmed and its letters composed. Raises `BadCell` for what cannot be seen."""
    value = unicodedata.normalize("NFC", cell.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if len(value) > _LONGEST_VALUE:
        raise BadCell(f"This cell is longer than {_LONGEST_VALUE:,} characters.")
    if (plain := _TYPED.sub(" ", value)) != printable(plain):
        raise BadCell("This cell holds a control character. Type it again.")
    return value


def _note_decimals(path: Given, rows: Iterable[Mapping[str, str]], report: Report) -> None:
    """Say which columns of a workbook have numbers that its format may show otherwise: 12.5 for $12.50."""
    if path.suffix.lower() != ".xlsx":
        return
    for field in sorted({field for row in rows for field, value in row.items() if _DECIMAL.fullmatch(value)}):
        report.note(f"{field} has numbers with a point, such as 12.5. Where Excel shows $12.50, make the cells text.")


def _list_places(file: str, top: Sequence[Row]) -> tuple[list[str], dict[str, int], Sequence[Row]]:
    """Return the headings, where file name and number stand, and the rows below. One without headings gets ours."""
    for at, (_, line) in enumerate(top):
        keys = [place for place, cell in enumerate(line) if _is_key(cell) or _is_bare_key(cell)]
        files = [place for place, cell in enumerate(line) if _word(cell) in _FILE_WORDS]
        if len(keys) == 1 and len(files) == 1:
            return line, {_KEY: keys[0], _FILE: files[0]}, top[at + 1 :]
    used = sorted({place for _, line in top for place, cell in enumerate(line) if cell.strip()})
    if len(used) != 2:
        raise RosterUnreadable(
            f"{file} needs two columns, the file's name and the student number. If it has more, write “File name” and "
            "“Student number” above the two that are meant."
        )
    left, right = ([line[place] if place < len(line) else "" for _, line in top] for place in used)
    is_right_the_file = _like_files(right) > _like_files(left)
    name, key = reversed(used) if is_right_the_file else used
    header = [{key: _KEY, name: _FILE}.get(place, "") for place in range(max(used) + 1)]
    return header, {_KEY: key, _FILE: name}, top


def _like_files(column: Iterable[str]) -> int:
    return sum(bool(_ENDING.search(cell.strip())) for cell in column)
