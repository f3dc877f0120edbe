"""Messages that come back are taken apart in a cage: anybody may write to the address they come to."""

from functools import cache
from typing import Final, TypeVar

from pydantic import TypeAdapter

from portal.kernel.cage.calls import Calls, in_memory
from portal.kernel.cage.limits import MIB, Limits
from portal.kernel.errors import PortalError
from portal.mail.returned.reports import MOST_BYTES, Report

_LIMITS: Final = Limits(memory=512 * MIB, cpu_seconds=10, wall_seconds=20.0)
_TRIES: Final = 2  # the machine may have been short of something
_REPORT: Final = TypeAdapter(Report)
_HEADER: Final = TypeAdapter(str)
T = TypeVar("T")


class _BrokeOff(PortalError):
    """This message could not be taken apart."""


def read_report(raw: bytes) -> Report:
    """Read a message's first 256 KiB. Never raises: what cannot be read says nothing."""
    return _asked("report", raw, _REPORT, Report("other"))


def header_of(raw: bytes) -> str:
    """Return what a message's header says, a field a line; nothing where it cannot be read."""
    return _asked("header", raw, _HEADER, "")


def _asked(do: str, raw: bytes, answer: TypeAdapter[T], otherwise: T) -> T:
    for _ in range(_TRIES):
        try:
            with in_memory(raw[:MOST_BYTES]) as file:
                return _calls().value(do, file, answer)
        except _BrokeOff:
            continue
    return otherwise


@cache
def _calls() -> Calls:
    return Calls("portal.mail.returned.cell", limits=_LIMITS, refusals=(), broken=_BrokeOff)
