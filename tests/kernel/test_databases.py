"""One writer at a time, nothing lost, aware times, and many small writers in one commit."""

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from portal.kernel.errors import Conflict, StartRefused
from portal.kernel.storage.db import Database, DatabaseBusy
from portal.kernel.storage.groups import GroupCommit, Grouped
from portal.kernel.storage.narrow import NarrowDatabase
from portal.ledger.errors import LedgerUnavailable
from portal.ledger.tables import LedgerHead
from portal.staff.tables import StaffMember
from tests.parts.postgresql import PostgreSql

NOW = datetime(2026, 8, 6, 12, 30, 15, 123456, tzinfo=UTC)


def test_concurrent_read_modify_writes_lose_nothing(database: Database) -> None:
    def add() -> None:
        for _ in range(25):
            with database.write() as session:
                head = session.exec(select(LedgerHead).with_for_update()).one()
                head.seq += 1
                session.add(head)

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert session.exec(select(LedgerHead.seq)).one() == 200


def test_an_error_in_a_block_leaves_nothing(database: Database) -> None:
    def story() -> None:
        with database.write() as session:
            session.execute(text("UPDATE ledger_head SET seq = 7"))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        story()
    with database.read() as session:
        assert session.exec(select(LedgerHead.seq)).one() == 0


def test_what_is_changed_while_reading_is_thrown_away(database: Database) -> None:
    with database.read() as session:
        session.execute(text("UPDATE ledger_head SET seq = 7"))
    with database.read() as session:
        assert session.exec(select(LedgerHead.seq)).one() == 0


def test_postgresql_keeps_the_plan_of_what_is_read_often(postgresql: PostgreSql) -> None:
    database = Database(postgresql.new_database())
    for _ in range(7):  # the driver prepares what it sees for the sixth time
        with database.read() as session:
            session.execute(text("SELECT 1 + 1"))
    with database.ask() as connection:
        kept = connection.execute(text("SELECT statement FROM pg_prepared_statements")).scalars().all()
    assert "SELECT 1 + 1" in kept
    database.close()


@pytest.mark.parametrize("trusted", [0.0, 60.0])
def test_a_connection_that_was_cut_is_seen_before_it_is_used_or_costs_one_answer(
    postgresql: PostgreSql, monkeypatch: pytest.MonkeyPatch, trusted: float
) -> None:
    monkeypatch.setattr("portal.kernel.storage.engines._TRUSTED_SECONDS", trusted)
    url = postgresql.new_database()
    database, beside = Database(url), Database(url)
    with database.read() as session:
        mine = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with beside.ask() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:mine, 5000)"), {"mine": mine})
    if trusted:
        with pytest.raises(DatabaseBusy), database.read() as session:
            session.execute(text("SELECT 1"))
    with database.read() as session:
        assert session.execute(text("SELECT 1")).scalar() == 1
    database.close()
    beside.close()


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    elsewhere = NOW.astimezone(timezone(timedelta(hours=-5)))
    with database.write() as session:
        session.add(StaffMember(address="a@x.example", address_key="a@x.example", role="admin", created_at=elsewhere))
    with database.read() as session:
        found = session.exec(select(StaffMember.created_at)).one()
    assert found == NOW
    assert found.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="without a time zone"), database.write() as session:
        session.add(
            StaffMember(address="a@x.example", address_key="a", role="admin", created_at=NOW.replace(tzinfo=None))
        )


def test_another_kind_of_database_is_refused() -> None:
    with pytest.raises(StartRefused):
        Database("mysql://localhost/portal")


def test_a_group_answers_each_asker_and_fails_as_one(database: Database) -> None:
    def act(session: Session, asked: Sequence[int]) -> list[int | Exception]:
        if 13 in asked:
            raise RuntimeError
        session.execute(text("UPDATE ledger_head SET seq = seq + :more"), {"more": len(asked)})
        return [Conflict() if number == 7 else number * 2 for number in asked]

    group: GroupCommit[int, int] = GroupCommit(NarrowDatabase(database), act, "test", LedgerUnavailable)
    futures = {number: group.submit(number) for number in (1, 7, 3)}
    assert (futures[1].result(10), futures[3].result(10)) == (2, 6)
    with pytest.raises(Conflict):
        futures[7].result(10)
    with pytest.raises(LedgerUnavailable):
        group.submit(13).result(10)
    group.close()
    with database.read() as session:
        assert session.exec(select(LedgerHead.seq)).one() == 3


def test_an_asker_who_gives_up_leaves_the_group_answering(database: Database) -> None:
    """A server that stops waiting for a request cancels it, and with it the future."""
    at_work, go_on = threading.Event(), threading.Event()

    def act(_: Session, asked: Sequence[int]) -> list[int | Exception]:
        at_work.set()
        go_on.wait(10)
        return list(asked)

    group: GroupCommit[int, int] = GroupCommit(NarrowDatabase(database), act, "test", LedgerUnavailable)
    first = group.submit(1)
    at_work.wait(10)
    first.cancel()
    group.submit(2).cancel()
    go_on.set()
    assert group.submit(3).result(10) == 3
    group.close()


def test_a_slow_group_keeps_nobody_waiting_where_there_are_several_threads() -> None:
    at_work, go_on = threading.Event(), threading.Event()

    def act(asked: Sequence[str]) -> list[str | Exception]:
        if "slow" in asked:
            at_work.set()
            assert go_on.wait(10)
        return list(asked)

    group: Grouped[str, str] = Grouped(act, "test", threads=2)
    slow = group.submit("slow")
    at_work.wait(10)
    assert group.submit("quick").result(10) == "quick"
    assert not slow.done()
    last = group.submit("last")
    go_on.set()
    group.close()
    assert slow.done()
    assert last.done()


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # which lets two write at once
def test_a_brake_that_is_thrown_out_for_another_story_is_told_again(database: Database) -> None:
    """The other one looks for no deadlock, so it is the brake that the server chooses."""
    tellings: list[int] = []
    step = text("UPDATE ledger_head SET seq = seq + 1")
    watch = text("UPDATE ledger_watch SET indexed_seq = indexed_seq + 1")
    with database.engine.connect() as other:
        other.execute(text("SET deadlock_timeout = '1h'"))
        other.execute(watch)
        crossing = threading.Thread(target=lambda: other.execute(step))

        def brake(session: Session) -> str:
            tellings.append(len(tellings))
            if crossing.ident:
                crossing.join()
                other.rollback()
                session.execute(step)
                return "done"
            session.execute(step)
            crossing.start()
            while not session.execute(text("SELECT 1 FROM pg_locks WHERE NOT granted")).first():
                pass
            session.execute(watch)
            raise AssertionError("the other one was thrown out")

        assert database.insist(brake) == "done"
    assert tellings == [0, 1]
    with database.read() as session:
        assert session.exec(select(LedgerHead.seq)).one() == 1


def test_a_brake_is_told_once_where_it_fails_by_itself(database: Database) -> None:
    tellings: list[Session] = []

    def brake(session: Session) -> None:
        tellings.append(session)
        raise DatabaseBusy

    with pytest.raises(DatabaseBusy):
        database.insist(brake)
    assert len(tellings) == 1
