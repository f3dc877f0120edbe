"""Which letters a guardian may be mailed fresh links to, and what such a message says when it leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, exists, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.documents.tables import Copy, Document
from portal.families.tables import Child, Guardian, Guardianship
from portal.links.rules import COUNTED_IN, Held, LinkFacts, renewing
from portal.links.tables import Link
from portal.mailings.tables import Mailing
from portal.outbox.repository import UNSENT
from portal.outbox.tables import FamilyMail, FamilyMailLink, Notice, NoticeLink
from portal.overviews.family.letter_languages import words_of
from portal.overviews.family.letters import GUARDIANSHIP_OF_LINK, LINK_FACTS
from portal.overviews.family.notices import SHARED_WITH_BARRED
from portal.words.languages import Language, reading_language

_Edition = aliased(Link)
_SAME_LETTER = and_(
    col(_Edition.mailing_id) == col(Link.mailing_id),
    col(_Edition.guardian_id) == col(Link.guardian_id),
    col(_Edition.child_id) == col(Link.child_id),
)
NEWEST_EDITION = ~exists().where(_SAME_LETTER, col(_Edition.edition) > col(Link.edition))
"""The condition that no link to the same letter was made after this one."""
_Left = aliased(Link)
_Own = aliased(NoticeLink)
HAS_LEFT = exists().where(
    col(Notice.mailing_id) == col(Link.mailing_id),  # what a link's notices are found by: few to one guardian
    col(Notice.guardian_id) == col(Link.guardian_id),
    col(NoticeLink.notice_id) == col(Notice.id),
    col(NoticeLink.child_id) == col(Link.child_id),
    col(Notice.state).in_(("sent", "refused", "bounced")),
    col(_Left.id) == col(NoticeLink.link_id),
    or_(col(_Left.revoked_at).is_(None), ~exists().where(col(_Own.link_id) == col(Link.id)).correlate(Link)),
)
"""The condition that the letter has left, by a link that still counts.

What staff send anew after a taking back has a hold of its own, in which it can be stopped: until its own message has
left, the message with the dead link is not one for it. A link that was made because a family asked has none of its own.
"""
IS_KEPT = exists().where(
    col(Copy.mailing_id) == col(Link.mailing_id),
    col(Copy.child_id) == col(Link.child_id),
    col(Copy.revoked_at).is_(None),
    col(Document.id) == col(Copy.document_id),
    col(Document.revoked_at).is_(None),
    col(Document.replaced_at).is_(None),
    col(Document.closed_at).is_(None),
)
_HELD = (
    select(*LINK_FACTS, HAS_LEFT, SHARED_WITH_BARRED, IS_KEPT, col(Link.edition))
    .join(Guardianship, GUARDIANSHIP_OF_LINK)
    .join(Mailing, col(Mailing.id) == col(Link.mailing_id))
    .join(Guardian, col(Guardian.id) == col(Link.guardian_id))
    .where(NEWEST_EDITION)
    .order_by(col(Mailing.approved_at).desc(), col(Link.child_id))
)


@dataclass(frozen=True, slots=True)
class HeldEdition:
    """A link that could be mailed again, and which edition of its letter's links it is."""

    held: Held
    edition: int


def held_by(session: Session, guardian_id: str, *, now: datetime) -> list[HeldEdition]:
    """Return the newest link of a guardian to each of their letters, the newest letter first."""
    return _held(session.execute(_HELD.where(col(Link.guardian_id) == guardian_id), {"now": now}).all())


def held_of_link(session: Session, link_id: str, *, now: datetime) -> list[HeldEdition]:
    """Return the newest link to the letter that a link, of whatever edition, led to; nothing for no link."""
    one = aliased(Link)
    query = _HELD.join(
        one,
        and_(
            col(one.mailing_id) == col(Link.mailing_id),
            col(one.guardian_id) == col(Link.guardian_id),
            col(one.child_id) == col(Link.child_id),
        ),
    )
    return _held(session.execute(query.where(col(one.id) == link_id), {"now": now}).all())


def _held(rows: Sequence[Sequence[object]]) -> list[HeldEdition]:
    found = []
    for row in rows:
        *facts, has_left, is_shared, is_kept, edition = row
        link = LinkFacts(*facts)  # type: ignore[arg-type]  # the columns are LINK_FACTS, in their order
        held = Held(link, bool(has_left), bool(is_shared), bool(is_kept))
        found.append(HeldEdition(held, edition))  # type: ignore[arg-type]  # it is a whole number
    return found


