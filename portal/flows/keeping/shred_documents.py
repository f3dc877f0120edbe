"""Documents whose time is over, or that somebody shreds by hand: closed to everybody first, then their keys and bytes.

Closing and noting are two transactions with the destruction between them, so that a crash leaves work and no lie:
the ledger says `document:shred` when a document is closed, and `document:shredded` when nobody can read it any more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.errors import NoSuchDocument, UnderHold
from portal.documents.repository import keeping
from portal.documents.repository.keeping import Closed
from portal.kernel.errors import Refused, WrongCall
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.mailings import repository as mailings
from portal.overviews.operation import retention
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence

Kind = Literal["mailing", "document"]
MOVING = retention.MOVING
_BY_PORTAL = "portal"


@dataclass(frozen=True, slots=True)
class Shredding:
    """What somebody shreds by hand."""

    kind: Kind
    id: str


def close_expired(session: Session, keys: KeyRing, days: Mapping[str, int], *, now: datetime) -> int:
    """Close some of the documents whose days are over and that no hold keeps; return how many."""
    over = retention.expired(session, days, now=now)
    closed = keeping.close(session, over, why="retention", now=now)
    _note(session, keys, closed, by=_BY_PORTAL, why="retention", now=now)
    return len(closed)


def what_would_go(session: Session, what: Shredding, *, by: Acting) -> list[Closed]:
    """Return the documents that shredding would close. Raises `NotAllowed`, `UnderHold`, `NotFound` errors.

    Raises `Refused` while the mailing is on its way: taking back or stopping it comes first.
    """
    if not by.is_admin:
        raise NotAllowed
    document = documents.find(session, what.id) if what.kind == "document" else None
    if what.kind == "document" and document is None:
        raise NoSuchDocument
    mailing_id = document.mailing_id if document else what.id
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    if mailing.state in MOVING:
        raise Refused(sentence("This mailing is on its way to families. Stop it or take it back first, then shred."))
    hold = keeping.hold_of(session, mailing.id)
    if hold is not None:
        raise UnderHold(hold.at)
    found = keeping.open_documents(session, mailing_id=mailing.id)
    return [one for one in found if document is None or one.id == document.id]


def close_by_hand(
    session: Session, keys: KeyRing, what: Shredding, *, by: Acting, reason: str, now: datetime
) -> list[Closed]:
    """Close documents because an admin says so. A second time there is nothing to close. Raises as above."""
    if not reason.strip():
        raise WrongCall(sentence("Say why it is shredded; the reason is kept."))
    found = what_would_go(session, what, by=by)
    closed = keeping.close(session, [one.id for one in found], why=reason.strip(), now=now)
    _note(session, keys, closed, by=by.label, why="by-hand", now=now)
    return closed


def note_shredded(session: Session, keys: KeyRing, blob_ids: Sequence[str], *, now: datetime) -> None:
    """Note, after keys and bytes are gone, which closed documents they were of."""
    gone = keeping.mark_shredded(session, blob_ids, now=now)
    ledger.append(session, keys, [Act("document:shredded", _BY_PORTAL, {"document": one}) for one in gone], now=now)


def _note(session: Session, keys: KeyRing, closed: Sequence[Closed], *, by: str, why: str, now: datetime) -> None:
    acts = [Act("document:shred", by, {"document": one.id, "mailing": one.mailing_id, "why": why}) for one in closed]
    ledger.append(session, keys, acts, now=now)
