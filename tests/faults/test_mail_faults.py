"""A mail server that hangs, talks nonsense and says “later” for an hour; and a worker that is frozen past its lease."""

import asyncio
import os
import signal
import sqlite3
from collections.abc import Callable
from multiprocessing.process import BaseProcess

import pytest
from aiosmtpd.smtp import SMTP
from sqlalchemy import make_url, text

from bench.crowd import publish
from portal import worker
from portal.kernel.storage import bell
from portal.mail.transport.smtp import SmtpRoom, SmtpServer
from portal.outbox import repository as outbox
from portal.wiring import House
from portal.worker import Worker
from tests.conftest import Watch
from tests.faults.test_killed_worker import SENDERS, ended, message_ids, start_worker
from tests.mail.servers import HOST, Sink, sink

pytestmark = pytest.mark.anyio
LATER = b"220 post.test\r\n250-post.test\r\n250 HELP\r\n250 OK\r\n451 4.3.0 Try again later\r\n"


class _Says(asyncio.Protocol):
    """Says some bytes, whatever is asked, and nothing more."""

    def __init__(self, words: bytes) -> None:
        self._lines = words.splitlines(keepends=True)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._say()

    def data_received(self, _: bytes) -> None:
        self._say()

    def _say(self) -> None:
        """Say the next reply, the last again and again."""
        while self._lines:
            line = self._lines.pop(0) if len(self._lines) > 1 else self._lines[0]
            self._transport.write(line)
            if line[3:4] != b"-":
                return


async def test_whatever_a_mail_server_does_for_an_hour_each_message_leaves_once(
    house: House, clock: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "BEAT_SECONDS", 0.1)
    monkeypatch.setattr(bell, "LONGEST_REST_SECONDS", 0.1)  # the clock goes on by hand, which rings nothing
    monkeypatch.setattr(worker, "_LONGEST_SHUT_SECONDS", 0.05)
    mailing_id, keeper, used = publish(house, 6, now=clock.now), Sink(), list[SMTP]()

    def good() -> asyncio.Protocol:
        used.append(SMTP(keeper, hostname="post.test", loop=asyncio.get_running_loop()))
        return used[-1]

    ways: list[Callable[[], asyncio.Protocol]] = [lambda: _Says(b""), lambda: _Says(b"\x00\xff\x00 GET / HTTP/1.1\r\n")]
    ways += [*[lambda: _Says(LATER)] * 6, *[good] * 10]
    now_it = ways[:1]

    def protocol() -> asyncio.Protocol:
        return now_it[0]()

    server = await asyncio.get_running_loop().create_server(protocol, HOST, 0)
    address = SmtpServer.parse(f"smtp://{HOST}:{server.sockets[0].getsockname()[1]}")
    room, stop = SmtpRoom(address, own_name="portal.test", timeout=0.2), asyncio.Event()
    work = asyncio.create_task(Worker(house, room).run(stop))
    for now_it[0] in ways:
        clock.forward(minutes=10)
        await asyncio.sleep(0.15)
    stop.set()
    await asyncio.wait_for(work, 20)
    server.close()
    await server.wait_closed()
    assert {len(each) for each in message_ids(keeper).values()} == {1}
    assert len(message_ids(keeper)) == 6
    with house.db.read() as session:
        assert outbox.counts(session, mailing_id)["sent"] == 6


def holds_nothing(house: House) -> bool:
    """Tell whether no process is inside a transaction that keeps others from writing."""
    if house.db.is_sqlite:
        with sqlite3.connect(make_url(house.db.url).database or "", timeout=0.05, isolation_level=None) as other:
            try:
                other.execute("BEGIN IMMEDIATE")
                other.execute("ROLLBACK")
            except sqlite3.OperationalError:
                return False
        other.close()
        return True
    inside = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle'"
    with house.db.ask() as connection:
        return connection.execute(text(f"{inside} AND pid <> pg_backend_pid()")).scalar() == 0


def freeze(process: BaseProcess, house: House) -> None:
    """Stop a process between two of its transactions."""
    assert process.pid is not None
    os.kill(process.pid, signal.SIGSTOP)
    while not holds_nothing(house):
        os.kill(process.pid, signal.SIGCONT)
        os.kill(process.pid, signal.SIGSTOP)


async def test_a_worker_that_was_frozen_past_its_leases_mails_nobody_anew(house: House, clock: Watch) -> None:
    families = 80
    mailing_id = publish(house, families, now=clock.now)
    async with sink() as server:
        frozen = start_worker(house, server.port, clock)
        while len(server.delivered) < 10:
            assert frozen.is_alive()
            await asyncio.sleep(0.005)
        await asyncio.to_thread(freeze, frozen, house)
        clock.forward(minutes=2)
        assert await ended(start_worker(house, server.port, clock)) == 0
        sent = len(server.delivered)
        assert frozen.pid is not None
        os.kill(frozen.pid, signal.SIGCONT)
        assert await ended(frozen) == 0
        ids = message_ids(server)
    assert len(ids) == families
    assert {len(set(each)) for each in ids.values()} == {1}
    assert sum(len(each) - 1 for each in ids.values()) <= SENDERS
    assert len(server.delivered) - sent <= SENDERS
    with house.db.read() as session:
        assert outbox.counts(session, mailing_id)["sent"] == families