def is_followed(session: Session, link: LinkFacts, *, now: datetime) -> bool:
    """Tell whether a newer link leads to the letter of this one, and is neither expired nor taken back."""
    query = select(col(Link.id)).where(
        col(Link.mailing_id) == link.mailing_id,
        col(Link.guardian_id) == link.guardian_id,
        col(Link.child_id) == link.child_id,
        col(Link.edition) > select(col(_Edition.edition)).where(col(_Edition.id) == link.link_id).scalar_subquery(),
        col(Link.expires_at) > now,
        col(Link.revoked_at).is_(None),
    )
    return session.execute(query.limit(1)).first() is not None


def guardians_at(session: Session, address_key: str) -> list[str]:
    """Return the guardians who have this address on file: one mailbox may be read by several."""
    query = select(col(Guardian.id)).where(col(Guardian.address_key) == address_key).order_by(col(Guardian.id))
    return list(session.execute(query).scalars())


def has_address(session: Session, guardian_id: str) -> bool:
    """Tell whether a guardian has an address on file."""
    query = select(col(Guardian.address_key)).where(col(Guardian.id) == guardian_id)
    return session.execute(query).scalar() is not None


def mailed_before(session: Session, guardian_id: str, *, now: datetime) -> list[datetime]:
    """Return when messages with fresh links were made for a guardian in 24 hours."""
    query = select(col(FamilyMail.due_at)).where(
        col(FamilyMail.guardian_id) == guardian_id,
        col(FamilyMail.kind) == "renewal",
        col(FamilyMail.due_at) > now - COUNTED_IN,
    )
    return list(session.execute(query).scalars())


def on_their_way(session: Session, guardian_id: str) -> frozenset[str]:
    """Return the links that a message which has not left yet will bring to a guardian."""
    query = (
        select(col(FamilyMailLink.link_id))
        .join(FamilyMail, col(FamilyMail.id) == col(FamilyMailLink.mail_id))
        .where(col(FamilyMail.guardian_id) == guardian_id, col(FamilyMail.state).in_(UNSENT))
    )
    return frozenset(session.execute(query).scalars())


def idle_renewals(session: Session) -> list[str]:
    """Return the messages with fresh links that have not left and carry nothing that would open."""
    live = exists().where(
        col(FamilyMailLink.mail_id) == col(FamilyMail.id),
        col(Link.id) == col(FamilyMailLink.link_id),
        col(Link.revoked_at).is_(None),
    )
    unsent = (col(FamilyMail.kind) == "renewal", col(FamilyMail.state).in_(UNSENT))
    return list(session.execute(select(col(FamilyMail.id)).where(*unsent, ~live)).scalars())


@dataclass(frozen=True, slots=True)
class FreshLink:
    """A link as a message with fresh links names it."""

    link_id: str
    code_key_id: str
    given_name: str
    title: str
    expires_at: datetime
    is_private: bool


@dataclass(frozen=True, slots=True)
class RenewalDue:
    """What to mail now, to the address on file, in the guardian's language."""

    address: str
    language: Language
    links: tuple[FreshLink, ...]


_DUE = (
    select(
        *LINK_FACTS,
        HAS_LEFT,
        SHARED_WITH_BARRED,
        IS_KEPT,
        col(Guardian.address),
        col(Guardian.language),
        col(Link.code_key_id),
        col(Child.given_name),
        col(Mailing.title),
    )
    .join(FamilyMailLink, col(FamilyMailLink.link_id) == col(Link.id))
    .join(Guardianship, GUARDIANSHIP_OF_LINK)
    .join(Mailing, col(Mailing.id) == col(Link.mailing_id))
    .join(Guardian, col(Guardian.id) == col(Link.guardian_id))
    .join(Child, col(Child.id) == col(Link.child_id))
    .where(col(FamilyMailLink.mail_id) == bindparam("mail_id"), col(Guardian.address).is_not(None))
    .order_by(col(Child.given_name), col(Child.id), col(Mailing.approved_at).desc())
)


def renewal_due(session: Session, mail_id: str, *, now: datetime) -> RenewalDue | None:
    """Return what a message with fresh links says as of now, each judged anew; None when nothing in it opens."""
    due: list[tuple[LinkFacts, str, str, str]] = []
    address, language = "", ""
    for row in session.execute(_DUE, {"mail_id": mail_id, "now": now}):
        *facts, has_left, is_shared, is_kept, address, language, key_id, given_name, title = row
        link = LinkFacts(*facts)
        if renewing(Held(link, has_left, is_shared, is_kept), now=now) == "same":
            due.append((link, key_id, given_name, title))
    if not due:
        return None
    spoken = reading_language(language)
    words = words_of(session, sorted({link.mailing_id for link, *_ in due}))
    links = tuple(
        FreshLink(
            link.link_id,
            key_id,
            given_name,
            words.get((link.mailing_id, spoken.tag), (title, ""))[0],
            link.expires_at,
            link.is_confidential,
        )
        for link, key_id, given_name, title in due
    )
    return RenewalDue(address, spoken, links)
