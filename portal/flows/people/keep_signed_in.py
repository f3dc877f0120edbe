"""A signed-in browser asks again: who it is, and that it is still in use."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session

from portal.staff import repository as staff
from portal.staff.errors import SignedOut
from portal.staff.rules import Acting, is_signed_in_anew, session_is_live

Standing = Literal["live", "removed", "ended", "idle"]
"""A session goes on, or is over: its member is off the staff, somebody or something ended it, or its time is up."""
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


def standing_of(session: Session, session_id: str, *, now: datetime) -> Standing | None:
    """Tell a browser whether its session goes on, or why it is over; None for one that there never was."""
    found = staff.find_session(session, session_id)
    if found is None:
        return None
    if staff.by_id(session, found.staff_id) is None:
        return "removed"
    if found.ended_at is not None:
        return "ended"
    is_live = session_is_live(created_at=found.created_at, seen_at=found.seen_at, ended_at=None, now=now)
    return "live" if is_live else "idle"


def is_anew(session: Session, session_id: str, *, is_typing: bool, now: datetime) -> bool:
    """Tell whether somebody signed in so lately that they may change who may do what."""
    found = staff.find_session(session, session_id)
    if found is None:
        return False
    return is_signed_in_anew(found.authenticated_at or found.created_at, is_typing=is_typing, now=now)


def whose_it_was(session: Session, session_id: str) -> Acting | None:
    """Return whose session it is that has run out, so that what they typed meanwhile is kept for them.

    None for one that somebody ended, and for whoever is off the staff.
    """
    found = staff.find_session(session, session_id)
    return staff.by_id(session, found.staff_id) if found is not None and found.ended_at is None else None


def note_use(session: Session, session_id: str, *, now: datetime) -> None:
    """Note that a session is in use, which puts off its idle limit."""
    staff.see_session(session, session_id, now=now)
