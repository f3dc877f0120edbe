"""What every test may ask for: both databases, a house with real parts, and one cast of characters."""

import gc
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as drawing
from pydantic import SecretStr
from starlette.testclient import TestClient

from portal.app import build_app
from portal.kernel.configuration.settings import Settings
from portal.kernel.machine.host import tidy_less_often
from portal.kernel.secrets.keys import KeyRing, load_key_file, make_key_file
from portal.reading.cage.caged import CagedReader
from portal.web.waiting import doing
from portal.wiring import House, build_house
from tests.cast import NOON, Cast, seat_the_cast
from tests.parts.engines import share_engines
from tests.parts.memory import keep_files_in_memory
from tests.parts.roles import by_roles
from tests.parts.site import Site

if TYPE_CHECKING:
    from tests.parts.databases import Templates  # imported by pytest, which rewrites its asserts

pytest_plugins = [
    "tests.parts.rewriting",
    "tests.parts.fewer_pictures",
    "tests.parts.postgresql",
    "tests.parts.letters",
    "tests.parts.databases",
    "tests.parts.s3",
    "tests.parts.oidc",
    "tests.parts.strict_provider",
    "tests.parts.chromium",
    "tests.browser.journeys.walk",
    "tests.browser.screens",
]
share_engines()
keep_files_in_memory()
# The same examples are drawn at every run, by hand as in CI; `make fuzz` draws others.
# An example may take as long as it takes, here as where CI is set: other work on the machine makes any of them slow.
drawing.register_profile(
    "house", drawing(), deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
drawing.load_profile("house")


def pytest_collection_finish() -> None:
    """Have the garbage collector pass over what lives to the end, and come as seldom as in every command."""
    gc.collect()
    gc.freeze()
    tidy_less_often()


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Watch:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Watch:
    return Watch()


@pytest.fixture(scope="session")
def first_key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "portal.keys"
    make_key_file(path, NOON)
    return path


@pytest.fixture
def key_file(first_key_file: Path, tmp_path: Path) -> Path:
    """Give a key file of the test's own, which it may turn, and its wrap file: letters that stand ready are of both."""
    return shutil.copytree(first_key_file.parent, tmp_path / "keys") / first_key_file.name


@pytest.fixture(scope="session")
def keys(first_key_file: Path) -> KeyRing:
    return load_key_file(first_key_file)


@pytest.fixture(scope="session")
def checked_settings() -> Settings:
    """Check once what is the same for every test: it takes longer than making the test's folder and database."""
    return Settings.model_validate(
        {
            "base_url": "https://letters.riverbend.example",
            "organisation": "Riverbend Schools",
            "contact": "the program office, 555 0100",
            "hold_seconds": 60,
        }
    )


@pytest.fixture
def settings(tmp_path: Path, database_url: str, key_file: Path, checked_settings: Settings) -> Settings:
    own = {"data_dir": tmp_path / "data", "database_url": SecretStr(database_url), "key_file": key_file}
    return by_roles(checked_settings.model_copy(update=own))


class WarmReader(CagedReader):
    """The real reader; its cells outlive a house, since warming them up takes longer than most tests."""

    def close(self) -> None:
        """Keep the cells for the next house."""

    def end(self) -> None:
        """End the cells with the last test."""
        super().close()


@pytest.fixture(scope="session")
def warm_reader() -> Iterator[WarmReader]:
    reader = WarmReader()
    yield reader
    reader.end()


@pytest.fixture
def house(settings: Settings, clock: Watch, warm_reader: WarmReader) -> Iterator[House]:
    house = build_house(settings, clock=clock)
    yield replace(house, reader=warm_reader)
    house.close()


@pytest.fixture
def cast(house: House, clock: Watch, templates: "Templates") -> Cast:
    """Seat two families and four staff members, unless the database was made with them."""
    found = templates.found_in(house.settings.database)
    return found.cast if found else seat_the_cast(house.db, now=clock.now)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have slow acts answered by their answer however long they take here; tests of the page between say otherwise."""
    monkeypatch.setattr(doing, "AT_ONCE_SECONDS", 60.0)


@pytest.fixture
def site(settings: Settings, house: House) -> Iterator[TestClient]:
    """Give a browser's view of the site: same-origin posts, redirects not followed."""
    with Site(build_app(settings, house), base_url=settings.base_url) as client:
        yield client


@pytest.fixture
def another_browser(settings: Settings, house: House, site: TestClient) -> Iterator[TestClient]:  # noqa: ARG001 - the site runs first
    with Site(build_app(settings, house), base_url=settings.base_url) as client:
        yield client
