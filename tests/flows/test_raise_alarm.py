"""Whoever notices first pauses a letter's links at once, or calls the admins; an admin decides how it goes on."""

from collections.abc import Callable
from itertools import combinations

import pytest
from sqlalchemy import event
from sqlmodel import col, select

from portal.flows.incidents.freeze_incident import freeze
from portal.flows.incidents.raise_alarm import Raised, call_admins, open_links_again, pause_links
from portal.flows.sending.deliver_notice import claim_notices
from portal.flows.sending.pause_mailing import continue_mailing
from portal.flows.sending.print_letters import check_may_print
from portal.flows.sending.send_round import check_may_send
from portal.flows.sending.start_sending import start_sending
from portal.incidents.rules import Target
from portal.ledger.tables import LedgerEntry
from portal.links.rules import Dead, Open, judge
from portal.links.tables import Link
from portal.mail.transport.recording import RecordingRoom
from portal.mailings.errors import NoSuchMailing, NotNow
from portal.mailings.rules import Term
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.overviews.family import letters
from portal.staff import repository as staff
from portal.staff.errors import NotAllowed
from portal.staff.rules import ROLES, Acting
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast, link_of, send_letter, write_draft
from tests.conftest import Watch
from tests.flows.test_deliver_notice import CARLA, Doorway, families_mail, plain_of, state_of, texts
from tests.flows.test_deliver_staff_mail import IDA, delivered

pytestmark = pytest.mark.anyio
NOBODY: list[str] = []


def tell(house: House, story: Callable[..., Raised], mailing_id: str, by: Acting) -> Raised:
    with house.db.write() as session:
        return story(session, house.keys, mailing_id, by=by, now=house.clock())


def open_again(house: House, mailing_id: str, by: Acting) -> None:
    with house.db.write() as session:
        open_links_again(session, house.keys, mailing_id, by=by, now=house.clock())


def verdict(house: House, mailing_id: str, cast: Cast) -> Open | Dead:
    with house.db.read() as session:
        link = letters.link_facts(session, link_of(house, mailing_id, cast.carla, cast.ana), now=house.clock())
        assert link is not None
        return judge(link, now=house.clock())


def acts(house: House) -> list[str]:
    with house.db.read() as session:
        return [entry.act for entry in session.exec(select(LedgerEntry).order_by(col(LedgerEntry.seq)))]


def seat(house: House, name: str, role: str, *sites: str) -> Acting:
    address = f"{name}@riverbend.example.org"
    with house.db.write() as session:
        member = staff.put(session, address=address, address_key=address, name=name, role=role, now=house.clock())
        staff.set_scope(session, member.id, sites)
    with house.db.read() as session:
        return staff.by_address(session, address, through="web")


