"""What processes take of the processor and of memory, as the kernel tells."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def family_of(pid: int) -> Iterator[int]:
    """Give a process and all that came of it."""
    yield pid
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from family_of(int(child))


def processor_of(pid: int) -> float:
    """Return the seconds a process and its children that have ended took."""
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15])) / _TICKS


def memory_of(pid: int) -> int:
    """Return KiB, pages shared by several processes counted in parts."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
