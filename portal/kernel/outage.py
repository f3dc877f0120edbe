"""Whether something that the portal needs is out of reach: one line in the log when it goes, one when it is back."""

import threading
import time
from typing import Any, Final

from portal.kernel.log import log

SETTLES: Final = 5.0
"""Seconds without a failure after which something counts as back: what half works is not told again and again."""
_MARK: Final = "is_told"
_MOST_CAUSES: Final = 5


class Outage:
    """One thing that may go: a database, a bucket, a mail server, a provider. Safe for threads."""

    def __init__(self, what: str, host: str = "") -> None:
        """Take what it is, in words, and on which host and port it is; never a user or a password."""
        self._what, self._host = what, host
        self._lock = threading.Lock()
        self._since = self._failed = 0.0

    def began(self, error: BaseException | None = None, *, cause: str = "") -> None:
        """Note a failure; the first of an outage is told.

        `error` is marked, so that nobody tells it again; nor is one told here that somebody else has marked.
        """
        if is_told(error):
            return
        if error is not None:
            vars(error)[_MARK] = True
            cause = cause or causes_of(error)
        with self._lock:
            self._failed = time.monotonic()
            if self._since:
                return
            self._since = self._failed
        log("outage").error(f"{self._what} gone", **self._where(), cause=cause)

    def over(self) -> None:
        """Note that it works."""
        if not self._since:
            return
        with self._lock:
            now = time.monotonic()
            if not self._since or now - self._failed < SETTLES:
                return
            seconds, self._since = round(now - self._since), 0.0
        log("outage").warning(f"{self._what} back", **self._where(), seconds=seconds)

    def _where(self) -> dict[str, Any]:
        return {"host": self._host} if self._host else {}


def is_told(error: BaseException | None) -> bool:
    """Tell whether the log has told of this error, or of what stood behind it, as an outage."""
    for _ in range(_MOST_CAUSES):
        if error is None:
            return False
        if vars(error).get(_MARK):
            return True
        error = error.__cause__
    return False


def causes_of(error: BaseException) -> str:
    """Return an error and what stood behind it, by kind alone: its words may quote a row, an address or a file."""
    kinds: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < _MOST_CAUSES:
        driver = getattr(cause, "orig", None)  # what a database says is wrapped in what the toolkit says
        code = getattr(driver, "sqlite_errorname", None) or getattr(driver, "sqlstate", None)
        kinds += [type(cause).__name__, *([f"{type(driver).__name__} {code or ''}".strip()] if driver else [])]
        cause = cause.__cause__
    return " < ".join(kinds)
