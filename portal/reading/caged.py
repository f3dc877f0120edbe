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
from pathlib import Path
from typing import Final, Self

import portal
from portal.reading.budget import MAX_FILE, MAX_NAME, MAX_TEXT, MIB, PROBE, SAVE_AS_PDF, Limits
from portal.reading.reader import MEDIA_TYPES, Part, Reading, Unreadable

_START: Final = "import sys; sys.path.insert(0, sys.argv.pop(1)); from portal.reading.cell import main; main()"
_MAX_ANSWER: Final = 3 * MAX_TEXT  # UTF-8 of MAX_TEXT letters, in nearly all scripts
_STARTS_WITHIN: Final = 30.0
_GRACE: Final = 2.0
_BROKE_OFF: Final = (
    f"Reading this file took more memory or time than any letter needs, so the portal stopped. {SAVE_AS_PDF}"
)


class CageBroken(Exception):
    """The warm process is gone or does not answer."""


class CagedReader:
    """Reads each file in a process of its own without environment, network, files or time to waste.

    `cells` files are read at once; further callers wait. Safe for threads. A crash, a breach of `limits` or
    an answer that makes no sense is `Unreadable`, never an error.
    """

    def __init__(self, limits: Limits | None = None, cells: int = 2) -> None:
        """Start nothing yet: the first files warm the cells up (some 0.3 s each)."""
        self._limits = limits or Limits()
        self._free: queue.LifoQueue[_Cell | None] = queue.LifoQueue()
        for _ in range(cells):
            self._free.put(None)

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

    def read(self, path: Path, name: str) -> Reading | Unreadable:
        """Read the file at `path`, called `name`; at most `wall_seconds` once a cell is free."""
        if len(name) > MAX_NAME:
            return Unreadable(f"The file's name is longer than {MAX_NAME} characters. Give it a shorter one.")
        try:
            file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return Unreadable("The file is not there any more. Choose it again.")
        try:
            if os.fstat(file).st_size > MAX_FILE:
                return Unreadable(f"This file is larger than {MAX_FILE // MIB} MB. Choose a smaller one.")
            return unpack(self._ask(name, file))
        except CageBroken:
            return Unreadable(_BROKE_OFF)
        finally:
            os.close(file)

    def has_no_network(self) -> bool:
        """Whether a caged process tried to open sockets and was refused. Outside loopback this must hold."""
        file = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return self._ask(PROBE, file) == b"shut"
        except CageBroken:
            return False
        finally:
            os.close(file)

    def _ask(self, order: str, file: int) -> bytes:
        cell = self._free.get()
        try:
            if cell is not None and not cell.is_alive():
                cell.end()
                cell = None
            cell = cell or _Cell(self._limits)
            return cell.ask(order, file, time.monotonic() + self._limits.wall_seconds + _GRACE)
        except (OSError, CageBroken) as error:
            if cell is not None:
                cell.end()
            cell = None
            raise CageBroken from error
        finally:
            self._free.put(cell)


class _Cell:
    """One warm process and the socket to it."""

    def __init__(self, limits: Limits) -> None:
        self._control, theirs = socket.socketpair()
        root = str(Path(portal.__file__).parent.parent)
        arguments = [root, theirs.fileno(), limits.memory, limits.cpu_seconds, limits.wall_seconds]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing from outside
            [sys.executable, "-I", "-c", _START, *map(str, arguments)],
            env={},
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

    def ask(self, order: str, file: int, until: float) -> bytes:
        answer, theirs = os.pipe()
        try:
            try:
                socket.send_fds(self._control, [order.encode("utf-8", "replace")], [file, theirs])
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
        if size > _MAX_ANSWER:
            break
    raise CageBroken


def unpack(message: bytes) -> Reading | Unreadable:
    """Return what a cell answered. The cell is not trusted: what does not add up is `Unreadable`."""
    try:
        line, _, texts = message.partition(b"\n")
        head = json.loads(line)
        if "reason" in head:
            return Unreadable(str(head["reason"])[:500])
        parts, position = [], 0
        for place, length in head["parts"]:
            if length < 0:
                return Unreadable(_BROKE_OFF)
            parts.append(Part(str(place)[:200], texts[position : position + length].decode()))
            position += length
        if position == len(texts) and head["kind"] in MEDIA_TYPES:
            return Reading(head["kind"], tuple(parts), int(head["pages"]), int(head["pictures"]))
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    return Unreadable(_BROKE_OFF)


def cage_has_no_network() -> bool:
    """Whether files would be read without any way out on this machine, tried with a cage of its own."""
    with CagedReader(cells=1) as reader:
        return reader.has_no_network()
