"""A flat roster: CSV or XLSX, a row for each child and guardian, or wide rows with "Parent 1", "Parent 2"."""

import hashlib
import re
from collections.abc import Generator, Iterator
from contextlib import closing
from datetime import date
from typing import Final

from portal.kernel.text.addresses import OneAddress
from portal.rosters.fields import cells, dates
from portal.rosters.fields.answers import NOTHING_SAID, Answers
from portal.rosters.fields.dates import Order, Samples
from portal.rosters.fields.lines import Line, Lines
from portal.rosters.fields.scratch import Roster
from portal.rosters.fields.values import COLUMNS, ChildRow, Enrolment, GuardianRow, GuardianshipRow, Report, Sheet
from portal.rosters.files.csvfile import csv_rows
from portal.rosters.files.formulas import formula_cells
from portal.rosters.files.given import Given
from portal.rosters.files.xlsxfile import xlsx_rows
from portal.rosters.tables.conserved import Addresses, address_in, tell_halves
from portal.rosters.tables.mapping import SAYS_WHO, Columns, Row, check_guardians, columns_of, likely_columns
from portal.rosters.tables.sheet import look_at
from portal.rosters.tables.survey import Survey, tell_formulas

_CLASH = "{} differs here from row {}: {}. One of the two rows is wrong, or two people share an id."
_NAMELESS = "Guardians known by their address alone, because the roster does not name them: {}."
_DERIVED = (
    "Guardian entries without an id: {}. They were told apart by address and name, so a new address is a new person."
)
_SPLIT = "Names that stood in one cell and were split: {}. Before the comma, or the last word, is the family name."
_NO_GUARDIAN = "Left out because the roster calls them something else than a guardian, such as a doctor: {}."
_NEVER: Final = (
    "doctor",
    "physician",
    "dentist",
    "emergency",
    "neighbo",
    "sitter",
    "daycare",
    "caseworker",
    "hospital",
)
_FAMILY: Final = ("mother", "father", "parent", "guardian", "mum", "mom", "dad", "carer", "foster", "family", "primary")
_TITLE: Final = re.compile(r"^(?:mrs?|ms|miss|mx|dr|prof|rev)\.? (?=\S)", re.IGNORECASE)
_SUFFIXES: Final = frozenset(("jr", "sr", "ii", "iii", "iv", "md", "phd", "esq"))


class FlatReader:
    """Reads the flat format. A child's student number is its `child_id`."""

    def __init__(self, today: date, said: Answers = NOTHING_SAID) -> None:
        """Take the day on which the roster is read, and what was said about its columns and dates."""
        self._today = today
        self._said = said

    def read(self, path: Given) -> Roster:
        """Return the roster. The file is read twice: its columns are judged as a whole before a row is taken.

        Raises `RosterUnreadable` when needed columns are missing or the file is broken, `WrongCall` for an answer that
        does not fit it.
        """
        report = Report()
        report.format = "flat workbook (XLSX)" if _is_workbook(path) else "flat CSV"
        with closing(_rows(path, report)) as rows:
            columns = columns_of(path.name, rows, self._said, report)
        survey = Survey(columns, self._today)
        survey.take(_below(columns, _rows(path, report)))
        survey.tell(report, self._said)
        if not any("=guardian_email" in one for doubt in report.doubts for one in doubt.says):
            check_guardians(columns)  # else the question about the addresses says it better
        if _is_workbook(path):
            _tell_formula_cells(path, columns, report)
        body = survey.cleaned(_below(columns, _rows(path, report)), report)
        lines = Lines(path.name, list(columns.header), columns.places, body, report)
        roster = Roster(report)
        try:
            _Intake(roster, columns, self._said, survey.order, self._today).take(lines)
        except BaseException:
            roster.close()
            raise
        report.close()
        return roster


def sheet_of(path: Given, today: date, said: Answers = NOTHING_SAID) -> Sheet:
    """Return the columns of a file for a person to look at, whatever is missing. Raises `RosterUnreadable`."""
    with closing(_rows(path, Report())) as rows:
        columns = likely_columns(path.name, rows, said)
    return look_at(columns, _below(columns, _rows(path, Report())), today)


