"""Each guardian gets one message, with what is still true when it leaves; every outcome is kept."""

import asyncio
import json
import re
import time
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

import pytest
from sqlmodel import col, select

from portal.families.tables import Guardian, Guardianship
from portal.flows.sending.deliver_notice import claim_notices, hand_in, look_again
from portal.flows.sending.start_sending import start_sending
from portal.flows.sending.stop_mailing import stop_mailing
from portal.flows.taking_back.revoke import Target, revoke
from portal.kernel.log import start_logging
from portal.kernel.secrets.tokens import read_token
from portal.kernel.text.addresses import OneAddress
from portal.ledger.tables import LedgerEntry
from portal.mail.returned.verp import read_marks
from portal.mail.transport.recording import RecordingRoom
from portal.mail.transport.room import Accepted, Outcome, RetryableFailure, StillWanted
from portal.mail.transport.smtp import SmtpRoom, SmtpServer
from portal.mailings.tables import Mailing
from portal.outbox.rules import ADDRESS_CHANGED, NOTHING_OPENS, Done
from portal.outbox.tables import Notice
from portal.wiring import House
from portal.worker import Worker
from tests.cast import Cast, link_of, send_letter
from tests.conftest import Watch
from tests.mail.servers import HOST, sink

pytestmark = pytest.mark.anyio
CARLA = OneAddress.parse("carla.rivera@mail.example.org")
NGOZI = OneAddress.parse("ngozi.okafor@mail.example.org")


class Doorway(RecordingRoom):
    """A mail room in which something happens, once, on the way in or right after a message to somebody was taken."""

    def __init__(
        self, to: OneAddress, *, before: Callable[[], object] = int, after: Callable[[], object] = int
    ) -> None:
        super().__init__()
        self._to, self._before, self._after = to, before, after
        self._has_happened = False

    async def deliver(
        self, message: bytes, *, envelope_from: OneAddress, to: OneAddress, still_wanted: StillWanted
    ) -> Outcome:
        is_the_moment = to == self._to and not self._has_happened
        if is_the_moment:
            self._has_happened = True
            await asyncio.to_thread(self._before)
        outcome = await super().deliver(message, envelope_from=envelope_from, to=to, still_wanted=still_wanted)
        if is_the_moment:
            await asyncio.to_thread(self._after)
        return outcome


class ShutRoom(RecordingRoom):
    """A mail server that lets nobody in, and tells the worker to stop after a number of tries."""

    def __init__(self, stop: asyncio.Event, tries: int) -> None:
        super().__init__()
        self._stop, self.tries = stop, tries

    async def deliver(self, *_: object, **__: object) -> Outcome:
        self.tries -= 1
        if self.tries == 0:
            self._stop.set()
        return RetryableFailure("The mail server cannot be reached. Nothing was sent.", room_is_shut=True)


@pytest.fixture
def mailing_id(house: House, clock: Watch, held_letter: str) -> str:
    clock.forward(seconds=house.settings.hold_seconds + 1)
    return held_letter


def notices_of(house: House, mailing_id: str) -> dict[str, Notice]:
    with house.db.read() as session:
        found = session.exec(select(Notice).where(Notice.mailing_id == mailing_id)).all()
        return {notice.address.partition(".")[0]: notice for notice in found}


def state_of(house: House, mailing_id: str) -> str:
    with house.db.read() as session:
        return session.exec(select(Mailing.state).where(Mailing.id == mailing_id)).one()


def families_mail(room: RecordingRoom) -> list[str]:
    return sorted(one.to for one in room.delivered if one.to.endswith("@mail.example.org"))


def read(raw: bytes) -> EmailMessage:
    return cast("EmailMessage", message_from_bytes(raw, policy=policy.default))


def texts(room: RecordingRoom, to: OneAddress) -> list[EmailMessage]:
    return [read(one.message) for one in room.delivered if one.to == to.text]


def plain_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def stop_it(house: House, cast: Cast, mailing_id: str, clock: Watch) -> Callable[[], object]:
    def act() -> None:
        with house.db.write() as session:
            stop_mailing(session, house.keys, mailing_id, by=cast.approver, now=clock.now)

    return act


