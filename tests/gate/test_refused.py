"""What is refused at the door is refused with words that a secretary understands, and leaves nothing behind."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import select

from portal.arrivals.tables import Arrival
from portal.backups.moving import by_owner
from portal.documents.tables import LooseBlob
from portal.gate import desk, replies
from portal.gate.desk import Counts
from portal.kernel.storage.moves import Move, State, note_move
from portal.mail.arriving.message import MOST_BYTES
from portal.wiring import House
from tests.conftest import Watch
from tests.gate.gates import DOMAIN, FAMILY, WRITER, Client, letter
from tests.mail.servers import HOST

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def nothing_stays(house: House) -> Iterator[None]:
    yield
    with house.db.read() as session:
        assert not session.exec(select(Arrival)).all()
        assert not session.exec(select(LooseBlob)).all()
    assert not [path for path in Path(house.settings.blobs).rglob("*") if path.is_file()]


def test_a_size_that_is_too_large_is_told_before_it_comes(signed_in: Client) -> None:
    assert f"SIZE {MOST_BYTES}" in signed_in.say("EHLO office.test")
    assert signed_in.say(f"MAIL FROM:<{WRITER}> SIZE={MOST_BYTES + 1}") == replies.TOO_LARGE
    assert signed_in.say(f"MAIL FROM:<{WRITER}> SIZE={MOST_BYTES}") == replies.GREETED


def test_reports_and_automatic_answers_are_not_taken(signed_in: Client) -> None:
    assert signed_in.say("MAIL FROM:<>") == signed_in.say("mail from: <> SIZE=1000") == replies.NULL_SENDER
    assert signed_in.hand_in(letter(Auto_Submitted="auto-replied")) == replies.NULL_SENDER


def test_a_message_without_a_file_or_of_somebody_else_is_not_taken(signed_in: Client) -> None:
    for raw, reply in (
        (letter(file=b""), replies.REFUSALS["no-file"]),
        (letter(sender="omar@riverbend.example.org"), replies.NOT_YOURS),
        (b"no header at all", replies.REFUSALS["no-sender"]),
        (b"", replies.REFUSALS["no-sender"]),
    ):
        assert signed_in.hand_in(raw) == reply


def test_while_the_portal_moves_or_has_moved_the_mail_program_tries_again(
    house: House, clock: Watch, signed_in: Client
) -> None:
    states: tuple[State, ...] = ("moving", "moved")
    for state in states:
        with by_owner(house) as owned, owned.db.write() as session:
            note_move(session.connection(), Move("database", "a" * 32, state, "sqlite:////elsewhere"))
        clock.forward(seconds=5)
        assert signed_in.hand_in(letter()) == replies.LATER


def test_a_message_has_a_bound_of_recipients(signed_in: Client) -> None:
    signed_in.envelope(*(f"parent.{number}@mail.example.org" for number in range(500)))
    assert signed_in.say(f"RCPT TO:<{FAMILY}>") == replies.TOO_MANY


def test_nobody_learns_here_who_is_on_the_roster(signed_in: Client) -> None:
    signed_in.envelope()
    known, unknown = (signed_in.say(f"RCPT TO:<{one}>") for one in (FAMILY, "nobody@mail.example.org"))
    assert known == unknown == replies.NOTED
    assert signed_in.say(f"VRFY {FAMILY}") == signed_in.say("VRFY nobody@mail.example.org")
    assert signed_in.say(f"EXPN {FAMILY}") == signed_in.say("EXPN nobody@mail.example.org")
    for wrong in ("<a@b@c.test>", "<a>", "<a@b.test,c@d.test>", "<@x.test:a@b.test>", "no", "<a@localhost>"):
        assert signed_in.say(f"RCPT TO:{wrong}")[:3] == "553", wrong


def test_an_end_that_is_none_ends_no_message(signed_in: Client) -> None:
    for bare in (b"\n.\r\n", b"\n.\n", b"\r.\r\n", b"\r.\r", b"\n..\r\n"):
        signed_in.envelope(FAMILY)
        assert signed_in.say("DATA").startswith("354")
        signed_in.socket.sendall(letter() + bare + b"MAIL FROM:<evil@example.org>\r\nRCPT TO:<a@example.org>\r\n.\r\n")
        assert signed_in.reply() == replies.BARE, bare
        assert signed_in.say("NOOP") == "250 OK"


def test_who_talks_before_its_turn_is_not_heard(signed_in: Client) -> None:
    signed_in.envelope(FAMILY)
    signed_in.socket.sendall(b"DATA\r\n" + letter() + b".\r\n")
    assert signed_in.reply().startswith("354")
    assert signed_in.reply() == replies.TOO_EARLY


def test_little_space_is_told_early_and_late(signed_in: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    signed_in.envelope(FAMILY)
    monkeypatch.setattr(desk, "free_bytes", lambda _folder: 10**9 - 1)
    assert signed_in.say("DATA") == replies.NO_ROOM
    signed_in.say("RSET")
    assert signed_in.say(f"MAIL FROM:<{WRITER}>") == replies.NO_ROOM


def test_space_that_runs_out_on_the_way_ends_a_large_message(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter([10**9, 10**9])
    monkeypatch.setattr(desk, "free_bytes", lambda _folder: next(left, 0))
    assert signed_in.hand_in(letter(file=b"%PDF-1.7 " + b"x" * 1_000_000)) == replies.NO_ROOM


def test_without_a_key_only_a_drop_address_is_let_in(port: int) -> None:
    with Client(port) as client:
        client.say("EHLO phone.test")
        assert client.hand_in(letter(), f"everyone@{DOMAIN}") == replies.NOT_VOUCHED
        assert client.hand_in(letter(), FAMILY) == replies.NOT_FROM_IN_FRONT
        assert client.hand_in(b"nothing that could be read", FAMILY) == replies.NOT_FROM_IN_FRONT
        assert client.hand_in(letter(), f"everyone@{DOMAIN}", FAMILY) == replies.NOT_FROM_IN_FRONT


@dataclass(eq=False)
class Caller:
    network: str
    heard_at: float
    may_go: bool = True
    is_gone: bool = False

    def hang_up(self) -> None:
        self.is_gone = True


def test_the_network_with_most_connections_makes_room_by_the_one_longest_silent() -> None:
    counts = Counts(most=4, of_a_network=3)
    signed_in, silent, talking = Caller("a", 1, may_go=False), Caller("a", 2), Caller("a", 3)
    other, late = Caller("b", 0), Caller("c", 4)
    assert [counts.come(one) for one in (signed_in, silent, talking, Caller("a", 4))] == [True, True, True, False]
    assert counts.come(other)
    assert counts.come(late)
    assert [one.is_gone for one in (signed_in, silent, talking, other, late)] == [False, True, False, False, False]
    assert counts.come(Caller("d", 5))
    assert talking.is_gone
    assert not counts.come(late), "nobody has more than it has"
    counts.go(other)
    assert counts.come(late)


def test_one_connection_too_many_is_told_so(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counts, "come", lambda _self, _caller: False)
    with socket.create_connection((HOST, port), timeout=20) as door, door.makefile("rb") as said:
        assert said.read().decode().strip() == replies.NOT_NOW
