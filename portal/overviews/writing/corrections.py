"""What of a mailing can be corrected, what waits to be approved, and what was replaced."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.documents import repository as documents
from portal.documents.errors import NoSuchDocument
from portal.documents.tables import Document
from portal.families import repository as families
from portal.families.rules import count_families
from portal.families.tables import Child
from portal.links.tables import Link
from portal.mailings import repository as mailings
from portal.mailings.tables import Mailing
from portal.overviews.records import record
from portal.staff.rules import Acting

_MOST = 50

_MOST_WORDS = 8  # each is a condition, and a database takes so many at a time


@dataclass(frozen=True, slots=True)
class CorrectionSeen:
    """One file of a mailing, whose it is, and its corrected version: waiting, or in effect since `replaced_at`."""

    mailing: Mailing
    document: Document
    child_name: str
    student_number: str
    correction: Document | None
    brought_by: str
    is_mine: bool

    @property
    def waits(self) -> bool:
        """Whether a corrected version waits for a second person."""
        return self.correction is not None and self.document.replaced_at is None


def correction_seen(session: Session, mailing_id: str, document_id: str, *, by: Acting) -> CorrectionSeen:
    """Return a file with its corrected version. Raises `NoSuchMailing`, `NoSuchDocument`."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    document = documents.find(session, document_id)
    if document is None or document.mailing_id != mailing.id:
        raise NoSuchDocument
    number, given, family = "", "", ""
    if document.addressee_id:
        number, given, family = families.names_of_children(session, [document.addressee_id])[document.addressee_id]
    correction = documents.correction_of(session, document.id)
    label = _brought_by(session, correction.id) if correction else ""
    return CorrectionSeen(
        mailing,
        document,
        f"{given} {family}".strip(),
        number,
        correction,
        record.names_of_staff(session, [label]).get(label, "Somebody"),
        is_mine=by.id == mailing.author_id or mailings.has_written(session, mailing.id, by.id),
    )


def _brought_by(session: Session, document_id: str) -> str:
    """Return the ledger's label of whoever brought a corrected version; the row itself does not say."""
    newest = record.lines(session, record.Filter(act="document:correct", about=document_id), limit=1)
    return newest[0].by if newest else ""


def is_waived(session: Session, mailing: Mailing, *, below: int) -> bool:
    """Tell whether a setting lets the author's own word do: never where it is confidential, released or large.

    Large by everybody who ever had a link, whatever became of it: what is sent again later is the corrected version.
    """
    if mailing.confidential or documents.releases_of(session, mailing.id):
        return False
    query = select(col(Link.guardian_id), col(Link.child_id)).where(col(Link.mailing_id) == mailing.id).distinct()
    return count_families((guardian, child) for guardian, child in session.execute(query)) < below


@dataclass(frozen=True, slots=True)
class Correctable:
    """A file that families have, as somebody picks it to correct it."""

    document_id: str
    file_name: str
    child_name: str
    student_number: str
    waits: bool


def correctable(session: Session, mailing_id: str, *, by: Acting, words: str) -> tuple[Mailing, list[Correctable]]:
    """Return a mailing and its files as they stand; of one for each child, those whose name or number matches.

    At most fifty. Without words, only those of which a corrected version waits are listed, of one for each child.
    Raises `NoSuchMailing`.
    """
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    new = aliased(Document)
    query = (
        select(
            col(Document.id),
            col(Document.file_name),
            col(Child.given_name) + " " + col(Child.family_name),
            col(Child.student_number),
            col(new.id).is_not(None),
        )
        .outerjoin(Child, col(Child.id) == col(Document.addressee_id))
        .outerjoin(new, col(new.replaces_id) == col(Document.id))
        .where(col(Document.mailing_id) == mailing.id, documents.is_current(), col(Document.revoked_at).is_(None))
        .order_by(col(Child.family_name), col(Child.given_name), col(Document.place), col(Document.created_at))
        .limit(_MOST)
    )
    if not words.strip() and mailing.way != "shared":
        query = query.where(col(new.id).is_not(None))
    for word in words.split()[:_MOST_WORDS]:
        part = f"%{word.replace('%', '').replace('_', '')}%"
        named = or_(col(Child.given_name).ilike(part), col(Child.family_name).ilike(part))
        query = query.where(or_(col(Document.kind) == "shared", named, col(Child.student_number) == word))
    rows = [Correctable(row[0], row[1], row[2] or "", row[3] or "", bool(row[4])) for row in session.execute(query)]
    return mailing, rows


@dataclass(frozen=True, slots=True)
class Waiting:
    """A corrected version that waits for a second person, and what it is to replace."""

    mailing_id: str
    title: str
    document_id: str
    file_name: str
    since: datetime


def waiting_for(session: Session, by: Acting, *, limit: int) -> tuple[list[Waiting], int]:
    """Return the corrected versions that somebody may let take effect, the oldest first, and how many there are."""
    if not by.may_approve:
        return [], 0
    new = aliased(Document)
    query = (
        select(
            col(Document.mailing_id), col(Mailing.title), col(Document.id), col(Document.file_name), col(new.created_at)
        )
        .join(new, col(new.replaces_id) == col(Document.id))
        .join(Mailing, col(Mailing.id) == col(Document.mailing_id))
        .where(col(Document.replaced_at).is_(None), col(Document.revoked_at).is_(None))
        .where(mailings.others_wrote(by.id, by.sites))
        .order_by(col(new.created_at))
    )
    total = session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    return [Waiting(*row) for row in session.execute(query.limit(limit))], total


@dataclass(frozen=True, slots=True)
class Corrections:
    """How many corrected versions of a mailing wait, how many are in effect, and since when the newest is."""

    waiting: int
    in_effect: int
    newest: datetime | None


def corrections_of(session: Session, mailing_id: str) -> Corrections:
    """Count the corrected versions of a mailing."""
    new = aliased(Document)
    done = col(Document.replaced_at).is_not(None)
    query = (
        select(func.count().filter(~done), func.count().filter(done), func.max(col(Document.replaced_at)))
        .select_from(Document)
        .join(new, and_(col(new.replaces_id) == col(Document.id)))
        .where(col(Document.mailing_id) == mailing_id)
    )
    return Corrections(*session.execute(query).one())
