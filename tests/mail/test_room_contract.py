"""What every mail room does, whichever it is: the recording one and real SMTP in its three forms."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from portal.kernel.text.addresses import OneAddress
from portal.mail.transport.recording import RecordingRoom
from portal.mail.transport.room import Accepted, MailRoom, Outcome, PermanentFailure, RetryableFailure, Withdrawn
from portal.mail.transport.smtp import SmtpRoom, SmtpServer
from tests.mail.servers import HOST, Sink, sink

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("trusted")]
MESSAGE = b"Subject: Welcome\r\n\r\nA letter is there.\r\n.\r\n..two\r\n"


@dataclass
class PostOffice:
    """A room, and the far side of it, which a test may tell what to answer."""

    room: MailRoom
    far: RecordingRoom | Sink
    envelope: OneAddress
    asked: int = 0
    wanted: bool = True

    async def _still_wanted(self) -> bool:
        self.asked += 1
        return self.wanted

    async def send(self, to: OneAddress, message: bytes = MESSAGE) -> Outcome:
        return await self.room.deliver(message, envelope_from=self.envelope, to=to, still_wanted=self._still_wanted)


@pytest.fixture(params=["recording", "smtp", "smtp+starttls", "smtps"])
async def office(
    request: pytest.FixtureRequest, envelope: OneAddress, server_tls: ssl.SSLContext
) -> AsyncIterator[PostOffice]:
    if request.param == "recording":
        recording = RecordingRoom()
        yield PostOffice(recording, recording, envelope)
        return
    async with sink(tls=None if request.param == "smtp" else server_tls, at_once=request.param == "smtps") as server:
        address = SmtpServer.parse(f"{request.param}://{HOST}:{server.port}")
        room = SmtpRoom(address, own_name="portal.test", timeout=5)
        yield PostOffice(room, server, envelope)
        await room.close()


async def test_a_message_arrives_once_as_it_was_with_one_address(office: PostOffice, guardian: OneAddress) -> None:
    outcome = await office.send(guardian)
    assert isinstance(outcome, Accepted)
    assert outcome.reply.startswith("250")
    [delivered] = office.far.delivered
    assert (delivered.message, delivered.to) == (MESSAGE, guardian.text)
    assert delivered.envelope_from == office.envelope.text


async def test_a_server_that_says_later_is_asked_later(office: PostOffice, guardian: OneAddress) -> None:
    office.far.will_refuse(guardian, "450 4.2.1 Mailbox is busy")
    assert await office.send(guardian) == RetryableFailure("450 4.2.1 Mailbox is busy")
    assert isinstance(await office.send(guardian), Accepted)


async def test_a_server_that_says_never_is_believed_and_quoted(office: PostOffice, guardian: OneAddress) -> None:
    office.far.will_refuse(guardian, "550 5.1.1 No such\tmailbox")
    assert await office.send(guardian) == PermanentFailure("550 5.1.1 No such mailbox")
    assert office.far.delivered == []


async def test_a_refusal_after_the_text_counts_as_well(office: PostOffice, guardian: OneAddress) -> None:
    office.far.will_refuse_text(guardian, "554 5.7.1 Not wanted here")
    office.far.will_refuse_text(guardian, "451 4.3.0 Disk is full")
    assert await office.send(guardian) == PermanentFailure("554 5.7.1 Not wanted here")
    assert await office.send(guardian) == RetryableFailure("451 4.3.0 Disk is full")


async def test_a_connection_cut_in_the_text_is_tried_again(office: PostOffice, guardian: OneAddress) -> None:
    office.far.will_break(guardian)
    assert isinstance(await office.send(guardian), RetryableFailure)
    assert office.far.delivered == []
    assert isinstance(await office.send(guardian), Accepted)


async def test_what_is_no_longer_wanted_is_not_sent(office: PostOffice, guardian: OneAddress) -> None:
    office.wanted = False
    assert await office.send(guardian) == Withdrawn()
    assert office.far.delivered == []
    office.wanted = True
    assert isinstance(await office.send(guardian), Accepted)


async def test_the_last_look_is_taken_once_and_only_when_the_address_was_accepted(
    office: PostOffice, guardian: OneAddress
) -> None:
    office.far.will_refuse(guardian, "550 No")
    await office.send(guardian)
    assert office.asked == 0
    await office.send(guardian)
    assert office.asked == 1


async def test_a_last_look_that_fails_sends_nothing(office: PostOffice, guardian: OneAddress) -> None:
    async def cannot_tell() -> bool:
        raise LookupError

    with pytest.raises(LookupError):
        await office.room.deliver(MESSAGE, envelope_from=office.envelope, to=guardian, still_wanted=cannot_tell)
    assert office.far.delivered == []
    assert isinstance(await office.send(guardian), Accepted)


async def test_many_at_once_each_reach_their_own_address(office: PostOffice) -> None:
    people = [OneAddress.parse(f"guardian{number}@families.test") for number in range(30)]
    office.far.will_refuse(people[7], "550 No")
    outcomes = await asyncio.gather(
        *(office.send(person, f"Subject: x\r\n\r\nfor {person}\r\n".encode()) for person in people)
    )
    assert [type(outcome) for outcome in outcomes].count(Accepted) == 29
    assert all(f"for {kept.to}".encode() in kept.message for kept in office.far.delivered)
    assert len({kept.to for kept in office.far.delivered}) == 29
