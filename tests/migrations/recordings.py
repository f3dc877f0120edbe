"""What a released version kept and asked, as `record.py` has noted it: put into databases, and asked again."""

import base64
import gzip
import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from portal.kernel.storage.db import Database

FOLDER = Path(__file__).parent / "released"


@cache
def recording(version: str, kind: str) -> dict[str, Any]:
    """Return what a version noted on `sqlite` or `postgresql`."""
    found: dict[str, Any] = json.loads(gzip.decompress((FOLDER / version / f"{kind}.json.gz").read_bytes()))
    return found


def value_of(noted: object) -> object:
    """Return a value as the driver takes it."""
    match noted:
        case {"at": str(at)}:
            return datetime.fromisoformat(at)
        case {"bytes": str(raw)}:
            return base64.b64decode(raw)
        case list():
            return [value_of(one) for one in noted]
    return noted


def fill(database: Database, told: dict[str, Any]) -> None:
    """Insert every row that the released version had, and nothing else."""
    with database.connect() as connection:
        for table, columns, rows in told["tables"]:
            connection.exec_driver_sql(f'DELETE FROM "{table}"') if table in _SEEDED else None
            names, places = (
                ", ".join(f'"{name}"' for name in columns),
                ", ".join(["?" if database.is_sqlite else "%s"] * len(columns)),
            )
            for row in rows:
                connection.exec_driver_sql(
                    f'INSERT INTO "{table}" ({names}) VALUES ({places})', tuple(value_of(one) for one in row)
                )


_SEEDED = {"ledger_head", "ledger_watch"}
"""Tables that a migration puts a row into."""


def unpack(files: dict[str, str], folder: Path) -> None:
    """Write a version's files to a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(base64.b64decode(content))
        path.chmod(0o600)


@dataclass
class Asked:
    """What each statement of a version was answered."""

    answers: list[tuple[str, object]] = field(default_factory=list)

    def differences(self, other: "Asked") -> list[tuple[str, object, object]]:
        """Return the statements that were answered otherwise."""
        both = zip(self.answers, other.answers, strict=True)
        return [(statement, mine, theirs) for (statement, mine), (_, theirs) in both if mine != theirs]


def ask_all(database: Database, statements: list[list[Any]]) -> Asked:
    """Issue a version's statements in its order, each in its own transaction; return the answers."""
    asked = Asked()
    for statement, noted in statements:
        given = [
            {k: value_of(v) for k, v in one.items()} if isinstance(one, dict) else tuple(value_of(one)) for one in noted
        ]
        with database.connect() as connection:
            asked.answers.append((statement, _answer(connection, statement, given)))
    return asked


def _answer(connection: Connection, statement: str, given: list[Any]) -> object:
    answer = connection.exec_driver_sql(statement, given[0] if len(given) == 1 else given)
    rows = sorted(repr(tuple(row)) for row in answer) if answer.returns_rows else []
    return answer.rowcount if not answer.returns_rows else rows
