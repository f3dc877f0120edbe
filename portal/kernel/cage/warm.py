"""The warm processes of a cage and the sockets to them."""

import contextlib
import fcntl
import json
import os
import queue
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

import portal
from portal.kernel.cage.frames import CageBroken, read_piece
from portal.kernel.cage.limits import MIB, Limits
from portal.kernel.machine.ending import end
from portal.kernel.tally import count

_START: Final = (
    "import sys, importlib; sys.path.insert(0, sys.argv.pop(1)); "
    "from portal.kernel.cage.lockdown import go_apart; go_apart(); importlib.import_module(sys.argv.pop(1)).main()"
)
_ENVIRONMENT: Final = {
    **dict.fromkeys(("OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS"), "1"),  # the child may start none
    # it takes much memory once: in pages of 2 MiB it comes faster; and what onnxruntime starts asks for 64 MiB each
    "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1:glibc.malloc.arena_max=1",
}
_STARTS_WITHIN: Final = 60.0
_GRACE: Final = 2.0
T = TypeVar("T")
Take = Callable[[int, float], T]
"""Reads an answer off a pipe until a time (monotonic). Raises `CageBroken` when it makes no sense."""


class Cell:
    """A process that is warm and waits for orders. Raises `CageBroken` when it does not become so."""

    def __init__(self, module: str, told: str = "") -> None:
        """Start it: 0.2 s for one that reads text, 1.3 s for one that looks at pictures. `told` is for the module."""
        self._control, theirs = socket.socketpair()
        root = str(Path(portal.__file__).parent.parent)
        arguments = [root, module, str(theirs.fileno()), told]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing from outside
            [sys.executable, "-I", "-c", _START, *arguments],
            env=_ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(),),
            start_new_session=True,
        )
        theirs.close()
        self._control.settimeout(_STARTS_WITHIN)
        try:
            is_warm = self._control.recv(1) == b"+"
        except OSError:
            is_warm = False
        if not is_warm:
            self.end()
            raise CageBroken

    def is_alive(self) -> bool:
        """Whether the process is there."""
        return self._process.poll() is None

    def ask(self, order: Mapping[str, object], file: int, limits: Limits, take: Take[T]) -> T:
        """Have an order done about an open file, and return what `take` makes of the answer. Raises `CageBroken`."""
        until = time.monotonic() + limits.wall_seconds + _GRACE
        answer = self.begin(order, file, limits)
        try:
            taken = take(answer, until)
        finally:
            os.close(answer)
        try:
            self._control.settimeout(max(until - time.monotonic(), 0.1))
            if self._control.recv(1) == b".":
                return taken
        except OSError:
            pass
        raise CageBroken

    def begin(self, order: Mapping[str, object], file: int, limits: Limits) -> int:
        """Begin an order about an open file, and return where its answer comes; `ask` ends it. Raises `CageBroken`."""
        line = json.dumps({**order, "limits": [limits.memory, limits.cpu_seconds, limits.wall_seconds]}).encode()
        answer, theirs = os.pipe()
        with contextlib.suppress(OSError):  # this process may have too many large ones: a small one will do
            fcntl.fcntl(theirs, fcntl.F_SETPIPE_SZ, MIB)
        try:
            self._send(line + b"\n", file, theirs, time.monotonic() + limits.wall_seconds + _GRACE)
        except BaseException:
            os.close(answer)
            raise
        return answer

    def _send(self, line: bytes, file: int, answer: int, until: float) -> None:
        try:
            self._control.settimeout(max(until - time.monotonic(), 0.1))
            sent = socket.send_fds(self._control, [line], [file, answer])
            self._control.sendall(line[sent:])
        except OSError:
            raise CageBroken from None
        finally:
            os.close(answer)

    def end(self) -> None:
        """End the process, whatever it is at."""
        self._control.close()
        end(self._process)


def started(start: Callable[[], Cell]) -> Cell:
    """Return what `start` starts. Raises `CageBroken` where the machine has no room for it."""
    try:
        return start()
    except OSError:
        raise CageBroken from None


class Cells:
    """Some processes of a kind, started when they are first needed; who comes when all are at work waits."""

    def __init__(self, number: int, start: Callable[[], Cell]) -> None:
        """Start nothing yet."""
        self._start = start
        self._free: queue.LifoQueue[Cell | None] = queue.LifoQueue()
        for _ in range(number):
            self._free.put(None)

    def ask(self, order: Mapping[str, object], file: int, limits: Limits, take: Take[T]) -> T:
        """Have an order done by whichever is free. Raises `CageBroken`."""
        cell = self._free.get()
        try:
            if cell is None or not cell.is_alive():
                if cell is not None:
                    cell.end()
                cell = None
                cell = started(self._start)
            return cell.ask(order, file, limits, take)
        except BaseException as error:  # whatever `take` met with too: there may be more of the answer to come
            if isinstance(error, CageBroken):
                count("cage_crashes")
            if cell is not None:
                cell.end()
            cell = None
            raise
        finally:
            self._free.put(cell)

    def close(self) -> None:
        """End every one that is not at work; they can be used again."""
        for cell in [self._free.get() for _ in range(self._free.qsize())]:
            if cell is not None:
                cell.end()
            self._free.put(None)


def take_whole(answer: int, until: float, most: int) -> bytes:
    """Read an answer to its end. Raises `CageBroken` for more than `most` bytes."""
    pieces: list[bytes] = []
    size = 0
    while piece := read_piece(answer, until):
        pieces.append(piece)
        size += len(piece)
        if size > most:
            raise CageBroken
    return b"".join(pieces)
