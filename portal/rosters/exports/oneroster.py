"""A OneRoster 1.1 or 1.2 export, as a folder or a zip; and Microsoft School Data Sync 2.1, which resembles it.

A guardian is an active user whose role is parent, guardian or relative (a teacher may be one too, by a second
role in `roles.csv`) and whom a student names in `agentSourcedIds`, or who names the student: both directions
count. Any other role named there, a teacher or an aide, is left out and counted. A child's program is the title
of its course, else of its class; its site is the school of the enrolment. Source: 1EdTech OneRoster CSV binding.
"""

import re
import zipfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date

from portal.kernel.errors import WrongCall
from portal.kernel.text.counts import count_of
from portal.rosters.exports.deltas import laid_over
from portal.rosters.exports.manifest import Manifest
from portal.rosters.exports.oneroster_links import join
from portal.rosters.exports.sds import OWN, as_oneroster, is_school_data_sync
from portal.rosters.fields import cells, dates
from portal.rosters.fields.answers import NOTHING_SAID, Answers
from portal.rosters.fields.dates import DateColumn, Order, Samples
from portal.rosters.fields.headings import is_left_out, word_of
from portal.rosters.fields.lines import Line
from portal.rosters.fields.scratch import Roster
from portal.rosters.fields.values import GUARDIAN_ROLES, ChildRow, GuardianRow, Report, RosterUnreadable
from portal.rosters.files.folders import DAMAGE, Files, open_folder, open_zip
from portal.rosters.files.given import Given
from portal.rosters.tables.survey import Held, said_of

_STAGES = """
CREATE TABLE org (id TEXT PRIMARY KEY, name TEXT, type TEXT, active INTEGER) WITHOUT ROWID;
CREATE TABLE course (id TEXT PRIMARY KEY, title TEXT, active INTEGER) WITHOUT ROWID;
CREATE TABLE class (id TEXT PRIMARY KEY, title TEXT, course TEXT, school TEXT, active INTEGER, row INTEGER)
  WITHOUT ROWID;
CREATE TABLE role (user TEXT, role TEXT, org TEXT, row INTEGER);
CREATE TABLE ended (user TEXT PRIMARY KEY, day TEXT) WITHOUT ROWID;
CREATE TABLE user (id TEXT PRIMARY KEY, state TEXT, basis TEXT, content INTEGER, row INTEGER) WITHOUT ROWID;
CREATE TABLE agent (user TEXT, other TEXT, row INTEGER);
CREATE TABLE user_org (user TEXT, org TEXT, file TEXT, field TEXT, row INTEGER);
CREATE TABLE place (id TEXT, user TEXT, class TEXT, school TEXT, row INTEGER);
"""
_ABSENT = "Left out because they are marked for deletion or not enabled: {} users."
_ENDED = "Left out because they had ended: {} roles and enrolments."
_ENDED_CHILDREN = "Children left out because their time had ended: {:,}, the last on {}."
_NO_NUMBER = "Children without an identifier, whose sourcedId is now their student number: {}."
_MORE_GRADES = "Children with several grades, of which the first was taken: {}."
_STUDENT_MAIL = "The e-mail addresses and phones of children are not kept."


_KEEP_END = """
INSERT INTO ended VALUES (?, ?) ON CONFLICT (user) DO UPDATE SET day = max(day, excluded.day)
"""


