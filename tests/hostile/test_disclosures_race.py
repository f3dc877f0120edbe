"""A disclosure races a taking back, or its own twin in another process: the ledger's order is the truth."""

import threading
from concurrent.futures import Future
from functools import partial
from operator import attrgetter

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from portal.flows.opening.disclose_document import Wish, disclose
from portal.flows.opening.open_link import session_id_of
from portal.flows.taking_back import revoke
from portal.flows.taking_back.revoke import Target
from portal.kernel.storage.groups import GroupCommit
from portal.kernel.storage.narrow import NarrowDatabase
from portal.ledger.tables import Disclosure, LedgerEntry
from portal.links.errors import LinkDead
from portal.overviews.family.letters import Letter
from portal.wiring import House
from tests.cast import Cast, link_of, token_of
from tests.conftest import Watch
from tests.web.test_opening import letters_in, open_with


@pytest.fixture
def wish(site: TestClient, house: House, cast: Cast, clock: Watch, mailing_id: str) -> Wish:
    open_with(site, token=token_of(house, link_of(house, mailing_id, cast.carla, cast.ana)))
    (copy_id,) = letters_in(site.get("/letters").text)
    return Wish(session_id_of(site.cookies["__Host-family"]), copy_id, "view", clock.now)


def acts(house: House) -> list[str]:
    with house.db.read() as session:
        return list(session.exec(select(LedgerEntry.act).order_by(col(LedgerEntry.seq))))


def test_nothing_is_shown_after_a_taking_back_in_the_ledger(
    house: House, cast: Cast, clock: Watch, mailing_id: str, wish: Wish
) -> None:
    asked: list[Future[Letter]] = []
    with house.db.write() as session:
        target = Target("mailing", mailing_id)
        revoke.revoke(session, house.keys, target, by=cast.admin, reason="The wrong file.", now=clock.now)
        asked.append(house.disclosures.submit(wish))  # judged while the taking back is not yet committed
        threading.Event().wait(0.5)
        assert not asked[0].done()
    with pytest.raises(LinkDead):
        asked[0].result(10)
    assert acts(house)[-1] == "mailing:revoke"


def test_two_processes_that_show_one_copy_at_once_disclose_it_once(house: House, wish: Wish) -> None:
    one = house.family_db  # SQLite serves one process
    second = one if house.db.is_sqlite else NarrowDatabase(house.db, house.settings.family_database)
    groups = [
        GroupCommit(db, partial(disclose, keys=house.keys), "twin", shown=attrgetter("session_id"))
        for db in (one, second)
    ]
    together = threading.Barrier(2)

    def ask(group: GroupCommit[Wish, Letter]) -> None:
        together.wait()
        group.submit(wish).result(10)

    threads = [threading.Thread(target=ask, args=(group,)) for group in groups]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for group in groups:
        group.close()
    second.close()
    with house.db.read() as session:
        assert len(session.exec(select(Disclosure)).all()) == 1
    assert acts(house).count("copy:view") == 1
