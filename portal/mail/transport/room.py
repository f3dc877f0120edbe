"""The port of the mail room: one message, one address, and one last look before it leaves.

There is no function here that takes a file or a second address, and that is how the promise is kept.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from portal.kernel.text.addresses import OneAddress
from portal.mail.letters.wire import one_line

StillWanted = Callable[[], Awaitable[bool]]
_OUR_SIGN_IN = {530, 534, 535, 538}  # RFC 4954 and 3207: about our account or TLS, not about this message


@dataclass(frozen=True, slots=True)
class Accepted:
    """The mail server has taken the message into its care."""

    reply: str


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The message was no longer wanted when it was asked one last time. Nothing was sent."""


@dataclass(frozen=True, slots=True)
class PermanentFailure:
    """The mail server will not take this message; asking again does not help."""

    reply: str


@dataclass(frozen=True, slots=True)
class RetryableFailure:
    """The message was not taken this time. The same message may be offered again later.

    `room_is_shut` says that no message could have been sent: no connection, no trust in the server, or no
    sign-in. That is no fault of this message, so it should not count against it.
    """

    reply: str
    room_is_shut: bool = False


Outcome = Accepted | Withdrawn | PermanentFailure | RetryableFailure


class MailRoom(Protocol):
    """Hands messages to a mail server. Many may be in flight at once, one on each connection."""

    async def deliver(
        self, message: bytes, *, envelope_from: OneAddress, to: OneAddress, still_wanted: StillWanted
    ) -> Outcome:
        """Offer one message for one address and return what became of it.

        `still_wanted` is asked once, after the server accepted the address and right before the message
        itself; when it says no, or raises, nothing is sent.
        """

    async def close(self) -> None:
        """Say goodbye to the mail server. Call it when nothing is in flight."""


def server_words(code: int, words: str) -> str:
    """Return a server's reply as one line of at most 300 characters that is safe to show to staff."""
    return one_line(f"{code} {words}", 300)


def failure(code: int, words: str) -> PermanentFailure | RetryableFailure:
    """Judge a reply that is not a yes: 5xx ends it, everything else may be tried again (RFC 5321, 4.2.1)."""
    reply = server_words(code, words)
    if code in _OUR_SIGN_IN:
        return RetryableFailure(reply, room_is_shut=True)
    return PermanentFailure(reply) if 500 <= code <= 599 else RetryableFailure(reply)
