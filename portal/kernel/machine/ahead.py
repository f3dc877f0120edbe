"""Work done by threads ahead of whoever asks for it, and given in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
Done = TypeVar("Done")


def in_runs(things: Iterable[T], most: int) -> Iterator[list[T]]:
    """Give things in runs of `most`, the last of which may be shorter."""
    left = iter(things)
    while run := list(islice(left, most)):
        yield run


def done_ahead(work: Callable[[T], Iterable[Done]], tasks: Iterable[T], *, at_once: int, ahead: int) -> Iterator[Done]:
    """Give what `work` makes of each task, in their order.

    `at_once` threads work, on no more than `ahead` tasks of which nobody has taken what came of them. Raises what
    `work` raises, in its turn. Whoever asks no further waits for what is begun; the rest is not.
    """
    waiting: deque[Future[list[Done]]] = deque()
    with ThreadPoolExecutor(at_once, "ahead") as pool:
        try:
            for task in tasks:
                waiting.append(pool.submit(lambda task: list(work(task)), task))
                if len(waiting) >= ahead:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
