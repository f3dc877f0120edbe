"""Both databases behind one door: many readers, one writer at a time on SQLite, aware transactions.

SQLite runs in WAL with full synchronous writes and foreign keys on. A writer begins IMMEDIATE and holds a
process-wide lock: in the default mode 700 of 800 concurrent read-modify-writes were silently lost.
"""

import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import (
    URL,
    ColumnElement,
    CompoundSelect,
    Connection,
    CursorResult,
    Delete,
    Engine,
    Select,
    Update,
    create_engine,
    event,
    func,
    insert,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Mapped
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel

from portal.kernel.errors import PortalError, StartRefused
from portal.kernel.log import log

Told = TypeVar("Told")
MOST_CONNECTIONS = 48
"""Of one process: more than the site has threads (`web.waiting.lanes`), the worker and what else runs beside them."""
_BUSY_SECONDS = 10
_WRITES = "portal_writes"
_READS = "portal_reads"
_LASTS = "portal_lasts"
_TRUSTED_SECONDS = 1.0
_THROWN_OUT = {"40001", "40P01"}  # serialization failure, deadlock (PostgreSQL, appendix A)
_TELLINGS = 3
_OUR_FAULTS = ("no such", "has no column", "syntax error")  # SQLite does not tell these from trouble of the moment
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


class DatabaseBusy(PortalError):
    """The database did not answer in time. Nothing was changed; try again in a moment."""


class ThrownOut(DatabaseBusy):
    """The database let another story go first. Nothing was changed; try again in a moment."""


class DatabaseAway(DatabaseBusy):
    """The database cannot be reached. See that it runs, and that PORTAL_DATABASE_URL leads to it."""


class Database:
    """One database and the only way to commit to it: leaving a `write()` block without an error."""

    def __init__(self, url: str, setting: str = "PORTAL_DATABASE_URL") -> None:
        """Take a SQLAlchemy URL, `sqlite:///…` or `postgresql+psycopg://…`, and what sets it. Opens nothing yet.

        Raises `StartRefused` for anything else, and for a folder that cannot be made.
        """
        self.url, self.setting = url, setting
        parsed = _parsed(url, setting)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            _make_folder(Path(parsed.database).parent, setting)
        self.engine = _sqlite_engine(url) if self.is_sqlite else _postgresql_engine(url)
        self._writers = self.engine.execution_options(**{_WRITES: True})
        self._readers = self.engine.execution_options(**{_READS: True})
        at_once = {} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._askers = self.engine.execution_options(**at_once)
        self._lock: AbstractContextManager[object] = threading.RLock() if self.is_sqlite else nullcontext()
        self.after_lasting: Callable[[Session, int], None] | None = None
        """What is told, before whoever wrote it goes on, up to which number something `mark_lasting` was committed."""

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees one state of the database, and loses what it changes. Raises `DatabaseBusy`."""
        with _in_words(), Session(self._readers, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def ask(self) -> Iterator[Connection]:
        """Give a bare connection for questions that each stand alone and change nothing. Raises `DatabaseBusy`.

        On PostgreSQL there is no transaction around them, so each is one way there and back instead of three.
        """
        with _in_words(), self._askers.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session and commit it when the block ends well; else roll back. Raises `DatabaseBusy`."""
        with _in_words(), self._lock, Session(self._writers, expire_on_commit=False) as session:
            yield session
            session.commit()
        self.tell_if_lasting(session)

    def tell_if_lasting(self, session: Session) -> None:
        """Tell what was committed, if it was marked. Nobody is told that it failed for this: it stands."""
        number = session.info.pop(_LASTS, None)
        if number is not None and self.after_lasting is not None:
            try:
                with self.read() as reading:
                    self.after_lasting(reading, number)
            except Exception as error:  # noqa: BLE001 - whatever it is, a worker tries again, and doctor tells
                log("db").error("not told of what was written", error=type(error).__name__)

    def insist(self, story: Callable[[Session], Told]) -> Told:
        """Tell a story in one transaction, and again where PostgreSQL threw it out for another.

        All hold rows in one order, so two that wait for each other are a fault; a brake, or a group on which many wait,
        is not to pay for it. Nothing of a story that was thrown out is written, so it is told as if for the first time:
        it may change nothing but the database. Raises `DatabaseBusy`.
        """
        for _ in range(_TELLINGS - 1):
            with suppress(ThrownOut), self.write() as session:
                return story(session)
        with self.write() as session:
            return story(session)

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        """Give a bare connection inside one writing transaction: for migrations, set-based work and what is often done.

        A session around it would cost as much as a short statement.
        """
        with self._lock, self._writers.begin() as connection:
            yield connection

    @contextmanager
    def rebuild(self) -> Iterator[Connection]:
        """Give a bare connection inside one writing transaction in which tables are made anew, for migrations.

        SQLite changes a table by replacing it, so keys that lead to it are looked at once, at the end
        (sqlite.org/lang_altertable.html, section 7). Raises `StartRefused` when one then leads nowhere.
        """
        with self._lock, self._writers.connect() as connection, self._without_keys(connection), connection.begin():
            yield connection
            if self.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise StartRefused("The database holds rows that lead nowhere, so it was not changed.")

    @contextmanager
    def _without_keys(self, connection: Connection) -> Iterator[None]:
        raw = connection.connection.driver_connection
        if not self.is_sqlite or raw is None:
            yield
            return
        raw.execute("PRAGMA foreign_keys=OFF")  # without effect inside a transaction, so before it
        try:
            yield
        finally:
            raw.execute("PRAGMA foreign_keys=ON")

    @contextmanager
    def workbench(self) -> Iterator["Workbench"]:
        """Give one connection that stages long work in temporary tables, then writes once."""
        with self.engine.connect() as connection:
            connection.detach()  # its temporary tables hold names, and are gone with it
            yield Workbench(connection, self._lock, self.tell_if_lasting)

    def answers(self) -> bool:
        """Tell whether the database answers a trivial question."""
        try:
            with self._askers.connect() as connection:
                return connection.execute(text("SELECT 1")).scalar() == 1
        except OperationalError:
            return False

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


class Workbench:
    """One connection whose temporary tables outlive a transaction and are gone when it closes.

    Filling temporary tables takes no lock that another writer waits for, on either database.
    """

    def __init__(
        self, connection: Connection, lock: AbstractContextManager[object], committed: Callable[[Session], None]
    ) -> None:
        self._connection = connection
        self._lock = lock
        self._committed = committed

    @contextmanager
    def staging(self) -> Iterator[Connection]:
        """Give the connection in a transaction that may only fill temporary tables and read."""
        with self._connection.begin():
            yield self._connection

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session on the connection that may change everything; commits when the block ends well."""
        writer = self._connection.execution_options(**{_WRITES: True})
        try:
            with _in_words(), self._lock, Session(writer, expire_on_commit=False) as session:
                yield session
                session.commit()
            self._committed(session)
        finally:
            self._connection.execution_options(**{_WRITES: False})


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except NoConnection as error:
        raise DatabaseBusy from error
    except OperationalError as error:
        if any(fault in str(error.orig) for fault in _OUR_FAULTS):
            raise
        if getattr(error.orig, "sqlstate", None) in _THROWN_OUT:
            raise ThrownOut from error
        raise DatabaseBusy from error  # locked, full, shut down, out of reach: of the moment, and nothing is changed


def hold_still(session: Session, what: str, *, shared: bool) -> None:
    """Let nobody change `what` until this transaction ends; `shared` holders do not wait for each other.

    Only PostgreSQL has two writers at a time, so only there is anything to do.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
        session.execute(select(lock(func.hashtext(what))))


def one_state(session: Session) -> None:
    """Have a session that has asked nothing yet see one state to its end, while others go on writing."""
    if session.get_bind().dialect.name == "postgresql":  # SQLite's readers always see one state
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def mark_lasting(session: Session, number: int) -> None:
    """Mark that what is written here, up to a number, must outlive the database: see `Database.after_lasting`."""
    session.info[_LASTS] = number


def hold_rows(session: Session, key: Mapped[str], *where: ColumnElement[bool]) -> None:
    """Hold the rows that match till the end, in the order of their ids, as everybody does who changes several.

    Else two who want the same rows may wait for each other for good. Rows that refer to these may be inserted
    meanwhile. Only PostgreSQL has two writers at a time, so only there is anything to do.
    """
    if session.get_bind().dialect.name == "postgresql":
        rows = select(key).where(*where).order_by(key)
        session.execute(rows.with_for_update(key_share=True)).all()


def found_first(
    session: Session, column: ColumnElement[str] | Mapped[str], query: Select[str] | CompoundSelect[str]
) -> ColumnElement[bool]:
    """Return the condition that a column is among what a query finds, which is found once, before any row is read.

    PostgreSQL takes a plain `IN` as a join: to answer the first few in an order it then walked that order, and looked
    through all that was found for every row. Measured with 100,000 children: 960 ms for three letters, as a set 40 ms.
    """
    if session.get_bind().dialect.name == "postgresql":
        return column == func.any(func.array(query.scalar_subquery()))
    return column.in_(query)


def change(session: Session, statement: Update | Delete) -> int:
    """Execute a change of many rows; return how many rows it changed."""
    result = session.execute(statement.execution_options(synchronize_session=False))
    return cast("CursorResult[Any]", result).rowcount


def insert_rows(session: Session, table: type[SQLModel], rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert many rows past the object layer, at half its price; no rows are no statement."""
    listed = list(rows)
    if listed:
        session.flush()
        session.connection().execute(insert(table), listed)


def _parsed(url: str, setting: str) -> URL:
    with suppress(ArgumentError):
        parsed = make_url(url)
        if parsed.drivername in {"sqlite", "postgresql+psycopg"}:
            return parsed
    raise StartRefused(f"{setting} names neither sqlite:/// nor postgresql+psycopg://.") from None


def _make_folder(folder: Path, setting: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StartRefused(f"The folder {folder} of {setting} cannot be made: {error.strerror}.") from None


def _sqlite_engine(url: str) -> Engine:
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
        writes = connection.get_execution_options().get(_WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql_engine(url: str) -> Engine:
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
    if connection.get_execution_options().get(_READS) and not connection.invalidated:
        raw = connection.connection.driver_connection
        if raw is not None and raw.info.transaction_status.name == "INTRANS":
            raw.pgconn.exec_(b"ROLLBACK")
