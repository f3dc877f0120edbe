"""Who hands in shows a mail key, a signature of the sender's own domain, or the secret of the system in front."""

import base64
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import cache

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sqlmodel import select

from portal.arrivals.tables import Arrival, Gathering
from portal.flows.people import change_mail_keys, change_staff
from portal.gate import replies
from portal.gate.spool import END
from portal.kernel.configuration.gate_places import Place
from portal.ledger import repository as ledger
from portal.mail.authentication.alignment import NoAnswer
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.gate.conftest import SECRET
from tests.gate.gates import DOMAIN, FAMILY, PLAIN, WRITER, Client, NoRecords, letter, standing
from tests.mail.servers import HOST

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
DROP = f"grade-3.oak@{DOMAIN}"
NAME = "s1._domainkey.riverbend.example.org"
HEADERS = ["from", "to", "subject", "date"]


@cache
def signing_key() -> tuple[bytes, str]:
    """Return a private key, and the record that is published of it."""
    key = rsa.generate_private_key(65537, 2048)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return pem, f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


def signed(
    raw: bytes, *, domain: str = "riverbend.example.org", of: list[str] = HEADERS, length: bool = False
) -> bytes:
    pem, _ = signing_key()
    return (
        dkim.sign(raw, b"s1", domain.encode(), pem, include_headers=[one.encode() for one in of], length=length) + raw
    )


@dataclass
class Doors:
    house: House
    plain: int
    starttls: int
    tls: int
    records: NoRecords


@pytest.fixture
def doors(house: House, cast: Cast) -> Iterator[Doors]:
    del cast
    records = NoRecords({NAME: [signing_key()[1]], "s1._domainkey.example.org": [signing_key()[1]]})
    with standing(house, PLAIN, Place(HOST, 0, "starttls"), Place(HOST, 0, "tls"), records=records) as ports:
        yield Doors(house, *ports, records)


def came_by(house: House) -> list[str]:
    with house.db.read() as session:
        return [one.door for one in session.exec(select(Gathering))]


def test_a_mail_key_is_asked_for_over_tls_alone(doors: Doors, key: str) -> None:
    with Client(doors.starttls) as client:
        assert "AUTH" not in client.say("EHLO office.test")
        assert client.sign_in(key)[:3] == "530"
        assert client.envelope()[0][:3] == "530"
        client.start_tls()
        assert client.sign_in(key) == replies.SIGNED_IN
        assert client.hand_in(letter()) == replies.TAKEN
    with Client(doors.tls, tls=True) as client:
        client.say("EHLO office.test")
        assert client.say("auth login")[:3] == "334"
        assert client.say(base64.b64encode(WRITER.upper().encode()))[:3] == "334"
        assert client.say(base64.b64encode(key.lower().encode())) == replies.SIGNED_IN
        assert client.hand_in(letter(), DROP) == replies.TAKEN
    assert came_by(doors.house) == ["key"]


def test_a_wrong_mail_key_is_told_what_to_do_and_a_genuine_one_is_never_held_back(doors: Doors, key: str) -> None:
    for _ in range(5):
        with Client(doors.plain) as client:
            wrong = (key[:-1], "", key[::-1], "ÿ")
            assert {client.sign_in(one) for one in wrong} == {replies.NO_KEY}
    with Client(doors.plain) as client:
        assert client.sign_in(key, "omar@riverbend.example.org") == replies.TOO_MANY_TRIES
    with Client(doors.plain) as client:
        assert client.sign_in(key) == replies.SIGNED_IN
    with doors.house.db.read() as session:
        assert sum(one.act == "mail-key:refuse" for one in ledger.entries(session)) == 20


@pytest.mark.parametrize("ends", ["by hand", "with its owner"])
def test_a_key_that_ends_lets_nothing_more_in_where_it_is_signed_in(
    doors: Doors, cast: Cast, key: str, clock: Watch, ends: str
) -> None:
    house = doors.house
    with Client(doors.plain) as client:
        assert client.sign_in(key) == replies.SIGNED_IN
        with house.db.write() as session:
            if ends == "by hand":
                found = change_mail_keys.holder_of(session, house.keys, WRITER, key, now=clock.now)
                assert found is not None
                change_mail_keys.end_mail_key(session, house.keys, found.mail_key_id, by=cast.writer, now=clock.now)
            else:
                change_staff.remove_staff(session, house.keys, WRITER, by=cast.admin.label, now=clock.now)
        assert client.hand_in(letter()) == replies.NO_KEY


def test_a_drop_address_takes_what_the_senders_domain_has_signed(doors: Doors) -> None:
    with Client(doors.plain) as client:
        client.say("EHLO phone.test")
        assert client.hand_in(signed(letter(to=DROP)), DROP) == replies.TAKEN
        assert (
            client.hand_in(signed(letter("By a parent domain", to=DROP), domain="example.org"), DROP) == replies.TAKEN
        )
        to_unsigned = signed(letter("Exchange signs no To", to=FAMILY), of=["from", "subject", "date"])
        assert client.hand_in(to_unsigned, DROP) == replies.TAKEN
        large = letter("Large", to=DROP, file=b"%PDF-1.7 " + b"x" * 500_000)
        assert client.hand_in(signed(large), DROP) == replies.TAKEN
    assert set(came_by(doors.house)) == {"drop"}


