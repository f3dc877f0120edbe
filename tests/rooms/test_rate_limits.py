"""Tries are counted by one statement, in rows that all processes of the site share."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlmodel import func, select

from portal.flows.opening.count_tries import count_try, forget_counts, is_used_up
from portal.kernel.storage.db import Database
from portal.rate_limits.rules import KEPT, RateLimit
from portal.rate_limits.tables import RateCount
from portal.wiring import House
from tests.conftest import Watch

LIMIT = RateLimit("kind", 30, timedelta(minutes=1))


def is_within(house: House, db: Database, network: str = "192.0.2.1", limit: RateLimit = LIMIT) -> bool:
    with db.write() as session:
        return count_try(session, house.keys, limit, network, now=house.clock())


def test_two_processes_share_one_limit(house: House) -> None:
    other = Database(house.settings.database)
    try:
        with ThreadPoolExecutor(8) as threads:
            done = list(threads.map(lambda turn: is_within(house, (house.db, other)[turn % 2]), range(50)))
    finally:
        other.close()
    assert sum(done) == LIMIT.most, "none is lost between two that count at once"


def test_a_limit_is_of_one_network_one_kind_and_one_minute(house: House, clock: Watch) -> None:
    for _ in range(LIMIT.most):
        assert is_within(house, house.db)
    assert not is_within(house, house.db)
    assert is_within(house, house.db, "192.0.2.2")
    assert is_within(house, house.db, limit=RateLimit("other", 30, timedelta(minutes=1)))
    with house.db.read() as session:
        assert is_used_up(session, house.keys, LIMIT, "192.0.2.1", now=clock.now)
        assert not is_used_up(session, house.keys, LIMIT, "192.0.2.2", now=clock.now)
        assert not is_used_up(session, house.keys, LIMIT, "192.0.2.1", now=clock.now + LIMIT.within)
    clock.forward(minutes=1)
    assert is_within(house, house.db)


def test_no_row_names_a_network_and_none_is_kept(house: House, clock: Watch) -> None:
    is_within(house, house.db)
    with house.db.read() as session:
        (row,) = session.exec(select(RateCount)).all()
    assert "192.0.2.1" not in row.who
    clock.forward(seconds=KEPT.total_seconds() + 60)
    with house.db.write() as session:
        forget_counts(session, now=clock.now)
        assert session.exec(select(func.count()).select_from(RateCount)).one() == 0