async def test_a_pause_takes_effect_at_once_and_every_admin_is_told(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    assert verdict(house, mailing_id, cast) == Open()
    first = tell(house, pause_links, mailing_id, cast.writer)
    assert verdict(house, mailing_id, cast) == Dead("paused")
    assert acts(house)[-1] == "mailing:pause-links"
    clock.forward(minutes=3)
    again = tell(house, pause_links, mailing_id, cast.approver)
    assert (again.is_repeat, again.alarm.at, again.alarm.by_id) == (True, first.alarm.at, cast.writer.id)
    room = await delivered(house)
    (message,) = [one for one in texts(room, IDA) if "Links paused" in str(one["subject"])]
    assert f"/admin/incidents/freeze?kind=mailing&id={mailing_id}" in plain_of(message)
    assert "Rosa paused the links" in plain_of(message)
    assert acts(house).count("mailing:pause-links") == 1


async def test_nothing_leaves_while_links_are_paused_and_all_leaves_afterwards(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    tell(house, pause_links, mailing_id, cast.writer)
    clock.forward(hours=1)
    room = RecordingRoom()
    await Worker(house, room).drain()
    assert families_mail(room) == NOBODY
    assert state_of(house, mailing_id) == "held"
    open_again(house, mailing_id, cast.admin)
    await Worker(house, room).drain()
    assert len(families_mail(room)) == 4


async def test_a_pause_is_heard_right_before_a_message_leaves(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    clock.forward(seconds=61)
    room = Doorway(CARLA, before=lambda: tell(house, pause_links, mailing_id, cast.writer))
    await Worker(house, room).drain()
    assert CARLA.text not in families_mail(room)
    assert state_of(house, mailing_id) == "paused"
    with pytest.raises(NotNow), house.db.write() as session:
        continue_mailing(session, house.keys, mailing_id, by=cast.writer, wave=None, now=clock.now)
    open_again(house, mailing_id, cast.admin)
    with house.db.write() as session:
        continue_mailing(session, house.keys, mailing_id, by=cast.writer, wave=None, now=clock.now)
    later = RecordingRoom()
    await Worker(house, later).drain()
    assert len(families_mail(room) + families_mail(later)) == 4


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # where somebody may come in between
async def test_a_pause_while_messages_are_claimed_cancels_none_of_them(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    clock.forward(seconds=61)
    with house.db.write() as session:
        start_sending(session, house.keys, now=clock.now)
    with house.db.write() as session:

        def between(_: object, __: object, statement: str, *___: object) -> None:
            if "SKIP LOCKED" in statement:
                tell(house, pause_links, mailing_id, cast.writer)

        connection = session.connection()
        event.listen(connection, "after_cursor_execute", between)
        assert claim_notices(connection, most=10, now=clock.now) == []
        event.remove(connection, "after_cursor_execute", between)
    with house.db.read() as session:
        states = set(session.exec(select(Notice.state).where(col(Notice.mailing_id) == mailing_id)))
    assert "cancelled" not in states
    open_again(house, mailing_id, cast.admin)
    with house.db.write() as session:
        continue_mailing(session, house.keys, mailing_id, by=cast.writer, wave=None, now=clock.now)
    clock.forward(minutes=10)
    room = RecordingRoom()
    await Worker(house, room).drain()
    assert len(families_mail(room)) == 4


def test_whoever_paused_undoes_it_for_ten_minutes_and_nobody_else_but_an_admin(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    tell(house, pause_links, mailing_id, cast.writer)
    with pytest.raises(NotAllowed):
        open_again(house, mailing_id, cast.approver)
    clock.forward(minutes=9)
    open_again(house, mailing_id, cast.writer)
    open_again(house, mailing_id, cast.writer)
    assert verdict(house, mailing_id, cast) == Open()
    assert acts(house).count("mailing:open-links") == 1
    tell(house, pause_links, mailing_id, cast.writer)
    clock.forward(minutes=10)
    with pytest.raises(NotAllowed):
        open_again(house, mailing_id, cast.writer)
    open_again(house, mailing_id, cast.admin)
    assert verdict(house, mailing_id, cast) == Open()


async def test_a_call_stops_nothing_and_a_second_one_tells_of_the_first(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    first = tell(house, call_admins, mailing_id, cast.writer)
    assert verdict(house, mailing_id, cast) == Open()
    clock.forward(minutes=59)
    again = tell(house, call_admins, mailing_id, cast.approver)
    assert (again.is_repeat, again.alarm.at) == (True, first.alarm.at)
    room = await delivered(house)
    (message,) = [one for one in texts(room, IDA) if "look at once" in str(one["subject"])]
    assert "Rosa calls all administrators" in plain_of(message)
    clock.forward(minutes=1)
    assert not tell(house, call_admins, mailing_id, cast.approver).is_repeat
    assert acts(house).count("mailing:call-admins") == 2


def test_a_call_after_a_pause_tells_that_admins_know(house: House, cast: Cast, mailing_id: str) -> None:
    tell(house, pause_links, mailing_id, cast.writer)
    raised = tell(house, call_admins, mailing_id, cast.writer)
    assert (raised.is_repeat, raised.alarm.kind) == (True, "pause")


def test_nobody_raises_an_alarm_about_what_no_family_has(house: House, cast: Cast, clock: Watch) -> None:
    draft = write_draft(house, cast, now=clock.now)
    for story in (pause_links, call_admins):
        with pytest.raises(NotNow):
            tell(house, story, draft, cast.writer)


def test_a_freeze_takes_the_pause_with_it(house: House, cast: Cast, clock: Watch, mailing_id: str) -> None:
    tell(house, pause_links, mailing_id, cast.writer)
    with house.db.write() as session:
        freeze(session, house.keys, Target("mailing", mailing_id), by=cast.admin, reason="Looked at.", now=clock.now)
    assert verdict(house, mailing_id, cast) == Dead("frozen")
    with house.db.read() as session:
        assert session.get_one(Mailing, mailing_id).links_paused_at is None, "or fresh links would open nothing"
    with pytest.raises(NotNow):
        tell(house, pause_links, mailing_id, cast.writer)


def test_nobody_without_the_scope_raises_an_alarm(house: House, cast: Cast, clock: Watch) -> None:
    """Every role with every set of sites, at letters to every set of sites: exactly whoever has all of them may."""
    places = ("Maple", "Oak")
    sets = [one for size in (1, 2) for one in combinations(places, size)]
    people = {
        (role, own): seat(house, f"{role}-{'-'.join(own) or 'all'}".lower(), role, *own)
        for role in ROLES
        for own in [(), *sets, ("Elm",)]
    }
    for of in sets:
        sent = send_letter(house, cast, now=clock.now, terms=tuple(Term("site", place) for place in of))
        for (role, own), by in people.items():
            if not own or set(of) <= set(own):
                tell(house, call_admins, sent, by)
                tell(house, pause_links, sent, by)
                assert verdict_of(house, sent) == Dead("paused"), (role, own, of)
                open_again(house, sent, cast.admin)
                continue
            for story in (pause_links, call_admins):
                with pytest.raises(NoSuchMailing):
                    tell(house, story, sent, by)
            assert verdict_of(house, sent) == Open(), (role, own, of)


def test_nothing_more_is_sent_or_printed_while_links_are_paused(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    tell(house, pause_links, mailing_id, cast.writer)
    with house.db.read() as session:
        with pytest.raises(NotNow, match="Its links are paused"):
            check_may_send(session, mailing_id, by=cast.writer)
        with pytest.raises(NotNow, match="Its links are paused"):
            check_may_print(session, mailing_id, house.settings, by=cast.writer, now=clock.now)


def verdict_of(house: House, mailing_id: str) -> Open | Dead:
    with house.db.read() as session:
        link_id = session.exec(select(Link.id).where(Link.mailing_id == mailing_id)).first()
        link = letters.link_facts(session, str(link_id), now=house.clock())
        assert link is not None
        return judge(link, now=house.clock())
