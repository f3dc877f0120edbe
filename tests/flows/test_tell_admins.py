"""Admins are told by mail, once, of what is not in order about the portal itself, and of what was frozen."""

import threading

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from portal.flows.incidents.freeze_incident import freeze
from portal.flows.people.sign_in_staff import Browser, refuse_sign_in
from portal.incidents.rules import Target
from portal.kernel.text.addresses import OneAddress
from portal.mail.transport.recording import RecordingRoom
from portal.outbox.tables import Alert, StaffMail
from portal.publish import Upkeep, see_to_alerts
from portal.staff import repository as staff
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast, send_letter
from tests.conftest import Watch
from tests.flows.test_deliver_notice import plain_of, texts
from tests.flows.test_heads_outside import with_place, write
from tests.parts.process import free_ports
from tests.web.desks import sit_down, text_of

pytestmark = pytest.mark.anyio
IDA, OLA, MIA = (OneAddress.parse(f"{name}@riverbend.example.org") for name in ("ida", "ola", "mia"))


async def subjects(house: House, *, to: OneAddress = IDA) -> list[str]:
    """Let a worker deliver what is due; return the subjects of what somebody got."""
    room = RecordingRoom()
    await Worker(house, room).drain()
    return [str(one["Subject"]) for one in texts(room, to)]


def attack(house: House) -> None:
    with house.db.write() as session:
        for _ in range(20):
            refuse_sign_in(session, house.keys, browser=Browser("new"), now=house.clock())


def add_admin(house: House, address: OneAddress, *sites: str) -> None:
    with house.db.write() as session:
        member = staff.put(
            session, address=address.text, address_key=address.text, name="", role="admin", now=house.clock()
        )
        staff.set_scope(session, member.id, sites)


async def test_an_alert_is_told_once_a_day_and_when_it_is_over(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    subject = "Refused sign-ins in the last hour"
    told = []
    for attacks, minutes in ((True, 10), (False, 51), (True, 23 * 60), (True, 30), (False, 61)):
        if attacks:
            attack(house)
        told.append(await subjects(house))
        clock.forward(minutes=minutes)
        told.append(await subjects(house))
    begun, over = [f"The portal needs a look: {subject}"], [f"In order again: {subject}"]
    # begins; goes on; is over; begins again on the same day, which is told when the day is over; ends untold nothing
    assert told[:4] == [begun, [], [], over]
    assert told[4:6] == [[], []]
    assert told[6:] == [begun, [], [], over]
    sit_down(site, house, cast.admin)
    assert subject not in site.get("/staff").text
    attack(house)
    see_to_alerts(house, now=clock.now)
    assert f"{subject}: 20. Somebody may be trying" in text_of(site.get("/staff").text)
    sit_down(site, house, cast.writer)
    assert subject not in site.get("/staff").text


async def test_two_workers_tell_once(house: House, cast: Cast, clock: Watch) -> None:
    assert cast.admin
    attack(house)
    both = threading.Barrier(2)

    def work() -> None:
        upkeep = Upkeep(house)
        both.wait()
        upkeep.do(clock.now)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with house.db.read() as session:
        assert [(mail.about_id, mail.turn) for mail in session.exec(select(StaffMail))] == [("sign-ins", 1)]
        assert [(alert.kind, alert.told_at) for alert in session.exec(select(Alert))] == [("sign-ins", clock.now)]


async def test_a_head_that_is_not_taken_outside_is_told_as_an_alert(house: House, cast: Cast, clock: Watch) -> None:
    assert cast.admin
    (port,) = free_ports(1)
    portal = with_place(house, "mailto:safe@example.org", smtp_url=f"smtp://127.0.0.1:{port}")
    write(portal, 1)
    room = RecordingRoom()
    await Worker(portal, room).drain()
    (message,) = texts(room, IDA)
    assert message["Subject"] == "The portal needs a look: Last head that was taken outside"
    assert "PORTAL_LEDGER_EXPORT_URL can be written to" in plain_of(message)
    clock.forward(minutes=1)
    # where it is taken nowhere any more, nothing is watched
    assert see_to_alerts(house, now=clock.now) == ["heads"]
    portal.close()


async def test_a_freeze_is_told_to_every_admin_who_may_see_it_and_names_nobody(
    house: House, cast: Cast, clock: Watch
) -> None:
    add_admin(house, OLA)
    add_admin(house, MIA, "Oak")
    mailing_id = send_letter(house, cast, now=clock.now, title="Ana and Sam")
    with house.db.write() as session:
        for _ in range(2):
            target = Target("mailing", mailing_id)
            done = freeze(session, house.keys, target, by=cast.admin, reason="Sam's list", now=clock.now)
    room = RecordingRoom()
    await Worker(house, room).drain()
    assert [len(texts(room, to)) for to in (IDA, OLA, MIA)] == [1, 1, 0]
    (message,) = texts(room, OLA)
    text = plain_of(message)
    assert "Ida froze a letter on Thursday, 6 August 2026 at 12:00." in text
    assert "Dead links: 6. Messages cancelled: 4. Pages closed: 0." in text
    assert f"https://letters.riverbend.example/admin/incidents/{done.incident_id}\n" in text
    assert not any(name in message.as_string() for name in ("Ana", "Sam", "Rivera", "Okafor"))
