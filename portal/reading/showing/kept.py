"""Pages once made are kept for a while: a letter to 2,900 families is drawn once, not 2,900 times.

Kept in memory alone, bounded, and never instead of asking: whoever takes a page out of here has been judged, and has
seen that the letter's key still opens it. So nothing here outlives a taking back or a shredding.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, cast

from portal.reading.budget import MIB
from portal.reading.showing.blocks import pieces_of, text_of, urls_of
from portal.reading.showing.viewer import NotShown, Outline, Shape, ShowingBusy, Viewer

MOST_KEPT: Final = 48 * MIB
_MOST_WAITING: Final = 256
_MOST_TRIES: Final = 2
_MOST_FAILURES: Final = 10_000
_ROUGHLY: Final = 512  # what a page's bookkeeping weighs
Key = tuple[str, int]
Made = Outline | bytes


class KeptPages:
    """The pages of sealed letters, made by `at_once` threads; all who ask for one page wait for the same work.

    `opened` gives the plain bytes and runs in such a thread, only when a page has to be made. A failure is told to all
    who wait for it and is not kept; but what could not be shown twice is not tried again by this process, so that no
    letter that takes the cage to its limits keeps all others waiting.
    """

    def __init__(self, viewer: Viewer, at_once: int, *, most_kept: int = MOST_KEPT) -> None:
        """Start no thread before one is needed."""
        self._viewer = viewer
        self._threads = ThreadPoolExecutor(at_once, "pages")
        self._most = most_kept
        self._kept: OrderedDict[Key, tuple[Made, int]] = OrderedDict()
        self._size = 0
        self._failures: OrderedDict[Key, int] = OrderedDict()
        self._being_made: dict[Key, Future[Made]] = {}
        self._lock = threading.Lock()

    def outline(self, document_id: str, shape: Shape, opened: Callable[[], bytes]) -> Future[Outline]:
        """Return the letter's `Outline` as soon as it is there. Raises `ShowingBusy` or `NotShown`; the future too."""
        made = self._made((document_id, 0), lambda: self._viewer.outline(opened(), shape))
        return cast("Future[Outline]", made)

    def picture(self, document_id: str, number: int, opened: Callable[[], bytes]) -> Future[bytes]:
        """Return page `number` (from 1) as a PNG as soon as it is there. Raises as `outline` does."""
        made = self._made((document_id, number), lambda: self._viewer.picture(opened(), number))
        return cast("Future[bytes]", made)

    def close(self) -> None:
        """Begin nothing more, and forget everything."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            self._kept.clear()
            self._size = 0

    def _made(self, key: Key, make: Callable[[], Made]) -> Future[Made]:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                ready: Future[Made] = Future()
                ready.set_result(self._kept[key][0])
                return ready
            if self._failures.get(key, 0) >= _MOST_TRIES:
                raise NotShown
            if key in self._being_made:
                return self._being_made[key]
            if len(self._being_made) >= _MOST_WAITING:
                raise ShowingBusy
            making = self._being_made[key] = self._threads.submit(make)
        making.add_done_callback(lambda done: self._keep(key, done))
        return making

    def _keep(self, key: Key, done: Future[Made]) -> None:
        with self._lock:
            self._being_made.pop(key, None)
            if not done.cancelled() and isinstance(done.exception(), NotShown):
                self._failures[key] = self._failures.get(key, 0) + 1
                if len(self._failures) > _MOST_FAILURES:
                    self._failures.popitem(last=False)
            if done.cancelled() or done.exception() is not None:
                return
            made = done.result()
            weight = _ROUGHLY + (len(made) if isinstance(made, bytes) else _weight(made))
            if weight > self._most or key in self._kept:
                return
            self._kept[key] = (made, weight)
            self._size += weight
            while self._size > self._most:
                _, (_, gone) = self._kept.popitem(last=False)
                self._size -= gone


def _weight(outline: Outline) -> int:
    blocks = [block for page in outline.pages for block in page.blocks]
    pieces = len(outline.pages) + sum(map(pieces_of, blocks))
    return _ROUGHLY * pieces + 4 * sum(len(text_of(block)) + urls_of(block) for block in blocks)
