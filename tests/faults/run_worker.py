"""A worker in a process of its own, to be killed."""

import asyncio
import os
import signal
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import BinaryIO

from portal.blobs.sealed import Sealed, SealedStore
from portal.kernel.configuration.settings import load_settings
from portal.publish.per_child import sorting
from portal.wiring import build_house, mail_room
from portal.worker import Worker


def run_worker(begun: datetime) -> None:
    """Deliver what is due by a clock that begins at a moment, until nothing is."""
    started = time.monotonic()
    settings = load_settings()
    house = build_house(settings, clock=lambda: begun + timedelta(seconds=time.monotonic() - started))
    asyncio.run(Worker(house, mail_room(settings)).drain())
    house.close()


def run_worker_to_a_seal(begun: datetime, number: int, told: Path) -> None:
    """Work until this sealing, counted from 1, and stand still between it and its rows; `told` is there by then."""
    sealings = count(1)
    seal_all = SealedStore.seal_all

    def seal_and_wait(store: SealedStore, sources: Mapping[str, BinaryIO]) -> dict[str, Sealed]:
        kept = seal_all(store, sources)
        if next(sealings) == number:
            told.touch()
            time.sleep(120)  # to be killed
        return kept

    SealedStore.seal_all = seal_and_wait  # type: ignore[method-assign]  # of this process alone
    run_worker(begun)


def run_worker_over(begun: datetime, poison: str) -> None:
    """Work, and be killed as soon as anything of the mailing with this title is unpacked, as a parser may have it."""
    unpack = sorting.ways.sort_files

    def killed(pile: sorting.Pile) -> sorting.Sorting:
        if pile.mailing.title == poison:
            os.kill(os.getpid(), signal.SIGKILL)
        return unpack(pile)

    sorting._WAYS = {**sorting._WAYS, "files": killed}  # of this process alone
    run_worker(begun)
