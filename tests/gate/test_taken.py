"""A message is taken once it is durable, and is one arrival however often it comes."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlmodel import select

from portal.arrivals import repository as arrivals
from portal.arrivals.tables import Arrival, Gathering
from portal.documents.tables import LooseBlob
from portal.gate import replies
from portal.ledger import repository as ledger
from portal.wiring import House
from tests.cast import Cast, write_draft
from tests.conftest import Watch
from tests.gate.gates import FAMILY, PDF, Client, letter


def kept(house: House) -> list[Arrival]:
    with house.db.read() as session:
        assert not session.exec(select(LooseBlob)).all()
        return list(session.exec(select(Arrival)))


def test_what_was_handed_in_is_sealed_and_its_recipients_are_noted(house: House, cast: Cast, signed_in: Client) -> None:
    raw = letter()
    assert signed_in.hand_in(raw, FAMILY, "ngozi.okafor@mail.example.org") == replies.TAKEN
    (row,) = kept(house)
    assert row.staff_id == cast.writer.id
    assert row.blob_id
    assert row.size == len(raw)
    assert b"".join(house.documents.open(row.blob_id, row.size)) == raw
    with house.db.read() as session:
        to = arrivals.recipients_of(session, house.keys, [row.id])[row.id]
        assert session.exec(select(Gathering)).one().door == "key"
        (entry,) = (one for one in ledger.entries(session) if one.act == "arrival:take")
    assert sorted(to) == [FAMILY, "ngozi.okafor@mail.example.org"]
    assert f"gate/staff:{cast.writer.id}".encode() in entry.body


def test_the_same_message_again_is_the_same_arrival_for_more_recipients(house: House, signed_in: Client) -> None:
    for to in (FAMILY, "ngozi.okafor@mail.example.org"):
        assert signed_in.hand_in(letter(), to) == replies.TAKEN
    (first,) = kept(house)
    with house.db.read() as session:
        assert len(arrivals.recipients_of(session, house.keys, [first.id])[first.id]) == 2


def test_whoever_comes_too_late_for_a_letter_is_not_lost_without_a_word(
    house: House, cast: Cast, clock: Watch, signed_in: Client
) -> None:
    assert signed_in.hand_in(letter()) == replies.TAKEN
    mailing = write_draft(house, cast, now=clock.now)
    with house.db.write() as session:
        (gathering,) = session.exec(select(Gathering))
        arrivals.set_values(session, gathering.id, state="ended", mailing_id=mailing)
    assert signed_in.hand_in(letter(), "ngozi.okafor@mail.example.org") == replies.OVER


def test_one_message_in_eight_parts_at_once_is_one_arrival(house: House, port: int, key: str) -> None:
    """As a relay splits it: eight transactions of fifty recipients each."""
    parts = [[f"parent.{part}.{number}@mail.example.org" for number in range(50)] for part in range(8)]

    def hand_in(part: list[str]) -> str:
        with Client(port) as client:
            client.sign_in(key)
            return client.hand_in(letter(), *part)

    with ThreadPoolExecutor(8) as relay:
        assert set(relay.map(hand_in, parts)) == {replies.TAKEN}
    (row,) = kept(house)
    with house.db.read() as session:
        to = arrivals.recipients_of(session, house.keys, [row.id])[row.id]
        entries = [one for one in ledger.entries(session) if one.act == "arrival:take"]
    assert sorted(to) == sorted(one for part in parts for one in part)
    assert len(entries) == 1
    assert len([path for path in Path(house.settings.blobs).rglob("*") if path.is_file()]) == 1


def test_another_message_under_the_same_name_is_another_arrival(house: House, signed_in: Client) -> None:
    first, second = letter(file=PDF), letter(file=PDF + b" corrected")
    assert {signed_in.hand_in(raw) for raw in (first, second, second, first)} == {replies.TAKEN}
    assert len(kept(house)) == 2
