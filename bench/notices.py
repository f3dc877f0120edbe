"""Notices from due to durably sent, against a raw loop with pre-rendered bytes over the same mail server.

`python -m bench.notices [NOTICES [DATABASE_URL [WORKERS]]]`; the mail server is a process of its own, so two processors
are busy. Several workers are processes, too, as several `portal worker` are; time begins when all of them have come up.
"""

import asyncio
import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier
from pathlib import Path

from bench.crowd import publish
from portal.cli.operation.serve import run_deliveries
from portal.kernel.configuration.settings import Settings
from portal.kernel.log import start_logging
from portal.kernel.secrets.keys import make_key_file
from portal.kernel.storage.migrations import migrate
from portal.kernel.text.addresses import OneAddress
from portal.mail.transport.recording import RecordingRoom
from portal.mail.transport.room import Accepted
from portal.mailings import repository as mailings
from portal.outbox import repository as outbox
from portal.wiring import House, build_house, mail_room
from portal.worker import Worker

_CONNECTIONS = 5
_LONG_AGO = datetime(2026, 8, 6, 12, 0, tzinfo=UTC)


def build(folder: Path, port: int, database_url: str | None, *, keys_exist: bool = False) -> House:
    if not keys_exist:
        make_key_file(folder / "portal.keys", _LONG_AGO)
    settings = Settings.model_validate(
        {
            "data_dir": folder / "data", "key_file": folder / "portal.keys", "hold_seconds": 0,
            "database_url": database_url, "smtp_url": f"smtp://127.0.0.1:{port}",
            "base_url": "https://letters.riverbend.example", "mail_from": "letters@riverbend.example",
        }
    )  # fmt: skip
    house = build_house(settings)
    migrate(house.db)
    return house


async def send_raw(house: House, messages: list[tuple[bytes, str]]) -> None:
    """Hand pre-rendered bytes to the mail server, five at a time, and keep nothing."""
    room, left = mail_room(house.settings), iter(messages)
    envelope = OneAddress.parse("bounce@riverbend.example")

    async def yes() -> bool:
        return True

    async def sender() -> None:
        for message, to in left:
            outcome = await room.deliver(message, envelope_from=envelope, to=OneAddress.parse(to), still_wanted=yes)
            assert isinstance(outcome, Accepted)

    await asyncio.gather(*(sender() for _ in range(_CONNECTIONS)))
    await room.close()


def measured(act: Callable[[], Coroutine[object, object, None]], messages: int) -> dict[str, float]:
    wall, processor = time.perf_counter(), time.process_time()
    run_deliveries(act())
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    return {"per_second": messages / wall, "cpu_ms_each": 1000 * processor / messages}


def one_worker(folder: Path, port: int, database_url: str, all_are_up: Barrier, seconds: "SimpleQueue[float]") -> None:
    """Be one of several workers: say how much processor time sending took."""
    start_logging(quiet=True)
    house = build(folder, port, database_url, keys_exist=True)
    all_are_up.wait()
    processor = time.process_time()
    run_deliveries(Worker(house, mail_room(house.settings)).drain())
    seconds.put(time.process_time() - processor)
    house.close()


def measured_together(folder: Path, port: int, database_url: str, *, workers: int, messages: int) -> dict[str, float]:
    spawn = multiprocessing.get_context("spawn")
    all_are_up, seconds = spawn.Barrier(workers + 1), spawn.SimpleQueue()
    for _ in range(workers):
        spawn.Process(target=one_worker, args=(folder, port, database_url, all_are_up, seconds)).start()
    all_are_up.wait()
    wall = time.perf_counter()
    processor = sum(seconds.get() for _ in range(workers))
    return {"per_second": messages / (time.perf_counter() - wall), "cpu_ms_each": 1000 * processor / messages}


def rendered(folder: Path, messages: int) -> list[tuple[bytes, str]]:
    """Return what the worker itself writes, for the raw loop."""
    house = build(folder, 1, None)
    publish(house, messages, now=house.clock())
    room = RecordingRoom()
    asyncio.run(Worker(house, room).drain())
    house.close()
    kept = [(one.message, one.to) for one in room.delivered if one.to.startswith("guardian.")]
    assert len(kept) == messages
    return kept


def main() -> None:
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 2_900
    database_url = sys.argv[2] if len(sys.argv) > 2 else None
    workers = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    start_logging(quiet=True)
    sink = subprocess.Popen([sys.executable, "-m", "bench.sink"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert sink.stdout is not None
    port = int(sink.stdout.readline())
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        bytes_of_all = rendered(Path(one), messages)
        house = build(Path(two), port, database_url)
        mailing_id = publish(house, messages, now=house.clock())
        raw = measured(lambda: send_raw(house, bytes_of_all), messages)
        if database_url and workers > 1:
            sent = measured_together(Path(two), port, database_url, workers=workers, messages=messages)
        else:
            sent = measured(lambda: Worker(house, mail_room(house.settings)).drain(), messages)
        again = measured(lambda: send_raw(house, bytes_of_all), messages)
        with house.db.read() as session:
            assert outbox.counts(session, mailing_id)["sent"] == messages
            mailing = mailings.find_any(session, mailing_id)
            assert mailing is not None
            assert mailing.state == "sent"
        house.close()
    sink.communicate()
    baseline = max(raw["per_second"], again["per_second"])
    print(json.dumps({"notices": messages, "raw": raw, "raw_again": again, "worker": sent,
                      "ratio": sent["per_second"] / baseline}, indent=2))  # fmt: skip


if __name__ == "__main__":
    main()
