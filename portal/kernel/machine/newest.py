"""A value that is slow to build and holds for one version: built once, in a thread of its own, for all who ask."""

import math
import threading
import time
from collections.abc import Callable
from typing import Final, Generic, TypeVar

Version = TypeVar("Version")
Value = TypeVar("Value")
_LOOK_AGAIN: Final = 0.05
"""Seconds after which whoever waits looks again how much work was done."""
_SLOWEST: Final = 12
"""So many times the work that somebody waits for they wait by the clock: a database may never answer."""


class NotReady(Exception):
    """The value for this version is still being built; whoever asks later will find it."""


class Newest(Generic[Version, Value]):
    """Holds the value of the version asked for last. Safe for threads; a build that fails is tried anew."""

    def __init__(self, finish: Callable[[Value], None] = lambda _: None) -> None:
        """Hold nothing yet. `finish` goes on with a value in the thread that built it, while others have it already."""
        self._finish = finish
        self._changed = threading.Condition()
        self._built: tuple[Version, Value] | None = None
        self._building: Version | None = None
        self._clock: int | None = None
        self._failed: tuple[Version, Exception] | None = None

    def get(self, version: Version, build: Callable[[], Value], *, wait: float | None = None) -> Value:
        """Return the value of `version`, built by `build` if nobody has.

        Raises `NotReady` once building has taken `wait` seconds of the processor, and what kept `build` from ending.
        Not by the clock on the wall: a machine that has other things to do would turn whoever asks away. The clock ends
        it only where next to nothing is done, so that nobody waits for ever.
        """
        work = math.inf if wait is None else wait
        until = time.monotonic() + _SLOWEST * work
        with self._changed:
            if (self._built is None or self._built[0] != version) and self._building != version:
                self._building, self._failed, self._clock = version, None, None
                threading.Thread(target=self._build, args=(version, build), daemon=True).start()
            while self._building == version and self._worked() < work and time.monotonic() < until:
                self._changed.wait(None if wait is None else _LOOK_AGAIN)
            if self._failed is not None and self._failed[0] == version:
                error, self._failed = self._failed[1], None
                raise error
            if self._built is None or self._built[0] != version:
                raise NotReady
            return self._built[1]

    def _worked(self) -> float:
        """Return the seconds of the processor that building has taken; the thread that does is there while it does."""
        return 0.0 if self._clock is None else time.clock_gettime(self._clock)

    def _build(self, version: Version, build: Callable[[], Value]) -> None:
        with self._changed:
            if self._building == version:
                self._clock = time.pthread_getcpuclockid(threading.get_ident())
        try:
            value = build()
        except Exception as error:  # noqa: BLE001 - it belongs to those who wait for the value
            with self._changed:
                if self._building == version:
                    self._building, self._failed, self._clock = None, (version, error), None
                    self._changed.notify_all()
            return
        with self._changed:
            if self._building == version:  # a newer one may have been asked for meanwhile
                self._building, self._built, self._clock = None, (version, value), None
                self._changed.notify_all()
        self._finish(value)
