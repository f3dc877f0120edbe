"""Whether the domain of a sender has signed a message (DKIM, RFC 6376): its key from DNS, all else in a cage."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Final, Protocol

from pydantic import BaseModel, TypeAdapter

from portal.kernel.cage.calls import Calls
from portal.kernel.cage.limits import MIB, Limits
from portal.kernel.errors import PortalError

_LIMITS: Final = Limits(memory=640 * MIB, cpu_seconds=20, wall_seconds=40.0)
_AT_ONCE: Final = 2


class Keys(Protocol):
    """Looks up where domains publish their keys."""

    def texts(self, name: str) -> list[str]:
        """Return the TXT records of a name. Raises `NoAnswer`."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signature vouches for: when the message was written; to whom (To and Cc), None where it does not say."""

    written: datetime
    to: frozenset[str] | None


class _Verified(BaseModel):
    written: float
    to: list[str] | None


_FOUND: Final = TypeAdapter(list[tuple[int, str, str]])
_ANSWER: Final = TypeAdapter(_Verified | None)


class _BrokeOff(PortalError):
    """The signatures of this message could not be looked at."""


def signed_by(file: int, domain: str, keys: Keys) -> Signed | None:
    """Return what a domain, or a parent of it with at least two labels, has signed of a message; None for nothing.

    `file` is an open file with the message. A signature counts that covers From, Subject and Date, each of which
    stands there once, and the whole body: one of a part of it (`l=`) does not. Raises `NoAnswer`.
    """
    try:
        found = _calls().value("signatures", file, _FOUND, {"domain": domain.lower()})
        for place, signer, selector in found:
            records = keys.texts(f"{selector}._domainkey.{signer}")
            if len(records) == 1:
                told = {"place": place, "record": records[0]}
                if (answer := _calls().value("verify", file, _ANSWER, told)) is not None:
                    to = None if answer.to is None else frozenset(answer.to)
                    return Signed(datetime.fromtimestamp(answer.written, UTC), to)
    except (_BrokeOff, OverflowError, OSError):
        return None
    return None


@cache
def _calls() -> Calls:
    return Calls(
        "portal.mail.authentication.signed_cell", limits=_LIMITS, refusals=(), broken=_BrokeOff, cells=_AT_ONCE
    )
