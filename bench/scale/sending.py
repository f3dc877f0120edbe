"""One letter to many guardians: planned, written and handed to a mail server that takes everything.

Each act is a process of its own, so that its peak of memory is its own.
"""

import asyncio
import gc
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from sqlalchemy import text

from bench.crowd import plan, seat_staff, submit, write
from bench.scale.filling import fill_people
from bench.scale.rosters import house_at
from bench.scale.servers import peak_megabytes, server_seconds
from portal.cli.operation.serve import run_deliveries
from portal.kernel.log import start_logging
from portal.kernel.machine.host import keep_freed_memory, tidy_less_often
from portal.wiring import House, mail_room
from portal.worker import Worker

_SPAWN = multiprocessing.get_context("spawn")


@dataclass(frozen=True, slots=True)
class Spent:
    """What a process took: seconds, of its processor too, and its peak of memory in MB."""

    seconds: float
    processor: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Sent:
    """A letter to so many guardians: what planning and writing it took, then sending so many of its notices."""

    guardians: int
    planned: Spent
    notices: int
    workers: tuple[Spent, ...]
    database: float
    """Seconds of the database's processors while it was sent; 0 where the database is in the worker."""

    @property
    def per_second(self) -> float:
        return self.notices / max(one.seconds for one in self.workers)

    @property
    def milliseconds_each(self) -> float:
        """Of processors, ours and the database's, for each notice."""
        return 1_000 * (self.database + sum(one.processor for one in self.workers)) / self.notices


def _start() -> None:
    """Begin as a command of the portal does."""
    start_logging(quiet=True)
    tidy_less_often()
    keep_freed_memory()


@contextmanager
def _spent(answer: "SimpleQueue[Spent]") -> Iterator[None]:
    gc.collect()
    began, processor = time.perf_counter(), time.process_time()
    yield
    answer.put(Spent(time.perf_counter() - began, time.process_time() - processor, peak_megabytes()))


def publish_all(folder: Path, url: str | None, answer: "SimpleQueue[Spent]") -> None:
    """Be the process in which an approver presses."""
    _start()
    house = house_at(folder, url)
    with _spent(answer):
        now = house.clock()
        write(house, plan(house, submit(house, now=now), now=now), now=now)
    house.close()


@dataclass(frozen=True)
class Sending:
    """What one worker of several needs to know."""

    folder: Path
    url: str | None
    port: int
    most_seconds: float
    all_are_up: Barrier

    def work(self, answer: "SimpleQueue[Spent]") -> None:
        """Be one worker, until nothing is due or the time is over."""
        _start()
        house = house_at(self.folder, self.url, self.port)
        worker = Worker(house, mail_room(house.settings))
        self.all_are_up.wait()
        with _spent(answer):
            run_deliveries(_for_a_time(worker, self.most_seconds))
        house.close()


async def _for_a_time(worker: Worker, most_seconds: float) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(most_seconds, stop.set)
    await worker.drain(stop)


def send(folder: Path, url: str | None, guardians: int, *, workers: int = 1, most_seconds: float) -> Sent:
    """Publish one letter to so many guardians in an empty database, and send it by so many workers."""
    folder.mkdir()
    house = house_at(folder, url)
    fill_people(house.db, house.keys, guardians)
    seat_staff(house, house.clock())
    answer: SimpleQueue[Spent] = _SPAWN.SimpleQueue()
    publishing = _SPAWN.Process(target=publish_all, args=(folder, url, answer))
    publishing.start()
    planned = answer.get()
    publishing.join()
    sink = subprocess.Popen([sys.executable, "-m", "bench.sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert sink.stdout is not None
    sending = Sending(folder, url, int(sink.stdout.readline()), most_seconds, _SPAWN.Barrier(workers))
    spent = server_seconds(house.db)
    running = [_SPAWN.Process(target=sending.work, args=(answer,)) for _ in range(workers)]
    for one in running:
        one.start()
    told = tuple(answer.get() for _ in running)
    for one in running:
        one.join()
    spent = server_seconds(house.db) - spent
    sink.communicate()
    sent = Sent(guardians, planned, sent_of(house), told, spent)
    house.close()
    return sent


def sent_of(house: House) -> int:
    """Return how many notices have left."""
    with house.db.read() as session:
        return int(session.execute(text("SELECT count(*) FROM notice WHERE state = 'sent'")).scalar_one())


def table(all_sent: Sequence[Sent]) -> Iterator[str]:
    """Yield the lines of what was found."""
    yield (
        "| guardians | workers | s to plan and write | MB at most | notices sent | notices / s | ms of workers each |"
        " ms of PostgreSQL each | MB of a worker at most |"
    )
    yield "|" + " --: |" * 9
    for one in all_sent:
        ours = 1_000 * sum(each.processor for each in one.workers) / one.notices
        peak = max(each.megabytes for each in one.workers)
        yield (
            f"| {one.guardians:,} | {len(one.workers)} | {one.planned.seconds:.1f} | {one.planned.megabytes:,.0f} |"
            f" {one.notices:,} | {one.per_second:,.0f} | {ours:.2f} | {1_000 * one.database / one.notices:.2f} |"
            f" {peak:,.0f} |"
        )
