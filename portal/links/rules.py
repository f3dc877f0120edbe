"""Whether a link opens, decided from facts alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SESSION_LASTS = timedelta(hours=12)
DISCLOSED_ONCE_IN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class LinkFacts:
    """What the database says about a link at this moment."""

    link_id: str
    mailing_id: str
    guardian_id: str
    child_id: str
    expires_at: datetime
    revoked_at: datetime | None
    revoked_why: str
    may_view: bool
    starts_at: datetime
    ends_at: datetime | None
    mailing_state: str


@dataclass(frozen=True, slots=True)
class Open:
    """The link opens its child's copies."""


@dataclass(frozen=True, slots=True)
class Dead:
    """The link does not open, for the reason that the ledger keeps."""

    why: str


def judge(link: LinkFacts, *, now: datetime) -> Open | Dead:
    """Decide whether a link opens now: taken back, right ended, mailing taken back, expired, in this order."""
    if link.revoked_at is not None:
        return Dead(link.revoked_why or "taken-back")
    if not link.may_view or link.starts_at > now or (link.ends_at is not None and link.ends_at <= now):
        return Dead("guardianship-ended")
    if link.mailing_state == "revoked":
        return Dead("taken-back")
    if link.expires_at <= now:
        return Dead("expired")
    return Open()
