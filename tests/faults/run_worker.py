"""A worker in a process of its own, to be killed."""

import asyncio
import time
from datetime import datetime, timedelta

from portal.kernel.settings import load_settings
from portal.wiring import build_house, mail_room
from portal.worker import Worker


def run_worker(begun: datetime) -> None:
    """Deliver what is due by a clock that begins at a moment, until nothing is."""
    started = time.monotonic()
    settings = load_settings()
    house = build_house(settings, clock=lambda: begun + timedelta(seconds=time.monotonic() - started))
    asyncio.run(Worker(house, mail_room(settings)).drain())
    house.close()
