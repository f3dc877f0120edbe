"""How a database means to answer: which large tables a story reads through, and how many pages it looks at."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import Connection, event

from portal.kernel.storage.db import Database

_LARGE = {"child", "enrolment", "guardian", "guardianship", "person_word", "copy", "link", "notice", "notice_link",
          "family_session", "opening", "disclosure", "ledger_entry", "ledger_word"}  # fmt: skip
_SCAN = re.compile(r"SCAN (\w+?)(?:_\d+)?\b")
_EXPLAINED = ("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")
Statement = tuple[str, Any]


@dataclass
class Work:
    """What a story asked for: its statements, the large tables that one of them reads through, and pages looked at."""

    statements: list[Statement] = field(default_factory=list)
    scans: dict[str, str] = field(default_factory=dict)
    pages: int = 0


@contextmanager
def _listening(database: Database) -> Iterator[list[Statement]]:
    heard: list[Statement] = []

    def hear(_: Connection, __: object, statement: str, parameters: object, ___: object, is_many: bool) -> None:  # noqa: FBT001 - SQLAlchemy calls it so
        heard.append((statement, parameters[0] if is_many and isinstance(parameters, list) else parameters))

    event.listen(database.engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(database.engine, "before_cursor_execute", hear)


def work_of(database: Database, story: Callable[[], object]) -> Work:
    """Tell a story once, and have every statement of it explained."""
    with _listening(database) as heard:
        story()
    work = Work(
        [one for one in heard if one[0].split(maxsplit=1)[0] in {"SELECT", "UPDATE", "DELETE", "INSERT", "WITH"}]
    )
    with database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        for statement, parameters in work.statements:
            if isinstance(raw, sqlite3.Connection):
                _explain_sqlite(raw, statement, parameters, work)
            elif isinstance(raw, psycopg.Connection):
                _explain_postgresql(raw, statement, parameters, work)
    return work


def _explain_sqlite(raw: sqlite3.Connection, statement: str, parameters: Any, work: Work) -> None:  # noqa: ANN401 - as the driver got them
    for *_, said in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
        found = _SCAN.match(said)
        if found and found[1] in _LARGE:
            work.scans[found[1]] = statement


def _explain_postgresql(raw: psycopg.Connection, statement: str, parameters: Any, work: Work) -> None:  # noqa: ANN401 - as the driver got them
    reads = statement.startswith(("SELECT", "WITH"))
    options = "ANALYZE, TIMING OFF, BUFFERS, FORMAT JSON" if reads else "FORMAT JSON"
    with raw.transaction(force_rollback=True), psycopg.ClientCursor(raw) as cursor:
        row = cursor.execute(f"EXPLAIN ({options}) {statement}", parameters).fetchone()
    assert row is not None
    told = row[0] if isinstance(row[0], list) else json.loads(row[0])
    plan = told[0]["Plan"]
    work.pages += plan.get("Shared Hit Blocks", 0) + plan.get("Shared Read Blocks", 0)
    for node in _nodes(plan):
        table = node.get("Relation Name", "")
        if node["Node Type"].endswith("Seq Scan") and table in _LARGE:
            work.scans[table] = statement


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _nodes(below)
