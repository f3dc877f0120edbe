"""A PostgreSQL server for `make scale`, and what it takes of the processors."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from portal.kernel.storage.db import Database
from tests.parts.postgresql import PostgreSql, postgresql_server

_SET = ("max_wal_size = '2GB'", "work_mem = '16MB'", "effective_cache_size = '4GB'", "wal_level = 'minimal'",
        "max_wal_senders = 0", "shared_buffers = '768MB'")  # fmt: skip


@contextmanager
def large_server() -> Iterator[PostgreSql]:
    """Run a server of one's own until the block ends; it waits for no disk."""
    with postgresql_server(_SET) as server:
        yield server


_TICK = os.sysconf("SC_CLK_TCK")


def server_seconds(database: Database) -> float:
    """Return the seconds of the processor that a database's server has taken since it began; 0 for SQLite."""
    if database.is_sqlite:
        return 0.0
    with database.engine.connect() as connection:
        own = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    server = _parent(own)
    everybody = (int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit())
    living = [pid for pid in everybody if _parent(pid) == server]
    return (sum(_ticks(pid, 11, 12) for pid in living) + _ticks(server, 11, 12, 13, 14)) / _TICK


def _fields(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended meanwhile
        return []


def _parent(pid: int) -> int:
    fields = _fields(pid)
    return int(fields[1]) if fields else 0


def _ticks(pid: int, *which: int) -> int:
    fields = _fields(pid)
    return sum(int(fields[one]) for one in which) if fields else 0


def processor_seconds(pid: int) -> float:
    """Return the seconds of the processor that a process has taken."""
    return _ticks(pid, 11, 12) / _TICK


def peak_megabytes() -> float:
    """Return the most memory that this process has held; what `resource` tells is its parent's as well."""
    return _status("VmHWM")


def megabytes() -> float:
    """Return the memory that this process holds now."""
    return _status("VmRSS")


def _status(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
