"""A worker sleeps until somebody has committed something, instead of looking again and again.

On PostgreSQL whoever queues work says NOTIFY in the same transaction. On SQLite nobody has to say anything: the kernel
tells that the write-ahead log was written to, whichever process did it, and a counter tells whether that was a commit.
"""

import asyncio
import contextlib
import ctypes
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from portal.kernel.storage.db import Database

_CHANNEL: Final = "portal_work"
_RUNG: Final = "portal_rung"
BEAT_SECONDS: Final = 1.0
"""So often is looked while there is work, or nothing can be heard."""
LONGEST_REST_SECONDS: Final = 10.0
_QUIET_SECONDS: Final = BEAT_SECONDS
"""So long nothing is heard after a ring: where much is written, a worker looks once a second, as it would without."""
_FIRST_LOOK, _LAST_LOOK = 0.01, 2.0
_IN_MODIFY, _IN_FLAGS = 0x2, os.O_NONBLOCK | os.O_CLOEXEC  # inotify(7)


def ring(session: Session) -> None:
    """Wake the workers once this transaction is committed, as often as it is called within."""
    connection = session.connection()
    if connection.dialect.name == "postgresql" and not session.info.get(_RUNG):
        session.info[_RUNG] = True
        connection.execute(text(f"NOTIFY {_CHANNEL}"))


async def until_any(seconds: float, *events: asyncio.Event) -> None:
    """Wait so long, or until one of these is set."""
    waiting = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, timeout=max(seconds, 0.001), return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()


class _Ear(Protocol):
    """What a bell listens with."""

    def fileno(self) -> int:
        """Return the descriptor that can be read when something may have been heard."""
        ...

    def heard(self) -> bool:
        """Take in what came; tell whether somebody committed something. Raises what the driver raises."""
        ...

    def close(self) -> None:
        """Listen no more."""
        ...


class Bell:
    """Wakes the tasks of one event loop when work may have come; where it hears nothing, they look by themselves."""

    def __init__(self, db: Database) -> None:
        """Take the database; nothing is heard before `listen`."""
        self._db = db
        self._ear: _Ear | None = None
        self._sleepers: list[asyncio.Event] = []
        self._timer: asyncio.TimerHandle | None = None
        self._errors = (OSError, SQLAlchemyError, db.engine.dialect.loaded_dbapi.Error)

    @property
    def hears(self) -> bool:
        """Whether whoever sleeps is woken. If not, each has to look again in a moment."""
        return self._ear is not None

    @property
    def longest_rest(self) -> float:
        """How many seconds somebody who found nothing may sleep: some things become due by the clock alone."""
        return LONGEST_REST_SECONDS if self.hears else BEAT_SECONDS

    def sleeper(self) -> asyncio.Event:
        """Return an event that is set at each ring; whoever waits for it clears it before looking."""
        rung = asyncio.Event()
        self._sleepers.append(rung)
        return rung

    async def listen(self) -> None:
        """Listen, if that is possible and not yet so; who sleeps is woken, for something may have come before."""
        if self._ear is None:
            self._ear = await asyncio.to_thread(self._new_ear)
            if self._ear is not None:
                self._wake()
                self._arm()

    def close(self) -> None:
        """Listen no more."""
        if self._timer is not None:
            self._timer.cancel()
        if self._ear is not None:
            ear, self._ear = self._ear, None
            asyncio.get_running_loop().remove_reader(ear.fileno())
            ear.close()

    def _new_ear(self) -> _Ear | None:
        with contextlib.suppress(AttributeError, *self._errors):
            return _LogEar(self._db) if self._db.is_sqlite else _ear_of_postgresql(self._db)
        return None

    def _wake(self) -> None:
        for rung in self._sleepers:
            rung.set()

    def _arm(self) -> None:
        assert self._ear is not None
        asyncio.get_running_loop().add_reader(self._ear.fileno(), self._look, _FIRST_LOOK)

    def _look(self, again_after: float) -> None:
        """See whether something was committed; SQLite's log is written to a moment before that, so look again."""
        ear, loop = self._ear, asyncio.get_running_loop()
        if ear is None:
            return
        loop.remove_reader(ear.fileno())
        try:
            is_rung = ear.heard()
        except self._errors:
            self.close()
            self._wake()
            return
        if is_rung:
            self._wake()
        if is_rung or again_after > _LAST_LOOK:
            self._timer = loop.call_later(_QUIET_SECONDS, self._arm)
        else:
            self._timer = loop.call_later(again_after, self._look, 2 * again_after)


def _ear_of_postgresql(db: Database) -> "_NotifyEar | None":
    """Return what hears a NOTIFY; None behind a pooler that lends another connection to each transaction."""
    ear = _NotifyEar(_taken_out(db))
    if ear.listen():
        return ear
    ear.close()
    return None


def _taken_out(db: Database) -> Any:  # noqa: ANN401 - a DBAPI connection has no common type
    """Return a connection of the driver's that the pool forgets."""
    pooled = db.engine.raw_connection()
    raw = pooled.driver_connection
    pooled.detach()
    return raw


class _NotifyEar:
    """A connection to PostgreSQL that listens."""

    def __init__(self, raw: Any) -> None:  # noqa: ANN401 - a DBAPI connection has no common type
        self._raw = raw

    def listen(self) -> bool:
        """Begin to listen; False where the server knows this connection by another number than we do."""
        self._raw.autocommit = True
        is_ours: bool = self._raw.execute("SELECT pg_backend_pid()").fetchone()[0] == self._raw.info.backend_pid
        if is_ours:
            self._raw.execute(f"LISTEN {_CHANNEL}")
        return is_ours

    def fileno(self) -> int:
        return int(self._raw.fileno())

    def heard(self) -> bool:
        self._raw.pgconn.consume_input()
        is_rung = False
        while self._raw.pgconn.notifies():
            is_rung = True
        return is_rung

    def close(self) -> None:
        self._raw.close()


class _LogEar:
    """What hears that SQLite's write-ahead log was written to, and a connection that counts the commits of others."""

    def __init__(self, db: Database) -> None:
        """Raises `OSError` and `AttributeError` where the kernel tells nothing of files."""
        database = Path(make_url(db.url).database or "")
        self._fd = _watch(database.resolve().parent)
        try:
            self._raw = _taken_out(db)
        except SQLAlchemyError:
            os.close(self._fd)
            raise
        self._version = self._commits()

    def fileno(self) -> int:
        return self._fd

    def heard(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            os.read(self._fd, 65536)
        before, self._version = self._version, self._commits()
        return before != self._version

    def close(self) -> None:
        os.close(self._fd)
        self._raw.close()

    def _commits(self) -> int:
        (found,) = self._raw.execute("PRAGMA data_version").fetchone()
        return int(found)


def _watch(folder: Path) -> int:
    """Return a descriptor that can be read once a file in a folder was written to (inotify(7)). Raises `OSError`."""
    libc = ctypes.CDLL(None, use_errno=True)
    init: Callable[[int], int] = libc.inotify_init1
    fd = init(_IN_FLAGS)
    if fd < 0 or libc.inotify_add_watch(fd, os.fsencode(folder), _IN_MODIFY) < 0:
        error = ctypes.get_errno()
        if fd >= 0:
            os.close(fd)
        raise OSError(error, os.strerror(error))
    return fd
