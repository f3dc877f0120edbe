"""Messages taken durably by the gate, against a bare aiosmtpd that forgets them: processor time of the server.

`python -m bench.gate [MESSAGES]`; the server is a process of its own, and what it starts counts as its own. At last the
largest messages on twenty connections at once: how much memory the gate holds.

Seen for 4 kB on ext4 with two cores: bare 0.41 ms, gate 1.5 to 2.1 ms, ratio 0.19 to 0.28. Of the gate's: a file and
its folder made durable 0.7 to 1.1 ms, nearly all in the kernel; the group (three commits, some 20 statements, keys)
0.7; SMTP and doors 0.3; reading in the cage 0.2, the way there 0.05. Half of bare needs several messages a file.
"""

import asyncio
import base64
import multiprocessing
import os
import re
import resource
import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from aiosmtpd.smtp import SMTP, AuthResult

from bench.figures import tell
from bench.notices import build
from portal.flows.people import change_mail_keys, change_staff
from portal.gate.listening import Gate
from portal.kernel.configuration.gate_places import Place
from portal.kernel.log import start_logging
from portal.kernel.machine.host import keep_freed_memory, tidy_less_often
from portal.staff import repository as staff
from portal.wiring import domain_records
from tests.gate.gates import WRITER, Client, letter

_CONNECTIONS: Final = 20
_MIB: Final = 2**20


class _Forgetting:
    """Takes every message and keeps nothing."""

    def signs_in(self, *_given: object) -> object:
        return AuthResult(success=True)


async def _bare(told: Connection) -> None:
    loop, handler = asyncio.get_running_loop(), _Forgetting()

    def connection() -> SMTP:
        return SMTP(
            handler, hostname="bare.test", data_size_limit=40 * _MIB, auth_require_tls=False,
            authenticator=handler.signs_in, loop=loop,
        )  # fmt: skip

    server = await loop.create_server(connection, "127.0.0.1", 0)
    told.send((server.sockets[0].getsockname()[1], "x"))
    await _until_signal()
    server.close()


async def _gate(told: Connection, folder: Path) -> None:
    start_logging(quiet=True)
    keep_freed_memory()
    tidy_less_often()
    house = build(folder, 1, None)
    now = house.clock()
    with house.db.write() as session:
        change_staff.add_staff(
            session, house.keys, WRITER, role="publisher", name="Rosa", sites=(), by="cli:bench", now=now
        )
        by = staff.by_address(session, WRITER, through="web")
        _, key = change_mail_keys.make_mail_key(session, house.keys, "bench", by=by, now=now)
    gate = Gate(house, domain_records(), [Place("127.0.0.1", 0, "")])
    (port,) = await gate.start()
    told.send((port, key))
    await _until_signal()
    await gate.end()
    house.close()


async def _until_signal() -> None:
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    await over.wait()


def _serve(told: Connection, folder: Path | None) -> None:
    """Serve until a signal; tell the processor time and the highest memory."""
    asyncio.run(_gate(told, folder) if folder else _bare(told))
    highest = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    told.send((_seconds(), int(highest.split()[1]) / 1024))


def _seconds() -> float:
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def hand_in(messages: list[bytes], port: int, key: str) -> None:
    """Hand in all messages, over twenty connections at once."""
    waiting = iter(messages)
    lock = threading.Lock()

    def work() -> None:
        with Client(port) as client:
            assert client.sign_in(key).startswith("235")
            while True:
                with lock:
                    raw = next(waiting, None)
                if raw is None:
                    return
                reply = client.hand_in(raw)
                assert reply.startswith("250"), reply

    threads = [threading.Thread(target=work) for _ in range(_CONNECTIONS)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def measured(messages: list[bytes], folder: Path | None) -> tuple[float, float]:
    """Return seconds of processor time a message, and the highest memory in MiB."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, folder))
    process.start()
    port, key = ours.recv()
    hand_in(messages[: len(messages) // 10], port, key)  # warm
    before = _of(process.pid)
    hand_in(messages[len(messages) // 10 :], port, key)
    process.terminate()
    seconds, highest = ours.recv()
    process.join()
    return (seconds - before) / (len(messages) - len(messages) // 10), highest


def _of(pid: int | None) -> float:
    """Return the processor time of a process and its children that are alive or were waited for."""
    tick = os.sysconf("SC_CLK_TCK")
    seconds = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid or stat.parent.name == str(pid):
            seconds += sum(map(int, fields[11:15])) / tick
    return seconds


def of_size(size: int, number: int) -> list[bytes]:
    """Return so many different messages of a size, as it goes over the wire."""
    body = base64.b64encode(os.urandom(size)).ljust(size)
    file = b"%PDF-1.7 " + body[: max(size * 3 // 4 - 400, 100)]
    base = letter("Report 0000000", file=file)
    return [re.sub(rb"Report(.)0000000", rb"Report\g<1>%07d" % one, base) for one in range(number)]


@contextmanager
def folder() -> Iterator[Path]:
    """Give a folder on the disk for one house."""
    with tempfile.TemporaryDirectory(dir=".") as name:
        yield Path(name).absolute()


def main(number: int) -> None:
    """Print what both take, and what the gate holds."""
    for size, how_many in ((4_000, number), (340_000, number // 10)):
        messages = of_size(size, how_many)
        bare, _ = measured(messages, None)
        with folder() as place:
            ours, _ = measured(messages, place)
        what = f"a message of {size // 1000} kB taken durably, CPU"
        tell(what, ours * 1000, "ms", times=ours / bare, baseline="aiosmtpd that forgets it")
    if number < _CONNECTIONS:
        return  # too few to fill its memory
    with folder() as place:
        _, highest = measured(of_size(39_000_000, 22), place)
    tell(f"memory with 39 MB on {_CONNECTIONS} connections", highest, "MiB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
