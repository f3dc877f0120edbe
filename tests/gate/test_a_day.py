"""One day on both databases: mail programs, all three doors, a mail system behind, and a log that says all it can."""

import asyncio
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import select

from portal import publish
from portal.arrivals.tables import Arrival, Gathering
from portal.gate import replies
from portal.kernel.configuration.gate_places import Place
from portal.kernel.log import start_logging
from portal.mailings.errors import OwnMailing
from portal.mailings.tables import Mailing
from portal.wiring import House, mail_room
from portal.worker import Worker
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.test_deliver_notice import plain_of, read
from tests.gate.conftest import SECRET
from tests.gate.gates import DOMAIN, FAMILY, WRITER, Client, NoRecords, letter, standing
from tests.gate.test_mail_programs import BOTH, msmtp, swaks
from tests.gate.test_three_doors import NAME, signed, signing_key
from tests.gathered.test_whose_files import FLYER
from tests.mail.servers import HOST, Sink, sink
from tests.parts.postfix import Postfix, postfix
from tests.parts.process import free_ports

pytestmark = pytest.mark.anyio
DROP = f"oak@{DOMAIN}"
NGOZI = "ngozi.okafor@mail.example.org"
IDA, OMAR = "ida@riverbend.example.org", "omar@riverbend.example.org"
PRIVATE = ("@", "Rivera", "rosa", SECRET, "flyer", "Field", "Please find", "We go on", "127.0.0.1")


@pytest.fixture
def flyer(tmp_path: Path) -> Path:
    (tmp_path / "flyer.pdf").write_bytes(FLYER)
    return tmp_path / "flyer.pdf"


@pytest.fixture
def shared(house: House, cast: Cast) -> House:
    """Give a house where Omar, who approves, writes from Rosa's mailbox, too."""
    settings = house.settings.model_copy(update={"gate_shared": f"{cast.writer.address}={OMAR}"})
    return replace(house, settings=settings)


@contextmanager
def behind(server: Sink) -> Iterator[Postfix]:
    """Run the mail system that the portal sends by; it hands all it takes on to a server of the test."""
    (port,) = free_ports(1)
    with postfix(port=port, files={"main.cf": f"relayhost = [{HOST}]:{server.port}\n"}) as running:
        yield running


def read_receipt() -> bytes:
    """Write what a mail program sends when somebody has read a message (RFC 8098)."""
    receipt = EmailMessage()
    receipt["From"], receipt["To"], receipt["Subject"] = WRITER, FAMILY, "Read: Field day"
    receipt.set_content("Your message was read.\n")
    receipt.add_attachment(b"Disposition: manual-action/MDN-sent-manually; displayed\n", "text", "rfc822-headers")
    receipt.set_type("multipart/report")
    receipt.set_param("report-type", "disposition-notification")
    return receipt.as_bytes()


def come_by_all_doors(ports: list[int], key: str, flyer: Path) -> None:
    header = ["--header", "Subject: Field day", "--header", "Date: Thu, 06 Aug 2026 12:00:00 +0000"]
    done = swaks(ports[1], key, *header, "--body", "We go on Monday.", "--attach-type", "application/pdf",
                 "--attach", f"@{flyer}")  # fmt: skip
    assert replies.TAKEN.encode() in done.stdout, done
    with Client(ports[0]) as phone:
        phone.say("EHLO phone.test")
        assert phone.hand_in(signed(letter("Trip", to=DROP, file=FLYER)), DROP) == replies.TAKEN
    with Client(ports[2], tls=True) as in_front:
        in_front.say("EHLO mail.riverbend.test")
        assert in_front.hand_in(letter("Bus", file=FLYER, X_Portal_Gate=SECRET), FAMILY) == replies.TAKEN
        assert in_front.hand_in(letter("Bus", file=FLYER), FAMILY) == replies.NOT_FROM_IN_FRONT


