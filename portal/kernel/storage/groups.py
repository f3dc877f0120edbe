"""Group commit: many small writers share one transaction, each waits until it is durable."""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

from sqlmodel import Session

from portal.kernel.errors import PortalError
from portal.kernel.storage.narrow import NarrowDatabase

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
_MOST = 256
MOMENT_SECONDS = 0.002
"""How long the first asker waits for others. Measured: on a fast disk each would else pay for a commit of its own."""


class Grouped(Generic[Asked, Answer]):
    """Answers whatever is waiting together, by one act; in several threads, a slow group does not stop the next one.

    An answer that is an exception is raised at its asker alone; what the act itself raises, at all of them: `failure`
    if one is named, with the cause behind it.
    """

    def __init__(
        self,
        act: Callable[[Sequence[Asked]], Sequence[Answer | Exception]],
        name: str,
        failure: type[PortalError] | None = None,
        moment: float = MOMENT_SECONDS,
        threads: int = 1,
    ) -> None:
        """Take what answers several askers at once, in their order; the first of them waits a moment for others."""
        self._act = act
        self._failure = failure
        self._moment = moment
        self._waiting: queue.SimpleQueue[tuple[Asked, Future[Answer]] | None] = queue.SimpleQueue()
        self._gathering = threading.Lock()
        self._threads = [threading.Thread(target=self._run, name=name, daemon=True) for _ in range(threads)]
        for one in self._threads:
            one.start()

    def submit(self, asked: Asked) -> Future[Answer]:
        """Return a future that is done when the answer is durable."""
        future: Future[Answer] = Future()
        self._waiting.put((asked, future))
        return future

    def close(self) -> None:
        """Answer what is waiting, then end the threads."""
        self._waiting.put(None)
        for one in self._threads:
            one.join(timeout=30)

    def _run(self) -> None:
        while group := self._next_group():
            self._answer(group)

    def _next_group(self) -> list[tuple[Asked, Future[Answer]]]:
        """Return who waits together; nobody once it is closed, which every thread finds in the queue."""
        group: list[tuple[Asked, Future[Answer]]] = []
        with self._gathering:
            one = self._waiting.get()
            if one is not None:
                time.sleep(self._moment)
            while one is not None:
                group.append(one)
                if len(group) == _MOST or self._waiting.empty():
                    return group
                one = self._waiting.get()
            self._waiting.put(None)
        return group

    def _answer(self, asked: list[tuple[Asked, Future[Answer]]]) -> None:
        """Answer those who still wait: whoever has gone may not take the thread with them, on which all others wait."""
        group = [(one, future) for one, future in asked if future.set_running_or_notify_cancel()]
        if not group:
            return
        try:
            answers = self._act([one for one, _ in group])
        except Exception as error:  # noqa: BLE001 - whatever stopped the act belongs to those who wait
            for _, future in group:
                future.set_exception(self._failed(error))
            return
        for (_, future), answer in zip(group, answers, strict=True):
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)

    def _failed(self, error: Exception) -> Exception:
        if self._failure is None:
            return error
        failure = self._failure()
        failure.__cause__ = error
        return failure


class GroupCommit(Grouped[Asked, Answer]):
    """One thread that answers whatever is waiting in one transaction; when that fails, nothing was written."""

    def __init__(
        self,
        database: NarrowDatabase,
        act: Callable[[Session, Sequence[Asked]], Sequence[Answer | Exception]],
        name: str,
        failure: type[PortalError] | None = None,
        *,
        shown: Callable[[Asked], str] = lambda _: "",
    ) -> None:
        """Take the database, the story that answers several askers at once, in their order, and what each shows."""
        super().__init__(
            lambda group: database.insist(lambda session: act(session, group), *map(shown, group)), name, failure
        )
