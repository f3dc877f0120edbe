"""Bulkheads: who waits for what. Each kind of request has threads of its own, which no other kind can use up.

A thread holds at most one connection to the database at a time, and there are more connections than threads
(`kernel.storage.db.MOST_CONNECTIONS`), so the database is shared out by the same numbers.
"""

from asyncio import Task, wait
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from contextvars import ContextVar
from functools import partial
from typing import Any, Final, Literal, ParamSpec, TypeVar
from weakref import WeakValueDictionary

from anyio import CapacityLimiter, to_thread

from portal.web.server.crowd import network_of
from portal.web.waiting.line import AT_ONCE, Line

Lane = Literal["probe", "brake", "entry", "family", "staff", "slow", "download"]
"""`brake`: freeze, take back, stop, pause. `entry`: whoever has no session. `slow`: what reads files or sets pages."""
THREADS: Final[Mapping[Lane, int]] = {
    "probe": 1,
    "brake": 3,
    "entry": 4,
    "family": 10,
    "staff": 5,
    "slow": AT_ONCE + 2,
    "download": 6,
}
"""The two of `slow` beyond those of the line are for files that staff ask for, which cannot wait on a page."""
_NEAR: Final = 2
"""So many chunks of downloads are opened at once where documents lie on this machine: each takes a processor."""
_AT_THE_END: Final = 30
"""Seconds that a process waits, when it ends, for what was begun."""
_limiter: ContextVar[CapacityLimiter | None] = ContextVar("lane", default=None)
_share: ContextVar[CapacityLimiter | None] = ContextVar("share of a lane", default=None)
Given = ParamSpec("Given")
Told = TypeVar("Told")


class Lanes:
    """The threads of one process, by lane, and the line in which slow acts wait. Made inside the event loop."""

    def __init__(self, *, is_near: bool) -> None:
        """`is_near`: documents lie on this machine."""
        self.line = Line()
        self._tasks: set[Task[Any]] = set()
        self._limiters = {lane: CapacityLimiter(threads) for lane, threads in THREADS.items()}
        self._shares = WeakValueDictionary[tuple[Lane, str], CapacityLimiter]()  # each for as long as somebody asks
        if is_near:
            self._limiters["download"].total_tokens = _NEAR

    def enter(self, lane: Lane, scope: Mapping[str, Any]) -> None:
        """Have what this request does from here on wait in one lane, behind its own network first.

        A network has most of the threads and no more, so whoever asks from another waits for that many and not for
        all that have asked: measured, a family waited three seconds behind three hundred who redeem what is forged.
        """
        network = network_of(scope["client"][0]) if scope["client"] else ""
        share = self._shares.get((lane, network))
        if share is None:
            share = self._shares[lane, network] = CapacityLimiter(THREADS[lane] - THREADS[lane] // 4)
        _limiter.set(self._limiters[lane])
        _share.set(share)

    def keep(self, task: "Task[Any]") -> None:
        """Hold on to a task until it is over: nobody else may."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def end(self) -> None:
        """Wait until all that was begun is over, though not for ever."""
        if self._tasks:
            await wait(self._tasks, timeout=_AT_THE_END)

    async def run(self, lane: Lane, act: Callable[Given, Told], *given: Given.args, **named: Given.kwargs) -> Told:
        """Run a function in a thread of a lane."""
        return await to_thread.run_sync(partial(act, *given, **named), limiter=self._limiters[lane])


async def run_in_lane(act: Callable[Given, Told], *given: Given.args, **named: Given.kwargs) -> Told:
    """Run a function in a thread of the lane that this request is in."""
    async with _share.get() or nullcontext():
        return await to_thread.run_sync(partial(act, *given, **named), limiter=_limiter.get())


def is_in_a_lane() -> bool:
    """Tell whether this request is in a lane: one that leads to no page of ours is in none."""
    return _limiter.get() is not None
