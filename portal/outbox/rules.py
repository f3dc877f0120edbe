"""When a message may be tried, how long a claim on it holds, and which end follows which answer."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, assert_never

from portal.mail.returned.bounce_reasons import Why, code_in, why_of
from portal.mail.transport.room import Accepted, Outcome, PermanentFailure, RetryableFailure, Withdrawn
from portal.words.sentences import sentence

LEASE = timedelta(seconds=60)
HEARTBEAT_SECONDS = 15.0
_FIRST_WAIT = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(minutes=15)
_GIVE_UP_AFTER = timedelta(days=3)
_FEWEST_TRIES = 10

ADDRESS_CHANGED = sentence("The address changed after approval.")
STOPPED = sentence("Stopped before it left.")
NOTHING_OPENS = sentence("No link in it opens a letter any more.")


_REASONS: dict[Why, tuple[str, str]] = {
    "no-mailbox": (sentence("There is no mailbox at this address."), sentence("Ask the family for the right address.")),
    "no-domain": (
        sentence("What stands after the @ takes no mail. It may be misspelled."),
        sentence("Ask the family for the right address."),
    ),
    "closed": (
        sentence("This mailbox is closed or no longer in use."),
        sentence("Ask the family for another address."),
    ),
    "moved": (
        sentence("Whoever had this address has moved to another."),
        sentence("Ask the family for the new address."),
    ),
    "full": (sentence("The mailbox is full."), sentence("Tell the family, then send again. The address may be right.")),
    "blocked": (
        sentence("Their mail provider took it for unwanted mail."),
        sentence("The address may be right. Print the letter, and tell whoever runs your mail."),
    ),
    "too-large": (
        sentence("Their mail provider says that it is too large."),
        sentence("Tell whoever runs your mail, and print the letter."),
    ),
    "loop": (
        sentence("It went round in a circle between mail servers."),
        sentence(
            "Ask the family for another address: this one is forwarded to where it came from. Or print the letter."
        ),
    ),
    "relay": (
        sentence("The mail server it was brought to does not take mail for this address."),
        sentence(
            "Ask the family for the address, or print the letter. If it happens often, tell whoever runs your mail."
        ),
    ),
    "no-answer": (
        sentence("Their mail server did not answer for days."),
        sentence("The address may be right. Send again later."),
    ),
    "put-off": (
        sentence("Their mail server put it off each time."),
        sentence("The address may be right. Send again later."),
    ),
    "busy": (sentence("Their mail server was too busy."), sentence("The address may be right. Send again later.")),
    "trouble": (sentence("Their mail system had a fault."), sentence("The address may be right. Send again later.")),
    "unclear": (
        sentence("Their mail server does not say why."),
        sentence("Ask the family for the address, or print the letter."),
    ),
}


def came_back(why: Why) -> str:
    """Return what is noted of a notice that came back."""
    return str(_REASONS[why][0])


def reason_in_words(state: str, reply: str) -> tuple[str, str]:
    """Return why a message did not arrive, and what to do, in words; nothing where the reply says it itself."""
    if state == "bounced":
        return next((words for words in _REASONS.values() if words[0] == reply), ("", ""))
    return _REASONS[why_of(reply, code_in(reply))] if state == "refused" else ("", "")


AlertKind = Literal["mail-queue", "unreadable", "sign-ins", "heads", "shredding"]
"""What about the portal itself admins are told of, by mail."""
_TOLD_AGAIN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AlertStep:
    """What changes about an alert: whether it begins or ends, and whether admins are told."""

    begins: bool = False
    ends: bool = False
    tells: bool = False


def alert_step(
    *, stands: bool, since: datetime | None, told_at: datetime | None, bad: bool, now: datetime
) -> AlertStep:
    """Decide what an alert that `stands` since then, and was told last at `told_at`, comes to when it is looked at now.

    Its standing is told once a day, however often it comes and goes; its end is told if its beginning was.
    """
    if bad:
        is_due = told_at is None or now - told_at >= _TOLD_AGAIN_AFTER
        return AlertStep(begins=not stands, tells=is_due)
    was_told = told_at is not None and since is not None and told_at >= since
    return AlertStep(ends=stands, tells=stands and was_told)


PaperMark = Literal["handed-out", "posted", "undeliverable"]
_MARKS: dict[PaperMark, tuple[str, str]] = {
    "handed-out": ("sent", str(sentence("Handed out on paper."))),
    "posted": ("sent", str(sentence("Posted on paper."))),
    "undeliverable": ("bounced", str(sentence("On paper, and nobody could be given it."))),
}


def marked(mark: PaperMark) -> tuple[str, str]:
    """Return how a notice on paper stands once it is marked: its state, and what is noted of it."""
    return _MARKS[mark]


def mark_of(state: str, reply: str) -> PaperMark | None:
    """Return how a notice on paper is marked; None while nobody has said what became of it."""
    return next((mark for mark, standing in _MARKS.items() if standing == (state, reply)), None)


@dataclass(frozen=True, slots=True)
class Lease:
    """One worker's claim on one row of the outbox; `id` fences out whoever claimed it before."""

    row_id: str
    id: str
    attempts: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Pointless:
    """There is nothing to say any more, for this reason."""

    why: str


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a claimed message."""

    lease: Lease
    outcome: Outcome | Pointless


@dataclass(frozen=True, slots=True)
class Turn:
    """A sender's turn at the counter: it hands in how its last message went, and may take the next."""

    done: Done | None
    wants_more: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """How a row stands after its message was offered; until `not_before` nobody tries it again."""

    lease: Lease
    state: str
    reply: str
    attempts: int
    not_before: datetime | None = None


def next_try(*, attempts: int, now: datetime, first_due: datetime, jitter: float) -> datetime | None:
    """Return when to try again after the `attempts`th retryable failure, or None to give up.

    Exponential backoff from 15 seconds to 15 minutes; `jitter` in [0, 1) spreads it over half to the whole.
    Given up is what is 3 days late and was tried ten times: what an outage of days has held up still gets
    its tries (RFC 5321, 4.5.4.1).
    """
    if now - first_due > _GIVE_UP_AFTER and attempts >= _FEWEST_TRIES:
        return None
    wait: timedelta = min(_FIRST_WAIT * 2 ** min(attempts - 1, 10), _LONGEST_WAIT)
    return now + wait * (0.5 + jitter / 2)


def ending(done: Done, *, now: datetime, jitter: float) -> Ending:
    """Decide how a row stands after what became of its message."""
    lease, tried = done.lease, done.lease.attempts + 1
    match done.outcome:
        case Accepted(reply):
            return Ending(lease, "sent", reply, tried)
        case PermanentFailure(reply):
            return Ending(lease, "refused", reply, tried)
        case Pointless(why):
            return Ending(lease, "cancelled", why, lease.attempts)
        case Withdrawn():  # what made it unwanted is judged anew when it is claimed again
            return Ending(lease, "queued", "", lease.attempts)
        case RetryableFailure(reply, room_is_shut=True):  # no fault of this message, so not one of its tries
            return Ending(lease, "queued", reply, lease.attempts)
        case RetryableFailure(reply):
            again = next_try(attempts=tried, now=now, first_due=lease.due_at, jitter=jitter)
            return Ending(lease, "queued" if again else "refused", reply, tried, again)
        case _ as never:
            assert_never(never)
