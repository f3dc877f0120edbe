"""Everything that an admin may take back, found by one box: families, letters, documents, links and colleagues."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import Session, col

from portal.documents import repository as documents
from portal.documents.tables import IS_SHARED, Copy, Document
from portal.families.repository import searching
from portal.families.tables import Guardian, Guardianship
from portal.kernel.ids import is_id
from portal.links.tables import Link
from portal.mailings import repository as mailings
from portal.mailings.tables import Mailing
from portal.overviews.links import targets
from portal.overviews.links.targets import FoundLink
from portal.staff.rules import Acting
from portal.staff.tables import StaffMember

MOST = 10


@dataclass(frozen=True, slots=True)
class FoundGuardian:
    """A guardian of a found child."""

    id: str
    name: str
    address: str | None


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A document and the letter it belongs to."""

    id: str
    file_name: str
    title: str


@dataclass(frozen=True, slots=True)
class FoundFamily:
    """A child with its guardians, those whose guardianship is over among them, and its own newest letters."""

    child_id: str
    student_number: str
    child_name: str
    guardians: tuple[FoundGuardian, ...]
    own: tuple[FoundFile, ...]


@dataclass(frozen=True, slots=True)
class Finds:
    """What a search found; at most ten of each, and whether there are more families."""

    families: tuple[FoundFamily, ...]
    more_families: bool
    letters: tuple[tuple[str, str, str], ...]
    files: tuple[FoundFile, ...]
    links: tuple[FoundLink, ...]
    staff: tuple[tuple[str, str, str], ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found at all."""
        return not (self.families or self.letters or self.files or self.links or self.staff)


def find(session: Session, words: str, by: Acting) -> Finds:
    """Return what bears these words within somebody's sites: a name, number, address, title, file name or id."""
    found = _families(session, words, by)
    links: list[FoundLink] = []
    if is_id(words):
        links = [one for one in targets.find_links(session, words, sites=by.sites, limit=1) if one.link_id == words]
    return Finds(
        found[:MOST],
        len(found) > MOST,
        tuple(mailings.titled(session, words, staff_id=by.id, sites=by.sites, limit=MOST)),
        _files(session, words, by),
        tuple(links),
        _staff(session, words, by),
    )


def _families(session: Session, words: str, by: Acting) -> tuple[FoundFamily, ...]:
    by_id = searching.children_of_guardian(session, by.sites, words.strip(), limit=MOST + 1)
    by_words = searching.children_page(session, by.sites, search=words, after=None, limit=MOST + 1, leavers=True)
    rows = list({row.id: row for row in (*by_id, *by_words)}.values())[: MOST + 1]
    ids = [row.id for row in rows]
    guardians, own = _guardians(session, ids), _own_letters(session, ids, by)
    return tuple(
        FoundFamily(
            row.id,
            row.student_number,
            f"{row.given_name} {row.family_name}".strip(),
            tuple(guardians.get(row.id, ())),
            tuple(own.get(row.id, ())),
        )
        for row in rows
    )


def _own_letters(session: Session, child_ids: Sequence[str], by: Acting) -> dict[str, list[FoundFile]]:
    """Find the newest ten documents that are these children's own: among thousands, one is found by its child."""
    if not child_ids:
        return {}
    to_them = (
        select(col(Link.mailing_id), col(Link.child_id)).where(col(Link.child_id).in_(child_ids)).distinct().subquery()
    )
    query = (
        select(col(Copy.child_id), col(Document.id), col(Document.file_name), col(Mailing.title))
        .join(to_them, and_(to_them.c.mailing_id == col(Copy.mailing_id), to_them.c.child_id == col(Copy.child_id)))
        .join(Document, col(Document.id) == col(Copy.document_id))
        .join(Mailing, col(Mailing.id) == col(Document.mailing_id))
        .where(col(Copy.kind) == "own", ~documents.is_pending(), mailings.visible_to(by.id, by.sites))
        .order_by(col(Document.created_at).desc(), col(Document.id))
    )
    found: dict[str, list[FoundFile]] = {}
    for child_id, *one in session.execute(query.limit(MOST)):
        found.setdefault(child_id, []).append(FoundFile(*one))
    return found


def _guardians(session: Session, child_ids: Sequence[str]) -> dict[str, list[FoundGuardian]]:
    query = (
        select(col(Guardianship.child_id), Guardian)
        .join(Guardian, col(Guardian.id) == col(Guardianship.guardian_id))
        .where(col(Guardianship.child_id).in_(child_ids))
        .order_by(col(Guardian.family_name), col(Guardian.given_name), col(Guardian.id))
    )
    found: dict[str, list[FoundGuardian]] = {}
    for child_id, one in session.execute(query):
        name = f"{one.given_name} {one.family_name}".strip()
        found.setdefault(child_id, []).append(FoundGuardian(one.id, name, one.address))
    return found


def _files(session: Session, words: str, by: Acting) -> tuple[FoundFile, ...]:
    """Find documents by id, or those of one letter for everybody by name: a child's own stands with its child."""
    if is_id(words):
        meant: ColumnElement[bool] = col(Document.id) == words
    else:
        bears = (col(Document.file_name).icontains(word, autoescape=True) for word in words.split())
        meant = and_(IS_SHARED, *bears)
    query = (
        select(col(Document.id), col(Document.file_name), col(Mailing.title))
        .join(Mailing, col(Mailing.id) == col(Document.mailing_id))
        .where(meant, ~documents.is_pending())
        .where(col(Mailing.approved_at).is_not(None), mailings.visible_to(by.id, by.sites))
        .order_by(col(Document.file_name), col(Document.id))
    )
    return tuple(FoundFile(*row) for row in session.execute(query.limit(MOST)))


def _staff(session: Session, words: str, by: Acting) -> tuple[tuple[str, str, str], ...]:
    """Find colleagues by name or address, as id, name and address; an admin of some sites looks after none here."""
    if by.sites is not None:
        return ()
    query = select(col(StaffMember.id), col(StaffMember.name), col(StaffMember.address)).where(
        col(StaffMember.removed_at).is_(None),
        *(
            or_(
                *(one.icontains(word, autoescape=True) for one in (col(StaffMember.name), col(StaffMember.address_key)))
            )
            for word in words.split()
        ),
    )
    return tuple((row[0], row[1], row[2]) for row in session.execute(query.order_by(col(StaffMember.name)).limit(MOST)))
