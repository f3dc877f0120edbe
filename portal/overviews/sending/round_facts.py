"""What an act after the first rests on: today's rights, and what has become of a mailing so far."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlmodel import Session, col

from portal.documents.tables import Copy, Document
from portal.families.repository import TIE
from portal.families.rules import NO_ADDRESS, SHARED_MAILBOX, Plan, Tie, plan
from portal.families.tables import Child, Guardian, Guardianship
from portal.ledger.tables import Disclosure
from portal.links.rules import RENEWABLE
from portal.links.tables import Link
from portal.mailings import repository as mailings
from portal.mailings.repository.addressed import addressed_of
from portal.mailings.tables import LeftOut, Mailing, Round
from portal.outbox.rules import STOPPED
from portal.outbox.tables import Notice, NoticeLink

Pair = tuple[str, str]
"""A guardian and a child."""

_MAY_CHANGE = (NO_ADDRESS, SHARED_MAILBOX)


@dataclass(frozen=True, slots=True)
class HeldLink:
    """The newest link of a guardian to a child's copies of a mailing.

    One that died with a right that may come back counts as expired then, so that what is sent again has a new one.
    """

    id: str
    edition: int
    expires_at: datetime
    is_taken_back: bool


@dataclass(frozen=True, slots=True)
class Facts:
    """What acts on a mailing rest on, read once for all of them: today's rights, and what became of it so far.

    `readers` are guardians, each with a child where every child has a letter of its own. `copied` are the children
    who may be shown something, `copyable` those who have no copy and could be given one.
    """

    mailing: Mailing
    plan: Plan
    links: dict[Pair, HeldLink]
    fates: dict[Pair, str]
    left_out: frozenset[Pair]
    readers: frozenset[str] | frozenset[Pair]
    copied: frozenset[str]
    copyable: frozenset[str]


def facts_of(
    session: Session,
    mailing: Mailing,
    *,
    child_id: str | None = None,
    given_back: AbstractSet[str] = frozenset(),
    now: datetime,
) -> Facts:
    """Return what acts on the children of a mailing rest on, or on one of them alone.

    `given_back` are children who are about to have a copy again that was taken back.
    """
    copied, ever = children_with_copies(session, mailing.id)
    copied |= given_back
    left_out = _left_out(session, mailing.id)
    copyable = {child for _, child in left_out} - ever
    if mailing.way != "shared":
        copyable &= _addressed(session, mailing.id)
    about = copied | copyable if child_id is None else (copied | copyable) & {child_id}
    return Facts(
        mailing,
        plan(
            _ties(session, mailing.id, about, now=now),
            mailings.leave_outs(session, mailing.id),
            addressed_of(session, mailing),
        ),
        links_of(session, mailing.id),
        _fates(session, mailing.id),
        left_out,
        _readers(session, mailing),
        copied,
        frozenset(copyable),
    )


def children_with_copies(session: Session, mailing_id: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the children with a copy that is not taken back, and those who ever had one."""
    query = select(col(Copy.child_id), col(Copy.revoked_at)).where(col(Copy.mailing_id) == mailing_id)
    rows = [(row[0], row[1]) for row in session.execute(query)]
    return frozenset(child for child, gone in rows if gone is None), frozenset(child for child, _ in rows)


def _addressed(session: Session, mailing_id: str) -> set[str]:
    query = select(col(Document.addressee_id)).where(col(Document.mailing_id) == mailing_id)
    alive = query.where(col(Document.revoked_at).is_(None), col(Document.replaced_at).is_(None))
    return {child for child in session.execute(alive).scalars() if child}


def left_out_at_all(session: Session, mailing_id: str) -> set[tuple[str | None, str]]:
    """Return every guardian and child that a mailing leaves out; a child alone where nobody was reached."""
    query = select(col(LeftOut.guardian_id), col(LeftOut.child_id)).where(col(LeftOut.mailing_id) == mailing_id)
    return {(guardian, child) for guardian, child in session.execute(query)}


