"""Killed in the middle, or without a mail server for a while: each guardian is mailed, and mailed once."""

import asyncio
import os
import signal
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from multiprocessing.process import BaseProcess

import pytest
from aiosmtpd.smtp import SMTP
from sqlmodel import select

from bench.crowd import publish
from portal.mail.transport.smtp import SmtpRoom, SmtpServer
from portal.outbox import repository as outbox
from portal.outbox.tables import Notice
from portal.wiring import House
from portal.worker import Worker
from tests.conftest import Watch
from tests.faults.run_worker import run_worker
from tests.mail.servers import HOST, Sink, sink
from tests.parts.commands import start_forked
from tests.parts.process import free_ports

pytestmark = pytest.mark.anyio
FAMILIES = int(os.environ.get("FAULT_FAMILIES", "400"))  # 2,900 is the size of the real thing
SENDERS = 10  # so many outcomes at the most are not yet written when a worker is killed


def start_worker(
    house: House, port: int, clock: Watch, work: Callable[..., None] = run_worker, *given: object
) -> BaseProcess:
    settings = house.settings
    environ = {
        "PATH": os.environ["PATH"],
        "PORTAL_DATA_DIR": str(settings.data_dir),
        "PORTAL_DATABASE_URL": settings.database,
        "PORTAL_KEY_FILE": str(settings.key_file),
        "PORTAL_BASE_URL": settings.base_url,
        "PORTAL_SMTP_URL": f"smtp://{HOST}:{port}",
    }
    return start_forked(work, clock.now, *given, environ=environ)


async def ended(process: BaseProcess, within: float = 120) -> int | None:
    await asyncio.to_thread(process.join, within)
    return process.exitcode


def message_ids(server: Sink) -> dict[str, list[str]]:
    ids: dict[str, list[str]] = defaultdict(list)
    for one in server.delivered:
        if one.to.endswith("@families.example"):
            ids[one.to].append(message_from_bytes(one.message)["Message-ID"])
    return ids


async def test_a_worker_killed_twice_mails_each_guardian_once(house: House, clock: Watch) -> None:
    mailing_id = publish(house, FAMILIES, now=clock.now)
    async with sink() as server:
        for share in (1, 2):
            process = start_worker(house, server.port, clock)
            while len(server.delivered) < FAMILIES * share // 3:
                assert process.is_alive()
                await asyncio.sleep(0.005)
            process.kill()
            assert await ended(process) == -signal.SIGKILL
            clock.forward(minutes=2)  # the dead worker's leases are over
        assert len(message_ids(server)) < FAMILIES
        assert await ended(start_worker(house, server.port, clock)) == 0
    ids = message_ids(server)
    assert len(ids) == FAMILIES
    assert {len(set(each)) for each in ids.values()} == {1}
    assert sum(len(each) - 1 for each in ids.values()) <= 2 * SENDERS
    with house.db.read() as session:
        assert outbox.counts(session, mailing_id)["sent"] == FAMILIES


async def test_two_workers_at_once_mail_each_guardian_once(house: House, clock: Watch) -> None:
    mailing_id = publish(house, FAMILIES, now=clock.now)
    async with sink() as server:
        both = [start_worker(house, server.port, clock) for _ in range(2)]
        assert [await ended(one) for one in both] == [0, 0]
    ids = message_ids(server)
    assert (len(ids), {len(each) for each in ids.values()}) == (FAMILIES, {1})
    with house.db.read() as session:
        assert outbox.counts(session, mailing_id)["sent"] == FAMILIES


async def test_what_a_dead_worker_held_is_waited_for_by_a_drain(house: House, clock: Watch) -> None:
    publish(house, 3, now=clock.now)
    with house.db.write() as session:
        for notice in session.exec(select(Notice)):
            notice.state, notice.lease_id = "sending", "0" * 32
            notice.lease_until = clock.now + timedelta(seconds=30)
        session.flush()
        from portal.flows.sending.start_sending import start_sending

        start_sending(session, house.keys, now=clock.now)
    async with sink() as server:
        room = SmtpRoom(SmtpServer.parse(f"smtp://{HOST}:{server.port}"), own_name="portal.test")
        drain = asyncio.create_task(Worker(house, room).drain())
        await asyncio.sleep(0.5)
        assert not message_ids(server)
        assert not drain.done()
        clock.forward(seconds=31)
        await asyncio.wait_for(drain, 20)
    assert len(message_ids(server)) == 3


async def test_a_mail_server_that_is_away_for_a_while_loses_nothing(house: House, clock: Watch) -> None:
    mailing_id = publish(house, 12, now=clock.now)
    (port,) = free_ports(1)
    room = SmtpRoom(SmtpServer.parse(f"smtp://{HOST}:{port}"), own_name="portal.test")
    drain = asyncio.create_task(Worker(house, room).drain())
    await asyncio.sleep(0.5)
    clock.forward(hours=1)
    server, protocols = Sink(), list[SMTP]()

    def protocol() -> SMTP:
        protocols.append(SMTP(server, hostname="post.test", loop=asyncio.get_running_loop()))
        return protocols[-1]

    listening = await asyncio.get_running_loop().create_server(protocol, HOST, port)
    await asyncio.wait_for(drain, 30)
    listening.close()
    await listening.wait_closed()
    await asyncio.sleep(0.05)
    assert {to: len(ids) for to, ids in message_ids(server).items()} == {
        f"guardian.{number}@families.example": 1 for number in range(12)
    }
    with house.db.read() as session:
        assert outbox.counts(session, mailing_id)["sent"] == 12
        assert set(session.exec(select(Notice.attempts).where(Notice.mailing_id == mailing_id))) == {1}
