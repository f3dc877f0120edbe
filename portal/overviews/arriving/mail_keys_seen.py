"""Mail keys as their holders and admins see them; the key itself is nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.staff import repository as staff


@dataclass(frozen=True, slots=True)
class MailKeySeen:
    """One mail key in use: for which mail program, since when, and until when. `used_at` is exact to the hour."""

    id: str
    label: str
    made_at: datetime
    used_at: datetime | None
    ends_at: datetime


def mail_keys_seen(session: Session, staff_id: str, *, now: datetime) -> Sequence[MailKeySeen]:
    """Return the mail keys of somebody that are in use, oldest first."""
    return [
        MailKeySeen(row.id, row.label, row.created_at, row.used_at, row.expires_at)
        for row in staff.mail_keys_of(session, staff_id, now=now)
    ]
