"""A mailing waits where people want it to: paused, after its first wave, until a moment, through quiet hours."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from portal.flows.approving.approve_mailing import submit_mailing
from portal.flows.sending.pause_mailing import continue_mailing, pause_mailing
from portal.flows.sending.schedule_mailing import schedule_mailing
from portal.flows.sending.stop_mailing import stop_mailing
from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import WrongCall
from portal.ledger.tables import LedgerEntry
from portal.links.tables import Link
from portal.mail.transport.recording import RecordingRoom
from portal.mailings.errors import ChangedMeanwhile, NotNow
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.overviews.sending.progress import mail_is_stuck
from portal.wiring import House, build_house
from portal.worker import Worker
from tests.cast import Cast, approve, send_letter, write_draft
from tests.conftest import Watch
from tests.flows.test_deliver_notice import CARLA, Doorway, families_mail, state_of

pytestmark = pytest.mark.anyio
NOBODY: list[str] = []


def mailing_of(house: House, mailing_id: str) -> Mailing:
    with house.db.read() as session:
        return session.get_one(Mailing, mailing_id)


def pause(house: House, cast: Cast, mailing_id: str) -> None:
    with house.db.write() as session:
        pause_mailing(session, house.keys, mailing_id, by=cast.writer, now=house.clock())


def go_on(house: House, cast: Cast, mailing_id: str, wave: int | None = None) -> Mailing:
    with house.db.write() as session:
        return continue_mailing(session, house.keys, mailing_id, by=cast.writer, wave=wave, now=house.clock())


def plan(house: House, cast: Cast, mailing_id: str, send_at: datetime | None, first_wave: int | None = None) -> Mailing:
    with house.db.write() as session:
        return schedule_mailing(
            session, house.keys, mailing_id, send_at=send_at, first_wave=first_wave, version=None,
            hold=timedelta(seconds=house.settings.hold_seconds), by=cast.writer, now=house.clock(),
        )  # fmt: skip


def acts(house: House) -> list[str]:
    with house.db.read() as session:
        return list(session.exec(select(LedgerEntry.act).order_by(col(LedgerEntry.seq))).all())


async def work(house: House) -> RecordingRoom:
    room = RecordingRoom()
    await Worker(house, room).drain()
    return room


async def test_a_pause_is_heard_right_before_a_message_leaves_and_goes_on_later(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    clock.forward(seconds=61)
    room = Doorway(CARLA, before=lambda: pause(house, cast, mailing_id))
    await Worker(house, room).drain()
    assert CARLA.text not in families_mail(room)
    assert state_of(house, mailing_id) == "paused"
    clock.forward(days=5)
    assert families_mail(await work(house)) == NOBODY
    go_on(house, cast, mailing_id)
    later = await work(house)
    assert sorted(families_mail(room) + families_mail(later)) == [
        f"{name}@mail.example.org" for name in ("carla.rivera", "diego.rivera", "ngozi.okafor", "rosa.rivera")
    ]
    assert state_of(house, mailing_id) == "sent"


async def test_pausing_and_continuing_twice_is_once(house: House, cast: Cast, mailing_id: str) -> None:
    with pytest.raises(NotNow):
        pause(house, cast, mailing_id)
    with house.db.write() as session:
        session.get_one(Mailing, mailing_id).state = "sending"
    pause(house, cast, mailing_id)
    pause(house, cast, mailing_id)
    go_on(house, cast, mailing_id)
    go_on(house, cast, mailing_id)
    assert acts(house)[-2:] == ["mailing:pause", "mailing:continue"]


async def test_what_was_paused_for_days_is_due_from_the_moment_it_goes_on(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    with house.db.write() as session:
        session.get_one(Mailing, mailing_id).state = "paused"
    clock.forward(days=4)
    go_on(house, cast, mailing_id)
    with house.db.read() as session:
        assert set(session.exec(select(Notice.due_at)).all()) == {clock.now}
        assert not mail_is_stuck(session, house.settings, now=clock.now)
        assert mail_is_stuck(session, house.settings, now=clock.now + timedelta(hours=2))


async def first_wave(house: House, cast: Cast, clock: Watch, families: int) -> tuple[str, RecordingRoom]:
    mailing_id = write_draft(house, cast, now=clock.now)
    plan(house, cast, mailing_id, None, families)
    approve(house, cast, mailing_id, now=clock.now)
    clock.forward(seconds=61)
    return mailing_id, await work(house)


async def test_the_first_wave_is_whole_families_and_then_it_waits(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id, room = await first_wave(house, cast, clock, 1)
    first = families_mail(room)
    assert first in (
        ["carla.rivera@mail.example.org", "diego.rivera@mail.example.org"],
        ["ngozi.okafor@mail.example.org"],
        ["rosa.rivera@mail.example.org"],
    )
    assert (state_of(house, mailing_id), mailing_of(house, mailing_id).wave) == ("paused", 0)
    (told,) = [one for one in room.delivered if one.to == "rosa@riverbend.example.org"]
    assert b"The first families have it" in told.message
    assert acts(house)[-1] == "mailing:wave-sent"
    clock.forward(days=1)
    assert families_mail(await work(house)) == NOBODY
    go_on(house, cast, mailing_id, wave=1)
    go_on(house, cast, mailing_id, wave=1)
    others = families_mail(await work(house))
    assert len(first) + len(others) == 4
    assert not set(first) & set(others)
    assert state_of(house, mailing_id) == "sent"


async def test_a_first_wave_of_everybody_is_no_wave(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id, room = await first_wave(house, cast, clock, 50)
    assert len(families_mail(room)) == 4
    assert state_of(house, mailing_id) == "sent"


async def test_a_wave_that_ended_after_the_page_was_shown_is_not_taken_for_the_one_that_was_meant(
    house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id, _ = await first_wave(house, cast, clock, 1)
    with pytest.raises(ChangedMeanwhile, match="last message of this wave"):
        go_on(house, cast, mailing_id, wave=0)
    assert state_of(house, mailing_id) == "paused"


async def test_a_stop_after_the_first_wave_holds_the_others_back_for_good(
    house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id, room = await first_wave(house, cast, clock, 1)
    with house.db.write() as session:
        done = stop_mailing(session, house.keys, mailing_id, by=cast.writer, now=clock.now)
    assert done.had_left == len(families_mail(room))
    assert done.cancelled == 4 - done.had_left
    assert families_mail(await work(house)) == NOBODY
    assert state_of(house, mailing_id) == "stopped"


async def test_a_scheduled_mailing_begins_at_its_moment_and_its_links_last_from_then(
    house: House, cast: Cast, clock: Watch
) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    monday = datetime(2026, 8, 10, 11, 30, tzinfo=UTC)
    plan(house, cast, mailing_id, monday)
    approve(house, cast, mailing_id, now=clock.now)
    assert mailing_of(house, mailing_id).held_until == monday
    clock.now = monday - timedelta(seconds=1)
    assert families_mail(await work(house)) == NOBODY
    clock.now = monday
    assert len(families_mail(await work(house))) == 4
    with house.db.read() as session:
        assert set(session.exec(select(Link.expires_at)).all()) == {monday + timedelta(days=30)}


async def test_while_it_is_held_the_moment_can_be_moved_and_taken_away(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    tuesday = clock.now + timedelta(days=5)
    plan(house, cast, mailing_id, tuesday)
    clock.forward(days=1)
    assert families_mail(await work(house)) == NOBODY
    with house.db.read() as session:
        assert set(session.exec(select(Notice.due_at)).all()) == {tuesday}
        assert set(session.exec(select(Link.expires_at)).all()) == {tuesday + timedelta(days=30)}
    again = plan(house, cast, mailing_id, None)
    assert again.held_until == clock.now + timedelta(seconds=60)  # so that there is time to press Stop
    clock.forward(seconds=60)
    assert len(families_mail(await work(house))) == 4


async def test_what_has_begun_or_is_past_is_not_scheduled(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    with pytest.raises(WrongCall, match="is over"):
        plan(house, cast, mailing_id, clock.now)
    with pytest.raises(NotNow, match="first wave"):
        plan(house, cast, mailing_id, None, 1)
    clock.forward(seconds=61)
    await work(house)
    with pytest.raises(NotNow, match="sent"):
        plan(house, cast, mailing_id, clock.now + timedelta(days=1))


@pytest.fixture
def quiet_house(settings: Settings, clock: Watch) -> Iterator[House]:
    """Give a house that is quiet from nine in the evening to seven in the morning, in New York."""
    quiet = Settings.model_validate(
        settings.model_dump() | {"quiet_hours": "21:00-07:00", "timezone": "America/New_York"}
    )
    house = build_house(quiet, clock=clock)
    yield house
    house.close()


async def test_nothing_begins_and_nothing_leaves_in_quiet_hours(quiet_house: House, cast: Cast, clock: Watch) -> None:
    clock.now = datetime(2026, 8, 7, 0, 59, tzinfo=UTC)  # a minute to nine
    mailing_id = send_letter(quiet_house, cast, now=clock.now)
    other = write_draft(quiet_house, cast, now=clock.now, title="Another")
    with quiet_house.db.write() as session:
        submit_mailing(session, quiet_house.keys, other, by=cast.writer, version=None, now=clock.now)
    clock.forward(minutes=2)
    room = await work(quiet_house)
    assert families_mail(room) == NOBODY
    assert {one.to for one in room.delivered} == {cast.approver.address, cast.admin.address}  # staff are told at once
    assert state_of(quiet_house, mailing_id) == "held"
    clock.now = datetime(2026, 8, 7, 11, 0, tzinfo=UTC)
    assert len(families_mail(await work(quiet_house))) == 4


async def test_a_sending_waits_when_quiet_hours_begin_in_the_middle(
    quiet_house: House, cast: Cast, clock: Watch
) -> None:
    clock.now = datetime(2026, 8, 7, 0, 57, tzinfo=UTC)
    mailing_id = send_letter(quiet_house, cast, now=clock.now)
    clock.forward(minutes=2)
    room = Doorway(CARLA, after=lambda: clock.forward(minutes=5))
    await Worker(quiet_house, room).drain()
    evening = families_mail(room)
    assert CARLA.text in evening
    with quiet_house.db.read() as session:
        assert not mail_is_stuck(session, quiet_house.settings, now=clock.now + timedelta(hours=4))
    clock.now = datetime(2026, 8, 7, 11, 0, tzinfo=UTC)
    morning = families_mail(await work(quiet_house))
    assert len(evening) + len(morning) == 4
    assert state_of(quiet_house, mailing_id) == "sent"