class OneRosterReader:
    """Reads OneRoster CSV. `today` ends roles and enrolments whose end date has passed."""

    def __init__(self, today: date, deltas: Sequence[Given] = (), said: Answers = NOTHING_SAID) -> None:
        """Take the day on which the roster is read, exports of what changed since the one that is read, and answers.

        Its columns have names of their own, so the answers are how dates are written, which further columns of
        `users.csv` to drop, and that an empty name is meant. Raises `WrongCall` for another.
        """
        if any(found and found.key not in _HALVES for found in said.columns.values()):
            raise WrongCall(
                "This format names its columns itself. --column can only drop one (HEADER=drop), or say that an empty "
                'name is meant, as --column "familyName=guardian_family_name".'
            )
        self._today = today
        self._deltas = deltas
        self._said = said

    def read(self, path: Given) -> Roster:
        """Return the roster. Raises `RosterUnreadable` for a delta, another version or a broken export."""
        with ExitStack() as open_now:
            files = _opened(path, open_now)
            deltas = [_opened(delta, open_now) for delta in self._deltas]
            try:
                return self._read(files, deltas, "folder" if path.is_dir() else "zip")
            except DAMAGE:
                raise RosterUnreadable(f"{path.name} is a damaged zip. Export the roster again.") from None

    def _read(self, files: Files, deltas: Sequence[Files], wrapping: str) -> Roster:
        report = Report()
        is_microsoft = is_school_data_sync(files)
        if is_microsoft and deltas:
            raise RosterUnreadable("School Data Sync has no exports of what changed. Import the newest whole one.")
        files = as_oneroster(files, report) if is_microsoft else laid_over(files, deltas) if deltas else files
        manifest = Manifest(files, report, is_oneroster=not is_microsoft)
        told = "Microsoft School Data Sync 2.1" if is_microsoft else f"OneRoster {manifest.version}"
        since = f", with {len(deltas)} since" if deltas else ""
        report.format = f"{told} ({wrapping}{since})"
        if deltas:
            report.note(
                "Rows are counted in the first export, with what changed in its place and what is new at its end."
            )
        if not manifest.has("users.csv"):
            raise RosterUnreadable("There is no users.csv, so nobody is in this roster.")
        roster = Roster(report)
        try:
            roster.scratch.executescript(_STAGES + "BEGIN;")
            _Intake(roster, manifest, self._today, self._said).take()
            join(roster, {name: files.written(name) for name in ("users.csv", *_OTHERS) if name in files})
            _tell_strange(manifest, files.written("users.csv"), report, self._said)
            _tell_halves(roster, files.written("users.csv"), self._said)
        except BaseException:
            roster.close()
            raise
        report.close()
        return roster


def _tell_strange(manifest: Manifest, file: str, report: Report, said: Answers) -> None:
    """Stop an import that would drop a system's own column of addresses or phones: more than the standard's one."""
    for written, column in manifest.strange("users.csv").items():
        held = Held()
        for cell in map(str.strip, column):
            if cell:
                held.take(cell)
        many = held.reached()
        report.held.setdefault(file, {})[written] = {"cells": held.cells} | {
            kind: one.total for kind, one in many.items()
        }
        if not many or word_of(written) in said.columns or is_left_out(written) or written.casefold() in OWN:
            continue
        sentence = f"The column “{written}” is not part of this format and would be dropped. It holds {said_of(many)}."
        says = f"{written}=drop"
        answer = f'Bring them into the columns of the format, or leave them out with --column "{says}".'
        samples = next(iter(many.values())).cells
        report.doubt("column", file, written, sentence, answer=answer, samples=samples, says=[says])


def _tell_halves(roster: Roster, file: str, said: Answers) -> None:
    """Stop an import that would know guardians by half of their name: the guard finds nobody by a first name."""
    for key, (column, missing, there) in _HALVES.items():
        found = Samples()
        query = f"SELECT row, {there} FROM guardian WHERE {missing} = '' AND {there} <> '' ORDER BY seq"  # noqa: S608 - names from this file
        for row, name in roster.scratch.execute(query):
            found.take(f"row {row}: {name}")
        if found.total and not said.for_field(key):
            people = count_of(found.total, "guardian has", "guardians have")
            sentence = f"{people} a {there} name and no {missing} name."
            says = f"{column}={key}"
            answer = f'Fill in {column}. If they have one name alone, say --column "{says}".'
            roster.report.doubt("names", file, column, sentence, answer=answer, samples=found.cells, says=[says])


def _opened(path: Given, open_now: ExitStack) -> Files:
    """Open an export until the stack lets go of it. Raises `RosterUnreadable`."""
    if path.is_dir():
        return open_folder(path)
    try:
        return open_zip(open_now.enter_context(zipfile.ZipFile(path.open())))
    except DAMAGE:
        raise RosterUnreadable(f"{path.name} is a damaged zip. Export the roster again.") from None


_HALVES = {
    "guardian_family_name": ("familyName", "family", "given"),
    "guardian_given_name": ("givenName", "given", "family"),
}
_OTHERS = ("orgs.csv", "courses.csv", "classes.csv", "roles.csv", "enrollments.csv", "demographics.csv")


