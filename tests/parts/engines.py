"""Engines that share what they have learnt: most tests open databases of their own, and none begins from nothing.

Compiling a statement takes longer than running it, and SQLAlchemy keeps what it has compiled per engine and dialect;
a new connection to PostgreSQL reads the whole catalogue before its first row. A server does each of these once. Here
the dialect of the first engine that connected serves them all, and a closed engine's connections wait for the next
engine of the same database.
"""

import re
from contextlib import suppress
from typing import Any

import sqlalchemy
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, QueuePool, event
from sqlalchemy.util import LRUCache
from sqlalchemy.util.queue import Empty

from portal.kernel.storage import db

_STATEMENTS = 5_000
_FIRST: dict[str, Engine] = {}
_IDLE: dict[str, list[Any]] = {}


def warm_engine(url: str, **more: Any) -> Engine:  # noqa: ANN401 - as SQLAlchemy takes them
    """Make the engine SQLAlchemy makes, which goes on where those before it ended."""
    engine = sqlalchemy.create_engine(url, **more)
    first = _FIRST.get(engine.dialect.name)
    if first is None:
        engine._compiled_cache = LRUCache(_STATEMENTS)
        event.listen(engine, "connect", lambda *_: _FIRST.setdefault(engine.dialect.name, engine), once=True)
        return engine
    engine.dialect.initialize = lambda _: None  # type: ignore[method-assign]  # of the server all is known
    engine.dialect = engine.pool._dialect = first.dialect
    engine._compiled_cache = first._compiled_cache
    if url in _IDLE:
        _pass_connections_on(engine, _IDLE[url])
    return engine


def _pass_connections_on(engine: Engine, idle: list[Any]) -> None:
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    connect, dispose = pool._creator, pool.dispose

    def creator() -> Any:  # noqa: ANN401 - a DBAPI connection
        with suppress(IndexError):
            return idle.pop()
        return connect()

    def put_by() -> None:
        with suppress(Empty):
            while True:
                record = pool._pool.get(False)
                connection = record.dbapi_connection
                if connection is not None and connection.info.transaction_status == TransactionStatus.IDLE:
                    idle.append(connection)
                else:
                    record.close()
        dispose()

    pool._creator = creator
    pool.dispose = put_by  # type: ignore[method-assign]  # this pool's alone


def as_role(url: str, role: str) -> str:
    """Return the URL of the same database by another login."""
    return re.sub(r"//\w+@", f"//{role}@", url, count=1)


def keep_connections(url: str) -> None:
    """Have connections to this database wait for its next engine."""
    _IDLE[url] = []


def close_idle(url: str) -> None:
    """Close what waits for the next engine of a database."""
    idle = _IDLE.get(url, [])
    while idle:
        idle.pop().close()


def forget(url: str) -> None:
    """Close what waits for a database that is no more."""
    close_idle(url)
    _IDLE.pop(url, None)


def share_engines() -> None:
    """Have every database of this process, from now on, share what engines have learnt."""
    db.create_engine = warm_engine
