"""A value that is slow to build and holds for one version: built once, in a thread of its own, for all who ask."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

Version = TypeVar("Version")
Value = TypeVar("Value")


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
        self._failed: tuple[Version, Exception] | None = None

    def get(self, version: Version, build: Callable[[], Value], *, wait: float | None = None) -> Value:
        """Return the value of `version`, built by `build` if nobody has; at most `wait` seconds late.

        Raises `NotReady` after that, and whatever kept `build` from ending.
        """
        with self._changed:
            if (self._built is None or self._built[0] != version) and self._building != version:
                self._building, self._failed = version, None
                threading.Thread(target=self._build, args=(version, build), daemon=True).start()
            self._changed.wait_for(lambda: self._building != version, wait)
            if self._failed is not None and self._failed[0] == version:
                error, self._failed = self._failed[1], None
                raise error
            if self._built is None or self._built[0] != version:
                raise NotReady
            return self._built[1]

    def _build(self, version: Version, build: Callable[[], Value]) -> None:
        try:
            value = build()
        except Exception as error:  # noqa: BLE001 - it belongs to those who wait for the value
            with self._changed:
                if self._building == version:
                    self._building, self._failed = None, (version, error)
                    self._changed.notify_all()
            return
        with self._changed:
            if self._building == version:  # a newer one may have been asked for meanwhile
                self._building, self._built = None, (version, value)
                self._changed.notify_all()
        self._finish(value)
