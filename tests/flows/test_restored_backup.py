"""An older backup that is put back revives nothing: by default, on both databases, whoever took back and how."""

import asyncio
import json
import os
import shutil
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient
from typer.testing import Result

from portal import publish
from portal.app import build_app
from portal.flows.keeping.keep_heads import accept_older
from portal.flows.taking_back.revoke import Target, revoke
from portal.kernel.configuration.settings import Settings
from portal.kernel.secrets.headfile import HeadFile
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, read_head, takes_back
from portal.ledger.tables import LedgerWatch
from portal.mail.transport.recording import RecordingRoom
from portal.overviews.operation.in_force import in_force
from portal.overviews.operation.machine_in_force import Machine
from portal.overviews.operation.watched import InForce, watched
from portal.wiring import House, build_house, machine_of
from portal.worker import Worker
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.faults.run_taking_back import take_back_and_die
from tests.flows.test_verify_ledger import cut_after
from tests.parts.commands import start_forked
from tests.parts.postgresql import PostgreSql
from tests.parts.roles import by_one_login
from tests.parts.site import Site
from tests.web.desks import sit_down
from tests.web.test_renewal import ask

IDA = "ida@riverbend.example.org"
Portal = Callable[..., Result]


class Backups:
    """Copies of a database as a backup makes them, each to be put back as a database of its own."""

    def __init__(self, house: House, server: PostgreSql | None, folder: Path) -> None:
        self._house, self._server, self._folder = house, server, folder

    def made(self) -> str:
        """Copy the database as it is now; return the URL of the copy."""
        url = self._house.settings.database
        if self._server:
            self._house.db.close()
            return self._server.new_database(url.partition("@/")[2].partition("?")[0])
        copy = self._folder / "backup.db"
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as here, closing(sqlite3.connect(copy)) as there:
            here.backup(there)
        return f"sqlite:///{copy}"


@pytest.fixture
def backups(request: pytest.FixtureRequest, house: House, tmp_path: Path) -> Backups:
    return Backups(house, None if house.db.is_sqlite else request.getfixturevalue("postgresql"), tmp_path)


@contextmanager
def served(house: House, **changed: object) -> Iterator[tuple[TestClient, House]]:
    """Start the site of a house whose settings are changed so."""
    settings = house.settings.model_copy(update=changed)
    again = build_house(settings, clock=house.clock)
    try:
        with Site(build_app(settings, again), base_url=settings.base_url) as site:
            yield site, again
    finally:
        again.close()


def restored(house: House, url: str) -> AbstractContextManager[tuple[TestClient, House]]:
    return served(house, **by_one_login(url))


@dataclass
class Sent:
    """A letter that is out, and who may take it back by which hand."""

    house: House
    cast: Cast
    clock: Watch
    portal: Portal
    mailing: str
    link: str


def by_command(sent: Sent) -> None:
    assert sent.portal("revoke", "--link", sent.link, "--by", IDA, "--reason", "Wrong.").exit_code == 0


def by_freeze(sent: Sent) -> None:
    with served(sent.house) as (site, again):
        wanted = {"kind": "mailing", "id": sent.mailing, "form_token": sit_down(site, again, sent.cast.admin)}
        assert site.post("/admin/incidents", data=wanted).status_code == 303


def by_the_worker(sent: Sent) -> None:
    sent.clock.forward(days=1, minutes=1)
    settings = Settings.model_validate(sent.house.settings.model_dump() | {"retention_days": "1"})
    keeper = build_house(settings, clock=sent.clock)
    for _ in range(2):  # it sends the letter, whose days are over, and shreds it
        asyncio.run(Worker(keeper, RecordingRoom()).drain())
    with keeper.db.read() as session:
        assert "document:shred" in {entry.act for entry in ledger.latest(session)}
    keeper.close()


@pytest.mark.parametrize("take_back", [by_command, by_freeze, by_the_worker])
def test_what_was_taken_back_after_the_backup_is_dead_in_it(
    house: House, cast: Cast, clock: Watch, backups: Backups, portal: Portal, take_back: Callable[[Sent], None]
) -> None:
    mailing_id = send_letter(house, cast, now=clock.now)
    sent = Sent(house, cast, clock, portal, mailing_id, link_of(house, mailing_id, cast.carla, cast.ana))
    token = {"token": token_of(house, sent.link)}
    with served(house) as (site, _):
        assert site.post("/o", data=token).status_code == 303
        assert site.get("/readyz").status_code == 200
    backup = backups.made()
    take_back(sent)
    with restored(house, backup) as (site, older):
        answer = site.post("/o", data=token)
        assert (answer.status_code, "Nothing is lost." in answer.text) == (503, True)
        ready = site.get("/readyz")
        assert (ready.status_code, ready.json()["database_is_newest"]) == (503, False)
        sit_down(site, older, cast.admin)
        page = site.get("/admin/settings")
        assert (page.status_code, "After a restore" in page.text) == (200, True)
        assert unsafe(older)["Age of the database"].why.startswith("The database is older than a head")
    with served(house) as (site, _):  # the newest in its place again
        assert site.post("/o", data=token).status_code in {303, 410}
        assert site.get("/readyz").status_code == 200


