"""What a family session may see now: openings, their links, guardianships, copies and documents in one read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, select
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
    it is the letter for everybody; `page_id` and `page_size` are of the same letter as a web page.
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

    @property
    def family_name(self) -> str:
        """What the file is called where a family sees or saves it."""
        return family_file_name(self.title, self.media_type)


_Earlier = aliased(Document)
LINK_FACTS = (
    col(Link.id),
    col(Link.mailing_id),
    col(Link.guardian_id),
    col(Link.child_id),
    col(Link.expires_at),
    col(Link.revoked_at),
    col(Link.revoked_why),
    may_see(),
    col(Mailing.state),
    col(Mailing.confidential),
    col(Mailing.links_paused_at).is_not(None),
)
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
    return (
        select(
            *LINK_FACTS,
            col(Opening.id),
            col(Copy.id),
            col(Document.id),
            col(Document.file_name),
            col(Document.media_type),
            col(Document.size),
            col(Document.pages),
            col(Child.given_name),
            col(Mailing.title),
            col(Mailing.message),
            func.coalesce(own_site(col(Link.child_id)), ""),
            col(Mailing.approved_at),
            col(FamilySession.ended_at),
            col(FamilySession.expires_at),
            col(Opening.ended_at),
            col(Copy.revoked_at),
            col(Document.revoked_at),
            col(Document.replaced_at),
            col(_Earlier.replaced_at),
            col(Document.language),
            col(Document.page_id),
            col(Document.page_size),
            col(Opening.proven_at),
            col(Document.closed_at),
            col(FamilySession.id),
        )
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


def _letter(columns: Sequence[Any], now: datetime) -> Letter:
    link = LinkFacts(*columns[: len(LINK_FACTS)])
    rest = columns[len(LINK_FACTS) :]
    session_ended, session_expires, opening_ended, copy_revoked, document_revoked, document_replaced = rest[12:18]
    verdict: Open | Dead = judge(link, now=now)
    if isinstance(verdict, Open):
        if rest[23] is not None and not document_replaced:
            verdict = Dead(CLOSED)
        elif document_revoked or (copy_revoked and not document_replaced):
            verdict = Dead("taken-back")
        elif session_ended or opening_ended or session_expires <= now:
            verdict = Dead(SESSION_ENDED)
        elif not is_proven(link, rest[22], now=now):
            verdict = Dead(UNPROVEN)
        elif document_replaced:
            verdict = Dead(REPLACED)
    return Letter(rest[0], link, verdict, *rest[1:12], *rest[18:22])


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
        columns: Sequence[Any] = tuple(row)
        letter, key = _letter(columns, now), (columns[-1], columns[len(LINK_FACTS) + 1])
        if key not in found or isinstance(letter.verdict, Open):
            found[key] = letter
    return found


def letter_of_session(session: Session, session_id: str, copy_id: str, *, now: datetime) -> Letter | None:
    """Return one letter as this browser may see it now."""
    return letters_wanted(session, [(session_id, copy_id)], now=now).get((session_id, copy_id))
