"""How far something long is: told where it is done, to whoever watches, and to nobody where nobody does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Tell = Callable[[str, int, int], None]
"""Is told the step, how much of it is done, and of how much; zero of zero where nobody knows. Called by any thread."""


def _nobody(_step: str, _done: int, _total: int) -> None:
    return None


_watching: ContextVar[Tell] = ContextVar("who watches", default=_nobody)


def watching() -> Tell:
    """Return whoever watches what is done here. To be asked before threads are begun, which know nothing of it."""
    return _watching.get()


@contextmanager
def watched_by(tell: Tell) -> Iterator[None]:
    """Have somebody watch what is done within."""
    before = _watching.set(tell)
    try:
        yield
    finally:
        _watching.reset(before)
