"""The demo's inbox takes what the portal sends, over real SMTP."""

import asyncio
from collections.abc import Iterator

import pytest

from portal.kernel.text.addresses import OneAddress
from portal.mail.transport.inbox import Inbox, InboxServer
from portal.mail.transport.room import Accepted
from portal.mail.transport.smtp import SmtpRoom, SmtpServer


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def server(inbox: Inbox) -> Iterator[InboxServer]:
    server = InboxServer(inbox)
    server.start()
    yield server
    server.stop()


async def wanted() -> bool:
    return True


@pytest.mark.anyio
async def test_messages_are_kept_and_found(inbox: Inbox, server: InboxServer, envelope: OneAddress) -> None:
    room = SmtpRoom(SmtpServer.parse(server.url), own_name="portal.test")
    people = [OneAddress.parse(f"guardian{number}@families.test") for number in range(120)]
    outcomes = await asyncio.gather(
        *(
            room.deliver(
                f"Subject: =?utf-8?q?=C5=81?= {person}\r\n\r\n.\r\nfor {person}\r\n".encode(),
                envelope_from=envelope,
                to=person,
                still_wanted=wanted,
            )
            for person in people
        )
    )
    await room.close()
    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert len(inbox) == 120
    [found] = inbox.newest(to="Guardian77@")
    assert found.subject == "Ł guardian77@families.test"
    assert found.raw.endswith(b"\r\n\r\n.\r\nfor guardian77@families.test\r\n")
    assert (found.to, found.envelope_from) == ("guardian77@families.test", envelope.text)
    assert inbox.get(found.number) == found


def test_newest_come_first_and_in_pages(inbox: Inbox) -> None:
    for number in range(1, 8):
        inbox.keep(f"guardian{number}@families.test", "bounce@birchwood.test", b"\r\n\r\n")
    assert [kept.number for kept in inbox.newest(skip=2, limit=3)] == [5, 4, 3]
    assert inbox.get(0) is None
    assert inbox.get(8) is None


def test_it_listens_on_this_machine_alone_and_on_a_port_that_was_free(server: InboxServer) -> None:
    assert server.url == f"smtp://127.0.0.1:{server.port}"
    with pytest.raises(OSError, match="in use"):
        InboxServer(Inbox(), server.port)
