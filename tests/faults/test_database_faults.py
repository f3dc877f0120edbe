"""A PostgreSQL that is killed, fails over, is full or out of connections: a sentence meanwhile, and then as before."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress

import psycopg
import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from portal.flows.keeping.verify_ledger import Verified, verify_ledger
from portal.kernel.configuration.settings import Settings
from portal.kernel.storage.db import Database, DatabaseAway
from portal.kernel.storage.migrations import migrate
from portal.ledger.tables import Disclosure
from portal.mail.transport.recording import RecordingRoom
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.wiring import House
from portal.worker import Worker
from tests.cast import LETTER, Cast, link_of, send_letter, token_of
from tests.conftest import Watch
from tests.hostile.test_outages import SENTENCE
from tests.parts.clusters import Cluster, clusters, url_of
from tests.parts.postgresql import PostgreSql
from tests.parts.roles import by_one_login
from tests.web.desks import sit_down

_CONNECTIONS = 12
_SMALL = "48m"


@pytest.fixture(scope="module")
def pair(postgresql: PostgreSql) -> Iterator[list[Cluster]]:
    """Give a server with little room and few connections, and one that is not made yet."""
    del postgresql  # which makes the user that servers run as
    with clusters(2, connections=_CONNECTIONS) as made:
        made[0].make()
        made[0].start(tiny=_SMALL)
        yield made


@pytest.fixture
def database_url(pair: list[Cluster], request: pytest.FixtureRequest) -> Iterator[str]:
    name = request.node.name.removeprefix("test_")[:20]
    if in_little_room := "full" in request.node.name:
        pair[0].ask(f"CREATE TABLESPACE tiny LOCATION '{pair[0].tiny}'")
    pair[0].ask(f"CREATE DATABASE {name}" + " TABLESPACE tiny" * in_little_room)
    url = url_of(pair, name)
    database = Database(url)
    migrate(database)
    database.close()
    yield url
    if in_little_room:  # it would not be there after a restart
        pair[0].ask(f"DROP DATABASE {name} WITH (FORCE)")
        pair[0].ask("DROP TABLESPACE tiny")


@pytest.fixture
def settings(settings: Settings, database_url: str) -> Settings:
    """Serve by one login, of which a server with few connections has enough."""
    return settings.model_copy(update=by_one_login(database_url))


@pytest.fixture
def path(site: TestClient, house: House, cast: Cast, clock: Watch) -> str:
    """Give the path of a letter's file that is open in this browser."""
    mailing = send_letter(house, cast, now=clock.now)
    site.post("/o", data={"token": token_of(house, link_of(house, mailing, cast.carla, cast.ana))})
    copy = re.findall(r"/letters/([0-9a-f]{32})", site.get("/letters").text)[0]
    return f"/letters/{copy}/file"


def is_calm(site: TestClient, method: str, path: str, **more: dict[str, str]) -> bool:
    """Ask for something; tell whether it was done. What is not done is said in a sentence, with a 503."""
    answer = site.request(method, path, **more)
    if answer.status_code < 400:
        return True
    assert answer.status_code == 503, path
    assert SENTENCE.search(answer.text), path
    assert b"%PDF" not in answer.content
    return False


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end, "it did not heal by itself"
        time.sleep(0.02)


def is_whole(house: House) -> bool:
    with house.db.read() as session:
        return isinstance(verify_ledger(session, house.keys), Verified)


def fill_up(server: Cluster, database: str) -> None:
    """Fill a database's file system to its last page: files grow apace in a large insert, and keep what is left."""
    more = "INSERT INTO ballast SELECT repeat('x', 7000) FROM generate_series(1, %s)"
    with server.connect(database) as connection:
        connection.execute("CREATE TABLE ballast (filler text STORAGE PLAIN)")
        for many in (1_000_000, 1):
            with suppress(psycopg.errors.DiskFull):
                for _ in range(1_000_000):
                    connection.execute(more, [many])


@contextmanager
def no_connection_left(server: Cluster) -> Iterator[None]:
    """Take every connection that a server has until the block ends."""
    with ExitStack() as others:
        for _ in range(_CONNECTIONS):
            others.enter_context(server.connect())
        yield


def test_out_of_connections_and_full(
    pair: list[Cluster], site: TestClient, house: House, cast: Cast, path: str, database_url: str
) -> None:
    server, name = pair[0], database_url.partition("@/")[2].partition("?")[0]
    sit_down(site, house, cast.writer)
    house.db.close()
    with no_connection_left(server):
        assert not is_calm(site, "GET", path)
        assert not is_calm(site, "GET", "/staff")
    until(lambda: is_calm(site, "GET", path))
    link = token_of(house, link_of(house, _mailing(house), cast.carla, cast.luis))
    fill_up(server, name)
    done = [is_calm(site, "POST", "/o", data={"token": link}) for _ in range(120)]
    assert not done[-1]
    assert is_calm(site, "GET", "/staff"), "what only reads goes on"
    server.ask("DROP TABLE ballast", name)
    until(lambda: is_calm(site, "POST", "/o", data={"token": link}))
    assert is_whole(house)


def _mailing(house: House) -> str:
    with house.db.read() as session:
        return session.exec(select(Mailing.id)).one()


def test_killed_started_again_and_failed_over(
    pair: list[Cluster], site: TestClient, house: House, cast: Cast, clock: Watch, path: str
) -> None:
    first, second = pair
    assert site.get(path).content == LETTER
    first.kill()
    assert not is_calm(site, "GET", path)
    first.start(tiny=_SMALL)
    until(lambda: is_calm(site, "GET", path))
    second.follow(first)
    second.start()
    mailing = send_letter(house, cast, now=clock.now, title="Second")
    token = token_of(house, link_of(house, mailing, cast.ngozi, cast.sam))
    ahead = "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()"
    until(lambda: first.ask(ahead) == [(1,)])
    first.kill()
    assert not is_calm(site, "POST", "/o", data={"token": token})
    clock.forward(minutes=2)
    mails = asyncio.run(_drained(house, second))
    assert is_calm(site, "GET", path)
    assert is_calm(site, "POST", "/o", data={"token": token})
    with house.db.read() as session:
        assert outbox.counts(session, mailing)["sent"] == len(set(mails)) == len(mails) // 2 == 4
        assert len(session.exec(select(Disclosure)).all()) == 1
    assert is_whole(house)


async def _drained(house: House, promoted: Cluster) -> list[str]:
    """Have a worker deliver that begins while no server takes writes; return to whom mail of the two letters went."""
    room = RecordingRoom()
    drain = asyncio.create_task(Worker(house, room).drain())
    await asyncio.sleep(0.2)
    promoted.promote()
    await asyncio.wait_for(drain, 60)
    return [one.to for one in room.delivered if "mail.example.org" in one.to]


def test_a_replica_is_no_place_to_write_and_is_not_asked_again(postgresql: PostgreSql) -> None:
    url = postgresql.new_database()
    others, database = Database(postgresql.url("postgres")), Database(url)

    def set_for_new_connections(value: str) -> None:
        with others.ask() as connection:
            name = url.partition("@/")[2].partition("?")[0]
            connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = {value}")

    set_for_new_connections("on")
    assert database.answers()
    set_for_new_connections("off")
    with pytest.raises(DatabaseAway), database.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE x (y int)")
    with database.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE x (y int)")
    others.close()
    database.close()
    postgresql.drop(url)
