"""What a taking back would touch, before it is done, and what an earlier one did."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.documents import repository as documents
from portal.documents.errors import NoSuchDocument
from portal.documents.tables import Copy, Document
from portal.incidents import repository as incidents
from portal.links import repository as links
from portal.links.errors import LinkUnknown
from portal.links.tables import FamilySession, Link, Opening
from portal.mailings import repository as mailings
from portal.outbox.tables import Notice, NoticeLink
from portal.overviews.links import kin, targets
from portal.overviews.links.kin import Kin
from portal.overviews.links.targets import FoundLink, Reader
from portal.overviews.records import record
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.words.sentences import sentence

Kind = Literal["link", "document", "mailing", "guardianship", "guardian", "child"]
_UNSENT = ("queued", "sending")


@dataclass(frozen=True, slots=True)
class Done:
    """A taking back that has happened."""

    at: datetime
    by: str
    reason: str
    links: int
    notices: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Look:
    """A target as an admin sees it: what is alive of it now, who has opened it, and whether it was taken back.

    `link` is set where the target is one link, `file_name` where it is one document, `kin` where it is of a family:
    then there is no one mailing.
    """

    kind: Kind
    id: str
    mailing_id: str
    title: str
    state: str
    created_at: datetime | None
    link: FoundLink | None
    file_name: str
    kin: Kin | None
    links: int
    notices: int
    sessions: int
    readers: tuple[Reader, ...]
    done: Done | None


def look(session: Session, kind: Kind, target_id: str, *, by: Acting, now: datetime) -> Look:
    """Return what taking this back would do. Raises `NotFound` errors, also for what lies outside `by`'s sites."""
    if kin.is_of_family(kind):
        return _look_at_family(session, kind, target_id, by, now)
    link, file_name, mailing_id = _FIND[kind](session, target_id, by)
    mailing = mailings.find_any(session, mailing_id)
    assert mailing is not None  # a link and a document both name one
    alive = and_(_links_that_die(kind, target_id, mailing_id, by), col(Link.revoked_at).is_(None))
    return Look(
        kind,
        target_id,
        mailing_id,
        mailing.title,
        mailing.state,
        mailing.created_at,
        link,
        file_name,
        None,
        session.execute(select(func.count()).where(alive)).scalar_one(),
        _notices(session, kind, mailing_id, alive),
        _open_pages(session, alive, now),
        tuple(_READERS[kind](session, target_id)),
        _done(session, kind, target_id),
    )


def _look_at_family(session: Session, kind: kin.Kind, target_id: str, by: Acting, now: datetime) -> Look:
    found = kin.kin_of(session, kind, target_id, by.sites)
    counts = would_die(session, _links_that_die(kind, target_id, "", by), now=now)
    readers = targets.readers_of_family(session, kind, target_id, by.sites)
    done = None if counts[0] else _done(session, kind, target_id)  # new letters since can be taken back too
    if done and _was_about_others(session, kind, target_id, by):
        done = Done(done.at, done.by, sentence("It was about other sites too, so the reason is kept there."), *counts)
    return Look(kind, target_id, "", "", "", None, None, "", found, *counts, tuple(readers), done)


def would_die(session: Session, where: ColumnElement[bool], *, now: datetime) -> tuple[int, int, int]:
    """Return how many links that match are alive, and how many unsent messages and open pages would go with them."""
    alive = and_(where, col(Link.revoked_at).is_(None))
    links_alive = session.execute(select(func.count()).select_from(Link).where(alive)).scalar_one()
    return links_alive, _unsent(session, alive), _open_pages(session, alive, now)


Found = tuple[FoundLink | None, str, str]


def _find_link(session: Session, link_id: str, by: Acting) -> Found:
    found = targets.find_links(session, link_id, sites=by.sites, limit=1) if link_id else []
    if not found or found[0].link_id != link_id:
        raise LinkUnknown
    return found[0], "", found[0].mailing_id


def _find_document(session: Session, document_id: str, by: Acting) -> Found:
    document = documents.find(session, document_id)
    if document is None:
        raise NoSuchDocument
    mailings.find(session, document.mailing_id, staff_id=by.id, sites=by.sites)
    return None, document.file_name, document.mailing_id


def _find_mailing(session: Session, mailing_id: str, by: Acting) -> Found:
    return None, "", mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites).id


_FIND = {"link": _find_link, "document": _find_document, "mailing": _find_mailing}
_READERS = {
    "link": targets.readers_of_link,
    "document": targets.readers_of_document,
    "mailing": targets.readers_of_mailing,
}