class _Intake:
    """Takes the files of one export into the scratch tables, one method a file."""

    def __init__(self, roster: Roster, manifest: Manifest, today: date, said: Answers) -> None:
        self._said = said
        self._roster = roster
        self._report = roster.report
        self._scratch = roster.scratch
        self._manifest = manifest
        self._today = today

    def take(self) -> None:
        """Take every file there is, those that others point to first."""
        steps = (self._orgs, self._courses, self._classes, self._roles, self._users, self._enrollments, self._births)
        for step, file in zip(steps, (*_OTHERS[:4], "users.csv", *_OTHERS[4:]), strict=True):
            if self._manifest.has(file):
                step()
            elif file == "roles.csv" and self._manifest.version == "1.2":
                self._report.note("There is no roles.csv; roles were taken from users.csv.")
        if self._report.ended:
            self._report.note(_ENDED_CHILDREN.format(self._report.ended, self._report.last_end))

    def _orgs(self) -> None:
        for line in self._manifest.lines("orgs.csv"):
            self._insert(line, "org", line.read("name", cells.text), line.word("type"), _is_active(line))

    def _courses(self) -> None:
        for line in self._manifest.lines("courses.csv"):
            self._insert(line, "course", line.read("title", cells.text), _is_active(line))

    def _classes(self) -> None:
        for line in self._manifest.lines("classes.csv"):
            refs = [line.read(field, cells.text) for field in ("title", "courseSourcedId", "schoolSourcedId")]
            self._insert(line, "class", *refs, _is_active(line), line.row)

    def _insert(self, line: Line, table: str, *values: object) -> None:
        key = line.read("sourcedId", cells.needed_id)
        if line.faults:
            return
        marks = ", ".join("?" * (len(values) + 1))
        if self._scratch.execute(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", (key, *values)).rowcount == 0:  # noqa: S608 - table names from this file
            line.fault("sourcedId", "Another row has this sourcedId already.")

    def _roles(self) -> None:
        order = self._order("roles.csv", "endDate")
        for line in self._manifest.lines("roles.csv"):
            user, org = line.read("userSourcedId", cells.needed_id), line.read("orgSourcedId", cells.text)
            if line.faults or not _is_active(line):
                continue
            if ended := self._ended(line, order):
                if line.word("role") == "student":
                    self._scratch.execute(_KEEP_END, (user, ended.isoformat()))
            elif not line.faults:
                values = (user, line.word("role"), org, line.row)
                self._scratch.execute("INSERT INTO role VALUES (?, ?, ?, ?)", values)
        self._scratch.execute("CREATE INDEX role_by_user ON role (user)")

    def _order(self, file: str, field: str) -> Order | None:
        """Return in which order a column writes days and months."""
        column = DateColumn(self._today)
        for cell in self._manifest.column(file, field):
            column.take(cell)
        return column.settle(file, field, self._report, self._said.dates)

    def _ended(self, line: Line, order: Order | None) -> date | None:
        """Return the day on which a role or an enrolment ended; None while it lasts, or when nobody can say."""
        end = line.read("endDate", lambda cell: dates.day(cell, order, self._today)) if order else None
        if end and end < self._today:
            self._report.count(_ENDED)
            return end
        return None

    def _users(self) -> None:
        for line in self._manifest.lines("users.csv"):
            user = line.read("sourcedId", cells.needed_id)
            if user:
                self._user(line, user)

    def _user(self, line: Line, user: str) -> None:
        roles = {role for (role,) in self._scratch.execute("SELECT role FROM role WHERE user = ?", (user,))}
        roles.add(line.word("role"))
        basis = next((role for role in GUARDIAN_ROLES if role in roles), None)
        absent = not _is_active(line) or line.word("enabledUser") in {"false", "0", "no"}
        state = "absent" if absent else "present" if basis or "student" in roles else "other"
        if state == "other" and self._has_ended(user):
            state = "ended"
        values = (user, state, basis, line.content(), line.row)
        if self._scratch.execute("INSERT OR IGNORE INTO user VALUES (?, ?, ?, ?, ?)", values).rowcount == 0:
            self._repeated(line, user)
        elif absent:
            self._report.count(_ABSENT)
        else:
            if "student" in roles:
                self._child(line, user)
            if basis:
                self._guardian(line, user)
            self._references(line, user, is_child="student" in roles)

    def _has_ended(self, user: str) -> bool:
        """Whether somebody was a student whose time is over; counted, so that nobody takes them for no student."""
        found = self._roster.one("SELECT day FROM ended WHERE user = ?", user)
        if not found:
            return False
        day = date.fromisoformat(found[0])
        self._report.ended += 1
        self._report.last_end = max(self._report.last_end or day, day)
        return True

    def _repeated(self, line: Line, user: str) -> None:
        """Report a second row with one id. When the two differ nobody can say whom others mean: both go."""
        known = self._roster.one("SELECT content, row FROM user WHERE id = ?", user)
        assert known
        line.fault("sourcedId", f"Row {known[1]} has this sourcedId already.")
        if known[0] != line.content():
            self._scratch.execute("UPDATE user SET state = 'faulty' WHERE id = ?", (user,))
            self._scratch.execute("DELETE FROM child WHERE source = ?", (user,))
            self._scratch.execute("DELETE FROM guardian WHERE source = ?", (user,))

    def _child(self, line: Line, user: str) -> None:
        before = line.faults
        given, family = line.read("givenName", cells.needed_name), line.read("familyName", cells.needed_name)
        number, grades = line.read("identifier", cells.number), line.read("grades", cells.text)
        grade, _, more = (grades or "").partition(",")
        if line.faults > before:
            self._scratch.execute("UPDATE user SET state = 'faulty' WHERE id = ?", (user,))
            return
        child = ChildRow(user, number or user, given or "", family or "", None, cells.grade(grade))
        if not self._roster.add_child(child, line.row):
            known = self._roster.one("SELECT row FROM child WHERE number = ?", child.student_number)
            line.fault("identifier", f"The child in row {known[0] if known else '?'} has this number already.")
            self._scratch.execute("UPDATE user SET state = 'faulty' WHERE id = ?", (user,))
            return
        self._report.count(_NO_NUMBER, 0 if number else 1)
        self._report.count(_MORE_GRADES, 1 if more.strip() else 0)
        if line.raw("email") or line.raw("phone") or line.raw("sms"):
            self._report.note(_STUDENT_MAIL)

    def _guardian(self, line: Line, user: str) -> None:
        before = line.faults
        given, family = line.read("givenName", cells.name) or "", line.read("familyName", cells.name) or ""
        if not (given or family) and line.faults == before:
            line.fault("givenName", "The name is missing.")
        email = line.read("email", cells.email)
        mobile, home = line.read("sms", cells.phone) or "", line.read("phone", cells.phone) or ""
        if line.faults == before:
            self._roster.add_guardian(GuardianRow(user, given, family, email, mobile, home), line.row)

    def _references(self, line: Line, user: str, *, is_child: bool) -> None:
        for other in _ids(line, "agentSourcedIds"):
            self._scratch.execute("INSERT INTO agent VALUES (?, ?, ?)", (user, other, line.row))
        for field in ("orgSourcedIds", "primaryOrgSourcedId") if is_child else ():
            for org in _ids(line, field):
                values = (user, org, "users.csv", field, line.row)
                self._scratch.execute("INSERT INTO user_org VALUES (?, ?, ?, ?, ?)", values)

    def _enrollments(self) -> None:
        seen = "CREATE UNIQUE INDEX place_by_id ON place (id) WHERE id <> ''"
        self._scratch.execute(seen)
        order = self._order("enrollments.csv", "endDate")
        for line in self._manifest.lines("enrollments.csv"):
            fields = ("userSourcedId", "classSourcedId")
            key, school = line.read("sourcedId", cells.text), line.read("schoolSourcedId", cells.text)
            values = (key or "", *[line.read(field, cells.needed_id) for field in fields], school or "", line.row)
            if line.faults or line.word("role") not in {"student", ""} or not _is_active(line):
                continue
            if self._ended(line, order) or line.faults:
                continue
            if self._scratch.execute("INSERT OR IGNORE INTO place VALUES (?, ?, ?, ?, ?)", values).rowcount == 0:
                line.fault("sourcedId", "Another row has this sourcedId already.")

    def _births(self) -> None:
        order = self._order("demographics.csv", "birthDate")
        for line in self._manifest.lines("demographics.csv"):
            user = line.read("sourcedId", cells.needed_id)
            born = line.read("birthDate", lambda cell: dates.birth_date(cell, order, self._today)) if order else None
            if user is None or not _is_active(line):
                continue
            if not self._roster.one("SELECT 1 FROM user WHERE id = ?", user):
                line.fault("sourcedId", "users.csv has nobody with this id.")
            elif born:
                values = (born.isoformat(), user)
                self._scratch.execute("UPDATE child SET birth = ? WHERE source = ?", values)


def _is_active(line: Line) -> bool:
    return line.word("status") not in {"tobedeleted", "inactive"}


def _ids(line: Line, field: str) -> list[str]:
    listed = line.read(field, cells.long_text) or ""
    return [part for each in re.split(r"[,;]", listed) if (part := each.strip())]