def refuse_all_others(ports: list[int], key: str, folder: Path) -> None:
    (folder / "receipt.eml").write_bytes(read_receipt())
    done = swaks(ports[1], key, "--from", "<>", "--data", f"@{folder / 'receipt.eml'}")
    assert replies.NULL_SENDER.encode() in done.stdout, done
    done = swaks(ports[1], key, "--data", f"@{folder / 'receipt.eml'}")
    assert replies.REFUSALS["automatic"].encode() in done.stdout, done
    for raw, reply in (
        (letter("Away", Auto_Submitted="auto-replied"), replies.REFUSALS["automatic"]),
        (letter("Away", file=b""), replies.REFUSALS["no-file"]),
        (letter(X_Portal_Notice="yes"), replies.REFUSALS["ours"]),
    ):
        done = msmtp(ports[1], key, raw)
        assert reply.encode() in done.stderr, done
    with Client(ports[0]) as client:
        assert client.sign_in(key[::-1]) == replies.NO_KEY
        assert client.sign_in(key) == replies.SIGNED_IN
        assert client.hand_in(letter(sender=OMAR)) == replies.NOT_YOURS
        assert client.hand_in(b"no header at all") == replies.REFUSALS["no-sender"]
        assert client.say("NONSENSE from Ana Rivera")[:3] == "500"
        client.envelope(FAMILY)
        assert client.say("DATA")[:3] == "354"
        client.socket.sendall(b"Subject: Ana Rivera\r\n")  # and goes away


async def delivered(server: Sink, count: int) -> dict[str, list[str]]:
    """Wait for so many messages; return what they say, by whom they went to, and forget them."""
    until = time.monotonic() + 30
    while len(server.delivered) < count:
        assert time.monotonic() < until, server.rcpt_tos
        await asyncio.sleep(0.02)
    found: dict[str, list[str]] = {}
    for one in server.delivered:
        found.setdefault(one.to, []).append(" ".join(plain_of(read(one.message)).split()))
    server.delivered.clear()
    return found


async def test_a_day_at_the_gate(
    shared: House, cast: Cast, clock: Watch, key: str, flyer: Path, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    start_logging()  # as a gate does: a command that ran here before may have asked for warnings alone
    for name in ("", "mail.log", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name)
    places = (Place(HOST, 0, ""), Place(HOST, 0, "starttls"), Place(HOST, 0, "tls"))
    with standing(shared, *places, records=NoRecords({NAME: [signing_key()[1]]})) as ports:
        come_by_all_doors(ports, key, flyer)
        refuse_all_others(ports, key, flyer.parent)
    with shared.db.read() as session:
        assert len(session.exec(select(Arrival)).all()) == 3, "what was refused has left nothing"
        assert sorted(one.door for one in session.exec(select(Gathering))) == ["drop", "key", "rule"]
    caplog.set_level(logging.WARNING, logger="mail.log")  # the server of the test says all there from now on
    async with sink() as server:
        with behind(server) as running:
            await answered_and_sent(shared, cast, clock, server, running)
    printed = capfd.readouterr()
    said = printed.out + printed.err + caplog.text
    assert "taken" in said
    for word in (*PRIVATE, key, key[::-1]):
        assert word not in said, word


async def answered_and_sent(house: House, cast: Cast, clock: Watch, server: Sink, running: Postfix) -> None:
    home = replace(
        house,
        settings=house.settings.model_copy(update={"smtp_url": SecretStr(f"smtp://{HOST}:{running.port}")}),
    )

    async def work() -> None:
        await Worker(home, mail_room(home.settings)).drain()

    clock.forward(minutes=11)
    await work()
    with home.db.read() as session:
        waiting = {one.title: one.id for one in session.exec(select(Mailing).where(Mailing.state == "waiting"))}
    assert sorted(waiting) == ["Bus", "Field day", "Trip"], "none goes without a second person"
    told = await delivered(server, 6)
    assert sorted(told) == [IDA, WRITER], "who shares the mailbox is not asked, and no machine is answered"
    assert all(text.count("Nothing has been sent yet.") == 1 for text in told[WRITER])
    for mailing_id in waiting.values():
        with pytest.raises(OwnMailing):
            publish.approve(home, mailing_id, by=cast.approver, version=None, now=clock.now)
        publish.approve(home, mailing_id, by=cast.admin, version=None, now=clock.now)
    clock.forward(seconds=home.settings.hold_seconds + 1)
    await work()
    sent = await delivered(server, 7)
    assert {to: len(texts) for to, texts in sent.items()} == {WRITER: 3, FAMILY: 2, BOTH[1]: 1, NGOZI: 1}
    assert not any("@mail.example.org" in text for texts in sent.values() for text in texts)
    journal = running.journal()
    assert journal.count("status=sent") == 6 + 7
    assert "status=deferred" not in journal
