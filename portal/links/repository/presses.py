"""A link opened by two presses: the second comes with the cookie from before the first."""

from datetime import datetime, timedelta
from typing import Final, Literal

from sqlmodel import Session

from portal.links.tables import FamilySession

Press = Literal["first", "again", "apart"]
_SECOND_PRESS: Final = timedelta(minutes=1)


def press_of(session: Session, *, old: str, following: str, now: datetime) -> Press:
    """Tell whether a browser's session is followed by another yet: no, just now, or by none that may take its place.

    The row stays locked: a second press waits here until the first one's session is there.
    """
    if session.get(FamilySession, old, with_for_update=True) is None:
        return "apart"
    found = session.get(FamilySession, following)
    if found is None:
        return "first"
    is_open = found.ended_at is None and found.expires_at > now
    return "again" if is_open and now - found.created_at <= _SECOND_PRESS else "apart"
