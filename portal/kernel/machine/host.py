"""What the machine says of itself, such as whether its clock is set by others; and how memory is kept on it."""

import contextlib
import ctypes
import gc
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

_CLOCK_ERROR: Final = 5
_TIMEX_BYTES: Final = 256
_OBJECTS_BETWEEN: Final = 20_000
_TURN_SECONDS: Final = 0.0005
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # malloc.h
_MIB: Final = 1024 * 1024


def switch_threads_more_often() -> None:
    """Have Python's threads take turns ten times as often as they would.

    A thread that computes holds all others up for a turn, and a short transaction gives its turn away many times:
    beside files that are judged, it would wait longer for its turns than for the database.
    """
    sys.setswitchinterval(_TURN_SECONDS)


def tidy_less_often() -> None:
    """Look for unreachable cycles of objects after 20,000 new ones, not 700 (gc.set_threshold).

    Judging a list makes as many in a moment and leaves no cycle: a tenth of its time went into looking.
    """
    gc.set_threshold(_OBJECTS_BETWEEN)


@contextlib.contextmanager
def untidied() -> Iterator[None]:
    """Look for no cycles of objects within: for what makes very many at once, all of which stay.

    Of threads that do so at once, the one that began it ends it for all; another then goes on as if it had not begun.
    """
    was_tidied = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_tidied:
            gc.enable()


def keep_freed_memory() -> None:
    """Keep up to 16 MiB of freed memory (of each arena) for what comes next, blocks of 4 MiB and more not (mallopt(3)).

    Else glibc gives back what one passage of a long text has used, and fetches it anew for the next: 260 pages each
    time, a quarter of the time. Nothing changes with another C library.
    """
    with contextlib.suppress(AttributeError, OSError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_MMAP_THRESHOLD, 4 * _MIB)
        libc.mallopt(_TRIM_THRESHOLD, 16 * _MIB)


def clock_is_set() -> bool | None:
    """Tell whether the kernel calls its clock synchronised (adjtimex(2)); None where it cannot be asked."""
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    except (AttributeError, OSError):
        return None
    return None if state < 0 else state != _CLOCK_ERROR


def changed_at(path: Path) -> datetime | None:
    """Return when a file was last written; None where there is none."""
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None


def free_bytes(folder: Path) -> int | None:
    """Return how much may still be written where a folder lies; None where that cannot be asked."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return None


def others_may_read(path: Path) -> bool:
    """Tell whether anybody but its owner may read a file."""
    try:
        return bool(path.stat().st_mode & 0o077)
    except OSError:
        return True
