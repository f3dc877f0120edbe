"""Work done by threads ahead of whoever asks for it, and given in order."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
Done = TypeVar("Done")


def done_ahead(
    work: Callable[[list[T]], list[Done]], things: Iterable[T], *, together: int, at_once: int, ahead: int
) -> Iterator[Done]:
    """Give what `work` makes of `things`, in their order; it gets up to `together` of them at a time.

    `at_once` threads work, on no more than `ahead` such runs that nobody has taken yet. Raises what `work` raises, in
    its turn. Whoever asks no further waits for what is begun; the rest is not.
    """
    waiting: deque[Future[list[Done]]] = deque()
    left = iter(things)
    with ThreadPoolExecutor(at_once, "ahead") as pool:
        try:
            while run := list(islice(left, together)):
                waiting.append(pool.submit(work, run))
                if len(waiting) >= ahead:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)
