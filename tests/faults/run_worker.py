"""A worker in a process of its own, to be killed: `python -m tests.faults.run_worker MOMENT`."""

import asyncio
import sys
import time
from datetime import datetime, timedelta

from portal.kernel.settings import load_settings
from portal.wiring import build_house, mail_room
from portal.worker import Worker


def main() -> None:
    begun, started = datetime.fromisoformat(sys.argv[1]), time.monotonic()
    settings = load_settings()
    house = build_house(settings, clock=lambda: begun + timedelta(seconds=time.monotonic() - started))
    asyncio.run(Worker(house, mail_room(settings)).drain())
    house.close()


if __name__ == "__main__":
    main()