def _is_workbook(path: Given) -> bool:
    return path.suffix.lower() == ".xlsx"


def _rows(path: Given, report: Report) -> Generator[Row]:
    return xlsx_rows(path, report) if _is_workbook(path) else csv_rows(path.name, lambda: path.open("rb"), report)


def _below(columns: Columns, rows: Iterator[Row]) -> Iterator[Row]:
    return (row for row in rows if row[0] > columns.row)


def _tell_formula_cells(path: Given, columns: Columns, report: Report) -> None:
    for place, found in sorted(formula_cells(path, below=columns.row).items()):
        if place in columns.places.values():
            tell_formulas(columns, place, found, report)


class _Intake:
    """Takes the rows of one file into a roster, comparing what they say twice."""

    def __init__(self, roster: Roster, columns: Columns, said: Answers, order: Order | None, today: date) -> None:
        self._roster = roster
        self._report = roster.report
        self._columns = columns
        self._said = said
        self._order = order
        self._today = today
        self._ends = ["" if slot == "1" else f" {slot}" for slot in columns.slots]
        tells = ("guardian_relation", "guardian_kind", "guardian_is")
        self._told = {end for end in self._ends if any(field + end in columns.places for field in tells)}
        self._halves: dict[str, Samples] = {}
        self._addresses = Addresses(roster)
        self._has_other = False  # whether this row names somebody who is no guardian

    def take(self, lines: Lines) -> None:
        """Take every row; a faulty guardian is left out, a faulty child with all its ties in that row."""
        for line in lines:
            self._addresses.take(line, self._ends)
            self._row(line)
            self._addresses.end_row(line)
        for missing, found in self._halves.items():
            tell_halves(self._columns, missing, found, self._report)
        self._addresses.tell(self._columns.file)

    def _row(self, line: Line) -> None:
        child = self._child(line)
        if child is None:
            return
        self._has_other = False
        is_new = self._roster.add_child(child, line.row)
        if not is_new and not self._agrees(line, child):
            return
        ties = [tie for end in self._ends if (tie := self._tie(line, end, child.source_id))]
        news = [is_new, self._place(line, child), *[self._keep_tie(line, tie) for tie in ties]]
        if not any(news) and not line.faults and not self._has_other:
            line.fault("child_id", "This row repeats an earlier one. Delete one of them.")

    def _child(self, line: Line) -> ChildRow | None:
        number = line.read("child_id", cells.needed_number) or ""
        given, family = self._names(line, "child", "")
        if not (given and family) and not line.faults:
            line.fault("child_family_name" if given else "child_given_name", "The child's name is missing.")
        born = self._born(line)
        child = ChildRow(number, number, given, family, born, line.read("grade", cells.grade) or "")
        return None if line.faults else child

    def _born(self, line: Line) -> date | None:
        """Return the birth date; without an order of the column nothing is read, and its doubt stops the import."""
        if self._order is None:
            return None
        return line.read("birth_date", lambda cell: dates.birth_date(cell, self._order, self._today))

    def _agrees(self, line: Line, child: ChildRow) -> bool:
        known = self._roster.one("SELECT given, family, birth, grade, row FROM child WHERE source = ?", child.source_id)
        assert known
        born = child.birth_date.isoformat() if child.birth_date else ""
        said = (child.given_name, child.family_name, born, child.grade)
        fields = ("child_given_name", "child_family_name", "birth_date", "grade")
        if not _agree(line, f"Child {child.source_id}", fields, said, known):
            return False
        self._roster.scratch.execute(
            "UPDATE child SET birth = coalesce(birth, nullif(?, '')), grade = coalesce(nullif(grade, ''), ?) "
            "WHERE source = ?",
            (born, child.grade, child.source_id),
        )
        return True

    def _place(self, line: Line, child: ChildRow) -> bool:
        before = line.faults
        site, program = line.read("site", cells.text) or "", line.read("program", cells.text) or ""
        return (
            bool(site or program)
            and line.faults == before
            and self._roster.add_enrolment(child.source_id, Enrolment(program, site))
        )

    def _tie(self, line: Line, end: str, child: str) -> GuardianshipRow | None:
        if not any(line.raw(field + end).strip() for field in SAYS_WHO) or not self._is_guardian(line, end):
            return None
        before = line.faults
        given, family = self._names(line, "guardian", end)
        email = line.read("guardian_email" + end, cells.email)
        mobile = line.read("guardian_mobile" + end, cells.phone) or ""
        home = line.read("guardian_home_phone" + end, cells.phone) or line.read("household_phone", cells.phone) or ""
        language = line.read("language" + end, cells.language) or ""
        source = line.read("guardian_id" + end, cells.number) or ""
        unclear = line.faults
        may_view = line.read("may_receive" + end, cells.yes_or_no)
        if line.faults > unclear:
            may_view = False  # whoever wrote something there meant to limit something
        if not (given or family) and line.faults == before:
            if self._names_guardians(line, end) or not email:
                line.fault("guardian_given_name" + end, "The guardian's name is missing.")
            elif self._is_named_beside(line, end, email):
                return None
            else:
                self._report.count(_NAMELESS)
        guardian = GuardianRow(source, given, family, email, mobile, home, language)
        # A barred guardian is kept whatever else is wrong: the bar on a shared mailbox hangs on it.
        if line.faults > before and (may_view is not False or not email):
            return None
        self._note_half(line, end, given, family)
        if not source:
            guardian = self._with_derived_id(guardian, child)
        if not self._roster.add_guardian(guardian, line.row) and not self._guardian_agrees(line, guardian, end):
            return None
        return GuardianshipRow(guardian.source_id, child, "guardian", may_view)

    def _is_guardian(self, line: Line, end: str) -> bool:
        """Whether the roster calls somebody a guardian, where it says what its contacts are to the child."""
        if end not in self._told:
            return True
        relation = f"{line.word('guardian_relation' + end)} {line.word('guardian_kind' + end)}".strip()
        is_said = line.read("guardian_is" + end, cells.yes_or_no)
        if is_said is None and end.startswith(" contact"):
            is_said = any(word in relation for word in _FAMILY)
        is_other = any(word in relation for word in _NEVER) or is_said is False
        if is_other:
            self._report.count(_NO_GUARDIAN)
            self._addresses.leave_out(end)
            self._has_other = True
        return not is_other

    def _is_named_beside(self, line: Line, end: str, email: OneAddress) -> bool:
        """Whether an address without a name is that of a guardian whom the same row names."""
        return any(
            other != end and self._names_guardians(line, other) and address_in(line, other) == email.key
            for other in self._ends
        )

    def _note_half(self, line: Line, end: str, given: str, family: str) -> None:
        if bool(given) == bool(family):
            return
        missing = f"guardian_{'family' if given else 'given'}_name{end}"
        if not self._said.for_field(missing) and not self._said.for_field(f"guardian_name{end}"):
            self._halves.setdefault(missing, Samples()).take(f"row {line.row}: {given or family}")

    def _with_derived_id(self, guardian: GuardianRow, child: str) -> GuardianRow:
        self._report.count(_DERIVED)
        name = f"{guardian.given_name} {guardian.family_name}".casefold()
        reached = guardian.email.key if guardian.email else guardian.mobile or guardian.home_phone or f"child {child}"
        source = hashlib.sha256(f"{reached}\n{name}".encode()).hexdigest()[:32]
        return GuardianRow(
            source, guardian.given_name, guardian.family_name, guardian.email, guardian.mobile, guardian.home_phone,
            guardian.language,
        )  # fmt: skip

    def _guardian_agrees(self, line: Line, guardian: GuardianRow, end: str) -> bool:
        columns = ("given", "family", "email", "mobile", "home", "language")
        fields = [field + end for field in ("guardian_given_name", "guardian_family_name", *COLUMNS[10:14])]
        known = self._roster.one(
            f"SELECT {', '.join(columns)}, row FROM guardian WHERE source = ?",  # noqa: S608 - names from this file
            guardian.source_id,
        )
        assert known
        email = guardian.email.text if guardian.email else ""
        said = (
            guardian.given_name,
            guardian.family_name,
            email,
            guardian.mobile,
            guardian.home_phone,
            guardian.language,
        )
        if not _agree(line, f"Guardian {guardian.source_id}", fields, said, known):
            return False
        if any(new and not old for new, old in zip(said, known[:-1], strict=True)):
            filled = ", ".join(f"{column} = coalesce(nullif({column}, ''), nullif(?, ''), '')" for column in columns)
            self._roster.scratch.execute(f"UPDATE guardian SET {filled} WHERE source = ?", (*said, guardian.source_id))  # noqa: S608 - names from this file
        return True

    def _keep_tie(self, line: Line, tie: GuardianshipRow) -> bool:
        if self._roster.add_guardianship(tie):
            return True
        pair = (tie.guardian_source, tie.child_source)
        known = self._roster.one("SELECT may_view FROM guardianship WHERE guardian = ? AND child = ?", *pair)
        assert known
        if tie.may_view is not None and known[0] != int(tie.may_view):
            if known[0] is not None:
                line.fault("may_receive", "An earlier row says the opposite for this guardian and child; no was taken.")
            view = bool(tie.may_view) and known[0] is None
            change = "UPDATE guardianship SET may_view = ? WHERE guardian = ? AND child = ?"
            self._roster.scratch.execute(change, (view, *pair))
            return True
        return False

    def _names(self, line: Line, who: str, end: str) -> tuple[str, str]:
        given = line.read(f"{who}_given_name{end}", cells.name) or ""
        family = line.read(f"{who}_family_name{end}", cells.name) or ""
        whole = "" if family else _TITLE.sub("", line.read(f"{who}_name{end}", cells.name) or "")
        if "," in family or (given and whole):
            return self._within(line, f"{who}_{'family_' if family else ''}name{end}", given, family or whole)
        if not whole:
            return given, family
        self._report.count(_SPLIT)
        if "," in whole:
            family, _, given = (part.strip() for part in whole.partition(","))
        else:
            given, _, family = whole.rpartition(" ")
        return given, family

    def _within(self, line: Line, field: str, given: str, cell: str) -> tuple[str, str]:
        """Return the names where the cell for the family name holds more: “Hart, Petra” or “Petra Hart”."""
        family, comma, rest = (part.strip() for part in cell.partition(","))
        if comma and rest.casefold().strip(".") in _SUFFIXES:
            return given, f"{family} {rest}"
        if comma and _begin_alike(given, rest):
            self._report.count(_SPLIT)
            return given or rest, family
        if comma:
            line.fault(field, f"This cell holds two names, and the second is not “{given}” of the column beside it.")
            return given, family
        if cell.casefold() == given.casefold():
            return given, ""
        if cell.casefold().startswith(f"{given.casefold()} "):
            return given, cell[len(given) :].strip()
        return given, cell

    @staticmethod
    def _names_guardians(line: Line, end: str) -> bool:
        return any(line.has(f"guardian_{part}{end}") for part in ("given_name", "family_name", "name"))


def _begin_alike(one: str, other: str) -> bool:
    """Whether two given names may be one person's: “Rosa” and “Rosa Maria”."""
    folded = one.casefold(), other.casefold()
    return folded[0].startswith(folded[1]) or folded[1].startswith(folded[0])


def _agree(
    line: Line, who: str, fields: tuple[str, ...] | list[str], said: tuple[str, ...], known: tuple[object, ...]
) -> bool:
    """Compare a person's cells with an earlier row's (its number is last in `known`); an empty cell agrees."""
    wrong = [
        field
        for field, new, old in zip(fields, said, known[:-1], strict=True)
        if new and old and new.casefold() != str(old).casefold()
    ]
    if wrong:
        line.fault(wrong[0], _CLASH.format(who, known[-1], ", ".join(wrong)))
    return not wrong
