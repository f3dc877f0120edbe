"""A stop beside the workers that are sending: neither keeps the other from its end."""

import threading

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from portal.outbox.tables import Notice
from portal.wiring import House
from tests.cast import Cast
from tests.conftest import Watch
from tests.flows.test_deliver_notice import state_of, stop_it


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # which holds rows
def test_a_stop_that_waits_for_one_message_holds_none_behind_it(
    house: House, cast: Cast, clock: Watch, mailing_id: str
) -> None:
    """Else a worker that wants those as well and the Stop wait for each other, and one of them is thrown out."""
    with house.db.read() as session:
        first, *others = sorted(session.exec(select(Notice.id).where(col(Notice.mailing_id) == mailing_id)))
    row = "SELECT 1 FROM notice WHERE id = :id FOR UPDATE"
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    with house.db.engine.connect() as worker, house.db.engine.connect() as watcher:
        worker.execute(text(row), {"id": first})
        stopping = threading.Thread(target=stop_it(house, cast, mailing_id, clock))
        stopping.start()
        while not watcher.execute(waiting).scalar():
            watcher.rollback()
        for one in others:
            worker.execute(text(f"{row} NOWAIT"), {"id": one})
        worker.rollback()
    stopping.join()
    assert state_of(house, mailing_id) == "stopped"
