"""A lease is held from a thread while its work tells nothing: unpacking 2 GiB takes minutes."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from portal.flows.writing.sort_files import LEASE
from portal.kernel.errors import PortalError

_EVERY_SECONDS = LEASE.total_seconds() / 3


@contextmanager
def held(hold: Callable[[], None], *, every: float = _EVERY_SECONDS) -> Iterator[None]:
    """Hold a lease, by what holds it for longer, until the block ends.

    Whoever has lost it finds out with the next row they write.
    """
    over = threading.Event()

    def beat() -> None:
        while not over.wait(every):
            with suppress(PortalError):  # the next beat tries again
                hold()

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
