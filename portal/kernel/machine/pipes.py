"""Waiting for a pipe, with a time to wait at the most."""

import select
import time
from typing import Final

TO_READ: Final = select.POLLIN
TO_WRITE: Final = select.POLLOUT


def is_ready(pipe: int, until: float, what: int = TO_READ) -> bool:
    """Wait until a pipe can be read or written, or has ended; tell whether that came before `until` (monotonic).

    By poll(2): select(2) knows no descriptor beyond 1,023, and a site with many families at its door has such.
    """
    waiting = select.poll()
    waiting.register(pipe, what)
    return bool(waiting.poll(max(until - time.monotonic(), 0) * 1_000))
