"""Real parts run as processes on loopback: started once per test process, always stopped."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

_START_SECONDS = 30
_STOP_SECONDS = 5


class MissingPart(Exception):
    """Something the tests need is not on this machine. Run `make test-parts`."""


def free_ports(count: int) -> list[int]:
    """Return ports that were free on loopback a moment ago, all different."""
    with ExitStack() as stack:
        doors = [stack.enter_context(socket.socket()) for _ in range(count)]
        for door in doors:
            door.bind(("127.0.0.1", 0))
        return [door.getsockname()[1] for door in doors]


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
