"""The ledger's head is taken outside by itself, shows a cut end later, and stops nothing when it cannot be taken."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import obstore
import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from portal import publish
from portal.app import build_app
from portal.blobs.buckets import bucket_of
from portal.flows.keeping.keep_heads import accept_older
from portal.flows.keeping.verify_ledger import Broken, Verified, verify_ledger
from portal.kernel.configuration.settings import Settings, load_settings
from portal.kernel.errors import StartRefused
from portal.ledger import repository as ledger
from portal.ledger.errors import NothingOlder
from portal.ledger.rules import Act, read_head
from portal.mail.transport.recording import RecordingRoom
from portal.overviews.operation.heads import last_head
from portal.overviews.operation.watched import standing_alerts, watched
from portal.publish.upkeep.heads import HeadNotTaken, take_head_outside
from portal.staff.errors import NotAllowed
from portal.wiring import House, build_house
from portal.worker import Worker
from tests.cast import Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.flows.test_verify_ledger import cut_after
from tests.mail.servers import HOST, sink
from tests.parts.process import free_ports
from tests.parts.s3 import S3Server


def write(house: House, count: int) -> None:
    with house.db.write() as session:
        ledger.append(session, house.keys, [Act("link:refuse", "family:unknown")] * count, now=house.clock())


def with_place(house: House, url: str, **others: object) -> House:
    changed = {"ledger_export_url": url} | others
    return build_house(Settings.model_validate(house.settings.model_dump() | changed), clock=house.clock)


def families_of(room: RecordingRoom) -> list[str]:
    return [one.to for one in room.delivered if one.to.endswith("@mail.example.org")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "safe" / "heads"


def test_it_goes_out_each_day_and_after_a_thousand_entries(house: House, clock: Watch, folder: Path) -> None:
    portal = with_place(house, folder.as_uri())
    assert not take_head_outside(house, now=clock.now)  # no place is set
    assert not take_head_outside(portal, now=clock.now)  # nothing was written yet
    taken = []
    for count, hours in ((1, 0), (1, 23), (0, 1), (999, 1), (1, 0), (0, 48)):
        write(portal, count)
        clock.forward(hours=hours)
        taken.append(take_head_outside(portal, now=clock.now))
    assert taken == [True, False, True, False, True, False]
    names = sorted(path.name for path in folder.iterdir())
    assert [name.rpartition("-")[2] for name in names] == ["1.json", "2.json", "1002.json"]
    with house.db.read() as session:
        seen = last_head(session, now=clock.now)
    assert (seen.seq, seen.failed_at, seen.is_late) == (1002, None, False)
    with house.db.write() as session:
        ledger.append(session, house.keys, [Act("link:revoke", "staff:ida")], now=clock.now)
    assert take_head_outside(portal, now=clock.now)  # else nothing tells of an older database
    portal.close()


def test_a_head_that_was_taken_shows_a_cut_end(house: House, cast: Cast, clock: Watch, folder: Path) -> None:
    portal = with_place(house, folder.as_uri())
    write(portal, 7)
    publish.Upkeep(portal).do(clock.now)
    (head,) = folder.iterdir()
    outside = read_head(house.keys, head.read_text())
    cut_after(house.db, 5)
    with house.db.read() as session:
        assert isinstance(verify_ledger(session, house.keys), Verified)
    with house.db.read() as session:
        assert verify_ledger(session, house.keys, outside=outside) == Broken(
            6, f"The ledger was cut: on {clock.now:%Y-%m-%d %H:%M} UTC it went on to entry 7."
        )
    # a worker that starts sees it as well, tells every admin, and covers nothing over
    publish.Upkeep(portal).do(clock.now)
    with house.db.read() as session:
        told = watched(session, portal.settings, now=clock.now)["heads"]
        assert [one.kind for one, _ in standing_alerts(session, portal.settings, now=clock.now)] == ["heads"]
    assert "at entry 7: it was restored, or cut." in told.why
    assert told.to_do.startswith("Follow “After a restore”")
    write(portal, 9)  # it goes past that entry, and is another ledger all the same
    clock.forward(hours=25)
    with pytest.raises(HeadNotTaken):
        take_head_outside(portal, now=clock.now)
    head.rename(head.with_name("elsewhere"))  # as when the folder is not mounted
    clock.forward(minutes=10)
    with pytest.raises(HeadNotTaken):
        take_head_outside(portal, now=clock.now)
    head.with_name("elsewhere").rename(head)
    with house.db.write() as session:
        accept_older(session, house.keys, by=cast.admin, now=clock.now)
    clock.forward(minutes=1)
    assert take_head_outside(portal, now=clock.now)
    with house.db.read() as session:
        assert watched(session, portal.settings, now=clock.now)["heads"].standing == "safe"
    portal.close()


@pytest.mark.anyio
async def test_out_of_an_older_database_nothing_is_read_and_nothing_leaves_until_an_admin_has_seen_to_it(
    house: House, cast: Cast, clock: Watch, folder: Path
) -> None:
    portal = with_place(house, folder.as_uri())
    carlas = token_of(house, link_of(house, send_letter(house, cast, now=clock.now), cast.carla, cast.ana))
    write(portal, 3)
    assert take_head_outside(portal, now=clock.now)
    with house.db.read() as session:
        newest = ledger.head(session)[0]
    cut_after(house.db, newest - 2)
    clock.forward(hours=1)
    room = RecordingRoom()
    await Worker(portal, room).drain()
    assert families_of(room) == []
    headers = {"Sec-Fetch-Site": "same-origin"}
    with TestClient(
        build_app(portal.settings, portal), base_url=house.settings.base_url, headers=headers, follow_redirects=False
    ) as site:
        assert site.get("/o").status_code == site.get("/staff/sign-in").status_code == 200
        for answer in (site.post("/o", data={"token": carlas}), site.get("/letters"), site.get("/letters/any/file")):
            assert answer.status_code == 503
            assert "Nothing is lost." in answer.text
        for nobody in (cast.writer, cast.approver, replace(cast.admin, sites=frozenset({"Oak"}))):
            with house.db.write() as session, pytest.raises(NotAllowed):
                accept_older(session, house.keys, by=nobody, now=clock.now)
        with house.db.write() as session:
            accept_older(session, house.keys, by=cast.admin, now=clock.now)
            with pytest.raises(NothingOlder):
                accept_older(session, house.keys, by=cast.admin, now=clock.now)
        clock.forward(seconds=5)
        assert site.post("/o", data={"token": carlas}).status_code == 303
    await Worker(portal, room).drain()  # the later head still lies there
    assert len(families_of(room)) == 4
    portal.close()


def test_a_place_that_cannot_be_reached_is_told_and_stops_nothing(house: House, clock: Watch) -> None:
    (port,) = free_ports(1)
    portal = with_place(house, "mailto:safe@example.org", smtp_url=SecretStr(f"smtp://{HOST}:{port}"))
    write(portal, 1)
    publish.Upkeep(portal).do(clock.now)
    with house.db.read() as session:
        seen = last_head(session, now=clock.now)
    assert (seen.at, seen.failed_at, bool(seen.problem)) == (None, clock.now, True)
    assert not take_head_outside(portal, now=clock.now + timedelta(minutes=9))
    with pytest.raises(HeadNotTaken):
        take_head_outside(portal, now=clock.now + timedelta(minutes=10))
    with house.db.read() as session:
        assert last_head(session, now=clock.now + timedelta(days=3)).is_late
    portal.close()


@pytest.mark.anyio
async def test_it_is_mailed_as_a_line_that_can_be_kept(house: House, clock: Watch) -> None:
    write(house, 3)
    async with sink() as server:
        portal = with_place(house, "mailto:safe@example.org", smtp_url=SecretStr(f"smtp://{HOST}:{server.port}"))
        assert await asyncio.to_thread(take_head_outside, portal, now=clock.now)
        portal.close()
    (one,) = server.delivered
    assert one.to == "safe@example.org"
    text = one.message.decode().replace("=\r\n", "").replace("=3D", "=")
    line = next(line for line in text.splitlines() if line.startswith('{"statement"'))
    assert read_head(house.keys, line).seq == 3


def test_it_goes_into_a_bucket(house: House, clock: Watch, s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in s3.environ.items():
        monkeypatch.setenv(name, value)
    s3_url = s3.url(f"heads-{house.db.is_sqlite}")
    portal = with_place(house, s3_url)
    write(portal, 2)
    assert take_head_outside(portal, now=clock.now)
    bucket = bucket_of(s3_url)
    (kept,) = obstore.list(bucket).collect()
    head = bytes(obstore.get(bucket, kept["path"]).bytes()).decode()
    assert json.loads(head)["key_id"] == house.keys.newest("ledger-head")
    assert read_head(house.keys, head).seq == 2
    portal.close()


@pytest.mark.parametrize("url", ["heads", "file://host/heads", "https://example.org", "mailto:", "mailto:a@b,c@d"])
def test_a_place_that_is_none_stops_the_start(url: str) -> None:
    with pytest.raises(StartRefused, match="PORTAL_LEDGER_EXPORT_URL"):
        load_settings({"PORTAL_LEDGER_EXPORT_URL": url})