def take_back_link(house: House, cast: Cast, link_id: str, clock: Watch) -> Callable[[], object]:
    def act() -> None:
        with house.db.write() as session:
            target = Target("link", link_id)
            revoke(session, house.keys, target, by=cast.admin, reason="The wrong child.", now=clock.now)

    return act


async def test_each_guardian_gets_one_message_for_all_their_children(house: House, cast: Cast, mailing_id: str) -> None:
    async with sink() as server:
        room = SmtpRoom(SmtpServer.parse(f"smtp://{HOST}:{server.port}"), own_name="portal.test", timeout=5)
        await Worker(house, room).drain()
    assert sorted(one.to for one in server.delivered if one.to.endswith("@mail.example.org")) == [
        "carla.rivera@mail.example.org",
        "diego.rivera@mail.example.org",
        "ngozi.okafor@mail.example.org",
        "rosa.rivera@mail.example.org",
    ]
    assert {len(addresses) for addresses in server.rcpt_tos} == {1}
    (carlas,) = [one for one in server.delivered if one.to == CARLA.text]
    message, notice = read(carlas.message), notices_of(house, mailing_id)["carla"]
    assert message["To"] == CARLA.text
    assert message["Message-ID"] == f"<{notice.id}@portal.test>"
    assert message["Subject"] == "Welcome — for Ana and Luis"
    assert message["Auto-Submitted"] == "auto-generated"
    assert read_marks(house.keys, carlas.envelope_from) == (notice.id, True)
    assert not list(message.iter_attachments())
    tokens = re.findall(r"https://letters\.riverbend\.example/o#(\S+)", plain_of(message))
    assert [read_token(house.keys, "link-token", token) for token in tokens] == [
        link_of(house, mailing_id, cast.carla, child) for child in (cast.ana, cast.luis)
    ]
    assert "until Saturday, 5 September 2026" in plain_of(message)
    assert notice.state == "sent"
    assert notice.reply == "250 2.0.0 Taken"
    assert notice.attempts == 1
    assert notice.lease_id is None


async def test_nothing_leaves_while_it_is_held(house: House, cast: Cast, clock: Watch) -> None:
    mailing_id = send_letter(house, cast, now=clock.now)
    room = RecordingRoom()
    await Worker(house, room).drain()
    assert families_mail(room) == []
    assert state_of(house, mailing_id) == "held"


async def test_the_last_message_ends_the_mailing_and_the_author_is_told(house: House, mailing_id: str) -> None:
    room = RecordingRoom()
    await Worker(house, room).drain()
    assert state_of(house, mailing_id) == "sent"
    (told,) = texts(room, OneAddress.parse("rosa@riverbend.example.org"))
    assert told["Subject"] == "Sent: “Welcome”"
    assert "4 messages were sent" in plain_of(told)
    with house.db.read() as session:
        acts = session.exec(select(LedgerEntry.act, LedgerEntry.body).order_by(col(LedgerEntry.seq))).all()
    assert [act for act, _ in acts[-2:]] == ["mailing:start", "mailing:sent"]
    assert b'"sent":4' in acts[-1][1]


@pytest.mark.usefixtures("mailing_id")
async def test_working_again_mails_nobody_twice(house: House) -> None:
    room = RecordingRoom()
    await Worker(house, room).drain()
    await asyncio.gather(Worker(house, room).drain(), Worker(house, room).drain())
    assert len(room.delivered) == len({(one.to, read(one.message)["Message-ID"]) for one in room.delivered})
    assert len(families_mail(room)) == 4


async def test_several_workers_share_the_work(house: House, mailing_id: str) -> None:
    room = RecordingRoom()
    await asyncio.gather(*(Worker(house, room).drain() for _ in range(3)))
    assert len(families_mail(room)) == 4
    assert state_of(house, mailing_id) == "sent"


