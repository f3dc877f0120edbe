"""Signals that ask a process to end."""

import asyncio
import signal


def told_to_end() -> asyncio.Event:
    """Return what is set at SIGTERM or SIGINT, in the event loop that runs."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    return stop
