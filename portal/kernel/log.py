"""Logs: one JSON object a line on standard error, without secrets, addresses or names.

What is logged is chosen by whoever logs: ids, counts and kinds. The filter below is the second lock on
that door (ASVS V16.2.5): it cuts anything that has the shape of a token or a mail address.
"""

import logging
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Mapping, MutableMapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any, TextIO

import structlog

_SECRETS = re.compile(
    r"(?<!\S)\S+@\S+|[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}|[A-Za-z0-9_-]{43,}|[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}|#\S+"
)
"""An address is looked for where a word begins: begun anew at each letter of a long word, the search took hours."""

Asked = Callable[[], Mapping[str, str]]
_asked: ContextVar[Asked | None] = ContextVar("what is asked", default=None)


def tell_what_is_asked(asked: Asked) -> None:
    """Have every line of this context, a request, say what is asked as well. It is looked up when a line is written."""
    _asked.set(asked)


def _add_what_is_asked(_logger: object, _name: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    asked = _asked.get()
    if asked is not None:
        fields.update({name: value for name, value in asked().items() if value and name not in fields})
    return fields


def _cut_secrets(_logger: object, _name: str, fields: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name, value in fields.items():
        if isinstance(value, str) and name != "timestamp":
            fields[name] = _SECRETS.sub("[cut]", value)
    return fields


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
    level = logging.WARNING if quiet else logging.INFO
    warnings.showwarning = _warned  # else Python prints them to standard error in full
    for name in ("uvicorn.error", "asyncio"):  # who report what nobody caught
        logging.getLogger(name).addFilter(_WITHOUT_MESSAGES)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _add_what_is_asked,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _cut_secrets,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )


def log(room: str) -> Any:  # noqa: ANN401 - structlog's loggers are typed so
    """Return the logger of a room."""
    return structlog.get_logger(room=room)
