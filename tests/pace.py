"""Whether work takes no longer than it may: counted in a known piece of work on the same machine, not in seconds.

A limit in seconds fails on a busy or an old machine and says nothing about the code. What these tests look for is work
that grows with the square of its input; that takes a hundred times as long, not twice.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from portal.kernel.machine.host import untidied

STEPS: int = 200_000


@contextmanager
def at_most(times: float) -> Iterator[None]:
    """Fail if what is done within takes more CPU time than `times` a known piece of work, done just before and after.

    The known piece takes some 20 ms of an ordinary processor. No cycles of objects are looked for within: of all that a
    process holds after thousands of tests that takes a second, whatever the work is.
    """
    before = _known_piece()
    with untidied():
        started = time.process_time()
        yield
        taken = time.process_time() - started
    known = max(before, _known_piece())
    assert taken <= times * known, f"took {taken / known:.0f} times the known piece, may take {times:.0f}"


def _known_piece() -> float:
    """CPU seconds that a fixed number of steps of the interpreter take here and now: the slowest of three."""
    return max(_steps() for _ in range(3))


def _steps() -> float:
    started = time.process_time()
    total = 0
    for step in range(STEPS):
        total += len(str(step))
    return time.process_time() - started
