"""A big PDF is read and cut by several cells at once, each with its share of the pages or letters."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import Final, TypeVar

from portal.reading.budget import MIB
from portal.reading.bundles.receiving import WHOLE, Share
from portal.reading.reader import Cut, OnPage, Unreadable

_LARGE: Final = MIB
"""Bytes of a file that more than one cell opens: each of them reads all of it."""
T = TypeVar("T")


def shares_of(path: Path, cells: int) -> list[Share]:
    """Return the shares of a file: one for each cell if it is large, or else one."""
    try:
        parts = cells if path.stat().st_size > _LARGE else 1
    except OSError:
        parts = 1
    return [(at, parts) for at in range(parts)]


def side_by_side(work: Callable[[Share], T | Unreadable], shares: Sequence[Share]) -> list[T] | Unreadable:
    """Return what the work gives for each share, or the first reason why there is none."""
    if list(shares) == [WHOLE]:
        answers = [work(WHOLE)]
    else:
        with ThreadPoolExecutor(len(shares)) as threads:
            answers = list(threads.map(work, shares))
    done: list[T] = []
    for answer in answers:
        if isinstance(answer, Unreadable):
            for cut in answers:
                _leave_nothing(cut)
            return answer
        done.append(answer)
    return done


def _leave_nothing(answer: object) -> None:
    if isinstance(answer, Cut):
        for path in answer.files:
            path.unlink(missing_ok=True)


class AllPages:
    """How many pages are done in all shares together, told as they come."""

    def __init__(self, on_page: OnPage | None) -> None:
        """Tell `on_page`, if anybody."""
        self._on_page = on_page
        self._done: dict[Share, int] = {}
        self._lock = Lock()

    def of(self, share: Share) -> OnPage | None:
        """Return what is to be told how many pages of a share are done."""
        on_page = self._on_page
        if on_page is None:
            return None

        def told(done: int, count: int) -> None:
            with self._lock:
                self._done[share] = done
                on_page(sum(self._done.values()), count)

        return told