def _left_out(session: Session, mailing_id: str) -> frozenset[Pair]:
    """Return the guardians and children of whom an address was missing, or was somebody else's too."""
    query = select(col(LeftOut.guardian_id), col(LeftOut.child_id)).where(
        col(LeftOut.mailing_id) == mailing_id, col(LeftOut.guardian_id).is_not(None), col(LeftOut.why).in_(_MAY_CHANGE)
    )
    return frozenset((guardian, child) for guardian, child in session.execute(query) if guardian)


def _ties(session: Session, mailing_id: str, children: AbstractSet[str], *, now: datetime) -> list[Tie]:
    """Return every guardianship of these children of a mailing, in the order of their names."""
    theirs = or_(
        col(Child.id).in_(select(col(Copy.child_id)).where(col(Copy.mailing_id) == mailing_id)),
        col(Child.id).in_(select(col(LeftOut.child_id)).where(col(LeftOut.mailing_id) == mailing_id)),
    )
    query = (
        select(*TIE)
        .join(Guardianship, col(Guardianship.child_id) == col(Child.id))
        .join(Guardian, col(Guardian.id) == col(Guardianship.guardian_id))
        .where(theirs)
        .order_by(col(Child.family_name), col(Child.given_name), col(Child.id))
    )
    if len(children) == 1:
        query = query.where(col(Child.id).in_(children))
    return [Tie(*row) for row in session.connection().execute(query, {"now": now}) if row[0] in children]


def links_of(session: Session, mailing_id: str) -> dict[Pair, HeldLink]:
    """Return the newest link of each guardian to each child of a mailing."""
    query = select(
        col(Link.guardian_id),
        col(Link.child_id),
        col(Link.id),
        col(Link.edition),
        col(Link.expires_at),
        col(Link.revoked_at),
        col(Link.revoked_why),
    ).where(col(Link.mailing_id) == mailing_id)
    newest: dict[Pair, HeldLink] = {}
    for guardian, child, link_id, edition, expires_at, revoked_at, why in session.connection().execute(
        query.order_by(col(Link.edition))
    ):
        newest[guardian, child] = HeldLink(
            link_id,
            edition,
            revoked_at if revoked_at and why in RENEWABLE else expires_at,
            revoked_at is not None and why not in RENEWABLE,
        )
    return newest


def _fates(session: Session, mailing_id: str) -> dict[Pair, str]:
    """Return how the newest message about each child went to each guardian; what a Stop held back does not count."""
    query = (
        select(col(NoticeLink.guardian_id), col(NoticeLink.child_id), col(Notice.state))
        .join(Notice, col(Notice.id) == col(NoticeLink.notice_id))
        .where(col(Notice.mailing_id) == mailing_id)
        .where(or_(col(Notice.state) != "cancelled", col(Notice.reply) != STOPPED))
        .order_by(col(Notice.round))
    )
    return {(guardian, child): state for guardian, child, state in session.connection().execute(query)}


def _readers(session: Session, mailing: Mailing) -> frozenset[str] | frozenset[Pair]:
    query = select(col(Disclosure.guardian_id), col(Disclosure.child_id)).where(
        col(Disclosure.mailing_id) == mailing.id
    )
    pairs = [(row[0], row[1]) for row in session.execute(query.distinct())]
    return frozenset(guardian for guardian, _ in pairs) if mailing.way == "shared" else frozenset(pairs)


def latest_reminder(session: Session, mailing_id: str) -> datetime | None:
    """Return when families were last reminded; a reminder that was stopped before anything left was none."""
    went = exists().where(
        col(Notice.mailing_id) == col(Round.mailing_id),
        col(Notice.round) == col(Round.number),
        col(Notice.state).in_(("queued", "sending", "sent", "bounced")),
    )
    query = select(func.max(col(Round.at))).where(
        col(Round.mailing_id) == mailing_id, col(Round.kind) == "reminder", went
    )
    return session.execute(query).scalar()
