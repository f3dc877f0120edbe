"""One process of a cell that answers many small orders, one after the other: for what costs less than a process does.

Only for parsers that keep nothing of what they read. What breaks one off takes that process along, and its cell.
"""

import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final, TypeVar

from portal.kernel.cage.frames import CageBroken
from portal.kernel.cage.limits import Limits
from portal.kernel.cage.warm import Cell, Take, started
from portal.kernel.machine.pipes import TO_WRITE, is_ready

_STREAM: Final = {"do": "stream"}
_PAUSE: Final = 60.0
T = TypeVar("T")


class Stream:
    """A process that is asked again and again, until it has done its share. For one thread at a time."""

    def __init__(self, start: Callable[[], Cell], limits: Limits, most: int) -> None:
        """Start it, for `most` orders, and for as long as `limits` say of all of them. Raises `CageBroken`."""
        self._cell = started(start)
        self._left = most
        self._until = time.monotonic() + limits.wall_seconds - _PAUSE
        theirs, self._orders = os.pipe()
        try:
            self._answers = self._cell.begin(_STREAM, theirs, limits)
        except CageBroken:
            os.close(self._orders)
            self._cell.end()
            raise
        finally:
            os.close(theirs)
        os.set_blocking(self._orders, False)

    def is_fresh(self) -> bool:
        """Whether it may be asked once more."""
        return self._left > 0 and time.monotonic() < self._until

    def ask(self, orders: Sequence[bytes], take: Take[T], wall_seconds: float) -> T:
        """Have orders done together; return what `take` makes of the answers, which it reads to their end, no further.

        Raises `CageBroken`; then it has to be ended.
        """
        self._left -= len(orders)
        until = time.monotonic() + wall_seconds
        self._write(b"".join(orders), until)
        return take(self._answers, until)

    def _write(self, piece: bytes, until: float) -> None:
        view = memoryview(piece)
        try:
            while view:
                with suppress(BlockingIOError):
                    view = view[os.write(self._orders, view) :]
                    continue
                if not is_ready(self._orders, until, TO_WRITE):
                    raise CageBroken
        except OSError:
            raise CageBroken from None

    def end(self) -> None:
        """End it, whatever it is at."""
        os.close(self._orders)
        os.close(self._answers)
        self._cell.end()
