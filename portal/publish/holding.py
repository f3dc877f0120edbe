"""The lease of an intake is held from a thread while its work tells nothing: unpacking 2 GiB takes minutes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from portal.documents.repository import intakes
from portal.flows.sort_files import LEASE
from portal.kernel.errors import PortalError
from portal.wiring import House

_EVERY_SECONDS = LEASE.total_seconds() / 3


@contextmanager
def held(house: House, mailing_id: str, lease_id: str, *, every: float = _EVERY_SECONDS) -> Iterator[None]:
    """Hold a lease until the block ends. Whoever has lost it finds out with the next row they write."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(every):
            with suppress(PortalError), house.db.write() as session:  # the next beat tries again
                intakes.hold_intake(session, mailing_id, lease_id=lease_id, until=house.clock() + LEASE)

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
