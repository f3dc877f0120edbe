"""All rows of all tables, out of one state of a database and into an empty one, on either engine.

Each line is JSON: `{"table": …, "columns": […]}`, then a list of values for each row; the last is `{"end": rows}`.
"""

import base64
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice, zip_longest
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, LargeBinary, String, Table, insert, select, text, type_coerce
from sqlmodel import Session

from portal.kernel.errors import PortalError

_AT_ONCE = 1_000
_SELF_REFERENCES = (
    "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint"
    " WHERE contype = 'f' AND conrelid = confrelid"
)


class RowsBroken(PortalError):
    """The rows end too early, or are of other tables than this version's. Nothing was written."""


class RowsDiffer(PortalError):
    """The rows of two databases are not the same."""


def rows_out(session: Session, tables: Sequence[Table], note: Callable[[int], None]) -> Iterator[bytes]:
    """Give all rows as lines, a thousand at a time. Wants a session that sees one state (`db.one_state`)."""
    count = 0
    for table in tables:
        yield _line({"table": table.name, "columns": [column.name for column in table.columns]})
        for some in session.execute(select(table), execution_options={"yield_per": _AT_ONCE}).partitions():
            yield b"".join(_line(list(row)) for row in some)
            count += len(some)
            note(count)
    yield _line({"end": count})


def rows_read(lines: Iterable[bytes], tables: Sequence[Table]) -> Iterator[tuple[Table, dict[str, Any]]]:
    """Give each row with its table, in the order in which they came out. Raises `RowsBroken`."""
    known, table, columns, count = {table.name: table for table in tables}, None, [], 0
    for line in lines:
        value = json.loads(line, object_hook=_from_json)
        if isinstance(value, list) and table is not None and len(value) == len(columns):
            count += 1
            yield table, dict(zip(columns, value, strict=True))
        elif isinstance(value, dict) and value.get("end") == count:
            return
        elif isinstance(value, dict) and value.get("table") in known:
            table, columns = known[value["table"]], value["columns"]
        else:
            raise RowsBroken
    raise RowsBroken


def rows_in(connection: Connection, tables: Sequence[Table], rows: Iterator[tuple[Table, dict[str, Any]]]) -> int:
    """Put rows in place of all that the tables hold; return how many. Wants `Database.rebuild`'s connection.

    What triggers refuse to change one by one is written here as it was: they stand aside until the last row is in.
    """
    count = 0
    with _triggers_aside(connection, tables):
        for table in reversed(tables):
            connection.execute(table.delete())
        while some := list(islice(rows, _AT_ONCE)):
            for table in dict.fromkeys(table for table, _ in some):
                connection.execute(insert(table), [row for of, row in some if of is table])
            count += len(some)
    return count


def rows_of(
    session: Session, tables: Sequence[Table], note: Callable[[int], None]
) -> Iterator[tuple[Table, dict[str, Any]]]:
    """Give each row with its table, for `rows_in`. Wants a session that sees one state (`db.one_state`)."""
    count = 0
    for table in tables:
        found = session.execute(select(table), execution_options={"yield_per": _AT_ONCE})
        for some in found.mappings().partitions():
            yield from ((table, dict(row)) for row in some)
            count += len(some)
            note(count)


def same_rows(one: Session, other: Session, table: Table) -> int:
    """Compare all rows of a table in two databases, by their keys; return how many. Raises `RowsDiffer`."""
    count = 0
    for mine, theirs in zip_longest(_in_order(one, table), _in_order(other, table)):
        count += 1
        if mine != theirs:
            raise RowsDiffer(f"Row {count:,} of table {table.name} is not the same at the new place.")
    return count


def wait_long(session: Session) -> None:
    """Let each question of this transaction take as long as it takes, where a server would end it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL statement_timeout = 0"))


def _in_order(session: Session, table: Table) -> Iterator[tuple[Any, ...]]:
    """Give a table's rows by their keys, in an order that is the same on both engines: that of the bytes."""
    is_server = session.get_bind().dialect.name == "postgresql"

    def by(column: ColumnElement[Any]) -> ColumnElement[Any]:
        is_text = not isinstance(column.type, (Integer, LargeBinary))
        return type_coerce(column, String()).collate("C") if is_server and is_text else column

    query = select(table).order_by(*(by(column) for column in table.primary_key.columns))
    for row in session.execute(query, execution_options={"yield_per": _AT_ONCE}):
        yield tuple(_aware(value) for value in row)


def _aware(value: object) -> object:
    """Return a moment of a plain column as PostgreSQL gives it: SQLite forgets that it is in UTC."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value


def is_empty(session: Session, tables: Iterable[Table]) -> bool:
    """Tell whether no table holds a row."""
    return all(session.execute(select(table).limit(1)).first() is None for table in tables)


@contextmanager
def _triggers_aside(connection: Connection, tables: Sequence[Table]) -> Iterator[None]:
    """Have no trigger refuse rows meanwhile, and rows name others of their table that come later."""
    if connection.dialect.name == "sqlite":
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        triggers = connection.execute(text(query)).all()
        for name, _ in triggers:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        yield
        for _, sql in triggers:
            connection.exec_driver_sql(sql)
        return
    loops = connection.execute(text(_SELF_REFERENCES)).all()
    for table, name in loops:
        connection.exec_driver_sql(f"ALTER TABLE {table} ALTER CONSTRAINT {name} DEFERRABLE INITIALLY DEFERRED")
    for one in tables:
        connection.exec_driver_sql(f'ALTER TABLE "{one.name}" DISABLE TRIGGER USER')
    yield
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for one in tables:
        connection.exec_driver_sql(f'ALTER TABLE "{one.name}" ENABLE TRIGGER USER')
    for table, name in loops:
        connection.exec_driver_sql(f"ALTER TABLE {table} ALTER CONSTRAINT {name} NOT DEFERRABLE")


def _line(value: object) -> bytes:
    return json.dumps(value, default=_to_json, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _to_json(value: object) -> dict[str, str]:
    if isinstance(value, bytes):
        return {"b": base64.b64encode(value).decode()}
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    raise TypeError(type(value).__name__)


def _from_json(value: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON holds anything
    if value.keys() == {"b"}:
        return base64.b64decode(value["b"])
    if value.keys() == {"t"}:
        return datetime.fromisoformat(value["t"])
    return value
