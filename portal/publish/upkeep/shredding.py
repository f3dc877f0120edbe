"""Shredding: closed in one transaction, then keys and bytes destroyed, noted in another; each can be done again."""

from datetime import datetime, timedelta

from portal.documents.repository import loose
from portal.flows.keeping import shred_documents
from portal.flows.keeping.shred_documents import Shredding
from portal.flows.people import erase_person
from portal.flows.people.erase_person import Erasing, Who
from portal.staff.rules import Acting
from portal.wiring import House

_LOOSE = timedelta(hours=1)


def shred_expired(house: House, *, now: datetime) -> int:
    """Shred every document whose days are over and that no hold keeps; return how many. Again, it is none."""
    done = 0
    while True:
        with house.db.write() as session:
            closed = shred_documents.close_expired(session, house.keys, house.settings.retention, now=now)
        if not closed:
            break
        done += closed
    shred_loose(house, now=now)
    return done


def shred_by_hand(house: House, what: Shredding, *, by: Acting, reason: str, now: datetime) -> int:
    """Shred what an admin names; return how many documents. Raises what the story raises."""
    with house.db.write() as session:
        closed = shred_documents.close_by_hand(session, house.keys, what, by=by, reason=reason, now=now)
    shred_loose(house, now=now)
    return len(closed)


def look_at_erasure(house: House, who: Who, *, by: Acting) -> Erasing:
    """Return what erasing somebody would take away, and what would go on naming them. Raises what the story raises."""
    with house.db.read() as session:
        return erase_person.look_at_words(session, erase_person.look_at_erasure(session, who, by=by))


def erase(house: House, who: Who, *, by: Acting, reason: str, now: datetime) -> Erasing:
    """Erase somebody, and shred the letters that were made for them. Raises what the story raises."""
    named_in = look_at_erasure(house, who, by=by).named_in
    with house.db.write() as session:
        seen = erase_person.erase_person(session, house.keys, who, by=by, reason=reason, named_in=named_in, now=now)
    shred_loose(house, now=now)
    return seen


def shred_loose(house: House, *, now: datetime) -> None:
    """Shred what lost its row or was closed, and what was sealed an hour ago and got no row."""
    while True:
        with house.db.read() as session:
            over = loose.loose_before(session, now - _LOOSE)
        if not over:
            return
        house.documents.shred(*over)
        with house.db.write() as session:
            loose.placed(session, over)
            shred_documents.note_shredded(session, house.keys, over, now=now)
