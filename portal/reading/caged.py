"""A reader whose parsers run in a cage: strangers' bytes never meet the process that holds the keys."""

import contextlib
import json
import os
import queue
import select
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, Self

import portal
from portal.reading.answers import BROKE_OFF, MAX_ANSWER, unpack_parsed, unpack_sight, unpack_stripped
from portal.reading.budget import LOOKING, MAX_FILE, MAX_NAME, MIB, Limits
from portal.reading.pictures import Picture
from portal.reading.reader import Reading, Stripped, Unreadable
from portal.reading.seeing import Sight, Sights, Unsure, finish

_START: Final = "import sys; sys.path.insert(0, sys.argv.pop(1)); from portal.reading.cell import main; main()"
_ONE_THREAD: Final = {"OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}  # the child may start none
_STARTS_WITHIN: Final = 60.0
_GRACE: Final = 2.0
_LONG_NAME: Final = f"The file's name is longer than {MAX_NAME} characters. Give it a shorter one."
_GONE: Final = "The file is not there any more. Choose it again."


class CageBroken(Exception):
    """The warm process is gone or does not answer."""


class CagedReader:
    """Reads each file in a process of its own without environment, network, files or time to waste.

    `cells` files are read at once; further callers wait. `limits` are for reading or stripping a file, `looking`
    for each picture in it. `models` is a folder of `*.traineddata` for other scripts than English. Safe for
    threads. A crash, a breach of limits or an answer that makes no sense is `Unreadable`, never an error.
    """

    def __init__(
        self, limits: Limits | None = None, cells: int = 2, *, looking: Limits = LOOKING, models: Path | None = None
    ) -> None:
        """Start nothing yet: the first files warm the cells up (some 0.7 s each)."""
        self._limits = limits or Limits()
        self._looking = looking
        self._models = models
        self._cells = cells
        self._free: queue.LifoQueue[_Cell | None] = queue.LifoQueue()
        for _ in range(cells):
            self._free.put(None)
        self._sights = Sights(self._look_at)

    def __enter__(self) -> Self:
        """Be used in a `with` that ends the cells."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the cells."""
        self.close()

    def close(self) -> None:
        """End every cell that is not at work; the reader can be used again."""
        for cell in [self._free.get() for _ in range(self._free.qsize())]:
            if cell is not None:
                cell.end()
            self._free.put(None)

    def read(self, path: Path, name: str, known: frozenset[str] = frozenset()) -> Reading | Unreadable:
        """Read the file at `path`, called `name`; at most `wall_seconds` once a cell is free, more for pictures."""
        answer = (
            Unreadable(_LONG_NAME) if len(name) > MAX_NAME else self._about_file(path, {"do": "read", "name": name})
        )
        parsed = answer if isinstance(answer, Unreadable) else unpack_parsed(answer)
        return parsed if isinstance(parsed, Unreadable) else finish(parsed, known, self._sights.of)

    def strip(self, path: Path, into: Path) -> Stripped | Unreadable:
        """Write the stripped file to `into`, which is not touched when the answer is no."""
        answer = self._about_file(path, {"do": "strip"})
        stripped = answer if isinstance(answer, Unreadable) else unpack_stripped(answer)
        if isinstance(stripped, Unreadable):
            return stripped
        data, removed = stripped
        into.write_bytes(data)
        return Stripped(removed)

    def has_no_network(self) -> bool:
        """Whether a caged process tried to open sockets and was refused. Outside loopback this must hold."""
        file = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return self._ask({"do": "probe"}, file, self._limits) == b"shut"
        except CageBroken:
            return False
        finally:
            os.close(file)

    def _about_file(self, path: Path, order: dict[str, Any]) -> bytes | Unreadable:
        try:
            file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return Unreadable(_GONE)
        try:
            if os.fstat(file).st_size > MAX_FILE:
                return Unreadable(f"This file is larger than {MAX_FILE // MIB} MB. Choose a smaller one.")
            return self._ask(order, file, self._limits)
        except CageBroken:
            return Unreadable(BROKE_OFF)
        finally:
            os.close(file)

    def _look_at(self, pictures: Sequence[Picture]) -> list[Sight]:
        """Look at the pictures of one file, on as many cells as are free."""
        if len(pictures) <= 1:
            return [self._look(picture) for picture in pictures]
        with ThreadPoolExecutor(self._cells) as threads:
            return list(threads.map(self._look, pictures))

    def _look(self, picture: Picture) -> Sight:
        file = os.memfd_create("picture", os.MFD_CLOEXEC)
        try:
            os.write(file, picture.packed)
            os.lseek(file, 0, os.SEEK_SET)
            order = {"do": "look", "width": picture.width, "height": picture.height}
            return unpack_sight(self._ask(order, file, self._looking))
        except CageBroken:
            return Unsure()
        finally:
            os.close(file)

    def _ask(self, order: Mapping[str, object], file: int, limits: Limits) -> bytes:
        line = json.dumps({**order, "limits": [limits.memory, limits.cpu_seconds, limits.wall_seconds]}).encode()
        cell = self._free.get()
        try:
            if cell is not None and not cell.is_alive():
                cell.end()
                cell = None
            cell = cell or _Cell(self._models)
            return cell.ask(line, file, time.monotonic() + limits.wall_seconds + _GRACE)
        except (OSError, CageBroken) as error:
            if cell is not None:
                cell.end()
            cell = None
            raise CageBroken from error
        finally:
            self._free.put(cell)


class _Cell:
    """One warm process and the socket to it."""

    def __init__(self, models: Path | None) -> None:
        self._control, theirs = socket.socketpair()
        root = str(Path(portal.__file__).parent.parent)
        arguments = [root, str(theirs.fileno()), str(models.absolute()) if models else ""]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing from outside
            [sys.executable, "-I", "-c", _START, *arguments],
            env=_ONE_THREAD,
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
        return self._process.poll() is None

    def ask(self, order: bytes, file: int, until: float) -> bytes:
        answer, theirs = os.pipe()
        try:
            try:
                socket.send_fds(self._control, [order], [file, theirs])
            finally:
                os.close(theirs)
            message = _read_all(answer, until)
        finally:
            os.close(answer)
        self._control.settimeout(max(until - time.monotonic(), 0.1))
        if self._control.recv(1) != b".":
            raise CageBroken
        return message

    def end(self) -> None:
        self._control.close()
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()


def _read_all(answer: int, until: float) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while select.select([answer], [], [], max(until - time.monotonic(), 0))[0]:
        piece = os.read(answer, MIB)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        size += len(piece)
        if size > MAX_ANSWER:
            break
    raise CageBroken


def cage_has_no_network() -> bool:
    """Whether files would be read without any way out on this machine, tried with a cage of its own."""
    with CagedReader(cells=1) as reader:
        return reader.has_no_network()
