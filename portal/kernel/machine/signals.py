"""Signals that ask a process to end."""

import asyncio
import contextlib
import signal


def told_to_end() -> asyncio.Event:
    """Return what is set at SIGTERM or SIGINT, in the event loop that runs; never set where a system has no signals."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(name, stop.set)
    return stop
