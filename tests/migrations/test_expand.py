"""A migration adds (expand); what the last released version uses goes in a later release (contract).

The old version serves on while the new one migrates. So its schema is compared with today's: what could make one of
its statements fail needs a reason here, and a reason that nothing needs any more has to go.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Inspector, inspect, text

from portal.kernel.storage.db import Database
from portal.kernel.storage.migrations import RELEASED, migrate

ALLOWED = {
    "unique on document (mailing_id, language, place)": "0.2.0 removes a draft's letter in a language before it adds "
    "one, under a lock of the mailing; a corrected version has `replaces_id`, which the index leaves out",
    "check on document (ck_document_place)": "0.2.0 writes no place, and 0 is one",
    "check on document (ck_document_enclosure)": "0.2.0 writes no place, and 0 is no enclosure",
    "trigger link_addressed_insert": "acts on letters for named guardians alone, which 0.2.0 can't write",
    "trigger link_addressed_update": "acts on letters for named guardians alone, which 0.2.0 can't write",
    "trigger mailing_stays_addressed": "0.2.0 writes no `is_addressed`",
}
"""What is stricter since the last release, and why that version's statements are not refused."""
_CHECK = re.compile(r"CONSTRAINT \"?(\w+)\"? CHECK ")


class Schema:
    """What the tables of an SQLite database allow."""

    def __init__(self, database: Database) -> None:
        """Read it as it is now."""
        with database.engine.connect() as connection:
            seen: Inspector = inspect(connection)
            names = [name for name in seen.get_table_names() if name != "alembic_version"]
            made = dict(connection.execute(text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all())
            rows = connection.execute(text("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"))
            self.triggers = {str(name): str(table) for name, table in rows}
            self.columns = {name: {one["name"]: one for one in seen.get_columns(name)} for name in names}
            self.unique = {name: set(_unique(seen, name)) for name in names}
            self.checks = {name: _checks(made[name]) for name in names}
            self.foreign = {
                name: {tuple(one["constrained_columns"]) for one in seen.get_foreign_keys(name)} for name in names
            }


def _unique(seen: Inspector, table: str) -> Iterator[tuple[str, ...]]:
    yield from (tuple(one["column_names"]) for one in seen.get_unique_constraints(table))
    yield from (tuple(map(str, one["column_names"])) for one in seen.get_indexes(table) if one["unique"])


def _checks(made: str) -> dict[str, str]:
    """Return the conditions that a table was made with, by name."""
    found = {}
    for one in _CHECK.finditer(made):
        depth = 0
        for at in range(one.end(), len(made)):
            depth += {"(": 1, ")": -1}.get(made[at], 0)
            if depth == 0:
                found[one[1]] = " ".join(made[one.end() : at + 1].split())
                break
    return found


def stricter(old: Schema, new: Schema) -> Iterator[str]:
    """Name what could make a statement fail that the old schema let pass."""
    for table, columns in old.columns.items():
        if table not in new.columns:
            yield f"table {table} is gone"
            continue
        yield from _columns(table, columns, new.columns[table])
        yield from (f"unique on {table} ({', '.join(one)})" for one in new.unique[table] - old.unique[table])
        yield from (f"foreign key on {table} ({', '.join(one)})" for one in new.foreign[table] - old.foreign[table])
        for name, said in new.checks[table].items():
            if not _is_wider(old.checks[table].get(name), said):
                yield f"check on {table} ({name})"
    yield from (
        f"trigger {name}" for name, table in new.triggers.items() if name not in old.triggers and table in old.columns
    )


def _columns(table: str, old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    for name, column in old.items():
        if name not in new:
            yield f"column {table}.{name} is gone"
        elif str(column["type"]) != str(new[name]["type"]):
            yield f"column {table}.{name} has another type"
        elif column["nullable"] and not new[name]["nullable"]:
            yield f"column {table}.{name} has to be given"
        elif column["default"] is not None and new[name]["default"] is None:
            yield f"column {table}.{name} has no default any more"
    for name in new.keys() - old.keys():
        if not new[name]["nullable"] and new[name]["default"] is None:
            yield f"column {table}.{name} is new and has to be given"


def _is_wider(old: str | None, new: str) -> bool:
    """Tell whether a condition is the old one, or lets further words pass in the same places."""
    if old is None:
        return False
    words, shape = re.compile(r"'[^']*'"), re.compile(r"\('[^)]*'\)")
    is_same = shape.sub("()", old) == shape.sub("()", new)
    return is_same and set(words.findall(old)) <= set(words.findall(new))


def test_nothing_is_stricter_than_the_last_released_version_without_a_reason(tmp_path: Path) -> None:
    version, revision = list(RELEASED.items())[-1]
    database = Database(f"sqlite:///{tmp_path / 'portal.db'}")
    migrate(database, revision)
    old = Schema(database)
    migrate(database)
    found = set(stricter(old, Schema(database)))
    database.close()
    assert found == set(ALLOWED), f"{version} may still serve on this schema"


_MADE = """
CREATE TABLE gone (id TEXT);
CREATE TABLE t (a TEXT, b TEXT, c TEXT, d TEXT NOT NULL DEFAULT '', e TEXT,
    CONSTRAINT ck_kind CHECK (e IN ('x', 'y')), CONSTRAINT ck_wide CHECK (e IN ('x', 'y')))
"""
_CHANGED = """
DROP TABLE gone;
DROP TABLE t;
CREATE TABLE t (a INTEGER, b TEXT NOT NULL, d TEXT NOT NULL, e TEXT, f TEXT NOT NULL, g TEXT,
    h TEXT NOT NULL DEFAULT '', CONSTRAINT ck_kind CHECK (e IN ('x')), CONSTRAINT ck_wide CHECK (e IN ('x', 'y', 'z')),
    CONSTRAINT ck_new CHECK (length(e) > 1), FOREIGN KEY(a) REFERENCES t (a));
CREATE UNIQUE INDEX uq ON t (a, b) WHERE e = 'x';
CREATE TRIGGER late BEFORE INSERT ON t BEGIN SELECT 1; END
"""


def test_each_kind_of_what_is_stricter_is_found(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'portal.db'}")
    schemas = []
    for script in (_MADE, _CHANGED):
        with database.engine.begin() as connection:
            for statement in script.split(";\n"):
                connection.exec_driver_sql(statement)
        schemas.append(Schema(database))
    database.close()
    assert sorted(stricter(*schemas)) == [
        "check on t (ck_kind)",
        "check on t (ck_new)",
        "column t.a has another type",
        "column t.b has to be given",
        "column t.c is gone",
        "column t.d has no default any more",
        "column t.f is new and has to be given",
        "foreign key on t (a)",
        "table gone is gone",
        "trigger late",
        "unique on t (a, b)",
    ]
