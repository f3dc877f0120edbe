"""The databases of the tests: copies of a template, since migrating one takes longer than most tests."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from portal.kernel.db import Database
from portal.kernel.migrations import migrate
from tests.cast import NOON, Cast, seat_the_cast
from tests.parts.postgresql import PostgreSql


class Templates:
    """Databases at the newest schema to copy from, empty or with the cast seated, each made when first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._casts: dict[tuple[str, bool], Cast] = {}
        self._seated: dict[str, Cast] = {}

    def sqlite(self, path: Path, *, seated: bool = False) -> str:
        """Copy to a path in a folder made for it; return the URL."""
        template = self._folder / f"{seated}.db"
        if not template.exists():
            self._build(f"sqlite:///{template}", seated=seated)
        path.parent.mkdir(mode=0o700)
        shutil.copy(template, path)
        return self._copied(f"sqlite:///{path}", ("sqlite", seated))

    @contextmanager
    def postgresql(self, server: PostgreSql, *, seated: bool) -> Iterator[str]:
        """Copy within the server; give the URL."""
        with server.copy_of(f"seated {seated}", partial(self._build, seated=seated)) as url:
            yield self._copied(url, ("postgresql", seated))

    def cast_in(self, url: str) -> Cast | None:
        """Return whom a database was made with."""
        found = self._seated.get(url)
        return found and replace(found)

    def _build(self, url: str, *, seated: bool) -> None:
        database = Database(url)
        migrate(database)
        if seated:
            kind = "sqlite" if database.is_sqlite else "postgresql"
            self._casts[kind, seated] = seat_the_cast(database, now=NOON)
        database.close()

    def _copied(self, url: str, kind: tuple[str, bool]) -> str:
        if kind in self._casts:
            self._seated[url] = self._casts[kind]
        return url


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Templates:
    return Templates(tmp_path_factory.mktemp("schema"))


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path, templates: Templates) -> str:
    """Give a fresh SQLite database at the newest schema; seated if `cast` is wanted."""
    return templates.sqlite(tmp_path / "data" / "portal.db", seated="cast" in request.fixturenames)


def fresh_database(kind: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give a fresh database of one kind at the newest schema; seated if `cast` is wanted."""
    if kind == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    templates: Templates = request.getfixturevalue("templates")
    server: PostgreSql = request.getfixturevalue("postgresql")
    with templates.postgresql(server, seated="cast" in request.fixturenames) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give a fresh database, once on SQLite and once on PostgreSQL."""
    yield from fresh_database(request.param, request)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()
