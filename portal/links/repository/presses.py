"""A link opened by two presses: the second comes with the cookie from before the first."""

from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session, col, select

from portal.links.tables import FamilySession, Opening

_SECOND_PRESS: Final = timedelta(minutes=1)


def in_its_place(session: Session, session_id: str, link_id: str, *, now: datetime) -> FamilySession | None:
    """Return a browser's session, or the one that a first press of the same link has just put in its place.

    Else what else was open there would be closed by whoever presses twice: the first press has moved it along.
    """
    found = session.get(FamilySession, session_id, with_for_update=True)  # the first may not be committed yet
    if found is None or found.ended_at is None or now - found.ended_at > _SECOND_PRESS:
        return found
    begun_then = (
        select(FamilySession)
        .join(Opening, col(Opening.session_id) == col(FamilySession.id))
        .where(FamilySession.guardian_id == found.guardian_id, FamilySession.created_at == found.ended_at)
        .where(col(FamilySession.ended_at).is_(None), Opening.link_id == link_id)
    )
    return session.exec(begun_then).first() or found
