"""While a store moves every door says so, and where it has moved from they go on saying it."""

import asyncio
import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text, update
from sqlmodel import col
from starlette.testclient import TestClient
from typer.testing import CliRunner

from portal.app import build_app
from portal.backups import moving
from portal.backups.moving import GivenUp, NothingMoved, by_owner, carrier_of, move
from portal.cli import app
from portal.kernel.errors import StartRefused, WrongCall
from portal.kernel.storage.db import Database, StoreMoving
from portal.kernel.storage.migrations import current, migrate, revisions
from portal.kernel.storage.moves import Move, forget_move, note_move
from portal.ledger.errors import DatabaseOlder
from portal.mail.transport.recording import RecordingRoom
from portal.outbox.tables import Notice
from portal.wiring import House
from portal.worker import Worker
from tests.backups.test_moving import forgotten, fresh, moved, rebuilt
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.flows.deeds import take_back
from tests.parts.databases import Templates
from tests.parts.roles import by_one_login
from tests.parts.site import Site
from tests.web.desks import sit_down

CALM = "The letters are moving to a new place. Nothing is lost. Try again in an hour."


def token_for(house: House, cast: Cast, mailing_id: str) -> dict[str, str]:
    return {"token": token_of(house, link_of(house, mailing_id, cast.carla, cast.ana))}


def test_everybody_is_told_until_it_is_done_and_the_old_one_stays_closed(
    house: House,
    cast: Cast,
    clock: Watch,
    site: TestClient,
    tmp_path: Path,
    templates: Templates,
) -> None:
    mailing_id = send_letter(house, cast, now=clock.now)
    token = token_for(house, cast, mailing_id)
    assert site.post("/o", data=token).status_code == 303
    form_token = sit_down(site, house, cast.writer)
    with by_owner(house) as owned, owned.db.write() as session:
        note_move(session.connection(), Move("database", "a" * 32, "moving", "sqlite:////elsewhere"))
    clock.forward(seconds=5)

    assert_everybody_is_told(house, site, token, form_token)
    assert (site.get("/readyz").status_code, site.get("/readyz").json()["at_its_place"]) == (200, False)
    with pytest.raises(StartRefused, match="--forget"):
        moved(house, fresh(tmp_path))
    assert [one.id for one in forgotten(house)] == ["a" * 32]
    with pytest.raises(NothingMoved):
        forgotten(house)
    clock.forward(seconds=5)
    assert site.get("/letters").status_code == 200

    to = templates.sqlite(tmp_path / "new")
    moved(house, to)
    with pytest.raises(StoreMoving), house.db.write() as session:  # before anybody has looked
        session.execute(text("UPDATE ledger_head SET seq = 7"))
    clock.forward(seconds=5)
    assert_everybody_is_told(house, site, token, form_token)
    assert site.get("/readyz").status_code == 503
    with Site(build_app(house.settings, house), base_url=house.settings.base_url) as late:
        assert late.get("/letters").status_code == 503
    with pytest.raises(StartRefused, match="Set PORTAL_DATABASE_URL to that"):
        moved(house, fresh(tmp_path))


