"""Real parts run as processes on loopback: started once per test process, always stopped."""

import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from itertools import count, islice
from pathlib import Path

_START_SECONDS = 30
_STOP_SECONDS = 5
_FIRST_PORT, _BLOCK, _BLOCKS = 20_000, 1_000, 12
"""Below those from which a system gives whoever asks for any port (32,768 and up on Linux)."""
_DRAWN = count(os.getpid())
"""Two runs on one machine begin at different places of the same block."""


class MissingPart(Exception):
    """Something the tests need is not on this machine. Run `make test-parts`."""


def free_ports(count: int) -> list[int]:
    """Return ports that were free on loopback a moment ago, all different, none of which was given out lately.

    Each worker of a run has a block of its own, from which the system itself gives nothing away. What it gives may be
    another's by the time whoever asked listens at it, or is somebody's whom nobody was to answer.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _BLOCKS
    block = _FIRST_PORT + worker * _BLOCK
    return list(islice(filter(_is_free, (block + number % _BLOCK for number in _DRAWN)), count))


def _is_free(port: int) -> bool:
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # one that was left a minute ago is free
        try:
            door.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@contextmanager
def running(
    command: Sequence[str], *, folder: Path, environ: Mapping[str, str], ready: Callable[[], bool]
) -> Iterator[None]:
    """Run `command` until the block ends; enter it only when `ready` says yes. Its output goes to a file."""
    journal = folder / "output.log"
    with journal.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=dict(environ), stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        _wait(process, journal, ready)
        yield
    finally:
        process.kill()  # what it wrote is thrown away, so nothing is gained by a slower goodbye
        process.wait(_STOP_SECONDS)


def _wait(process: subprocess.Popen[bytes], journal: Path, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            if ready():
                return
        time.sleep(0.05)
    raise MissingPart(f"{process.args!r} did not start:\n{journal.read_text(errors='replace')[-2000:]}")


def answers(port: int) -> bool:
    """Tell whether something listens on a loopback port."""
    with socket.socket() as door:
        door.settimeout(1)
        return door.connect_ex(("127.0.0.1", port)) == 0


def is_ready(port: int) -> bool:
    """Tell whether a site on this port says that it is ready."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
