"""Earlier letters of one child that its guardian can still open, each by its own link; and whose letters are shown."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.documents.tables import Copy, Document
from portal.families.repository import own_site
from portal.families.tables import Guardian, Guardianship
from portal.links import repository as links
from portal.links.rules import Held, LinkFacts, Open, is_proven, judge, renewing
from portal.links.tables import FamilySession, Link, Opening
from portal.mailings.tables import Mailing
from portal.overviews.family.letter_languages import words_of
from portal.overviews.family.letters import GUARDIANSHIP_OF_LINK, LINK_FACTS
from portal.overviews.family.notices import SHARED_WITH_BARRED
from portal.overviews.family.renewals import HAS_LEFT, NEWEST_EDITION
from portal.words.languages import Language


@dataclass(frozen=True, slots=True)
class EarlierLetter:
    """A letter that is not open in this browser. A private one says nothing before a code: its `title` is None."""

    copy_id: str
    link: LinkFacts
    title: str | None
    site: str
    sent_at: datetime | None


_Here = aliased(Opening)
_LIVE_COPY = (
    select(col(Copy.id))
    .join(Document, col(Document.id) == col(Copy.document_id))
    .where(
        col(Copy.mailing_id) == col(Link.mailing_id),
        col(Copy.child_id) == col(Link.child_id),
        col(Copy.revoked_at).is_(None),
        col(Document.revoked_at).is_(None),
        col(Document.replaced_at).is_(None),
        col(Document.closed_at).is_(None),
    )
    .order_by(col(Document.place), col(Copy.id))
    .limit(1)
    .correlate(Link)
    .scalar_subquery()
)
_IS_OPEN_HERE = exists().where(
    col(_Here.session_id) == bindparam("session_id"),
    col(_Here.mailing_id) == col(Link.mailing_id),
    col(_Here.child_id) == col(Link.child_id),
    col(_Here.ended_at).is_(None),
)
_EARLIER = (
    select(
        *LINK_FACTS,
        HAS_LEFT,
        SHARED_WITH_BARRED,
        _LIVE_COPY,
        col(Mailing.title),
        func.coalesce(own_site(col(Link.child_id)), ""),
        col(Mailing.approved_at),
    )
    .join(Guardianship, GUARDIANSHIP_OF_LINK)
    .join(Mailing, col(Mailing.id) == col(Link.mailing_id))
    .join(Guardian, col(Guardian.id) == col(Link.guardian_id))
    .where(
        col(Link.guardian_id) == bindparam("guardian_id"),
        col(Link.child_id) == bindparam("child_id"),
        NEWEST_EDITION,
    )
    .order_by(col(Mailing.approved_at).desc())
)


def earlier_letters(
    session: Session, session_id: str, mine: LinkFacts, reader: Language, *, is_known: bool, now: datetime
) -> list[EarlierLetter]:
    """Return the other letters of the same guardian about the same child, the newest first.

    Each is behind a live link of its own that has reached the guardian before. `is_known`: a code was given here.
    """
    scope = {"session_id": session_id, "guardian_id": mine.guardian_id, "child_id": mine.child_id, "now": now}
    found = []
    for row in session.execute(_EARLIER.where(~_IS_OPEN_HERE), scope):
        *facts, has_left, is_shared, copy_id, title, site, sent_at = row
        link = LinkFacts(*facts)
        if renewing(Held(link, has_left, is_shared, copy_id is not None), now=now) == "same":
            is_told = is_known or not link.is_confidential
            found.append(EarlierLetter(copy_id, link, title if is_told else None, site if is_told else "", sent_at))
    words = words_of(session, [one.link.mailing_id for one in found])
    return [_in_language(one, words.get((one.link.mailing_id, reader.tag))) for one in found]


def _in_language(one: EarlierLetter, words: tuple[str, str] | None) -> EarlierLetter:
    if words is None or one.title is None:
        return one
    return EarlierLetter(one.copy_id, one.link, words[0], one.site, one.sent_at)


@dataclass(frozen=True, slots=True)
class WayBack:
    """An earlier letter's own link, and the opening of the same guardian and child through which it is asked for."""

    link: LinkFacts
    from_opening: str


_OPENED = (
    select(*LINK_FACTS, col(Opening.id), col(Opening.proven_at))
    .select_from(FamilySession)
    .join(Opening, col(Opening.session_id) == col(FamilySession.id))
    .join(Link, col(Link.id) == col(Opening.link_id))
    .join(Guardianship, GUARDIANSHIP_OF_LINK)
    .join(Mailing, col(Mailing.id) == col(Link.mailing_id))
    .join(Copy, col(Copy.child_id) == col(Opening.child_id))
    .where(
        col(FamilySession.id) == bindparam("session_id"),
        col(FamilySession.ended_at).is_(None),
        col(FamilySession.expires_at) > bindparam("now"),
        col(Opening.ended_at).is_(None),
        col(Copy.id) == bindparam("copy_id"),
    )
    .order_by(col(Opening.opened_at).desc())
)


def way_back(session: Session, session_id: str, copy_id: str, *, now: datetime) -> WayBack | None:
    """Return by which link a browser may open an earlier letter: only of a child and guardian it has open already."""
    for row in session.execute(_OPENED, {"session_id": session_id, "copy_id": copy_id, "now": now}):
        *facts, opening_id, proven_at = row
        mine = LinkFacts(*facts)
        if not isinstance(judge(mine, now=now), Open) or not is_proven(mine, proven_at, now=now):
            continue
        copy = aliased(Copy)
        scope = {"guardian_id": mine.guardian_id, "child_id": mine.child_id, "now": now}
        query = _EARLIER.join(copy, col(copy.mailing_id) == col(Link.mailing_id)).where(
            col(copy.id) == copy_id, col(copy.child_id) == col(Link.child_id)
        )
        for *link, has_left, is_shared, live_copy, _, _, _ in session.execute(query, scope):
            asked = LinkFacts(*link)
            if renewing(Held(asked, has_left, is_shared, live_copy is not None), now=now) == "same":
                return WayBack(asked, opening_id)
    return None


def shown_child(session: Session, session_id: str) -> str | None:
    """Return whose letters alone a browser wants to see; None for all that are open."""
    chosen = select(col(FamilySession.shown_child_id)).where(col(FamilySession.id) == session_id)
    return session.execute(chosen).scalar()


def is_proven_here(session: Session, session_id: str, guardian_id: str, *, now: datetime) -> bool:
    """Tell whether a code was given for this guardian in this browser's session, and still counts."""
    return links.proven_in(session, session_id, guardian_id, now=now) is not None
