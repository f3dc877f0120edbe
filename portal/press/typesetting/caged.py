"""A press in a cage: templates that staff upload, and every letter to families, are set in processes without reach."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import BoundedSemaphore
from typing import IO, Final
from weakref import finalize

import portal
from portal.kernel.machine.ending import end
from portal.kernel.machine.pipes import TO_WRITE, is_ready
from portal.press import NotTypeset
from portal.press.typesetting.framing import LENGTH, SET, SHUT

MIB: Final = 1024 * 1024
MAX_PDF: Final = 32 * MIB
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from portal.kernel.cage.lockdown import go_apart; go_apart(); "
    "from portal.press.typesetting.cell import main; main()"
)
_FEW_THREADS: Final = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
_PATIENCE: Final = 60.0
_BUSY: Final = "The press is busy with other letters. Try again in a minute."
_BROKE_OFF: Final = "This letter takes more time or memory than any letter needs, so it was not set."
_NO_CAGE: Final = "This machine cannot keep the press off the network, so no letter is set."


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may use: bytes of memory, seconds of the clock for one letter, of the processor in all.

    A process has two threads, so a letter has at most twice `wall_seconds` of the processor.
    """

    memory: int = 512 * MIB
    wall_seconds: float = 20.0
    cpu_seconds: int = 900


class CagedPress:
    """Sets letters in processes that have no environment, network or files; no process sees two templates.

    Up to `2 * cells` runs of letters are at work at once; who comes then waits up to a minute. Each has a process, and
    all share `cells` more (a core each). Safe for threads. A breach of limits ends the process and is `NotTypeset`.
    """

    def __init__(self, limits: Limits | None = None, cells: int | None = None) -> None:
        """Start nothing yet: each run starts its own processes (some 0.3 s)."""
        self._limits = limits or Limits()
        self._cells = cells or len(os.sched_getaffinity(0))
        self._runs, self._more = BoundedSemaphore(2 * self._cells), BoundedSemaphore(self._cells)
        self._empty = mkdtemp(prefix="portal-press-")
        finalize(self, rmtree, self._empty, ignore_errors=True)

    def typeset(self, template: str, values: Mapping[str, str]) -> bytes:
        """Return the letter as a PDF. Raises `NotTypeset`."""
        (pdf,) = self.typeset_all(template, [values])
        return pdf

    def typeset_all(self, template: str, rows: Iterable[Mapping[str, str]]) -> Iterator[bytes]:
        """Return a PDF for each row, in order; each process is at most one letter ahead. Raises `NotTypeset`."""
        at_work: deque[_Cell] = deque()
        with contextlib.ExitStack() as held:
            for row in rows:
                pdf = None
                if len(at_work) < self._cells and self._may_start(held, is_first=not at_work):
                    cell = _Cell(self._empty, self._limits)
                    held.callback(cell.end)
                    cell.load(template)
                else:
                    cell = at_work.popleft()
                    pdf = cell.answer()
                cell.ask(row)
                at_work.append(cell)
                if pdf is not None:
                    yield pdf
            while at_work:
                yield at_work.popleft().answer()

    def _may_start(self, held: contextlib.ExitStack, *, is_first: bool) -> bool:
        seats = self._runs if is_first else self._more
        is_free = seats.acquire(timeout=_PATIENCE if is_first else 0)
        if is_free:
            held.callback(seats.release)
        elif is_first:
            raise NotTypeset(_BUSY)
        return is_free


class _Cell:
    """One process with one template, warm or still warming up."""

    def __init__(self, empty: str, limits: Limits) -> None:
        root = str(Path(portal.__file__).parent.parent)
        self._wall_seconds = limits.wall_seconds
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing from outside
            [sys.executable, "-I", "-c", _START, root, empty, str(limits.memory), str(limits.cpu_seconds)],
            env=_FEW_THREADS,
            cwd="/",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            bufsize=0,
        )
        self._ears, self._mouth = _pipe(self._process.stdin), _pipe(self._process.stdout)
        for pipe in (self._ears, self._mouth):
            os.set_blocking(pipe.fileno(), False)
        self._is_shut = False

    def load(self, template: str) -> None:
        """Hand over the template, which is read once the process is shut in."""
        self._say(template.encode("utf-8", "replace"), _PATIENCE)

    def ask(self, row: Mapping[str, str]) -> None:
        """Hand over the next row; its answer has to be taken before another."""
        self._say(json.dumps(dict(row)).encode(), self._wall_seconds if self._is_shut else _PATIENCE)

    def answer(self) -> bytes:
        """Wait for the letter, from now at most as long as one may take. Raises `NotTypeset`."""
        if not self._is_shut:
            self._is_shut = self._hear(1, _PATIENCE, _NO_CAGE) == SHUT
        until = time.monotonic() + self._wall_seconds
        (size,) = LENGTH.unpack(self._hear(LENGTH.size, self._wall_seconds, _BROKE_OFF))
        if not 0 < size <= MAX_PDF:
            raise NotTypeset(_BROKE_OFF)
        told = self._hear(size, until - time.monotonic() + 1, _BROKE_OFF)
        if told[:1] != SET:
            raise NotTypeset(told[1:400].decode("utf-8", "replace"))
        return told[1:]

    def end(self) -> None:
        end(self._process)
        self._ears.close()
        self._mouth.close()

    def _say(self, frame: bytes, seconds: float) -> None:
        left = memoryview(LENGTH.pack(len(frame)) + frame)
        until = time.monotonic() + seconds
        with contextlib.suppress(OSError):
            while left and is_ready(self._ears.fileno(), until, TO_WRITE):
                left = left[os.write(self._ears.fileno(), left) :]
        if left:
            raise NotTypeset(_BROKE_OFF if self._is_shut else _NO_CAGE)

    def _hear(self, size: int, seconds: float, otherwise: str) -> bytes:
        pieces: list[bytes] = []
        until = time.monotonic() + seconds
        while size and is_ready(self._mouth.fileno(), until):
            piece = os.read(self._mouth.fileno(), min(size, MIB))
            if not piece:
                break
            pieces.append(piece)
            size -= len(piece)
        if size:
            raise NotTypeset(otherwise)
        return b"".join(pieces)


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream
