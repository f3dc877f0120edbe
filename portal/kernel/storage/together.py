"""Several tasks of one event loop that ask the database the same thing at about the same time, answered at once."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

_TOGETHER = 5
_MOMENT_SECONDS = 0.005

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Together(Generic[Asked, Answer]):
    """Answers senders together: one transaction and one wait for the disk for all who come in a moment.

    Measured: without that moment the senders drift apart, and most transactions serve one of them.
    """

    def __init__(self, answer_all: Callable[[Sequence[Asked]], Sequence[Answer]], most: int = _TOGETHER) -> None:
        """Take what answers several askers at once, in their order; it is plain and quick."""
        self._answer_all = answer_all
        self._most = most
        self._waiting: list[tuple[Asked, asyncio.Future[Answer]]] = []
        self._all_here = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def ask(self, asked: Asked) -> Answer:
        """Return the answer. Raises what kept the whole group from being answered."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((asked, future))
        if len(self._waiting) >= self._most:
            self._all_here.set()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._answer())
        return await future

    async def _answer(self) -> None:
        while self._waiting:
            moment = asyncio.get_running_loop().call_later(_MOMENT_SECONDS, self._all_here.set)
            await self._all_here.wait()
            moment.cancel()
            self._all_here.clear()
            group, self._waiting = self._waiting, []
            futures = [future for _, future in group if not future.done()]
            try:
                answers = self._answer_all([asked for asked, _ in group])
            except Exception as error:  # noqa: BLE001 - it belongs to those who wait
                for future in futures:
                    future.set_exception(error)
                continue
            for (_, future), answer in zip(group, answers, strict=True):
                if not future.done():
                    future.set_result(answer)