def _links_that_die(kind: Kind, target_id: str, mailing_id: str, by: Acting) -> ColumnElement[bool]:
    match kind:
        case "link":
            return col(Link.id).in_(targets.editions_of_link(target_id))
        case "mailing":
            return col(Link.mailing_id) == mailing_id
        case "document":
            held = select(col(Copy.child_id)).where(col(Copy.revoked_at).is_(None), col(Copy.mailing_id) == mailing_id)
            lost = held.where(col(Copy.document_id) == target_id)
            kept = held.where(col(Copy.document_id) != target_id)
            mine = col(Link.mailing_id) == mailing_id
            return and_(mine, col(Link.child_id).in_(lost), col(Link.child_id).not_in(kept))
        case "guardianship" | "guardian" | "child":
            return kin.of_target(Link, kind, target_id, by.sites)


def _notices(session: Session, kind: Kind, mailing_id: str, alive: ColumnElement[bool]) -> int:
    if kind != "mailing":
        return _unsent(session, and_(alive, col(Link.mailing_id) == mailing_id))
    unsent = and_(col(Notice.mailing_id) == mailing_id, col(Notice.state).in_(_UNSENT))
    count: int = session.execute(select(func.count()).where(unsent)).scalar_one()
    return count


def _unsent(session: Session, alive: ColumnElement[bool]) -> int:
    """Count the messages that have not left and carry such links alone."""
    other = aliased(Link)
    dying = select(col(Link.id)).where(alive)
    goes_on = exists().where(
        col(NoticeLink.notice_id) == col(Notice.id),
        col(other.id) == col(NoticeLink.link_id),
        col(other.revoked_at).is_(None),
        col(other.id).not_in(dying),
    )
    carrying = select(col(NoticeLink.notice_id)).join(Link, col(Link.id) == col(NoticeLink.link_id)).where(alive)
    unsent = and_(col(Notice.id).in_(carrying), col(Notice.state).in_(_UNSENT), ~goes_on)
    count: int = session.execute(select(func.count()).select_from(Notice).where(unsent)).scalar_one()
    return count


def _open_pages(session: Session, alive: ColumnElement[bool], now: datetime) -> int:
    query = (
        select(func.count(func.distinct(col(Opening.session_id))))
        .join(Link, col(Link.id) == col(Opening.link_id))
        .join(FamilySession, col(FamilySession.id) == col(Opening.session_id))
        .where(alive, col(Opening.ended_at).is_(None), col(FamilySession.expires_at) > now)
    )
    count: int = session.execute(query).scalar_one()
    return count


def _was_about_others(session: Session, kind: Kind, target_id: str, by: Acting) -> bool:
    """Tell whether a family was taken back by somebody who acts for sites that this admin does not."""
    first = links.taking_back(session, kind, target_id)
    if first is None or by.sites is None:
        return False
    taker = staff.by_id(session, first.by.rpartition("staff:")[2])
    return taker is None or taker.sites is None or not taker.sites <= by.sites


def _done(session: Session, kind: Kind, target_id: str) -> Done | None:
    first = links.taking_back(session, kind, target_id)
    if first is None or first.at == incidents.frozen_at(session, kind, target_id):  # which could be undone
        return None
    by = record.names_of_staff(session, [first.by]).get(first.by, "")
    return Done(first.at, by, first.reason, first.links, first.notices_cancelled, first.sessions_ended)


@dataclass(frozen=True, slots=True)
class Published:
    """A mailing that has links, as an admin picks it, with its documents as ids and file names."""

    id: str
    title: str
    state: str
    approved_at: datetime | None
    documents: Sequence[tuple[str, str]]


def published(session: Session, *, by: Acting, limit: int) -> list[Published]:
    """Return the newest approved mailings within `by`'s sites."""
    found = mailings.newest_approved(session, staff_id=by.id, sites=by.sites, limit=limit)
    files = select(col(Document.mailing_id), col(Document.id), col(Document.file_name))
    theirs: dict[str, list[tuple[str, str]]] = {}
    for mailing_id, document_id, name in session.execute(
        files.where(
            col(Document.mailing_id).in_([one.id for one in found]),
            col(Document.kind) == "shared",
            ~documents.is_pending(),
        ).order_by(col(Document.file_name))
    ):
        theirs.setdefault(mailing_id, []).append((document_id, name))
    return [Published(one.id, one.title, one.state, one.approved_at, theirs.get(one.id, [])) for one in found]
