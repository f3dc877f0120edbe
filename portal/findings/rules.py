"""Which findings may be accepted, for how long, and what an acceptance covers."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from portal.findings.errors import NeverAccepted
from portal.kernel.errors import WrongCall
from portal.words.sentences import sentence

MOST_DAYS: Final = 180
LONGEST_REASON: Final = 300

ACCEPTABLE: Final = frozenset(
    {
        "address",  # plain http is taken for this machine itself alone: somebody tries the portal
        "name-of-the-organisation",
        "contact-for-families",
        "sender-of-messages",
        "how-staff-sign-in",  # a district without a provider of accounts has no other way
        "time-to-stop-a-letter",
        "mail-server",  # a relay in the own network may know no TLS
        "last-backup",
    }
)
"""Findings that may be accepted, by key. What is not here never is: a new finding has to be put here on purpose."""

MOVING: Final = frozenset({"last-backup"})
"""Those of them whose value is measured, so that it is another one each time."""

_OF_THE_MOMENT: Final = sentence(
    "This comes and goes, each time for another cause. Accepting it would hide the next one, so put it right."
)
NEVER: Final = {
    "mail-queue": _OF_THE_MOMENT,
    "refused-sign-ins-in-the-last-hour": _OF_THE_MOMENT,
    "files-that-could-not-be-read-in-the-last-day": _OF_THE_MOMENT,
    "store-of-files": _OF_THE_MOMENT,
    "virus-scanner": _OF_THE_MOMENT,
    "clock": _OF_THE_MOMENT,
    "room-on-the-disk": _OF_THE_MOMENT,
}
"""Why some are never accepted; of all others the reason is that a promise hangs on them."""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """That an admin accepts a finding until a moment; `by` is the ledger's label of whoever did."""

    id: str
    finding: str
    value: str
    ends_at: datetime
    reason: str
    by: str
    at: datetime

    def covers(self, finding: str, value: str, *, now: datetime) -> bool:
        """Tell whether this is the finding that was accepted, with the value it had, and the time is not over."""
        is_same = finding == self.finding and (finding in MOVING or value == self.value)
        return is_same and now < self.ends_at


def key_of(name: str) -> str:
    """Return the key of a finding: its English name in small letters, with hyphens between the words."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def check_may_be_accepted(finding: str) -> None:
    """Raise `NeverAccepted`, with the reason, for a finding that is not among those that may be accepted."""
    if finding not in ACCEPTABLE:
        raise NeverAccepted(NEVER.get(finding))


def checked_reason(typed: str) -> str:
    """Return why, with single blanks. Raises `WrongCall` for nothing, and for more than 300 letters."""
    reason = " ".join(typed.split())
    if not reason or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise WrongCall(sentence("Say why, in at most %(most)s letters.", most=LONGEST_REASON))
    return reason


def check_end(ends_at: datetime, *, now: datetime) -> None:
    """Raise `WrongCall` for a day that is over, and for one more than 180 days away."""
    if ends_at <= now:
        raise WrongCall(sentence("That day is over. Name a later one."))
    if ends_at > now + timedelta(days=MOST_DAYS + 1):  # to the end of that day
        far = sentence("Name a day within the next %(most)s days. It can be accepted anew then.", most=MOST_DAYS)
        raise WrongCall(far)
