"""Who said that they have read a letter: for the family itself, and for staff, who has not."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, Subquery, func, select
from sqlmodel import Session, col

from portal.documents.repository import acknowledged
from portal.documents.tables import Acknowledgement, Copy, Document
from portal.families.tables import Child, Guardian
from portal.links.tables import Link
from portal.mailings import repository as mailings
from portal.mailings.tables import Mailing
from portal.overviews.family.letters import Letter
from portal.staff.rules import Acting

FEW = 50


@dataclass(frozen=True, slots=True)
class Said:
    """What one guardian said of one child's letter: of the version that stands, and of an earlier one."""

    at: datetime | None = None
    earlier: datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One guardian of one child, and what they said."""

    number: str
    child: str
    guardian: str
    said: Said


@dataclass(frozen=True, slots=True)
class Counts:
    """How many guardians of how many children were asked, and said it; a guardian of two children counts twice."""

    is_asked: bool
    asked: int
    said: int

    @property
    def missing(self) -> int:
        """How many have not."""
        return self.asked - self.said


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The page of a mailing's acknowledgements; `missing` are the first of those who have not."""

    mailing: Mailing
    counts: Counts
    missing: tuple[Row, ...]


def said_of(session: Session, letter: Letter) -> Said | None:
    """Return what this guardian said of this letter; None where nobody asks."""
    mailing = mailings.find_any(session, letter.link.mailing_id)
    if mailing is None or not mailing.acknowledge or letter.place:  # asked of the letter, not of what comes with it
        return None
    words = acknowledged.words_of(session, letter.link.mailing_id, letter.link.guardian_id, letter.link.child_id)
    stands = [at for at, is_standing in words if is_standing]
    earlier = [at for at, is_standing in words if not is_standing]
    return Said(stands[0] if stands else None, earlier[-1] if earlier else None)


def counts_of(session: Session, mailing: Mailing) -> Counts:
    """Return how many were asked and said it; nothing where nobody asks."""
    if not mailing.acknowledge:
        return Counts(is_asked=False, asked=0, said=0)
    pairs = _pairs(mailing.id).subquery()
    stands = _said(mailing.id, standing=True)
    query = select(func.count(), func.count(stands.c.at)).select_from(
        pairs.outerjoin(stands, (stands.c.guardian == pairs.c.guardian_id) & (stands.c.child == pairs.c.child_id))
    )
    asked, said = session.execute(query).one()
    return Counts(is_asked=True, asked=asked, said=said)


def acknowledged_in(session: Session, by: Acting, mailing_id: str) -> Acknowledged:
    """Return who of a mailing's guardians have not said it. Raises `NoSuchMailing`."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    missing = tuple(rows(session, mailing.id, missing_alone=True, limit=FEW)) if mailing.acknowledge else ()
    return Acknowledged(mailing, counts_of(session, mailing), missing)


def all_rows(session: Session, by: Acting, mailing_id: str) -> tuple[Mailing, list[Row]]:
    """Return every guardian of every child of a mailing, and what they said. Raises `NoSuchMailing`."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    return mailing, list(rows(session, mailing.id))


def rows(session: Session, mailing_id: str, *, missing_alone: bool = False, limit: int | None = None) -> Iterator[Row]:
    """Yield guardians by child."""
    pairs = _pairs(mailing_id).subquery()
    stands, earlier = _said(mailing_id, standing=True), _said(mailing_id, standing=False)
    query = (
        select(
            col(Child.student_number),
            col(Child.given_name) + " " + col(Child.family_name),
            col(Guardian.given_name) + " " + col(Guardian.family_name),
            stands.c.at,
            earlier.c.at,
        )
        .select_from(pairs)
        .join(Child, col(Child.id) == pairs.c.child_id)
        .join(Guardian, col(Guardian.id) == pairs.c.guardian_id)
        .outerjoin(stands, (stands.c.guardian == pairs.c.guardian_id) & (stands.c.child == pairs.c.child_id))
        .outerjoin(earlier, (earlier.c.guardian == pairs.c.guardian_id) & (earlier.c.child == pairs.c.child_id))
        .order_by(
            col(Child.family_name), col(Child.given_name), col(Child.id), col(Guardian.family_name), pairs.c.guardian_id
        )
        .limit(limit)
    )
    if missing_alone:
        query = query.where(stands.c.at.is_(None))
    for number, child, guardian, at, before in session.execute(query):
        yield Row(number, child, guardian, Said(at, before))


def _pairs(mailing_id: str) -> Select[str, str]:
    """Return the guardians and children who have a link that was not taken back."""
    return (
        select(col(Link.guardian_id), col(Link.child_id))
        .where(col(Link.mailing_id) == mailing_id, col(Link.revoked_at).is_(None))
        .distinct()
    )


def _said(mailing_id: str, *, standing: bool) -> Subquery:
    replaced = col(Document.replaced_at)
    return (
        select(
            col(Acknowledgement.guardian_id).label("guardian"),
            col(Acknowledgement.child_id).label("child"),
            func.max(col(Acknowledgement.at)).label("at"),
        )
        .join(Copy, col(Copy.id) == col(Acknowledgement.copy_id))
        .join(Document, col(Document.id) == col(Copy.document_id))
        .where(col(Acknowledgement.mailing_id) == mailing_id, replaced.is_(None) if standing else replaced.is_not(None))
        .group_by(col(Acknowledgement.guardian_id), col(Acknowledgement.child_id))
        .subquery()
    )
