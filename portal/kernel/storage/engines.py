"""How each database is opened: what SQLite is told first, and which connections of PostgreSQL are trusted."""

import math
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

MOST_CONNECTIONS = 48
"""Of one process: more than the site has threads (`web.waiting.lanes`), the worker and what else runs beside them."""
_BUSY_SECONDS = 10
WRITES = "portal_writes"
READS = "portal_reads"
_TRUSTED_SECONDS = 1.0
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA recursive_triggers=ON",
    "PRAGMA secure_delete=ON",
    f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}",
    "PRAGMA cache_size=-2000",  # small, for there are many connections; they share the mapped file
    "PRAGMA mmap_size=268435456",
    "PRAGMA wal_autocheckpoint=8000",  # 32 MB: a thousand scattered disclosures are copied back once, not page by page
)


def sqlite_engine(url: str) -> Engine:
    """Return what opens SQLite: a writer begins IMMEDIATE, and every connection is told our pragmas."""
    engine = create_engine(
        url,
        connect_args={"check_same_thread": False, "timeout": _BUSY_SECONDS},
        hide_parameters=True,
        pool_size=MOST_CONNECTIONS,  # one past the pool would be opened anew each time
        max_overflow=0,
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:  # noqa: ANN401 - a DBAPI connection has no common type
        connection.isolation_level = None  # the driver must not open transactions behind our back
        for pragma in _PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def postgresql_engine(url: str) -> Engine:
    """Return what opens PostgreSQL, with bounds on how long it may take and on how many connections there are."""
    options = f"-c statement_timeout=60000 -c lock_timeout={_BUSY_SECONDS * 1000} -c timezone=UTC"
    engine = create_engine(
        url,
        connect_args={"options": options},
        hide_parameters=True,  # an error's text goes to the log; what was asked or written does not
        pool_size=8,
        max_overflow=MOST_CONNECTIONS - 8,
        pool_use_lifo=True,  # the connection that was used last has the plans of what is asked most
    )
    _look_whether_alive(engine)
    event.listen(engine, "rollback", _keep_plans)
    return engine


def _look_whether_alive(engine: Engine) -> None:
    """Ask a connection that was idle for a while whether it still stands; if not, all are opened anew.

    Asking each time is one way there and back more for every transaction, of the three that a short one takes.
    """

    @event.listens_for(engine, "checkin")
    def _note(_connection: Any, record: ConnectionPoolEntry) -> None:  # noqa: ANN401 - a DBAPI connection has no common type
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, record: ConnectionPoolEntry, _: object) -> None:  # noqa: ANN401 - a DBAPI connection has no common type
        if time.monotonic() - record.info.get("used", math.inf) > _TRUSTED_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except engine.dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error


def _keep_plans(connection: Connection) -> None:
    """End a reading transaction that went well by a ROLLBACK that the driver does not see.

    Where it sees one, tables may have come and gone, so it forgets every statement it has prepared; each page and each
    notice was planned anew. Measured: the last look at five notices took 3 ms to plan and 0.4 ms to answer.
    """
    if connection.get_execution_options().get(READS) and not connection.invalidated:
        raw = connection.connection.driver_connection
        if raw is not None and raw.info.transaction_status.name == "INTRANS":
            raw.pgconn.exec_(b"ROLLBACK")