def test_the_old_place_opened_again_lets_no_family_into_what_was_taken_back_at_the_new_one(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    mailing_id = send_letter(house, cast, now=clock.now)
    token, there = token_for(house, cast, mailing_id), fresh(tmp_path)
    moved(house, there)
    new = rebuilt(house, **by_one_login(there))
    take_back(new, cast, clock, "mailing", mailing_id)()
    new.close()

    forgotten(house)
    clock.forward(seconds=5)
    old = rebuilt(house)
    with pytest.raises(DatabaseOlder):
        old.age.check(now=clock.now)
    with Site(build_app(old.settings, old), base_url=old.settings.base_url) as door:
        assert door.post("/o", data=token).status_code == 503
    old.close()


def assert_everybody_is_told(house: House, site: TestClient, token: dict[str, str], form_token: str) -> None:
    site.headers["Accept-Language"] = "en"
    for answer in (site.post("/o", data=token), site.get("/letters")):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "600")
        assert CALM in answer.text
    site.headers["Accept-Language"] = "so"
    assert "Warqadaha" in site.post("/o", data=token).text
    pressed = site.post("/staff/sign-out", data={"form_token": form_token})
    for answer in (site.get("/staff"), pressed):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "600")
        assert "The portal is moving to another place." in answer.text
    room = RecordingRoom()
    asyncio.run(asyncio.wait_for(Worker(house, room).drain(), 20))
    assert room.delivered == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_newer_version_changes_the_schema_of_what_moves(database: Database) -> None:
    with database.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": revisions()[-2]})
        note_move(session.connection(), Move("database", "a" * 32, "moving", "sqlite:////elsewhere"))
    with pytest.raises(StartRefused, match="--forget"):
        migrate(database)
    assert current(database) == revisions()[-2]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_command_says_what_is_where_and_what_is_left_to_do(
    house: House, sent_letter: str, tmp_path: Path, templates: Templates, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sent_letter
    monkeypatch.setattr(moving, "_SEEN_WITHIN", 0.0)
    monkeypatch.setenv("PORTAL_DATA_DIR", str(house.settings.data_dir))
    monkeypatch.setenv("PORTAL_KEY_FILE", str(house.settings.keys))

    def said(*words: str) -> str:
        done = CliRunner().invoke(app, ["migrate-store", *words], catch_exceptions=False)
        assert done.exit_code == 0
        return done.stdout

    folder, to = str(tmp_path / "files"), templates.sqlite(tmp_path / "new")
    told = json.loads(said(folder, "--json"))
    assert (told["counts"], told["set"]) == ({"files": 1}, {"PORTAL_BLOB_URL": folder})
    assert told["remove"] == f"Remove the folder: rm -r {house.settings.blobs}"
    with pytest.raises(StartRefused, match="Set PORTAL_BLOB_URL to that"):
        said(to)
    monkeypatch.setenv("PORTAL_BLOB_URL", folder)
    words = said(to)
    assert "child: 4 rows, read anew and the same at both places" in words
    assert "1. Set PORTAL_DATABASE_URL to it" in words
    assert f"rm {house.settings.data_dir}/portal.db " in words
    assert "nothing was done" in said(to)
    with pytest.raises(StartRefused, match="The database has moved to"):
        CliRunner().invoke(app, ["ledger", "verify"], catch_exceptions=False)
    assert "never run both" in said("--forget")
    assert CliRunner().invoke(app, ["ledger", "verify"], catch_exceptions=False).exit_code == 0
    for wrong in ((), ("mysql://x/y",), (folder,), ("--keys", "s3://bucket")):
        with pytest.raises(WrongCall):
            said(*wrong)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_waits_for_workers_and_what_was_given_up_meanwhile_is_not_done(
    house: House,
    clock: Watch,
    held_letter: str,
    tmp_path: Path,
    templates: Templates,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with house.db.write() as session:
        held = {"state": "sending", "lease_until": clock.now + timedelta(seconds=20)}
        session.execute(update(Notice).where(col(Notice.mailing_id) == held_letter).values(held))
    begun, waited = clock.now, []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        clock.forward(seconds=seconds)

    carrier = carrier_of(house, templates.sqlite(tmp_path / "new"), keys=False)
    carry = carrier.carry

    def given_up(move_id: str, others: Sequence[Move]) -> dict[str, int]:
        with house.db.write() as session:  # as another machine does
            forget_move(session.connection(), "database")
        return carry(move_id, others)

    monkeypatch.setattr(carrier, "carry", given_up)
    with pytest.raises(GivenUp):
        move(house, carrier, wait=wait)
    assert waited[0] == 6.0
    assert clock.now - begun == timedelta(seconds=20)
    carrier.close()
