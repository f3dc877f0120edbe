"""What this process has counted is added to the figures in the database, every few seconds and at its end."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from portal.figures import repository as figures
from portal.kernel import tally
from portal.kernel.errors import PortalError
from portal.kernel.storage.db import Database

_EVERY: Final = 10.0
"""Seconds between two times; what a process that is killed has counted since is lost."""


@contextmanager
def figures_kept(db: Database) -> Iterator[None]:
    """Write down, from a thread, what is counted meanwhile: in a site, a worker or a gate."""
    is_over = threading.Event()
    thread = threading.Thread(target=_keep, args=(db, is_over), name="figures", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def write_down(db: Database) -> None:
    """Write down what was counted; where that fails it is kept for the next time."""
    counted = tally.take()
    if not counted:
        return
    try:
        with db.write() as session:
            figures.add_all(session, counted)
    except (PortalError, SQLAlchemyError):
        tally.give_back(counted)


def _keep(db: Database, is_over: threading.Event) -> None:
    while not is_over.wait(_EVERY):
        write_down(db)
    write_down(db)
