"""Each released version is upgraded with its data while it still serves, and can be returned to, on both databases.

What a version asked of its database was recorded when its code ran (`record.py`). The same statements get the same
answers on the old schema, on the newest, and after the way back: then the old code can serve on each of them.
"""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from portal.app import build_app
from portal.flows.keeping.verify_ledger import Verified, verify_ledger
from portal.kernel.configuration.settings import Settings
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import Database
from portal.kernel.storage.migrations import RELEASED, current, head, migrate, step_back
from portal.staff import repository as staff
from portal.wiring import build_house
from tests.cast import LETTER, Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.migrations.recordings import FOLDER, Asked, ask_all, fill, recording, unpack
from tests.migrations.story import open_link
from tests.parts.site import Site


def seated(database: Database, ids: dict[str, str]) -> Cast:
    with database.read() as session:
        rosa, omar, ida, pia = (
            staff.by_address(session, f"{name}@riverbend.example.org", through="web")
            for name in ("rosa", "omar", "ida", "pia")
        )
    return Cast(**ids, writer=rosa, approver=omar, admin=ida, oak_writer=pia)


def ledger_of(database: Database, keys: KeyRing) -> int:
    """Return how many entries the whole ledger has."""
    with database.read() as session:
        found = verify_ledger(session, keys)
    assert isinstance(found, Verified), found
    return found.entries


def new_url(kind: str, folder: Path, request: pytest.FixtureRequest) -> str:
    folder.mkdir()
    return (
        f"sqlite:///{folder / 'portal.db'}"
        if kind == "sqlite"
        else request.getfixturevalue("postgresql").new_database()
    )


def filled(version: str, kind: str, url: str) -> Database:
    """Return a database as the version left it."""
    database = Database(url)
    migrate(database, RELEASED[version])
    fill(database, recording(version, kind))
    return database


def settings_of(told: dict[str, Any], checked: Settings, database: Database, folder: Path) -> Settings:
    """Return the settings of a site with the version's files, keys and database."""
    unpack(told["data"], folder / "new")
    unpack(told["keys"], folder / "keys")
    own = {"data_dir": folder / "new", "database_url": SecretStr(database.url), "key_file": folder / "keys/portal.keys"}
    return checked.model_copy(update=own)


def goes_back(database: Database, version: str, questions: list[list[Any]]) -> Asked:
    """Return to a version's schema, on which its questions are answered as just before; return the answers."""
    asked = ask_all(database, questions)
    step_back(database, RELEASED[version])
    assert current(database) == RELEASED[version]
    assert asked.differences(ask_all(database, questions)) == []
    return asked


def test_every_released_version_was_recorded() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(RELEASED)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("version", RELEASED)
def test_a_released_version_serves_on_is_upgraded_and_returned_to(
    version: str, kind: str, tmp_path: Path, request: pytest.FixtureRequest, checked_settings: Settings, clock: Watch
) -> None:
    told, letters = recording(version, kind), recording(version, kind)["letters"]
    served = told["serving"] + told["reading"]
    questions = [one for one in told["reading"] if one[0].startswith("SELECT")]
    old, new = (filled(version, kind, new_url(kind, tmp_path / name, request)) for name in ("old", "new"))
    migrate(new)

    # The old version still serves: its statements, writes among them, get the answers that they always got.
    assert ask_all(old, served).differences(ask_all(new, served)) == []
    before = ask_all(old, questions)
    assert before.differences(ask_all(new, questions)) == []
    assert current(new) == head()

    # Today's version takes over.
    settings = settings_of(told, checked_settings, new, tmp_path)
    clock.now = clock.now.fromisoformat(told["now"])
    house = build_house(settings, clock=clock)
    cast, entries = seated(new, told["cast"]), ledger_of(new, house.keys)
    assert entries == ledger_of(old, house.keys)
    with Site(build_app(settings, house), base_url=settings.base_url) as site:
        path = open_link(site, house, link_of(house, letters["first"], cast.carla, cast.luis))
        assert site.get(f"{path}/file").content == LETTER
        dead = link_of(house, letters["third"], cast.diego, cast.ana)
        assert site.post("/o", data={"token": token_of(house, dead)}).status_code != 303, "taken back by the old one"
        written = send_letter(house, cast, now=clock.now, title="Written by the newer version")
        link_id = link_of(house, written, cast.carla, cast.ana)
        now_there = ledger_of(new, house.keys)
        assert now_there > entries

    # And back: the old version's questions are answered as just before, and nothing that was written is lost.
    assert goes_back(new, version, questions).differences(before), "the old version sees what the newer one wrote"
    assert ledger_of(new, house.keys) == now_there
    migrate(new)
    with Site(build_app(settings, house), base_url=settings.base_url) as site:
        open_link(site, house, link_id)
    assert ledger_of(new, house.keys) > now_there
    for part in (house, old, new):
        part.close()
