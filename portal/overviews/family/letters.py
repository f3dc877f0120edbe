"""What a family session may see now: openings, their links, guardianships, copies and documents in one read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Row, Select, SQLColumnExpression, and_, bindparam, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.documents.rules import family_file_name
from portal.documents.tables import Copy, Document
from portal.families.repository import own_site
from portal.families.repository.rights import may_see
from portal.families.tables import Child, Guardianship
from portal.links.rules import CLOSED, REPLACED, SESSION_ENDED, UNPROVEN, Dead, LinkFacts, Open, is_proven, judge
from portal.links.tables import FamilySession, Link, Opening
from portal.mailings.tables import Mailing


@dataclass(frozen=True, slots=True)
class Letter:
    """One document that an open link shows, with everything a page says about it.

    `site` is the child's own; `replaced_at` is when it took the place of an earlier version. `language` is empty where
    it is the letter for everybody; `page_id` and `page_size` are of the same letter as a web page. `place`
    is not 0 for what is enclosed with a letter. `session_expires_at` is None for a sample, which nobody has opened.
    """

    opening_id: str
    link: LinkFacts
    verdict: Open | Dead
    copy_id: str
    document_id: str
    file_name: str
    media_type: str
    size: int
    pages: int | None
    child_given_name: str
    title: str
    message: str
    site: str
    sent_at: datetime | None
    replaced_at: datetime | None = None
    language: str = ""
    page_id: str | None = None
    page_size: int | None = None
    place: int = 0
    session_expires_at: datetime | None = None

    @property
    def family_name(self) -> str:
        """What the file is called where a family sees or saves it: as the letter, or as what is enclosed with it."""
        called = self.file_name.rpartition(".")[0] or self.file_name if self.place else self.title
        return family_file_name(called, self.media_type)


_Earlier = aliased(Document)
_LINK: Mapping[str, SQLColumnExpression[Any]] = {
    "link_id": col(Link.id),
    "mailing_id": col(Link.mailing_id),
    "guardian_id": col(Link.guardian_id),
    "child_id": col(Link.child_id),
    "expires_at": col(Link.expires_at),
    "revoked_at": col(Link.revoked_at),
    "revoked_why": col(Link.revoked_why),
    "may_see": may_see(),
    "mailing_state": col(Mailing.state),
    "is_confidential": col(Mailing.confidential),
    "is_paused": col(Mailing.links_paused_at).is_not(None),
}
"""By the names of the fields of `LinkFacts`."""
_SHOWN: Mapping[str, SQLColumnExpression[Any]] = {
    "opening_id": col(Opening.id),
    "copy_id": col(Copy.id),
    "document_id": col(Document.id),
    "file_name": col(Document.file_name),
    "media_type": col(Document.media_type),
    "size": col(Document.size),
    "pages": col(Document.pages),
    "child_given_name": col(Child.given_name),
    "title": col(Mailing.title),
    "message": col(Mailing.message),
    "site": func.coalesce(own_site(col(Link.child_id)), ""),
    "sent_at": col(Mailing.approved_at),
    "session_expires_at": col(FamilySession.expires_at),
    "replaced_at": col(_Earlier.replaced_at),
    "language": col(Document.language),
    "page_id": col(Document.page_id),
    "page_size": col(Document.page_size),
    "place": col(Document.place),
}
"""By the names of the fields of `Letter`."""
_JUDGED: Mapping[str, SQLColumnExpression[Any]] = {
    "session_id": col(FamilySession.id),
    "session_ended_at": col(FamilySession.ended_at),
    "opening_ended_at": col(Opening.ended_at),
    "opening_proven_at": col(Opening.proven_at),
    "copy_revoked_at": col(Copy.revoked_at),
    "document_revoked_at": col(Document.revoked_at),
    "document_replaced_at": col(Document.replaced_at),
    "document_closed_at": col(Document.closed_at),
}
_FACTS = tuple(field.name for field in fields(LinkFacts))
LINK_FACTS = tuple(_LINK[name] for name in _FACTS)
"""In the order of the fields of `LinkFacts`."""
_link_of, _shown_of = itemgetter(*_FACTS), itemgetter(*_SHOWN)
GUARDIANSHIP_OF_LINK = and_(
    col(Guardianship.guardian_id) == col(Link.guardian_id), col(Guardianship.child_id) == col(Link.child_id)
)
_ONE_LINK = (
    select(*LINK_FACTS)
    .join(Guardianship, GUARDIANSHIP_OF_LINK)
    .join(Mailing, col(Mailing.id) == col(Link.mailing_id))
    .where(col(Link.id) == bindparam("link_id"))
)


def link_facts(session: Session, link_id: str, *, now: datetime) -> LinkFacts | None:
    """Return what is known of one link now, or None."""
    row = session.execute(_ONE_LINK, {"link_id": link_id, "now": now}).one_or_none()
    return LinkFacts(*row) if row else None


def _letters() -> Select[*tuple[Any, ...]]:
    columns = {**_LINK, **_SHOWN, **_JUDGED}
    return (
        select(*(column.label(name) for name, column in columns.items()))
        .select_from(FamilySession)
        .join(Opening, col(Opening.session_id) == col(FamilySession.id))
        .join(Link, col(Link.id) == col(Opening.link_id))
        .join(Guardianship, GUARDIANSHIP_OF_LINK)
        .join(Mailing, col(Mailing.id) == col(Link.mailing_id))
        .join(Child, col(Child.id) == col(Link.child_id))
        .join(Copy, and_(col(Copy.mailing_id) == col(Link.mailing_id), col(Copy.child_id) == col(Link.child_id)))
        .join(Document, col(Document.id) == col(Copy.document_id))
        .outerjoin(_Earlier, col(_Earlier.id) == col(Document.replaces_id))
    )


_ALL = (
    _letters()
    .where(col(FamilySession.id) == bindparam("session_id"))
    .order_by(col(Child.given_name), col(Child.id), col(Mailing.approved_at).desc(), col(Opening.opened_at).desc())
)
_MANY = _letters().where(
    col(FamilySession.id).in_(bindparam("session_ids", expanding=True)),
    col(Copy.id).in_(bindparam("copy_ids", expanding=True)),
)


def _letter(row: Row[*tuple[Any, ...]], now: datetime) -> Letter:
    named = row._mapping  # noqa: SLF001 - public in SQLAlchemy; the underline keeps it apart from the columns
    link = LinkFacts(*_link_of(named))
    verdict: Open | Dead = judge(link, now=now)
    if isinstance(verdict, Open):
        if named["document_closed_at"] is not None and not named["document_replaced_at"]:
            verdict = Dead(CLOSED)
        elif named["document_revoked_at"] or (named["copy_revoked_at"] and not named["document_replaced_at"]):
            verdict = Dead("taken-back")
        elif named["session_ended_at"] or named["opening_ended_at"] or named["session_expires_at"] <= now:
            verdict = Dead(SESSION_ENDED)
        elif not is_proven(link, named["opening_proven_at"], now=now):
            verdict = Dead(UNPROVEN)
        elif named["document_replaced_at"]:
            verdict = Dead(REPLACED)
    return Letter(link=link, verdict=verdict, **dict(zip(_SHOWN, _shown_of(named), strict=True)))


def letters_of_session(session: Session, session_id: str, *, now: datetime) -> list[Letter]:
    """Return every letter this browser has opened, each with its verdict as of now."""
    return [_letter(row, now) for row in session.execute(_ALL, {"session_id": session_id, "now": now})]


def is_any_open(session: Session, session_id: str, *, now: datetime) -> bool:
    """Tell whether this browser may see any letter now."""
    return any(isinstance(letter.verdict, Open) for letter in letters_of_session(session, session_id, now=now))


Wanted = tuple[str, str]
"""A family session and a copy."""


def letters_wanted(session: Session, wanted: Sequence[Wanted], *, now: datetime) -> dict[Wanted, Letter]:
    """Return each wanted letter as its browser may see it now, in one read; a live opening wins over an ended one.

    The read goes past the object layer: this is asked for every page and every chunk a family sees.
    """
    asked = {
        "session_ids": list({session_id for session_id, _ in wanted}),
        "copy_ids": list({copy_id for _, copy_id in wanted}),
        "now": now,
    }
    found: dict[Wanted, Letter] = {}
    for row in session.connection().execute(_MANY, asked):
        letter, key = _letter(row, now), (row.session_id, row.copy_id)
        if key not in found or isinstance(letter.verdict, Open):
            found[key] = letter
    return found


def letter_of_session(session: Session, session_id: str, copy_id: str, *, now: datetime) -> Letter | None:
    """Return one letter as this browser may see it now."""
    return letters_wanted(session, [(session_id, copy_id)], now=now).get((session_id, copy_id))
