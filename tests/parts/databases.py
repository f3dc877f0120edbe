"""The databases of the tests: copies of templates, since making one takes longer than most tests."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from pydantic import SecretStr

from portal.kernel.configuration.settings import Settings
from portal.kernel.storage.db import Database
from portal.kernel.storage.migrations import migrate
from portal.schema import roles
from portal.schema.rights import SITE
from portal.wiring import build_house
from tests.cast import NOON, Cast, seat_the_cast
from tests.conftest import Watch
from tests.parts.engines import as_role
from tests.parts.letters import LETTERS
from tests.parts.postgresql import PostgreSql

_BASES = {"cast": "empty", **dict.fromkeys(LETTERS, "cast")}
"""Each kind of database begins as another, but for the one that is empty at the newest schema."""


@dataclass(frozen=True)
class Found:
    """What a database was made with: its kind, whom it seats, the letter's id if there is one, the time by then."""

    kind: str
    cast: Cast
    letter: str = ""
    now: datetime = NOON


class Templates:
    """Databases to copy from, and the files of a house that sent letters; each made when first asked for.

    Files are sealed with the keys of these settings: a copy is of use to a house with the same.
    """

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._folder, self._settings = folder, settings
        self._made: dict[tuple[str, str], Found] = {}
        self._copies: dict[str, Found] = {}

    def sqlite(self, data: Path, kind: str = "empty") -> str:
        """Copy to a data folder made for it; return the URL."""
        template = self._folder / f"sqlite {kind}"
        if not template.exists():
            if kind in _BASES:
                self.sqlite(template, _BASES[kind])
            else:
                template.mkdir(mode=0o700)
            self._build("sqlite", kind, template, f"sqlite:///{template / 'portal.db'}")
        shutil.copytree(template, data)
        return self._copied(f"sqlite:///{data / 'portal.db'}", ("sqlite", kind))

    @contextmanager
    def postgresql(self, server: PostgreSql, data: Path, kind: str = "empty") -> Iterator[str]:
        """Copy within the server, and what else there is to a data folder; give the URL."""
        self._keep(server, kind)
        with server.copy_of(kind) as url:
            if (template := self._folder / f"postgresql {kind}").exists():
                shutil.copytree(template, data)
            yield self._copied(url, ("postgresql", kind))

    def found_in(self, url: str) -> Found | None:
        """Return what a database was made with."""
        found = self._copies.get(url)
        return found and replace(found, cast=replace(found.cast))

    def _keep(self, server: PostgreSql, kind: str) -> None:
        base = _BASES.get(kind, "")
        if base:
            self._keep(server, base)
        server.keep(kind, partial(self._build, "postgresql", kind, self._folder / f"postgresql {kind}"), base=base)

    def _build(self, on: str, kind: str, data: Path, url: str) -> None:
        """Make a database of its base."""
        if kind in LETTERS:
            self._made[on, kind] = self._send(kind, data, url, self._made[on, "cast"].cast)
            return
        database = Database(url)
        if kind == "cast":
            self._made[on, kind] = Found(kind, seat_the_cast(database, now=NOON))
        else:
            migrate(database)
            if on == "postgresql":
                roles.keep(database)
        database.close()

    def _send(self, kind: str, data: Path, url: str, cast: Cast) -> Found:
        clock = Watch()
        own = {"data_dir": data, "database_url": SecretStr(url), "head_file": Path("off")}  # many share one key file
        settings = self._settings.model_copy(update=own)
        house = build_house(settings, clock=clock)
        letter = LETTERS[kind](house, cast, clock)
        house.close()
        return Found(kind, cast, letter, clock.now)

    def _copied(self, url: str, made: tuple[str, str]) -> str:
        if made in self._made:
            self._copies[url] = self._copies[as_role(url, SITE)] = self._made[made]
        return url


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory, checked_settings: Settings, first_key_file: Path) -> Templates:
    return Templates(tmp_path_factory.mktemp("made"), checked_settings.model_copy(update={"key_file": first_key_file}))


def _wanted(request: pytest.FixtureRequest) -> str:
    """Return the kind of database that a test wants, by the fixtures it asks for."""
    return next((kind for kind in (*LETTERS, "cast") if kind in request.fixturenames), "empty")


@pytest.fixture
def sqlite_url(request: pytest.FixtureRequest, tmp_path: Path, templates: Templates) -> str:
    """Give a fresh SQLite database at the newest schema; with the cast, or a letter to it, if that is wanted."""
    return templates.sqlite(tmp_path / "data", _wanted(request))


def fresh_database(on: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give a fresh database at the newest schema; with the cast, or a letter to it, if that is wanted."""
    if on == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    templates: Templates = request.getfixturevalue("templates")
    server: PostgreSql = request.getfixturevalue("postgresql")
    with templates.postgresql(server, request.getfixturevalue("tmp_path") / "data", _wanted(request)) as url:
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
