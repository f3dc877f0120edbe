"""A mail room that keeps what it is given and answers as it was told: for tests and for trying things out."""

from collections import defaultdict, deque
from dataclasses import dataclass, field

from portal.kernel.text.addresses import OneAddress
from portal.mail.transport.room import Accepted, Outcome, RetryableFailure, StillWanted, Withdrawn, failure


@dataclass(frozen=True, slots=True)
class Delivered:
    """One message as the mail server got it."""

    message: bytes = field(repr=False)
    envelope_from: str
    to: str


class RecordingRoom:
    """Takes every message unless `will_refuse`, `will_refuse_text` or `will_break` was called before."""

    def __init__(self) -> None:
        """Start empty."""
        self.delivered: list[Delivered] = []
        self._at_address: defaultdict[str, deque[str]] = defaultdict(deque)
        self._at_text: defaultdict[str, deque[str | None]] = defaultdict(deque)

    def will_refuse(self, to: OneAddress, reply: str) -> None:
        """Answer the next message to this address with `reply` (`450 Try later`) before the message is sent."""
        self._at_address[to.key].append(reply)

    def will_refuse_text(self, to: OneAddress, reply: str) -> None:
        """Answer the next message to this address with `reply` once it was sent."""
        self._at_text[to.key].append(reply)

    def will_break(self, to: OneAddress) -> None:
        """Cut the connection in the middle of the next message to this address."""
        self._at_text[to.key].append(None)

    async def deliver(
        self, message: bytes, *, envelope_from: OneAddress, to: OneAddress, still_wanted: StillWanted
    ) -> Outcome:
        """Keep the message, or fail in the way that was asked for."""
        if scripted := self._at_address[to.key]:
            return _failure(scripted.popleft())
        if not await still_wanted():
            return Withdrawn()
        if endings := self._at_text[to.key]:
            reply = endings.popleft()
            return _failure(reply) if reply else RetryableFailure("The connection broke.")
        self.delivered.append(Delivered(message, envelope_from.text, to.text))
        return Accepted("250 Recorded")

    async def close(self) -> None:
        """Do nothing: there is no connection."""


def _failure(reply: str) -> Outcome:
    code, _, words = reply.partition(" ")
    return failure(int(code), words)