async def test_a_stop_is_heard_right_before_a_message_leaves(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    room = Doorway(CARLA, before=stop_it(house, cast, mailing_id, clock))
    await Worker(house, room).drain()
    assert CARLA.text not in families_mail(room)
    notice = notices_of(house, mailing_id)["carla"]
    assert (notice.state, notice.reply) == ("cancelled", "Stopped before it left.")
    assert state_of(house, mailing_id) == "stopped"


async def test_what_the_server_took_is_sent_whatever_was_pressed_meanwhile(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    room = Doorway(CARLA, after=stop_it(house, cast, mailing_id, clock))
    await Worker(house, room).drain()
    assert CARLA.text in families_mail(room)
    assert notices_of(house, mailing_id)["carla"].state == "sent"


async def test_a_link_taken_back_on_the_way_is_left_out_of_the_message(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    link_id = link_of(house, mailing_id, cast.carla, cast.luis)
    room = Doorway(CARLA, before=take_back_link(house, cast, link_id, clock))
    await Worker(house, room).drain()
    (message,) = texts(room, CARLA)
    assert message["Subject"] == "Welcome — for Ana"
    assert "Luis" not in plain_of(message)
    assert notices_of(house, mailing_id)["carla"].attempts == 1


async def test_a_message_without_a_live_link_is_not_sent(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    take_back_link(house, cast, link_of(house, mailing_id, cast.ngozi, cast.sam), clock)()
    room = RecordingRoom()
    await Worker(house, room).drain()
    assert NGOZI.text not in families_mail(room)
    assert state_of(house, mailing_id) == "sent"


async def test_a_right_that_ended_after_approval_ends_the_message(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    with house.db.write() as session:
        session.get_one(Guardianship, (cast.ngozi, cast.sam)).ends_at = clock.now
    room = RecordingRoom()
    await Worker(house, room).drain()
    notice = notices_of(house, mailing_id)["ngozi"]
    assert NGOZI.text not in families_mail(room)
    assert (notice.state, notice.reply) == ("cancelled", NOTHING_OPENS)
    assert state_of(house, mailing_id) == "sent"


async def test_a_mailbox_that_somebody_barred_now_shares_gets_nothing(
    house: House, cast: Cast, mailing_id: str
) -> None:
    with house.db.write() as session:
        emeka = session.get_one(Guardian, cast.emeka)
        emeka.address, emeka.address_key = NGOZI.text, NGOZI.key
    room = RecordingRoom()
    await Worker(house, room).drain()
    assert NGOZI.text not in families_mail(room)
    assert notices_of(house, mailing_id)["ngozi"].state == "cancelled"


async def test_an_address_that_changed_after_approval_gets_nothing_at_either_place(
    house: House, cast: Cast, mailing_id: str
) -> None:
    with house.db.write() as session:
        ngozi = session.get_one(Guardian, cast.ngozi)
        ngozi.address = ngozi.address_key = "ngozi@elsewhere.example.org"
    room = RecordingRoom()
    await Worker(house, room).drain()
    assert families_mail(room) == ["carla.rivera@mail.example.org", "diego.rivera@mail.example.org",
                                   "rosa.rivera@mail.example.org"]  # fmt: skip
    notice = notices_of(house, mailing_id)["ngozi"]
    assert (notice.state, notice.reply) == ("cancelled", ADDRESS_CHANGED)


@pytest.mark.usefixtures("mailing_id")
async def test_an_address_in_other_letters_is_the_same_address(house: House, cast: Cast) -> None:
    with house.db.write() as session:
        session.get_one(Guardian, cast.ngozi).address = "Ngozi.Okafor@mail.example.org"
    room = RecordingRoom()
    await Worker(house, room).drain()
    assert NGOZI.text in families_mail(room)


async def test_not_now_is_tried_again_later_with_the_same_message_id(
    house: House, clock: Watch, mailing_id: str
) -> None:
    room = RecordingRoom()
    room.will_refuse(CARLA, "450 4.2.0 Greylisted")
    await Worker(house, room).drain()
    notice = notices_of(house, mailing_id)["carla"]
    assert (notice.state, notice.attempts, notice.reply) == ("queued", 1, "450 4.2.0 Greylisted")
    assert notice.lease_until is not None
    assert 7.5 <= (notice.lease_until - clock.now).total_seconds() <= 15
    assert state_of(house, mailing_id) == "sending"
    clock.forward(seconds=16)
    await Worker(house, room).drain()
    (message,) = texts(room, CARLA)
    assert message["Message-ID"] == f"<{notice.id}@portal.test>"
    assert state_of(house, mailing_id) == "sent"


async def test_never_is_kept_in_the_servers_own_words(house: House, mailing_id: str) -> None:
    room = RecordingRoom()
    room.will_refuse(CARLA, "550 5.1.1 No such person here")
    await Worker(house, room).drain()
    notice = notices_of(house, mailing_id)["carla"]
    assert (notice.state, notice.reply) == ("refused", "550 5.1.1 No such person here")
    assert state_of(house, mailing_id) == "sent"


async def test_after_three_days_of_not_now_it_is_given_up(house: House, clock: Watch, mailing_id: str) -> None:
    room = RecordingRoom()
    for _ in range(9):
        room.will_refuse(CARLA, "450 4.2.0 Later")
        await Worker(house, room).drain()
        clock.forward(minutes=16)
    clock.forward(days=3)
    room.will_refuse(CARLA, "450 4.2.0 Still later")
    await Worker(house, room).drain()
    notice = notices_of(house, mailing_id)["carla"]
    assert (notice.state, notice.reply, notice.attempts) == ("refused", "450 4.2.0 Still later", 10)


async def test_a_mail_server_that_cannot_be_reached_costs_no_message_a_try(
    house: House, mailing_id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    start_logging()
    stop = asyncio.Event()
    await Worker(house, ShutRoom(stop, tries=8)).run(stop)
    gone = [json.loads(line) for line in capsys.readouterr().err.splitlines() if '"outage"' in line]
    assert [(one["event"], one["host"]) for one in gone] == [("mail server gone", "127.0.0.1:1025")]
    assert {(notice.state, notice.attempts, notice.lease_id) for notice in notices_of(house, mailing_id).values()} == {
        ("queued", 0, None)
    }
    room = RecordingRoom()
    await Worker(house, room).drain()
    assert len(families_mail(room)) == 4


async def test_a_worker_told_to_stop_finishes_what_is_on_its_way_and_keeps_nothing(
    house: House, mailing_id: str
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    room = Doorway(CARLA, before=lambda: loop.call_soon_threadsafe(stop.set))
    await Worker(house, room).run(stop)
    states = {name: notice.state for name, notice in notices_of(house, mailing_id).items()}
    assert states["carla"] == "sent"
    assert "sending" not in states.values()


async def test_a_claim_belongs_to_one_worker_until_its_lease_is_over(
    house: House, clock: Watch, mailing_id: str
) -> None:
    with house.db.write() as session:
        start_sending(session, house.keys, now=clock.now)
        first = claim_notices(session.connection(), most=3, now=clock.now)
    with house.db.connect() as connection:
        second = claim_notices(connection, most=25, now=clock.now)
        assert claim_notices(connection, most=25, now=clock.now) == []
    assert len({errand.lease.row_id for errand in [*first, *second]}) == 4
    clock.forward(seconds=61)
    with house.db.connect() as connection:
        third = claim_notices(connection, most=25, now=clock.now)
    assert len(third) == 4
    with house.db.ask() as connection:
        assert look_again(connection, [*first, *second], now=clock.now) == [False] * 4
        assert look_again(connection, third, now=clock.now) == [True] * 4
    with house.db.connect() as connection:
        hand_in(connection, [Done(errand.lease, Accepted("250 late")) for errand in first], now=clock.now)
    assert {notice.state for notice in notices_of(house, mailing_id).values()} == {"sending"}


async def test_a_slow_message_keeps_its_claim(
    house: House, clock: Watch, mailing_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.worker.HEARTBEAT_SECONDS", 0.05)
    seen: list[float] = []

    def wait_for_a_beat() -> None:
        clock.forward(seconds=50)
        for _ in range(1_000):  # other work on the machine may delay a beat
            until = notices_of(house, mailing_id)["carla"].lease_until
            assert until is not None
            if (until - clock.now).total_seconds() > 55:
                seen.append((until - clock.now).total_seconds())
                return
            time.sleep(0.05)

    room = Doorway(CARLA, before=wait_for_a_beat)
    await Worker(house, room).drain()
    assert seen == [60]
    assert len(texts(room, CARLA)) == 1
