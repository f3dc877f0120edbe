"""A signed-in browser asks again: who it is, and that it is still in use."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.staff import repository as staff
from portal.staff.errors import SignedOut
from portal.staff.rules import Acting, session_is_live

_SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class StillSignedIn:
    """Who it is, and whether the row should say so; not at every request, so that reading stays reading."""

    person: Acting
    is_to_be_noted: bool


def who_is_signed_in(session: Session, session_id: str, *, now: datetime) -> StillSignedIn:
    """Return the staff member of a live session. Raises `SignedOut`."""
    found = staff.find_session(session, session_id)
    if found is None or not session_is_live(
        created_at=found.created_at, seen_at=found.seen_at, ended_at=found.ended_at, now=now
    ):
        raise SignedOut
    person = staff.by_id(session, found.staff_id)
    if person is None:
        raise SignedOut
    return StillSignedIn(person, now - found.seen_at > _SEEN_EVERY)


def note_use(session: Session, session_id: str, *, now: datetime) -> None:
    """Note that a session is in use, which puts off its idle limit."""
    staff.see_session(session, session_id, now=now)
