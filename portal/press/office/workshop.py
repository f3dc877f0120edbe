"""Where programs convert letters: a cage for each letter, and what all letters of one program share."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Final
from weakref import finalize

import portal
from portal.kernel.cage.limits import MIB
from portal.kernel.machine.ending import end
from portal.kernel.machine.scratch import scratch
from portal.press.office.converter import NotConverted
from portal.press.office.faces import configuration, folders
from portal.press.office.notes import refusal

_START: Final = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); from portal.kernel.cage.lockdown import go_apart; go_apart(); "
    "from portal.press.office.engine_cell import main; main()"
)
_NOT_SHUT_IN: Final = "not-shut-in"
_PATIENCE: Final = 300.0
_LARGEST_PDF: Final = 100 * MIB
_SYSTEM: Final = (
    "/usr/lib",
    "/usr/lib64",
    "/lib",
    "/lib64",
    "/usr/share",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/dev/null",
    "/dev/urandom",
    "/dev/zero",
)


@dataclass(frozen=True, slots=True)
class CageLimits:
    """What one letter may use: bytes of memory, seconds of the processor and of the clock."""

    memory: int = 2048 * MIB
    cpu_seconds: int = 60
    wall_seconds: float = 90.0


@dataclass(frozen=True, slots=True)
class Call:
    """A program's command line, none for what comes along; what it may run and read beside the system and its fonts."""

    line: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    reads: tuple[str, ...] = ()


class Workshop:
    """Rooms for one program: so many letters at once as there are cores, and a folder that they only read."""

    def __init__(self, limits: CageLimits, prepare: Callable[[Path], None]) -> None:
        """Start nothing yet; `prepare` fills the folder, once, before the first letter."""
        self._limits, self._prepare = limits, prepare
        self._seats = BoundedSemaphore(max(1, len(os.sched_getaffinity(0))))
        self._making = Lock()
        self._kept: Path | None = None

    def kept(self) -> Path:
        """Return the folder that all letters share."""
        with self._making:
            if self._kept is None:
                with contextlib.ExitStack() as made:
                    folder = made.enter_context(scratch())
                    finalize(self, made.pop_all().close)
                (folder / "fonts").mkdir()
                (folder / "fonts.conf").write_text(configuration(folder / "fonts"), encoding="utf-8")
                self._prepare(folder)
                self._kept = folder
            return self._kept

    @contextlib.contextmanager
    def room(self, data: bytes, ending: str) -> Iterator[Path]:
        """Give a folder with the letter in it, once there is a seat. Raises `NotConverted`."""
        if not self._seats.acquire(timeout=_PATIENCE):
            raise NotConverted(refusal("busy"))
        try:
            with scratch() as outer:
                folder = outer / "work"
                folder.mkdir()
                (folder / f"letter.{ending}").write_bytes(data)
                yield folder
        finally:
            self._seats.release()

    def run(self, folder: Path, kept: Path, call: Call, *, is_making: bool = False) -> bytes:
        """Run a program in the cage and return the PDF. Only while it `is_making` what is kept, it may write there.

        Raises `NotConverted`.
        """
        told = {
            "program": call.line,
            "folder": str(folder),
            "memory": self._limits.memory,
            "runs": call.runs,
            "cpu_seconds": self._limits.cpu_seconds,
            "reads": [*_SYSTEM, *folders(), *call.reads, str(kept)],
            "writes": [str(folder), *([str(kept)] if is_making else [])],
        }
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module; the letter is a file in its folder
            [sys.executable, "-I", "-c", _START, str(Path(portal.__file__).parent.parent), json.dumps(told)],
            env={
                "HOME": str(folder),
                "TMPDIR": str(folder),
                "LANG": "C.UTF-8",
                "MALLOC_ARENA_MAX": "2",
                "FONTCONFIG_FILE": str(kept / "fonts.conf"),
            },
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(self._limits.wall_seconds)
        end(process)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # what it has started itself, where it has no namespace of its own
        return _made(folder)


def _made(folder: Path) -> bytes:
    """Return the PDF that was made. A link in its place leads nowhere. Raises `NotConverted`."""
    if (folder / _NOT_SHUT_IN).exists():
        raise NotConverted(refusal("cage"))
    try:
        file = os.open(folder / "letter.pdf", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(file, "rb") as pdf:
            made = pdf.read(_LARGEST_PDF + 1) or b""
    except OSError:
        raise NotConverted(refusal("failed")) from None
    if not made.startswith(b"%PDF-") or len(made) > _LARGEST_PDF:
        raise NotConverted(refusal("failed"))
    return made
