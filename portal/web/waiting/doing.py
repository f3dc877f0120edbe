"""A slow act that goes on whether or not somebody stays to watch: its turn, how far it is, and its answer."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.responses import Response

from portal.kernel.errors import PortalError
from portal.kernel.log import log
from portal.kernel.machine.steps import watched_by
from portal.web.waiting.line import Turn

AT_ONCE_SECONDS = 1.0
"""What takes longer is answered by a page that tells how far it is."""
_WAITED: Final = 1.0
"""Whoever has waited longer for their turn is asked once more who they are."""


class Doing:
    """One act of one request. Whoever leaves the page leaves it to go on; the request's files stay until it is over."""

    def __init__(
        self, turn: Turn, act: Callable[[], Awaitable[Response]], act_later: Callable[[], Awaitable[Response]],
        close: Callable[[], Awaitable[None]],
    ) -> None:  # fmt: skip
        """`act` is for a turn that comes at once, `act_later` for one that was waited for. `close` ends either."""
        self.turn = turn
        self.step = ("", 0, 0)
        self._act, self._act_later, self._close = act, act_later, close
        self.task = asyncio.create_task(self._done())
        self.task.add_done_callback(_noted)

    async def is_over_at_once(self) -> bool:
        """Tell whether it is over before anybody would miss an answer."""
        return await self.is_over_within(AT_ONCE_SECONDS)

    async def is_over_within(self, seconds: float) -> bool:
        """Wait so long at most; tell whether it is over. Whoever waits may go away."""
        await asyncio.wait({self.task}, timeout=seconds)
        return self.task.done()

    async def _done(self) -> Response:
        try:
            is_at_once = await self.turn.wait(_WAITED)
            while not self.turn.has_begun.is_set():
                await self.turn.wait(60)
            with watched_by(self._note):
                return await (self._act() if is_at_once else self._act_later())
        finally:
            await self._close()

    def _note(self, step: str, done: int, total: int) -> None:
        self.step = (step, done, total)


def _noted(task: "asyncio.Task[Response]") -> None:
    """Note what ended an act that nobody may be watching any more."""
    if task.cancelled() or (error := task.exception()) is None or isinstance(error, PortalError):
        return
    log("web").warning("a slow act ended by a fault", error=type(error).__name__)
