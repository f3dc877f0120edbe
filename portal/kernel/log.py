"""Logs: one JSON object a line on standard error, without secrets, addresses or names.

What is logged is chosen by whoever logs: ids, counts and kinds. The filter below is the second lock on
that door (ASVS V16.2.5): it cuts anything that has the shape of a token or a mail address.
"""

import json
import logging
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TextIO

_SECRETS = re.compile(
    r"(?<!\S)\S+@\S+|[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{43,}|[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}|#\S+"
)
"""An address is looked for where a word begins: begun anew at each letter of a long word, the search took hours."""

Asked = Callable[[], Mapping[str, str]]
_asked: ContextVar[Asked | None] = ContextVar("what is asked", default=None)


def tell_what_is_asked(asked: Asked) -> None:
    """Have every line of this context, a request, say what is asked as well. It is looked up when a line is written."""
    _asked.set(asked)


_events: Final = logging.getLogger("portal")


class Log:
    """The log of one room. An event is a few fixed words; its fields are ids, counts and kinds, cut of secrets."""

    def __init__(self, room: str) -> None:
        self._room = room

    def info(self, event: str, **fields: object) -> None:
        """Tell what went as it should."""
        self._tell(logging.INFO, event, fields)

    def warning(self, event: str, **fields: object) -> None:
        """Tell what somebody may want to look at."""
        self._tell(logging.WARNING, event, fields)

    def error(self, event: str, **fields: object) -> None:
        """Tell what went wrong."""
        self._tell(logging.ERROR, event, fields)

    def _tell(self, level: int, event: str, fields: Mapping[str, object]) -> None:
        if not _events.isEnabledFor(level):
            return
        told = {"room": self._room, **fields, "event": event, "level": logging.getLevelName(level).lower()}
        asked = _asked.get()
        if asked is not None:
            told = {name: value for name, value in asked().items() if value} | told
        cut = {name: _SECRETS.sub("[cut]", value) if isinstance(value, str) else value for name, value in told.items()}
        cut["timestamp"] = f"{datetime.now(UTC).replace(tzinfo=None).isoformat()}Z"
        sys.stderr.write(f"{json.dumps(cut, default=repr)}\n")  # whole, so that two threads never share a line
        sys.stderr.flush()


class _WithoutMessages(logging.Filter):
    """Keeps of an error its kind and its way through the code: its message may quote a row or a form."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0]:
            kind, _, trace = record.exc_info
            record.exc_info = None
            record.exc_text = "".join(traceback.format_tb(trace)) + kind.__name__
        return True


_WITHOUT_MESSAGES = _WithoutMessages()


def _warned(  # noqa: PLR0917 - what Python calls by place
    message: Warning | str,  # noqa: ARG001 - unsaid: it may quote a file's name, and that names a child
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,  # noqa: ARG001 - Python hands it over
    line: str | None = None,  # noqa: ARG001 - Python hands it over
) -> None:
    """Tell that a library warned, of which kind and where."""
    log("warnings").warning("warned", kind=category.__name__, at=f"{Path(filename).name}:{lineno}")


def start_logging(*, quiet: bool = False) -> None:
    """Send the portal's own events to standard error; `quiet` keeps warnings and worse."""
    _events.setLevel(logging.WARNING if quiet else logging.INFO)
    warnings.showwarning = _warned  # else Python prints them to standard error in full
    for name in ("uvicorn.error", "asyncio"):  # who report what nobody caught
        logging.getLogger(name).addFilter(_WITHOUT_MESSAGES)


def log(room: str) -> Log:
    """Return the log of a room."""
    return Log(room)
