"""What can be frozen, and for how long two administrators may read what was."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

Kind = Literal["mailing", "document", "span"]
TextKind = Literal["notice", "report"]
FROZEN = "frozen"
"""Why a link does not open that died in an incident: by this word those are found that may be made anew."""
EVIDENCE = "Evidence of an incident."
"""Why a freeze puts a mailing under legal hold; undoing it lifts this hold, and no other."""
READING_LASTS = timedelta(minutes=30)
REASON_LEAST = 10
REASON_MOST = 500
DECISION_MOST = 2_000
TEXT_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Target:
    """What is frozen: a mailing or a document by its id, or what a staff member sent from `since` up to `until`."""

    kind: Kind
    id: str
    since: datetime | None = None
    until: datetime | None = None


KNOWN_FOR = timedelta(hours=24)
"""So long must somebody be an administrator to read what was frozen, who was none before the freeze."""


def may_read_together(*, admin_since: datetime | None, frozen_at: datetime, now: datetime) -> bool:
    """Tell whether an administrator may be one of the two: nobody brings a second self along to read at once."""
    return admin_since is not None and (admin_since <= frozen_at or now - admin_since >= KNOWN_FOR)


ASKING_LASTS = timedelta(days=1)
"""So long an asking waits for the second person."""
ReadingState = Literal["asked", "open", "over"]


def reading_state(*, asked_at: datetime, ends_at: datetime | None, now: datetime) -> ReadingState:
    """Tell whether an asking waits for the second person, is open to both, or is over."""
    if ends_at is None:
        return "asked" if now < asked_at + ASKING_LASTS else "over"
    return "open" if now < ends_at else "over"