def unsafe(house: House) -> dict[str, InForce]:
    machine = machine_of(house)
    with house.db.read() as session:
        facts = in_force(session, house.settings, machine, now=house.clock())
    return {one.name: one for one in facts if one.standing == "unsafe"}


def test_doctor_sees_it_before_anything_was_started_and_an_admin_accepts_it(
    house: House, cast: Cast, clock: Watch, backups: Backups, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = {"token": token_of(house, link_of(house, send_letter(house, cast, now=clock.now), cast.carla, cast.ana))}
    backup = backups.made()
    with house.db.write() as session:
        ledger.append(session, house.keys, [Act("link:revoke", "staff:ida")], now=clock.now)
    lost = head_of(house).read()
    monkeypatch.setenv("PORTAL_DATABASE_URL", backup)
    facts = json.loads(portal("doctor", "--json").stdout.splitlines()[-1])["facts"]
    assert {"Age of the database"} <= {one["name"] for one in facts if one["standing"] == "unsafe"}
    assert portal("ledger", "accept-older", "--by", IDA).exit_code == 0
    with restored(house, backup) as (site, older):
        assert newest_in(older) == read_head(older.keys, head_of(older).read() or "").seq
        assert site.post("/o", data=token).status_code == 303
    (aside,) = (one for one in head_of(house).path.parent.glob("*.head.2*"))
    assert aside.read_text() == lost
    with served(house) as (site, _):  # the other branch is an older one from now on
        assert site.post("/o", data=token).status_code == 503


def test_out_of_it_goes_no_message_to_whoever_had_asked_for_a_link(
    house: House, cast: Cast, clock: Watch, backups: Backups, sent_letter: str
) -> None:
    assert sent_letter
    with served(house) as (site, _):
        ask(site, "carla.rivera@mail.example.org")
    backup, room = backups.made(), RecordingRoom()
    with house.db.write() as session:
        ledger.append(session, house.keys, [Act("guardianship:restrict", "staff:ida")], now=clock.now)
    older = build_house(house.settings.model_copy(update=by_one_login(backup)), clock=clock)
    asyncio.run(Worker(older, room).drain())
    assert not [one for one in room.delivered if one.to.startswith("carla")]
    with older.db.write() as session:
        accept_older(session, older.keys, by=cast.admin, now=clock.now)
    clock.forward(seconds=5)
    asyncio.run(Worker(older, room).drain())
    assert [one for one in room.delivered if one.to.startswith("carla")]
    older.close()


def head_of(house: House) -> HeadFile:
    file = HeadFile.of(house.settings)
    assert file is not None
    return file


def newest_in(house: House) -> int:
    with house.db.read() as session:
        return ledger.head(session)[0]


def test_a_database_that_is_swapped_under_a_running_site_is_seen_within_seconds(
    house: House, cast: Cast, clock: Watch
) -> None:
    token = {"token": token_of(house, link_of(house, send_letter(house, cast, now=clock.now), cast.carla, cast.ana))}
    with served(house) as (site, again):
        assert site.post("/o", data=token).status_code == 303
        cut_after(house.db, newest_in(again) - 2)
        clock.forward(seconds=5)
        assert site.post("/o", data=token).status_code == 503


def test_a_process_that_is_killed_as_it_answers_has_left_the_head(house: House, cast: Cast, clock: Watch) -> None:
    link = link_of(house, send_letter(house, cast, now=clock.now), cast.carla, cast.ana)
    environ = {
        "PATH": os.environ["PATH"],
        "PORTAL_DATA_DIR": str(house.settings.data_dir),
        "PORTAL_DATABASE_URL": house.settings.database,
        "PORTAL_KEY_FILE": str(house.settings.key_file),
    }
    process = start_forked(take_back_and_die, clock.now, link, cast.admin, environ=environ)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert read_head(house.keys, head_of(house).read() or "").seq == newest_in(house)


def test_several_who_write_at_once_never_set_it_back(house: House, clock: Watch) -> None:
    others = [build_house(house.settings, clock=clock) for _ in range(3)]
    seen, is_over = [0], threading.Event()

    def write(one: House) -> None:
        for _ in range(15):
            with one.db.write() as session:
                ledger.append(session, one.keys, [Act("link:revoke", "staff:ida")], now=clock.now)

    def watch() -> None:
        while not is_over.is_set():
            text = head_of(house).read()
            seen.append(read_head(house.keys, text).seq if text else 0)

    writers = [threading.Thread(target=write, args=(one,)) for one in others]
    watcher = threading.Thread(target=watch)
    for one in (watcher, *writers):
        one.start()
    for one in writers:
        one.join(60)
    is_over.set()
    watcher.join(60)
    assert seen == sorted(seen)
    assert read_head(house.keys, head_of(house).read() or "").seq == newest_in(house) == 45
    for one in others:
        one.close()


def test_a_head_file_that_is_gone_or_none_of_ours_shuts_families_out_until_it_is_back(
    house: House, cast: Cast, clock: Watch
) -> None:
    token = {"token": token_of(house, link_of(house, send_letter(house, cast, now=clock.now), cast.carla, cast.ana))}
    with served(house) as (site, _):
        assert site.post("/o", data=token).status_code == 303
    path = head_of(house).path
    kept = path.rename(path.with_name("elsewhere"))
    for spoil in (lambda: None, lambda: path.write_text("{}"), lambda: path.write_bytes(b"\xff\xfe")):
        spoil()
        with served(house) as (site, _):
            assert site.post("/o", data=token).status_code == 503
            with house.db.write() as session:  # what is taken back meanwhile covers nothing up
                ledger.append(session, house.keys, [Act("link:revoke", "staff:ida")], now=clock.now)
            assert not path.exists() or b"statement" not in path.read_bytes()
        path.unlink(missing_ok=True)
    shutil.copy(kept, path)
    with served(house) as (site, _):
        assert site.post("/o", data=token).status_code == 303


def test_a_head_file_that_cannot_be_read_for_a_moment_shuts_families_out_for_that_moment(
    house: House, cast: Cast, clock: Watch
) -> None:
    token = {"token": token_of(house, link_of(house, send_letter(house, cast, now=clock.now), cast.carla, cast.ana))}
    path = head_of(house).path
    with served(house) as (site, _):
        kept = path.rename(path.with_name("elsewhere"))
        path.mkdir()  # as a disk that answers with a fault
        clock.forward(seconds=10)
        assert site.post("/o", data=token).status_code == 503
        assert site.get("/readyz").status_code == 503
        assert "Head file" in unsafe(house)
        path.rmdir()
        kept.rename(path)
        clock.forward(seconds=10)
        assert site.post("/o", data=token).status_code == 303
        assert site.get("/readyz").status_code == 200


def test_a_portal_from_before_has_its_head_written_when_it_starts(house: House, cast: Cast, clock: Watch) -> None:
    off = build_house(house.settings.model_copy(update={"head_file": Path("off")}), clock=clock)
    send_letter(off, cast, now=clock.now)
    assert not head_of(house).path.exists()
    with served(house):
        assert read_head(house.keys, head_of(house).read() or "").seq == newest_in(house)
        assert filed(house)
    with served(house, head_file=Path("off")) as (site, _):  # whoever chooses to keep none is not locked out
        head_of(house).path.unlink()
        assert site.get("/readyz").status_code == 200
        assert not filed(house)
    with served(house) as (site, _):
        assert site.get("/readyz").status_code == 200
        assert filed(house)
    off.close()


def filed(house: House) -> bool:
    with house.db.read() as session:
        return session.exec(select(LedgerWatch)).one().filed_at is not None


def test_what_is_taken_back_stands_where_the_head_cannot_be_written_and_a_worker_catches_up(
    house: House, cast: Cast, clock: Watch, tmp_path: Path
) -> None:
    link = link_of(house, send_letter(house, cast, now=clock.now), cast.carla, cast.ana)
    (tmp_path / "full").touch()  # no folder, so nothing can be written in it
    settings = house.settings.model_copy(update={"head_file": tmp_path / "full" / "head"})
    full = build_house(settings, clock=clock)
    with full.db.write() as session:
        done = revoke(session, full.keys, Target("link", link), by=cast.admin, reason="Wrong.", now=clock.now)
    assert (done.links, done.is_repeat) == (1, False)
    clock.forward(minutes=6)
    assert "Head file" in unsafe(full)
    publish.Upkeep(full).do(clock.now)
    with house.db.read() as session:
        assert watched(session, settings, now=clock.now)["heads"].standing == "unsafe"
    (tmp_path / "full").unlink()
    clock.forward(minutes=1)
    publish.Upkeep(full).do(clock.now)
    with house.db.read() as session:
        assert watched(session, settings, now=clock.now)["heads"].standing == "safe"
    assert read_head(full.keys, head_of(full).read() or "").seq == newest_in(full)
    full.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_lies_beside_the_key_file_and_any_other_place_is_called_unsafe(house: House, settings: Settings) -> None:
    assert settings.key_file is not None
    assert settings.head == settings.key_file.with_name("portal.keys.head")
    machine = Machine(cage_is_shut=True, scanner_answers=True)
    for place, standing in (
        (None, "safe"),
        (Path("off"), "unsafe"),
        (settings.data_dir / "head", "unsafe"),
        (settings.data_dir.parent / "head", "safe"),
    ):
        with house.db.read() as session:
            one = settings.model_copy(update={"head_file": place})
            facts = {fact.name: fact for fact in in_force(session, one, machine, now=house.clock())}
        assert facts["Head file"].standing == standing, place


def test_an_act_that_nobody_thought_of_is_told_at_once() -> None:
    assert takes_back("thing:invented")
    assert not takes_back("copy:view")
