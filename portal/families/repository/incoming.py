"""Temporary tables in which an import is laid out and compared before anything is changed.

Each row says in `change` what is to become of it. Ids are settled here, so that the one writing transaction
has nothing left to work out. Phones and birth dates are sealed on their way in.
"""

from typing import Any

from sqlalchemy import Boolean, Column, Connection, LargeBinary, MetaData, PrimaryKeyConstraint, String, Table
from sqlalchemy.schema import DropTable, SchemaItem
from sqlmodel import SQLModel

from portal.families import tables as _tables

NEW, CHANGED, BACK, SAME, GONE = "new", "changed", "back", "same", "gone"
KEPT, DIFFERS = "kept", "differs"
"""A guardianship that staff made or corrected: the roster agrees with it, or does not; it stays either way."""
ROSTER = "roster"
"""The basis of guardianships that come and go with rosters."""

CHILD = SQLModel.metadata.tables[str(_tables.Child.__tablename__)]
ENROLMENT = SQLModel.metadata.tables[str(_tables.Enrolment.__tablename__)]
GUARDIAN = SQLModel.metadata.tables[str(_tables.Guardian.__tablename__)]
PERSON_WORD = SQLModel.metadata.tables[str(_tables.PersonWord.__tablename__)]
GUARDIANSHIP = SQLModel.metadata.tables[str(_tables.Guardianship.__tablename__)]

_scratch = MetaData()


def _temporary(name: str, *columns: Column[Any], key: tuple[str, ...]) -> Table:
    """Rows lie in the order of their key, which is the order in which the stored tables take them fastest.

    On PostgreSQL they go with their transaction: a pooler would hand the connection, and the names, to somebody else.
    """
    parts: list[SchemaItem] = [*columns, PrimaryKeyConstraint(*key)] if key else [*columns]
    shape: dict[str, Any] = {"sqlite_with_rowid": not key, "postgresql_on_commit": "DROP"}
    return Table(name, _scratch, *parts, prefixes=["TEMPORARY"], **shape)


children = _temporary(
    "incoming_child",
    Column("id", String),
    Column("student_number", String),
    Column("source_id", String, unique=True),
    Column("given_name", String),
    Column("family_name", String),
    Column("grade", String),
    Column("found_by", String, server_default=""),
    Column("birth_date_sealed", LargeBinary),
    Column("change", String),
    key=("id",),
)
enrolments = _temporary(
    "incoming_enrolment",
    Column("child_id", String),
    Column("site", String),
    Column("program", String),
    Column("change", String),
    key=("child_id", "site", "program"),
)
guardians = _temporary(
    "incoming_guardian",
    Column("id", String),
    Column("source_id", String, unique=True),
    Column("given_name", String),
    Column("family_name", String),
    Column("address", String),
    Column("address_key", String),
    Column("mobile_sealed", LargeBinary),
    Column("home_phone_sealed", LargeBinary),
    Column("language", String),
    Column("change", String),
    Column("moved", Boolean),
    key=("id",),
)
pairs = _temporary(
    "incoming_pair",
    Column("guardian_source", String),
    Column("child_source", String),
    Column("may_view", Boolean),
    key=(),
)
ties = _temporary(
    "incoming_tie",
    Column("guardian_id", String),
    Column("child_id", String),
    Column("may_view", Boolean),
    Column("change", String),
    key=("guardian_id", "child_id"),
)
words = _temporary(
    "incoming_word",
    Column("word", String),
    Column("person_id", String),
    key=("person_id", "word"),
)
"""The words by which those are found who are new, back, or called something else."""
lost = _temporary(
    "lost_tie",
    Column("guardian_id", String),
    Column("child_id", String),
    Column("why", String),
    key=("guardian_id", "child_id"),
)
"""Guardians and children whose links die with this import, and the reason that the links keep."""


def lay_out(connection: Connection) -> None:
    """Make the tables, empty. What an earlier import left on a pooled connection is thrown away."""
    for table in reversed(_scratch.sorted_tables):
        connection.execute(DropTable(table, if_exists=True))
    _scratch.create_all(connection, checkfirst=False)
