"""Staff are told what is true when the message leaves, and never which child it is about."""

from datetime import timedelta

import pytest
from sqlmodel import select

from portal.flows.approving.approve_mailing import return_mailing, submit_mailing
from portal.flows.sending.send_test import send_test
from portal.flows.sending.stop_mailing import stop_mailing
from portal.flows.taking_back.revoke import not_my_child
from portal.kernel.secrets.tokens import read_token
from portal.kernel.text.addresses import OneAddress
from portal.mail.transport.recording import RecordingRoom
from portal.outbox import repository as outbox
from portal.outbox.tables import StaffMail
from portal.staff import repository as staff
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast, send_letter, write_draft
from tests.conftest import Watch
from tests.flows.test_deliver_notice import plain_of, texts

pytestmark = pytest.mark.anyio
ROSA, OMAR, IDA = (OneAddress.parse(f"{name}@riverbend.example.org") for name in ("rosa", "omar", "ida"))


async def delivered(house: House) -> RecordingRoom:
    room = RecordingRoom()
    await Worker(house, room).drain()
    return room


def states(house: House) -> set[tuple[str, str]]:
    with house.db.read() as session:
        return {(mail.kind, mail.state) for mail in session.exec(select(StaffMail))}


def ask_to_sign_in(house: House, cast: Cast, clock: Watch) -> str:
    with house.db.write() as session:
        link = staff.add_sign_in_link(session, cast.writer.id, now=clock.now)
        outbox.queue_staff_mail(session, "sign-in", [cast.writer.id], about_id=link.id, now=clock.now)
        return link.id


def submit(house: House, cast: Cast, mailing_id: str, clock: Watch) -> None:
    with house.db.write() as session:
        submit_mailing(session, house.keys, mailing_id, by=cast.writer, version=None, now=clock.now)


async def test_a_sign_in_link_is_mailed_to_whom_it_was_made_for(house: House, cast: Cast, clock: Watch) -> None:
    link_id = ask_to_sign_in(house, cast, clock)
    (message,) = texts(await delivered(house), ROSA)
    _, _, rest = plain_of(message).partition("https://letters.riverbend.example/staff/sign-in#")
    assert read_token(house.keys, "sign-in-token", rest.split()[0]) == link_id
    assert "15 minutes" in plain_of(message)


async def test_a_sign_in_link_that_is_over_is_not_mailed(house: House, cast: Cast, clock: Watch) -> None:
    ask_to_sign_in(house, cast, clock)
    clock.forward(minutes=16)
    assert (await delivered(house)).delivered == []
    assert states(house) == {("sign-in", "cancelled")}


async def test_everybody_who_may_approve_is_asked(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    submit(house, cast, mailing_id, clock)
    room = await delivered(house)
    assert sorted(one.to for one in room.delivered) == [IDA.text, OMAR.text]
    text = plain_of(texts(room, OMAR)[0])
    assert "Rosa asks to send “Welcome” to everyone at Riverbend Schools: 4 guardians of 4 children." in text
    assert "left out" not in text
    assert f"https://letters.riverbend.example/staff/mailings/{mailing_id}\n" in text


async def test_nobody_is_asked_about_what_was_returned_meanwhile(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    submit(house, cast, mailing_id, clock)
    with house.db.write() as session:
        return_mailing(session, house.keys, mailing_id, by=cast.approver, reason="The date is wrong.", now=clock.now)
    room = await delivered(house)
    assert [one.to for one in room.delivered] == [ROSA.text]
    assert "The date is wrong." in plain_of(texts(room, ROSA)[0])
    assert states(house) == {("approval-asked", "cancelled"), ("returned", "sent")}


async def test_a_test_copy_names_no_child_and_opens_nothing(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = write_draft(house, cast, now=clock.now)
    with house.db.write() as session:
        send_test(session, house.keys, mailing_id, by=cast.writer, now=clock.now)
    (message,) = texts(await delivered(house), ROSA)
    assert message["Subject"] == "TEST: Welcome — for your child"
    assert f"https://letters.riverbend.example/staff/mailings/{mailing_id}/preview\n" in plain_of(message)
    assert "/o#" not in plain_of(message)
    assert not any(name in message.as_string() for name in ("Ana", "Luis", "Sam"))


async def test_the_author_is_told_who_stopped_it_and_how_much_had_left(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    with house.db.write() as session:
        stop_mailing(session, house.keys, mailing_id, by=cast.approver, now=clock.now)
    (message,) = texts(await delivered(house), ROSA)
    assert "Omar stopped “Welcome”." in plain_of(message)
    assert "0 messages had been sent before. 4 were not sent" in plain_of(message)


async def test_admins_are_told_when_a_child_was_not_theirs(house: House, cast: Cast, clock: Watch) -> None:
    from portal.flows.opening.open_link import Attempt, Opened, open_link, session_id_of
    from portal.overviews.family.letters import letters_of_session
    from tests.cast import link_of

    mailing_id = send_letter(house, cast, now=clock.now)
    with house.db.write() as session:
        attempt = Attempt(link_of(house, mailing_id, cast.ngozi, cast.sam))
        opened = open_link(session, house.keys, attempt, old_cookie=None, now=clock.now)
        assert isinstance(opened, Opened)
        browser = session_id_of(opened.cookie)
        (letter,) = letters_of_session(session, browser, now=clock.now)
        assert not_my_child(session, house.keys, session_id=browser, copy_id=letter.copy_id, now=clock.now)
    (message,) = texts(await delivered(house), IDA)[-1:]
    assert f"https://letters.riverbend.example/admin/links?mailing={mailing_id}" in plain_of(message)
    assert "Sam" not in message.as_string()


async def test_somebody_who_left_the_staff_is_not_written_to(house: House, cast: Cast, clock: Watch) -> None:
    ask_to_sign_in(house, cast, clock)
    with house.db.write() as session:
        staff.remove(session, cast.writer.id, now=clock.now)
    assert (await delivered(house)).delivered == []


async def test_a_message_not_taken_is_tried_again(house: House, cast: Cast, clock: Watch) -> None:
    ask_to_sign_in(house, cast, clock)
    room = RecordingRoom()
    room.will_refuse(ROSA, "451 4.3.0 Busy")
    await Worker(house, room).drain()
    assert states(house) == {("sign-in", "queued")}
    clock.now += timedelta(seconds=16)
    await Worker(house, room).drain()
    assert len(texts(room, ROSA)) == 1
    assert states(house) == {("sign-in", "sent")}
