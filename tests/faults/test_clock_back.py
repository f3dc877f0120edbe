"""The clock is a day back: families read, staff publish, new mail leaves, and the ledger stays whole; nothing is sent
twice once the clock is right again.
"""

import asyncio
from datetime import timedelta

from sqlmodel import select
from starlette.testclient import TestClient

from portal.flows.keeping.verify_ledger import Verified, verify_ledger
from portal.flows.sending.start_sending import start_sending
from portal.mail.transport.recording import RecordingRoom
from portal.outbox import repository as outbox
from portal.outbox.tables import Notice
from portal.wiring import House
from portal.worker import Worker
from tests.cast import LETTER, Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.web.desks import sit_down


def drained(house: House, *, at_least: int) -> list[str]:
    """Deliver what is due, and wait a little for what is not; return to which families."""
    room = RecordingRoom()
    stop = asyncio.Event()

    def families() -> list[str]:
        return sorted(one.to for one in room.delivered if one.to.endswith("@mail.example.org"))

    async def deliver() -> None:
        drain = asyncio.create_task(Worker(house, room).drain(stop))
        for _ in range(100):
            await asyncio.wait({drain}, timeout=0.3)
            if drain.done() or len(families()) >= at_least:
                break
        await asyncio.wait({drain}, timeout=0.3)
        stop.set()
        await drain

    asyncio.run(deliver())
    return families()


def test_a_day_back_nothing_stands_still_and_nothing_is_sent_twice(
    site: TestClient, house: House, cast: Cast, clock: Watch
) -> None:
    clock.forward(days=2)  # the roster is older
    first = send_letter(house, cast, now=clock.now)
    clock.forward(minutes=2)
    with house.db.write() as session:
        start_sending(session, house.keys, now=clock.now)
        held = session.exec(select(Notice).where(Notice.mailing_id == first)).all()[0]
        held.state, held.lease_id, held.lease_until = "sending", "0" * 32, clock.now + timedelta(minutes=1)
    before = clock.now
    clock.now -= timedelta(days=1)
    link = token_of(house, link_of(house, first, cast.carla, cast.ana))
    to = site.post("/o", data={"token": link}).headers["location"]
    assert site.get(f"{to}/file").content == LETTER
    sit_down(site, house, cast.writer)
    assert site.get("/staff").status_code == 200
    second = send_letter(house, cast, now=clock.now, title="Second")
    clock.forward(minutes=2)
    sent = drained(house, at_least=4)
    assert len(sent) == 4
    clock.now = before + timedelta(minutes=2)
    sent += drained(house, at_least=4)
    with house.db.read() as session:
        assert outbox.counts(session, first)["sent"] == outbox.counts(session, second)["sent"] == 4
    with house.db.read() as session:
        assert isinstance(verify_ledger(session, house.keys), Verified)
    assert len(sent) == 8
    assert site.post("/o", data={"token": link}).headers["location"] == to
    assert site.get(f"{to}/file").content == LETTER
