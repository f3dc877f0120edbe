"""What a taking back would touch, and who has opened it already."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.documents.tables import Copy, Document
from portal.families.repository import words
from portal.families.tables import Child, Enrolment, Guardian
from portal.kernel.ids import is_id
from portal.kernel.storage.db import hold_rows
from portal.kernel.text.folding import words_in
from portal.ledger.tables import Disclosure
from portal.links.tables import Link
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice, NoticeLink
from portal.overviews.links import kin


@dataclass(frozen=True, slots=True)
class Reader:
    """A guardian who opened something about a child: the first view or download, by the ledger."""

    guardian_id: str
    guardian_name: str
    student_number: str
    child_name: str
    at: datetime


def _first_openings(session: Session, where: ColumnElement[bool]) -> list[Reader]:
    first = (
        select(col(Disclosure.guardian_id), col(Disclosure.child_id), func.min(col(Disclosure.at)).label("at"))
        .where(where)
        .group_by(col(Disclosure.guardian_id), col(Disclosure.child_id))
        .subquery()
    )
    query = (
        select(
            col(Guardian.id),
            col(Guardian.given_name),
            col(Guardian.family_name),
            col(Child.student_number),
            col(Child.given_name),
            col(Child.family_name),
            first.c.at,
        )
        .join(first, first.c.guardian_id == col(Guardian.id))
        .join(Child, first.c.child_id == col(Child.id))
        .order_by(first.c.at)
    )
    return [
        Reader(row[0], f"{row[1]} {row[2]}", row[3], f"{row[4]} {row[5]}", row[6]) for row in session.execute(query)
    ]


def readers_of_mailing(session: Session, mailing_id: str) -> list[Reader]:
    """Return who has opened a mailing, the earliest first."""
    return _first_openings(session, col(Disclosure.mailing_id) == mailing_id)


def editions_of_link(*link_ids: str) -> Select[str]:
    """Return the query for all editions of links, themselves among them: they are taken back together."""
    one, edition = aliased(Link), aliased(Link)
    same = and_(
        col(edition.mailing_id) == col(one.mailing_id),
        col(edition.guardian_id) == col(one.guardian_id),
        col(edition.child_id) == col(one.child_id),
    )
    return select(col(edition.id)).join(one, same).where(col(one.id).in_(link_ids)).order_by(col(edition.edition))


def held_editions(session: Session, *link_ids: str) -> list[str]:
    """Return all editions of links, and hold their rows till the end.

    Whoever makes a newer one holds those before it: it is waited for here, and the second read then sees it.
    """
    editions = editions_of_link(*link_ids)
    hold_rows(session, col(Link.id), col(Link.id).in_(editions.order_by(None)))
    return list(session.execute(editions).scalars())


def readers_of_link(session: Session, link_id: str) -> list[Reader]:
    """Return who has opened something by a link, in whatever edition."""
    mailing = select(col(Link.mailing_id)).where(col(Link.id) == link_id).scalar_subquery()
    editions = col(Disclosure.link_id).in_(editions_of_link(link_id))
    return _first_openings(session, and_(col(Disclosure.mailing_id) == mailing, editions))


def readers_of_document(session: Session, document_id: str) -> list[Reader]:
    """Return who has opened a copy of a document."""
    copies = select(col(Copy.id)).where(col(Copy.document_id) == document_id)
    mailing = select(col(Document.mailing_id)).where(col(Document.id) == document_id).scalar_subquery()
    return _first_openings(session, and_(col(Disclosure.mailing_id) == mailing, col(Disclosure.copy_id).in_(copies)))


def readers_of_family(session: Session, kind: kin.Kind, target_id: str, sites: frozenset[str] | None) -> list[Reader]:
    """Return who has opened something as this guardian, or about this child, at these sites."""
    return _first_openings(session, kin.of_target(Disclosure, kind, target_id, sites))


def unsent_notices_without_live_link(session: Session, mailing_id: str) -> list[str]:
    """Return the notices of a mailing that have not left and carry nothing that would open."""
    live = exists().where(
        col(NoticeLink.notice_id) == col(Notice.id),
        col(Link.id) == col(NoticeLink.link_id),
        col(Link.revoked_at).is_(None),
    )
    query = select(col(Notice.id)).where(
        col(Notice.mailing_id) == mailing_id, col(Notice.state).in_(("queued", "sending")), ~live
    )
    return list(session.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link as an admin finds it."""

    link_id: str
    mailing_id: str
    title: str
    guardian_id: str
    guardian_name: str
    address: str | None
    student_number: str
    child_name: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    revoked_why: str


_FOUND = (
    col(Link.id),
    col(Link.mailing_id),
    col(Mailing.title),
    col(Link.guardian_id),
    col(Guardian.given_name) + " " + col(Guardian.family_name),
    col(Guardian.address),
    col(Child.student_number),
    col(Child.given_name) + " " + col(Child.family_name),
    col(Link.created_at),
    col(Link.expires_at),
    col(Link.revoked_at),
    col(Link.revoked_why),
)


def find_links(
    session: Session,
    search: str,
    *,
    sites: frozenset[str] | None,
    mailing_id: str | None = None,
    limit: int = 50,
) -> list[FoundLink]:
    """Return links by a guardian's name or address, a child's name or number, or the link's own id.

    With `sites`, only links to children who are at one of them.
    """
    query = (
        select(*_FOUND)
        .join(Mailing, col(Mailing.id) == col(Link.mailing_id))
        .join(Guardian, col(Guardian.id) == col(Link.guardian_id))
        .join(Child, col(Child.id) == col(Link.child_id))
        .order_by(col(Link.created_at).desc(), col(Child.family_name), col(Child.given_name))
        .limit(limit)
    )
    if mailing_id:
        query = query.where(col(Link.mailing_id) == mailing_id)
    if sites is not None:
        query = query.where(
            exists().where(col(Enrolment.child_id) == col(Link.child_id), col(Enrolment.site).in_(sites))
        )
    query = query.where(col(Link.id) == search) if is_id(search) else query.where(*_bears(session, words_in(search)))
    return [FoundLink(*row) for row in session.execute(query)]


def is_borne_by_hundreds(session: Session, search: str) -> bool:
    """Tell whether a search has no word that few enough bear, so that not all of its bearers' links are found."""
    typed = [] if is_id(search) else words_in(search)
    return bool(typed) and all(words.hundreds_bear(session, word) for word in typed)


def _bears(session: Session, typed: Sequence[str]) -> Iterator[ColumnElement[bool]]:
    """Give the conditions that a link's guardian or child bears each word.

    Beside a word that leads to few people, one that hundreds bear is looked for in the row of the child, where its own
    words and those of all its guardians stand.
    """
    common = [word for word in typed if words.hundreds_bear(session, word)]
    for word in typed:
        if word in common and len(common) < len(typed):
            yield words.child_bears(session, word)
        else:
            yield words.link_bears(session, word, col(Link.guardian_id), col(Link.child_id))
