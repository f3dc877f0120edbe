"""Which column of a flat roster holds which field: what the headers say, and what whoever imports it said of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from portal.rosters.fields.answers import Answers
from portal.rosters.fields.cells import printable
from portal.rosters.fields.headings import Heading, headings_of, is_left_out, is_systems_own, word_of
from portal.rosters.fields.values import COLUMNS, ColumnsMissing, Report, RosterUnreadable

SAYS_WHO = ("guardian_id", "guardian_given_name", "guardian_family_name", "guardian_name", "guardian_email",
            "guardian_mobile", "guardian_home_phone")  # fmt: skip
_TITLE_ROWS: Final = 10  # a title or a date may stand above the header
Row = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Columns:
    """The header of one file. `doubtful` are columns that are not kept and that nobody has said may be dropped."""

    file: str
    row: int
    header: tuple[str, ...]
    places: dict[str, int]
    slots: tuple[str, ...]
    dropped: tuple[int, ...]
    doubtful: frozenset[int]

    def written(self, place: int) -> str:
        """Return a header as the file writes it."""
        return self.header[place].strip()

    def name(self, place: int) -> str:
        """Return what answers call a column."""
        return name_of(self.header[place], place)

    @property
    def has_guardians(self) -> bool:
        """Whether any column says who a guardian is."""
        return any(key.split()[0] in SAYS_WHO for key in self.places)

    def of(self, key: str) -> str:
        """Return the header of a field, or nothing when the file has no such column."""
        return self.written(self.places[key]) if key in self.places else ""


def name_of(cell: str, place: int) -> str:
    """Return what answers call a column: its header, or its place in the file where it has none."""
    return cell.strip() or f"column {place + 1}"


def names_of(header: Sequence[str]) -> list[str]:
    """Return what answers call the columns of a header."""
    return [name_of(cell, place) for place, cell in enumerate(header)]


def columns_of(file: str, rows: Iterator[Row], said: Answers, report: Report) -> Columns:
    """Find the header in the first rows and map it; what is not kept is named in the report.

    Raises `ColumnsMissing` for a column that every roster needs, `WrongCall` for an answer about no column.
    """
    top = list(islice(rows, _TITLE_ROWS))
    for row, header in top:
        headings = _meant(header, said)
        if any(found and found.field == "child_id" for found in headings):
            said.check_all_used(file, names_of(header))
            columns = _mapped(file, (row, header), headings, said, report)
            _check(columns)
            return columns
    raise ColumnsMissing(
        f"{file} has no column for the child's id (child_id, “Student ID”) in its first {_TITLE_ROWS} rows. "
        f'If it is called otherwise, say --column "HEADER=child_id". '
        f"Its first row says: {_said(top[0][1] if top else [])}."
    )


def likely_columns(file: str, rows: Iterator[Row], said: Answers) -> Columns:
    """Return the columns below the likeliest header, whatever is missing: for a person to say what they hold.

    Without a column for the child's id that is the first of the rows with the most known headers, unless it has less
    than half as many cells as another: a title has few. Raises `RosterUnreadable` for an empty file.
    """
    top = [(row, header, _meant(header, said)) for row, header in islice(rows, _TITLE_ROWS)]
    most = max((sum(map(bool, map(str.strip, header))) for _, header, _ in top), default=0)
    if not most:
        raise RosterUnreadable(f"{file} is empty.")

    def rank(one: tuple[int, list[str], list[Heading | None]]) -> tuple[bool, int, bool]:
        _, header, found = one
        has_id = any(heading and heading.field == "child_id" for heading in found)
        is_wide = sum(map(bool, map(str.strip, header))) * 2 >= most
        return has_id, sum(heading is not None for heading in found), is_wide

    row, header, headings = max(top, key=rank)  # the first of several
    return _mapped(file, (row, header), headings, said, Report())


def _meant(header: Sequence[str], said: Answers) -> list[Heading | None]:
    found = headings_of(header)
    return [said.columns.get(word_of(name), one) for name, one in zip(names_of(header), found, strict=True)]


def _mapped(file: str, top: Row, headings: list[Heading | None], said: Answers, report: Report) -> Columns:
    """Map fields to columns: what was said first, then the portal's own names, then schools', then one system's."""
    row, header = top
    places: dict[str, int] = {}
    dropped: list[int] = []
    doubtful: set[int] = set()

    def rank(place: int) -> tuple[bool, bool, bool]:
        cell = header[place]
        return word_of(cell) not in said.columns, cell.strip().lower() not in COLUMNS, is_systems_own(cell)

    for place in sorted(range(len(header)), key=rank):
        found, written = headings[place], header[place].strip()
        if found and found.key not in places:
            places[found.key] = place
            continue
        if not written and not found:
            if word_of(name_of("", place)) not in said.columns:
                doubtful.add(place)  # a column without a header may hold anything
            continue
        dropped.append(place)
        report.drop(file, written)
        if found:
            report.note(f"{file}: “{written}” was dropped; another column already says {found.key}.")
        if word_of(written) not in said.columns and (found or not is_left_out(written)):
            doubtful.add(place)
    report.mapping[file] = {header[place].strip(): key for key, place in sorted(places.items(), key=lambda it: it[1])}
    slots = sorted({found.slot for found in headings if found and found.slot})
    return Columns(file, row, tuple(header), places, tuple(slots), tuple(dropped), frozenset(doubtful))


def _check(columns: Columns) -> None:
    file, places = columns.file, columns.places
    if "child_name" not in places and not {"child_given_name", "child_family_name"} <= places.keys():
        raise ColumnsMissing(
            f"{file} needs the columns child_given_name and child_family_name, or “Student Name”. If they are called "
            f'otherwise, say --column "HEADER=child_family_name". '
            f"Its header says: {_said(columns.header)}."
        )


def check_guardians(columns: Columns) -> None:
    """Refuse a file of which no column says who a guardian is. Raises `ColumnsMissing`."""
    if not columns.has_guardians:
        raise ColumnsMissing(
            f"{columns.file} says nothing about guardians. It needs at least guardian_email (“Parent Email”). If it is "
            f'called otherwise, say --column "HEADER=guardian_email". Its header says: {_said(columns.header)}.'
        )


def _said(header: Sequence[str]) -> str:
    return printable(", ".join(cell.strip() for cell in header if cell.strip()) or "nothing")[:300]
