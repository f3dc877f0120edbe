"""Both databases behind one door: many readers, one writer at a time on SQLite, aware transactions.

SQLite runs in WAL with full synchronous writes and foreign keys on. A writer begins IMMEDIATE and holds a
process-wide lock: in the default mode 700 of 800 concurrent read-modify-writes were silently lost.
"""

import threading
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
    Select,
    Update,
    event,
    func,
    insert,
    make_url,
    select,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.orm import Mapped
from sqlalchemy.pool import QueuePool
from sqlmodel import Session, SQLModel

from portal.kernel.errors import PortalError, StartRefused
from portal.kernel.log import log
from portal.kernel.outage import Outage
from portal.kernel.storage.engines import MOST_CONNECTIONS, READS, WRITES, postgresql_engine, sqlite_engine
from portal.kernel.tally import count

Told = TypeVar("Told")
_LASTS = "portal_lasts"
SEALED = "portal: sealed"
"""What a database says that refuses writes because it is being moved, or was (`kernel.storage.moves`)."""
_THROWN_OUT = {"40001", "40P01"}  # serialization failure, deadlock (PostgreSQL, appendix A)
_TELLINGS = 3
_GONE = ("08", "57P", "53", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_FULL", "SQLITE_READONLY")
"""Connection, shutdown and resources (PostgreSQL, appendix A; sqlite.org/rescode.html): out of reach for everybody."""
_READ_ONLY = "25006"
"""PostgreSQL's read_only_sql_transaction: this is a replica, or the primary of yesterday."""
_OUR_FAULTS = ("no such", "has no column", "syntax error")  # SQLite does not tell these from trouble of the moment


class DatabaseBusy(PortalError):
    """The database did not answer in time. Nothing was changed; try again in a moment."""


class ThrownOut(DatabaseBusy):
    """The database let another story go first. Nothing was changed; try again in a moment."""


class DatabaseAway(DatabaseBusy):
    """The database cannot be reached. See that it runs, and that PORTAL_DATABASE_URL leads to it."""


class StoreMoving(DatabaseBusy):
    """The portal is moving to another place. Nothing is lost, and nothing was changed. Try again in an hour."""


class Database:
    """One database and the only way to commit to it: leaving a `write()` block without an error."""

    def __init__(
        self, url: str, setting: str = "PORTAL_DATABASE_URL", what: str = "database", *, like: "Database | None" = None
    ) -> None:
        """Take a SQLAlchemy URL, `sqlite:///…` or `postgresql+psycopg://…`, what sets it, and what to call it.

        `like` is the same database by another login: they go and come back as one. Opens nothing yet. Raises
        `StartRefused` for anything else, and for a folder that cannot be made.
        """
        self.url, self.setting = url, setting
        parsed = _parsed(url, setting)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._outage: Outage = like._outage if like else Outage(what, _host_of(parsed))  # noqa: SLF001 - of this class
        if self.is_sqlite and parsed.database:
            _make_folder(Path(parsed.database).parent, setting)
        self.engine = sqlite_engine(url) if self.is_sqlite else postgresql_engine(url)
        self._writers = self.engine.execution_options(**{WRITES: True})
        self._readers = self.engine.execution_options(**{READS: True})
        at_once = {} if self.is_sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._askers = self.engine.execution_options(**at_once)
        self._lock: AbstractContextManager[object] = threading.RLock() if self.is_sqlite else nullcontext()
        self.after_lasting: Callable[[Session, int], None] | None = None
        """What is told, before whoever wrote it goes on, up to which number something `mark_lasting` was committed."""

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session that sees one state of the database, and loses what it changes. Raises `DatabaseBusy`."""
        with self._in_words(), Session(self._readers, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def ask(self) -> Iterator[Connection]:
        """Give a bare connection for questions that each stand alone and change nothing. Raises `DatabaseBusy`.

        On PostgreSQL there is no transaction around them, so each is one way there and back instead of three.
        """
        with self._in_words(), self._askers.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session and commit it when the block ends well; else roll back. Raises `DatabaseBusy`."""
        with self._in_words(), self._lock, Session(self._writers, expire_on_commit=False) as session:
            yield session
            session.commit()
        self.tell_if_lasting(session)

    def tell_if_lasting(self, session: Session) -> None:
        """Tell what was committed, if it was marked. Nobody is told that it failed for this: it stands."""
        if self.after_lasting is not None and (number := session.info.pop(_LASTS, None)) is not None:
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
        with self._noted(), self._lock, self._writers.begin() as connection:
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
            yield Workbench(connection, self._lock, self.tell_if_lasting, self._in_words, is_one=not self.is_sqlite)

    def answers(self) -> bool:
        """Tell whether the database answers a trivial question."""
        try:
            with self.ask() as connection:
                return connection.execute(text("SELECT 1")).scalar() == 1
        except DatabaseBusy:
            return False

    def pool(self) -> tuple[int, int]:
        """Return how many connections this process uses now, and how many it may."""
        return cast("QueuePool", self.engine.pool).checkedout(), MOST_CONNECTIONS

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()

    @contextmanager
    def _noted(self) -> Iterator[None]:
        """Note whether the database is there: the log tells once when it goes, and once when it is back.

        Raises `StoreMoving` where it refused a write for that, `DatabaseAway` where it is a replica that takes none.
        """
        try:
            yield
        except OperationalError as error:
            if _is_gone(error):
                self._outage.began(error)
            raise
        except DBAPIError as error:
            if SEALED in str(error.orig):
                raise StoreMoving from error
            if getattr(error.orig, "sqlstate", None) != _READ_ONLY:
                raise
            self._outage.began(error)
            self.engine.dispose()  # whoever asks next is led to where writes go
            count("database_failures", "gone")
            raise DatabaseAway from error
        self._outage.over()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            with self._noted():
                yield
        except NoConnection as error:
            count("database_failures", "no connection")
            raise DatabaseBusy from error
        except OperationalError as error:
            if any(fault in str(error.orig) for fault in _OUR_FAULTS):
                raise
            if getattr(error.orig, "sqlstate", None) in _THROWN_OUT:
                count("database_failures", "thrown out")
                raise ThrownOut from error
            count("database_failures", "gone" if _is_gone(error) else "busy")
            raise DatabaseBusy from error  # locked, full, shut down, out of reach: of the moment; nothing is changed


class Workbench:
    """One connection whose temporary tables are there until it has written, and gone when it closes.

    Filling temporary tables takes no lock that another writer waits for, on either database. On PostgreSQL all of it
    `is_one` transaction: behind a pooler the next may be on another connection, without these tables.
    """

    def __init__(
        self,
        connection: Connection,
        lock: AbstractContextManager[object],
        committed: Callable[[Session], None],
        in_words: Callable[[], AbstractContextManager[None]],
        *,
        is_one: bool,
    ) -> None:
        self._connection, self._in_words = connection, in_words
        self._lock = lock
        self._committed = committed
        self._is_one = is_one

    @contextmanager
    def staging(self) -> Iterator[Connection]:
        """Give the connection in a transaction that may only fill temporary tables and read."""
        if self._is_one:
            yield self._connection  # begins by itself, and ends with `write`
            return
        with self._connection.begin():
            yield self._connection

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session on the connection that may change everything; commits when the block ends well."""
        writer = self._connection.execution_options(**{WRITES: True})
        bound = Session(writer, expire_on_commit=False, join_transaction_mode="control_fully")
        try:
            with self._in_words(), self._lock, bound as session:
                yield session
                session.commit()
            self._committed(session)
        finally:
            self._connection.execution_options(**{WRITES: False})


def _is_gone(error: OperationalError) -> bool:
    """Tell whether a database cannot be reached or used by anybody, rather than being held by another."""
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "sqlite_errorname", None) or getattr(error.orig, "sqlstate", None)
    return code.startswith(_GONE) if code else True  # without a code nobody has answered


def _host_of(url: URL) -> str:
    host = url.host or url.query.get("host", "")
    return f"{host}:{url.port}" if host and url.port else str(host)


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


def answer_within(session: Session, seconds: int) -> None:
    """Have every question of this transaction end after so many seconds, as `DatabaseBusy`, where others share it.

    On SQLite a question holds up nobody who reads or writes.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SET LOCAL statement_timeout = {int(seconds) * 1000}"))


def mark_lasting(session: Session, number: int) -> None:
    """Mark that what is written here, up to a number, must outlive the database: see `Database.after_lasting`."""
    session.info[_LASTS] = number


def count_if_kept(session: Session, name: str, label: str, by: float = 1) -> None:
    """Add to a figure (`kernel.tally`) once this transaction is committed, and never if it is not."""
    event.listen(session, "after_commit", lambda _: count(name, label, by), once=True)


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
