"""A PostgreSQL server for `make scale`, in memory where that is room enough, set up as docs/operate says."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.parts.postgresql import PostgreSql, postgresql_server

_MEMORY = Path("/dev/shm")
_SET = ("max_wal_size = '8GB'", "work_mem = '16MB'", "effective_cache_size = '4GB'", "wal_level = 'minimal'",
        "max_wal_senders = 0", "shared_buffers = '768MB'")  # fmt: skip


@contextmanager
def large_server() -> Iterator[PostgreSql]:
    """Run a server of one's own until the block ends."""
    before = tempfile.tempdir
    tempfile.tempdir = str(_MEMORY) if os.access(_MEMORY, os.W_OK) else before
    try:
        with postgresql_server(_SET) as server:
            tempfile.tempdir = before
            yield server
    finally:
        tempfile.tempdir = before
