"""The ledger answers who did what about what and when, by its index, and what is not in the index yet is found too."""

from datetime import timedelta

import pytest
from sqlalchemy import Select, TextClause, text

from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import Database
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Wanted
from portal.ledger.tables import LedgerEntry
from tests.conftest import NOON

OAK, ELM = new_id(), new_id()
ROSA, OMAR = f"staff:{new_id()}", f"staff:{new_id()}"


@pytest.fixture
def written(database: Database, keys: KeyRing) -> Database:
    """Three hundred entries, one a minute, the first two hundred of them in the index."""
    acts = [
        Act("mailing:draft", ROSA, {"mailing": OAK}),
        Act("mailing:approve", f"cli:root/{OMAR}", {"mailing": OAK, "links": 3}),
        Act("mailing:draft", OMAR, {"mailing": ELM}),
    ]
    with database.write() as session:
        for number in range(300):
            now = NOON + timedelta(minutes=number)
            ledger.append(session, keys, [acts[number % 3]], now=now)
    with database.write() as session:
        assert ledger.index_words(session, most=200) == 200
    return database


def found(database: Database, limit: int = 1000, **wanted: object) -> list[int]:
    with database.read() as session:
        return [one.seq for one in ledger.search(session, Wanted(**wanted), limit=limit)]  # type: ignore[arg-type]  # the fields are of several types


def test_each_question_finds_all_of_its_entries_newest_first(written: Database) -> None:
    everything = list(range(300, 0, -1))
    assert found(written) == everything
    assert found(written, act="mailing:approve") == everything[1::3]
    assert found(written, by=ROSA) == everything[2::3]
    assert found(written, by=OMAR) == sorted([*everything[0::3], *everything[1::3]], reverse=True)
    assert found(written, by=OMAR, act="mailing:approve") == everything[1::3]
    assert found(written, by="cli:root") == everything[1::3]
    assert found(written, about=OAK) == sorted([*everything[1::3], *everything[2::3]], reverse=True)
    assert found(written, about=OAK, by=OMAR) == everything[1::3]
    assert found(written, about=ELM, by=ROSA) == []
    assert found(written, about=ELM, act="mailing:draft", first=100, before=200, limit=2) == [198, 195]


def test_it_goes_on_behind_a_page(written: Database) -> None:
    seen, before = list[int](), None
    while page := found(written, limit=40, about=OAK, before=before):
        seen, before = seen + page, page[-1]
    assert seen == found(written, about=OAK)


def test_words_that_collide_show_nothing_that_was_not_asked_for(written: Database) -> None:
    with written.connect() as connection:
        connection.execute(text("INSERT INTO ledger_word SELECT word + 0, 3 FROM ledger_word WHERE seq = 1"))
    assert 3 not in found(written, by=ROSA)


def test_a_moment_is_found_by_halving(written: Database) -> None:
    with written.read() as session:
        assert ledger.first_since(session, NOON - timedelta(days=1)) == 1
        assert ledger.first_since(session, NOON + timedelta(minutes=41)) == 42
        assert ledger.first_since(session, NOON + timedelta(minutes=40, seconds=1)) == 42
        assert ledger.first_since(session, NOON + timedelta(days=1)) == 301


def test_every_question_is_answered_from_an_index(written: Database) -> None:
    with written.write() as session:
        ledger.index_words(session)
    questions = [
        Wanted(),
        Wanted(act="mailing:approve", before=200),
        Wanted(by=ROSA, act="mailing:draft"),
        Wanted(about=OAK, by=OMAR, first=10),
    ]
    with written.read() as session:
        if not written.is_sqlite:
            for way in ("seqscan", "bitmapscan"):  # three hundred rows are read faster without an index
                session.execute(text(f"SET LOCAL enable_{way} = off"))
        for wanted in questions:
            for query in ledger.queries(session, wanted, limit=100):
                plan = "\n".join(str(row) for row in session.execute(_explained(written, query)))
                assert "SCAN ledger_entry" not in plan.replace("USING", "")
                assert "Seq Scan" not in plan
                assert "TEMP B-TREE" not in plan
                assert "Sort" not in plan


def _explained(database: Database, query: Select[*tuple[object, ...]]) -> TextClause:
    compiled = query.compile(database.engine, compile_kwargs={"literal_binds": True})
    return text(("EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN ") + str(compiled).replace(":", "\\:"))


def test_the_index_is_made_from_the_entries_and_again(written: Database, keys: KeyRing) -> None:
    with written.write() as session:
        assert ledger.index_words(session) == 100
        assert ledger.index_words(session) == 0
        ledger.append(session, keys, [Act("mailing:draft", ROSA, {"mailing": OAK})], now=NOON)
    with written.write() as session:
        assert ledger.index_words(session) == 1
        assert session.get_one(LedgerEntry, 301)
    assert found(written, by=ROSA)[0] == 301
