"""The pictures that are known, with who registered them."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.guard import repository as guard
from portal.overviews.people.staff_mail import name_of


@dataclass(frozen=True, slots=True)
class Known:
    """One picture, by the hash of its pixels."""

    sha256: str
    label: str
    by: str
    at: datetime


def known_pictures(session: Session) -> list[Known]:
    """Return all known pictures, newest first."""
    return [
        Known(one.sha256, one.label, name_of(session, one.by_id), one.registered_at)
        for one in guard.known_pictures(session)
    ]
