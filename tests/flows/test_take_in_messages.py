"""Messages that are taken in together become what they would have become one after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from portal.arrivals import repository as arrivals
from portal.arrivals.tables import Arrival, Gathering
from portal.documents.repository import loose
from portal.documents.tables import LooseBlob
from portal.flows.arriving.take_in_message import Handed, Taken, take_in_messages
from portal.kernel.ids import new_id
from portal.ledger import repository as ledger
from portal.mail.arriving.message import Arrived, Attachment
from portal.staff.rules import Acting
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch

FILE = Attachment("card.pdf", "application/pdf", 10, "a" * 64)
# Message-ID, digest, subject, recipients
CAME = (
    ("m1", "d1", "Report cards", ("a@x.test", "b@x.test")),
    ("m1", "d1", "Report cards", ("B@x.test", "c@x.test")),
    ("m2", "d2", "Report cards", ("a@x.test",)),
    ("m2", "d3", "Report cards", ("a@x.test", "a@x.test")),
    ("m3", "d4", "Bus form", ("d@x.test",)),
    ("", "d5", "Report cards 7", ("e@x.test",)),
    ("", "d6", "Report cards 8", ()),
    ("m1", "d1", "Report cards", ("a@x.test",)),
)


@dataclass
class Came:
    """What became of messages: as they were told, and as they lie there, by digest."""

    told: list[tuple[bool, int, bool]]
    recipients: dict[str, list[str]]
    together: list[list[str]]


def take_in(house: House, by: Acting, groups: Sequence[int], now: datetime) -> Came:
    """Take the messages in, so many at a time."""
    left = [
        Handed(
            Arrived(message_id, by.address, "", subject, digest, attachments=(FILE,)),
            to,
            (),
            "key",
            by,
            new_id(),
            10,
            "",
        )
        for message_id, digest, subject, to in CAME
    ]
    taken: list[Taken] = []
    for size in groups:
        group, left = left[:size], left[size:]
        with house.db.write() as session:
            loose.note(session, [one.blob_id for one in group], now=now)
            taken += take_in_messages(session, house.keys, group, now=now)
    with house.db.read() as session:
        rows = {row.id: row for row in session.exec(select(Arrival).where(Arrival.staff_id == by.id))}
        to = arrivals.recipients_of(session, house.keys, list(rows))
        gatherings = session.exec(select(Gathering).where(Gathering.staff_id == by.id)).all()
        assert len(session.exec(select(LooseBlob)).all()) % 2 == 0  # of each message that was known
    recipients = {rows[one].digest: sorted(address.lower() for address in mine) for one, mine in to.items()}
    mine = [sorted(row.digest for row in rows.values() if row.gathering_id == one.id) for one in gatherings]
    return Came([(one.is_known, one.added, one.is_other) for one in taken], recipients, sorted(mine))


def test_together_or_one_by_one_is_the_same(house: House, cast: Cast, clock: Watch) -> None:
    alone = take_in(house, cast.writer, [1] * len(CAME), clock.now)
    assert alone == take_in(house, cast.approver, [len(CAME)], clock.now)
    assert alone == take_in(house, cast.admin, [3, 1, 4], clock.now)
    assert alone.told[:4] == [(False, 2, False), (True, 1, False), (False, 1, False), (False, 1, True)]
    assert alone.recipients["d1"] == ["a@x.test", "b@x.test", "c@x.test"]
    assert alone.together == [["d1", "d2", "d3"], ["d4"], ["d5", "d6"]]
    with house.db.read() as session:
        assert sum(one.act == "arrival:take" for one in ledger.entries(session)) == 3 * 6
