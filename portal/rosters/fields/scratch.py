"""A roster on its way in: in memory where it is read, in the cage; outside in a private SQLite file without a name.

So memory stays flat outside, and nothing stays behind: SQLite unlinks such a file the moment it opens it (mode 0600);
not even a killed import leaves names in a folder.
"""

import sqlite3
from collections.abc import Iterator
from datetime import date
from itertools import groupby
from types import TracebackType
from typing import Any, Self

from portal.kernel.text.addresses import OneAddress
from portal.rosters.fields.cells import printable
from portal.rosters.fields.values import ChildRow, Enrolment, GuardianRow, GuardianshipRow, Report

_TABLES = """
PRAGMA cache_size = -16000;
PRAGMA temp_store = MEMORY;
PRAGMA journal_mode = OFF;
CREATE TABLE child (
  seq INTEGER PRIMARY KEY, source TEXT UNIQUE, number TEXT UNIQUE,
  given TEXT, family TEXT, birth TEXT, grade TEXT, row INTEGER);
CREATE TABLE enrolment (child TEXT, program TEXT, site TEXT, PRIMARY KEY (child, program, site)) WITHOUT ROWID;
CREATE TABLE guardian (
  seq INTEGER PRIMARY KEY, source TEXT UNIQUE,
  given TEXT, family TEXT, email TEXT, mobile TEXT, home TEXT, language TEXT, row INTEGER);
CREATE TABLE guardianship (guardian TEXT, child TEXT, basis TEXT, may_view INTEGER, PRIMARY KEY (guardian, child))
  WITHOUT ROWID;
"""
TABLES = ("child", "enrolment", "guardian", "guardianship")
Told = tuple[str, list[tuple[str | int | None, ...]]]
"""Some rows of one of the tables."""
_AT_ONCE = 1_000
_CHILDREN = """
SELECT c.seq, c.source, c.number, c.given, c.family, c.birth, c.grade, e.program, e.site
FROM child c LEFT JOIN enrolment e ON e.child = c.source ORDER BY c.seq, e.program, e.site
"""
_GUARDIANSHIPS = """
SELECT s.guardian, s.child, s.basis, s.may_view
FROM child c JOIN guardianship s ON s.child = c.source JOIN guardian g ON g.source = s.guardian ORDER BY c.seq, g.seq
"""
_BY_CHILD = "CREATE INDEX IF NOT EXISTS guardianship_by_child ON guardianship (child)"


class Roster:
    """What a roster file says, to be read as often as wanted until closed; use it in a `with`.

    Everything given is sound: what was not is in `report.defects` and was left out. Outside the
    cage it holds at most a few megabytes of memory however many children there are.
    """

    def __init__(self, report: Report, *, file: str = ":memory:") -> None:
        """Start empty; a reader fills it in memory, or what comes out of the cage a `file` without a name."""
        self.report = report
        self._scratch = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._scratch.executescript(_TABLES)
        self._scratch.execute("BEGIN")

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Throw the scratch file away."""
        self.close()

    def close(self) -> None:
        """Throw the scratch file away."""
        self._scratch.close()

    @property
    def scratch(self) -> sqlite3.Connection:
        """The scratch database, for the reader that fills it."""
        return self._scratch

    def children(self) -> Iterator[ChildRow]:
        """Give every child once, in the order of the file."""
        for _, lines in groupby(self._scratch.execute(_CHILDREN), key=lambda line: line[0]):
            places = list(lines)
            _, source, number, given, family, birth, grade, *_ = places[0]
            born = date.fromisoformat(birth) if birth else None
            enrolments = tuple(Enrolment(line[7], line[8]) for line in places if line[7] is not None)
            yield ChildRow(source, number, given, family, born, grade, enrolments)

    def guardians(self) -> Iterator[GuardianRow]:
        """Give every guardian of at least one child, in the order of the file."""
        query = "SELECT source, given, family, email, mobile, home, language FROM guardian ORDER BY seq"
        for source, given, family, email, mobile, home, language in self._scratch.execute(query):
            address = OneAddress(email) if email else None  # was parsed on its way in
            yield GuardianRow(source, given, family, address, mobile, home, language)

    def guardianships(self) -> Iterator[GuardianshipRow]:
        """Give every tie between a guardian and a child, child by child."""
        self._scratch.execute(_BY_CHILD)
        for guardian, child, basis, may_view in self._scratch.execute(_GUARDIANSHIPS):
            yield GuardianshipRow(guardian, child, basis, None if may_view is None else bool(may_view))

    def count(self, table: str) -> int:
        """Return how many rows `child`, `guardian`, `guardianship` or `enrolment` holds."""
        assert table in {"child", "guardian", "guardianship", "enrolment"}
        return int(self._scratch.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608 - one of four words

    # What follows is for the way out of the cage.

    def told(self) -> Iterator[Told]:
        """Give all rows as they are kept, some at a time."""
        for table in TABLES:
            rows = self._scratch.execute(f"SELECT * FROM {table}")  # noqa: S608 - one of four words
            while some := rows.fetchmany(_AT_ONCE):
                yield table, some

    def take(self, told: Told) -> None:
        """Keep rows that were told. Raises `ValueError` for what no reader tells."""
        table, rows = told
        if table not in TABLES:
            raise ValueError(table)
        width = len(self._scratch.execute(f"SELECT * FROM {table} LIMIT 0").description)  # noqa: S608 - one of four words
        words = "".join(cell for row in rows for cell in row if isinstance(cell, str))
        if any(len(row) != width for row in rows) or printable(words) != words:
            raise ValueError(table)
        try:
            marks = ", ".join("?" * width)
            self._scratch.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - one of four words
        except (sqlite3.Error, OverflowError):
            raise ValueError(table) from None

    # What follows is for readers.

    def add_child(self, child: ChildRow, row: int) -> bool:
        """Keep a child without its enrolments; False when its id or number is taken."""
        born = child.birth_date.isoformat() if child.birth_date else None
        values = (child.source_id, child.student_number, child.given_name, child.family_name, born, child.grade, row)
        statement = "INSERT OR IGNORE INTO child VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)"
        return self._scratch.execute(statement, values).rowcount == 1

    def add_guardian(self, guardian: GuardianRow, row: int) -> bool:
        """Keep a guardian; False when the id is taken."""
        email = guardian.email.text if guardian.email else None
        values = (
            guardian.source_id, guardian.given_name, guardian.family_name, email,
            guardian.mobile, guardian.home_phone, guardian.language, row,
        )  # fmt: skip
        statement = "INSERT OR IGNORE INTO guardian VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)"
        return self._scratch.execute(statement, values).rowcount == 1

    def add_enrolment(self, child: str, enrolment: Enrolment) -> bool:
        """Keep an enrolment; False when it was there."""
        values = (child, enrolment.program, enrolment.site)
        return self._scratch.execute("INSERT OR IGNORE INTO enrolment VALUES (?, ?, ?)", values).rowcount == 1

    def add_guardianship(self, tie: GuardianshipRow) -> bool:
        """Keep a tie; False when it was there."""
        values = (tie.guardian_source, tie.child_source, tie.basis, tie.may_view)
        return self._scratch.execute("INSERT OR IGNORE INTO guardianship VALUES (?, ?, ?, ?)", values).rowcount == 1

    def one(self, query: str, *values: Any) -> tuple[Any, ...] | None:  # noqa: ANN401 - a row has no common type
        """Return the first row of a query on the scratch tables, or None."""
        row: tuple[Any, ...] | None = self._scratch.execute(query, values).fetchone()
        return row