def test_a_drop_address_takes_nothing_else(doors: Doors) -> None:
    raw = letter(to=DROP)
    cases = {
        "nobody signed": raw,
        "a part of the text is signed": signed(raw, length=True),
        "From is not signed alone": signed(raw).replace(b"\r\nFrom:", b"\r\nFrom: b@riverbend.example.org\r\nFrom:", 1),
        "the subject is not signed": signed(raw, of=["from", "to", "date"]),
        "it was changed since": signed(raw).replace(b"Report cards", b"Other cards"),
        "another domain signed": signed(raw, domain="riverbend.example.org.evil.example"),
        "a domain of one label signed": signed(raw, domain="org"),
        "nobody on the staff": signed(letter(to=DROP, sender="nobody@riverbend.example.org")),
    }
    with Client(doors.plain) as client:
        client.say("EHLO phone.test")
        told = dict.fromkeys(cases, replies.NOT_VOUCHED) | {"From is not signed alone": replies.REFUSALS["no-sender"]}
        assert {why: client.hand_in(one, DROP) for why, one in cases.items()} == told
    assert came_by(doors.house) == []


def test_a_signed_message_is_not_handed_in_by_whoever_was_sent_it(doors: Doors, clock: Watch) -> None:
    with Client(doors.plain) as client:
        client.say("EHLO parent.test")
        assert client.hand_in(signed(letter(to=FAMILY)), DROP) == replies.NOT_ADDRESSED
        signature, header, rest = signed(letter(to=FAMILY)).partition(b"From:")
        padding = b"X-Padding: %s\r\n" % (b"x" * 900) * 300
        hidden = signature + b"To: %s\r\n" % DROP.encode() + padding + header + rest
        assert client.hand_in(hidden, DROP) == replies.NOT_VOUCHED, "its own To stands where nobody looks"
        clock.forward(days=3, seconds=1)
        assert client.hand_in(signed(letter(to=DROP)), DROP) == replies.NOT_ADDRESSED


def test_without_an_answer_of_dns_it_comes_again(doors: Doors, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_self: NoRecords, _name: str) -> list[str]:
        raise NoAnswer

    monkeypatch.setattr(NoRecords, "texts", nothing)
    with Client(doors.plain) as client:
        client.say("EHLO phone.test")
        assert client.hand_in(signed(letter(to=DROP)), DROP) == replies.LATER


def test_strangers_are_looked_at_one_at_a_time_so_threads_are_left_for_whoever_shows_a_key(
    doors: Doors, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    two, met = threading.Barrier(2), list[bool]()

    def late(_self: NoRecords, _name: str) -> list[str]:
        with suppress(threading.BrokenBarrierError):
            two.wait(0.5)
            met.append(True)
        return []

    monkeypatch.setattr(NoRecords, "texts", late)
    raw = signed(letter(to=DROP))
    with ExitStack() as open_ones:
        strangers = [open_ones.enter_context(Client(doors.plain)) for _ in range(4)]
        for one in strangers:
            one.say("EHLO phone.test")
            one.envelope(DROP)
            assert one.say("DATA").startswith("354")
            one.socket.sendall(raw + END[2:])
        client = open_ones.enter_context(Client(doors.plain))
        assert client.sign_in(key) == replies.SIGNED_IN
        assert client.hand_in(letter()) == replies.TAKEN
        assert {one.reply() for one in strangers} == {replies.NOT_VOUCHED}
    assert not met


def test_the_system_in_front_shows_its_secret_which_nobody_keeps(doors: Doors) -> None:
    house = doors.house
    with Client(doors.tls, tls=True) as client:
        client.say("EHLO mail.riverbend.test")
        assert client.hand_in(letter(X_Portal_Gate=SECRET), FAMILY) == replies.TAKEN
    assert came_by(house) == ["rule"]
    with house.db.read() as session:
        row = session.exec(select(Arrival)).one()
    assert row.blob_id
    assert row.size
    assert SECRET.encode() not in b"".join(house.documents.open(row.blob_id, row.size))


def test_another_tenant_has_no_secret_and_no_stranger_is_on_the_staff(doors: Doors) -> None:
    twice = letter(X_Portal_Gate=SECRET).replace(b"X-Portal-Gate", b"X-Portal-Gate: no\r\nX-Portal-Gate", 1)
    with Client(doors.tls, tls=True) as client:
        client.say("EHLO mail.riverbend.test")
        for raw in (letter(), letter(X_Portal_Gate=SECRET[:-1]), letter(X_Portal_Gate="x"), twice):
            assert client.hand_in(raw, FAMILY) == replies.NOT_FROM_IN_FRONT
        stranger = letter(X_Portal_Gate=SECRET, sender="ceo@elsewhere.example")
        assert client.hand_in(stranger, FAMILY) == replies.NOT_STAFF
    assert came_by(doors.house) == []


def test_without_a_rule_a_message_to_families_needs_a_key_from_the_first_word_on(house: House, cast: Cast) -> None:
    del cast
    bare = replace(house, settings=house.settings.model_copy(update={"gate_secret": None}))
    with standing(bare) as (port,), Client(port) as client:
        client.say("EHLO office.test")
        assert client.envelope(DROP, FAMILY) == [replies.GREETED, replies.NOTED, replies.NO_AUTH]
    nothing = replace(bare, settings=bare.settings.model_copy(update={"gate_domain": ""}))
    with standing(nothing) as (port,), Client(port) as client:
        client.say("EHLO office.test")
        assert client.envelope()[0] == replies.NO_AUTH
