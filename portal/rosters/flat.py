"""A flat roster: CSV or XLSX, a row for each child and guardian, or wide rows with "Parent 1", "Parent 2"."""

import hashlib
from collections.abc import Iterator
from itertools import chain, islice

from portal.rosters import cells
from portal.rosters.cells import printable
from portal.rosters.csvfile import csv_rows
from portal.rosters.given import Given
from portal.rosters.headings import Heading, heading
from portal.rosters.lines import Line, Lines
from portal.rosters.scratch import Roster
from portal.rosters.values import COLUMNS, ChildRow, Enrolment, GuardianRow, GuardianshipRow, Report, RosterUnreadable
from portal.rosters.xlsxfile import xlsx_rows

_TITLE_ROWS = 10  # a title or a date may stand above the header
_SAYS_WHO = ("guardian_id", "guardian_given_name", "guardian_family_name", "guardian_name", "guardian_email",
             "guardian_mobile", "guardian_home_phone")  # fmt: skip
_CLASH = "{} differs here from row {}: {}. One of the two rows is wrong, or two people share an id."
_NAMELESS = "Guardians known by their address alone, because the roster does not name them: {}."
_DERIVED = (
    "Guardian entries without an id: {}. They were told apart by address and name, so a new address is a new person."
)
_SPLIT = "Names that stood in one cell and were split: {}. Before the comma, or the last word, is the family name."


class FlatReader:
    """Reads the flat format. A child's student number is its `child_id`."""

    def read(self, path: Given) -> Roster:
        """Return the roster. Raises `RosterUnreadable` when needed columns are missing or the file is broken."""
        report = Report()
        is_workbook = path.suffix.lower() == ".xlsx"
        report.format = "flat workbook (XLSX)" if is_workbook else "flat CSV"
        rows = xlsx_rows(path, report) if is_workbook else csv_rows(path.name, lambda: path.open("rb"), report)
        roster = Roster(report)
        try:
            lines, slots = _find_header(path.name, rows, report)
            _Intake(roster, slots).take(lines)
        except BaseException:
            roster.close()
            raise
        report.close()
        return roster


def _find_header(file: str, rows: Iterator[tuple[int, list[str]]], report: Report) -> tuple[Lines, list[str]]:
    top = list(islice(rows, _TITLE_ROWS))
    for place, (_, header) in enumerate(top):
        headings = [heading(cell) for cell in header]
        if any(found and found.field == "child_id" for found in headings):
            places = _places(file, header, headings, report)
            slots = sorted({found.slot for found in headings if found and found.slot})
            _check_columns(file, header, places)
            return Lines(file, header, places, chain(top[place + 1 :], rows), report), slots
    raise RosterUnreadable(
        f"{file} has no column for the child's id (child_id, “Student ID”) in its first {_TITLE_ROWS} rows. "
        f"Its first row says: {_said(top[0][1] if top else [])}."
    )


def _said(header: list[str]) -> str:
    return printable(", ".join(cell.strip() for cell in header if cell.strip()) or "nothing")[:300]


def _places(file: str, header: list[str], headings: list[Heading | None], report: Report) -> dict[str, int]:
    """Map fields to columns; the portal's own name wins over another spelling, then the first one."""
    places: dict[str, int] = {}
    order = sorted(range(len(header)), key=lambda place: header[place].strip().lower() not in COLUMNS)
    for place in order:
        found = headings[place]
        if found and found.key not in places:
            places[found.key] = place
        elif header[place].strip():
            report.drop(file, header[place].strip())
            if found:
                report.note(f"{file}: “{header[place].strip()}” was dropped; another column already says {found.key}.")
    report.mapping[file] = {header[place].strip(): key for key, place in sorted(places.items(), key=lambda it: it[1])}
    return places


def _check_columns(file: str, header: list[str], places: dict[str, int]) -> None:
    named = "child_name" in places or {"child_given_name", "child_family_name"} <= places.keys()
    if not named:
        raise RosterUnreadable(
            f"{file} needs the columns child_given_name and child_family_name, or “Student Name”. "
            f"Its header says: {_said(header)}."
        )
    if not any(key.split()[0] in _SAYS_WHO for key in places):
        raise RosterUnreadable(
            f"{file} says nothing about guardians. It needs at least guardian_email (“Parent Email”). "
            f"Its header says: {_said(header)}."
        )


class _Intake:
    """Takes the rows of one file into a roster, comparing what they say twice."""

    def __init__(self, roster: Roster, slots: list[str]) -> None:
        self._roster = roster
        self._report = roster.report
        self._ends = ["" if slot == "1" else f" {slot}" for slot in slots]

    def take(self, lines: Lines) -> None:
        """Take every row; a faulty guardian is left out, a faulty child with all its ties in that row."""
        for line in lines:
            child = self._child(line)
            if child is None:
                continue
            is_new = self._roster.add_child(child, line.row)
            if not is_new and not self._agrees(line, child):
                continue
            ties = [tie for end in self._ends if (tie := self._tie(line, end, child.source_id))]
            news = [is_new, self._place(line, child), *[self._keep_tie(line, tie) for tie in ties]]
            if not any(news) and not line.faults:
                line.fault("child_id", "This row repeats an earlier one. Delete one of them.")

    def _child(self, line: Line) -> ChildRow | None:
        number = line.read("child_id", cells.needed_number) or ""
        given, family = self._names(line, "child", "")
        if not (given and family) and not line.faults:
            line.fault("child_family_name" if given else "child_given_name", "The child's name is missing.")
        born = line.read("birth_date", cells.birth_date)
        child = ChildRow(number, number, given, family, born, line.read("grade", cells.grade) or "")
        return None if line.faults else child

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
        if not any(line.raw(field + end).strip() for field in _SAYS_WHO):
            return None
        before = line.faults
        given, family = self._names(line, "guardian", end)
        email = line.read("guardian_email" + end, cells.email)
        mobile = line.read("guardian_mobile" + end, cells.phone) or ""
        home = line.read("guardian_home_phone" + end, cells.phone) or ""
        language = line.read("language" + end, cells.language) or ""
        source = line.read("guardian_id" + end, cells.number) or ""
        unclear = line.faults
        may_view = line.read("may_receive" + end, cells.yes_or_no)
        if line.faults > unclear:
            may_view = False  # whoever wrote something there meant to limit something
        if not (given or family) and line.faults == before:
            if self._names_guardians(line, end) or not email:
                line.fault("guardian_given_name" + end, "The guardian's name is missing.")
            else:
                self._report.count(_NAMELESS)
        guardian = GuardianRow(source, given, family, email, mobile, home, language)
        # A barred guardian is kept whatever else is wrong: the bar on a shared mailbox hangs on it.
        if line.faults > before and (may_view is not False or not email):
            return None
        if not source:
            guardian = self._with_derived_id(guardian, child)
        if not self._roster.add_guardian(guardian, line.row) and not self._guardian_agrees(line, guardian, end):
            return None
        return GuardianshipRow(guardian.source_id, child, "guardian", may_view)

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
        whole = "" if given or family else line.read(f"{who}_name{end}", cells.name) or ""
        if not whole:
            return given, family
        self._report.count(_SPLIT)
        if "," in whole:
            family, _, given = (part.strip() for part in whole.partition(","))
        else:
            given, _, family = whole.rpartition(" ")
        return given, family

    @staticmethod
    def _names_guardians(line: Line, end: str) -> bool:
        return any(line.has(f"guardian_{part}{end}") for part in ("given_name", "family_name", "name"))


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
