"""What hangs on a key: the links of it that still open, who has them, and who would get fresh ones."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlmodel import Session, col

from portal.documents.repository import keeping
from portal.links.rules import KEY_COMPROMISED
from portal.links.tables import Link, Opening
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice, NoticeLink
from portal.overviews.sending.round_facts import Pair, facts_of
from portal.overviews.sending.rounds import Carried, Recipient


@dataclass(frozen=True, slots=True)
class Hanging:
    """What dies with a key: counts, before anybody does anything."""

    links: int
    guardians: int
    mailings: int
    open_letters: int
    unsent: int


@dataclass(frozen=True, slots=True)
class FreshPlanned:
    """Who gets a message with fresh links of one mailing; `missing` counts guardians who lost theirs and get none."""

    number: int
    recipients: tuple[Recipient, ...]
    missing: int

    @property
    def links(self) -> int:
        """How many links are made."""
        return sum(len(recipient.children) for recipient in self.recipients)


def _alive(key_ids: Collection[str], now: datetime) -> ColumnElement[bool]:
    return col(Link.code_key_id).in_(key_ids) & col(Link.revoked_at).is_(None) & (col(Link.expires_at) > now)


def hanging_on(session: Session, key_ids: Collection[str], *, now: datetime) -> Hanging:
    """Return what would die with these keys."""
    counted = select(
        func.count(), func.count(col(Link.guardian_id).distinct()), func.count(col(Link.mailing_id).distinct())
    )
    links, guardians, mailings = session.execute(counted.select_from(Link).where(_alive(key_ids, now))).one()
    openings = select(func.count()).select_from(Opening).join(Link, col(Link.id) == col(Opening.link_id))
    opened = session.execute(openings.where(_alive(key_ids, now), col(Opening.ended_at).is_(None))).scalar_one()
    notices = (
        select(func.count(col(Notice.id).distinct()))
        .join(NoticeLink, col(NoticeLink.notice_id) == col(Notice.id))
        .join(Link, col(Link.id) == col(NoticeLink.link_id))
        .where(_alive(key_ids, now), col(Notice.state).in_(("queued", "sending")))
    )
    return Hanging(links, guardians, mailings, opened, session.execute(notices).scalar_one())


def links_of_keys(session: Session, key_ids: Collection[str], *, now: datetime) -> dict[str, list[str]]:
    """Return the links of these keys that still open, by mailing."""
    found: dict[str, list[str]] = {}
    if key_ids:
        query = select(col(Link.mailing_id), col(Link.id)).where(_alive(key_ids, now)).order_by(col(Link.id))
        for mailing_id, link_id in session.execute(query):
            found.setdefault(mailing_id, []).append(link_id)
    return found


def without_fresh_links(session: Session, *, now: datetime) -> list[str]:
    """Return the mailings with links that died with their key, would still open, and have had no fresh one since.

    A mailing whose letters are shredded is none of them: a fresh link to it would open nothing.
    """
    query = select(col(Link.mailing_id)).where(col(Link.revoked_why) == KEY_COMPROMISED, col(Link.expires_at) > now)
    ids = list(session.execute(query.distinct().order_by(col(Link.mailing_id))).scalars())
    return [one for one in ids if not keeping.is_closed(session, one) and _died(session, one, now)]


def planned_fresh(session: Session, mailing: Mailing, *, now: datetime) -> FreshPlanned:
    """Return whom fresh links of a mailing would go to now: by today's rights and addresses."""
    died = _died(session, mailing.id, now)
    facts = facts_of(session, mailing, now=now)
    recipients = []
    for one in facts.plan.addressees:
        pairs = [(one.guardian_id, child) for child in one.children if child in facts.copied]
        fresh = tuple(Carried(pair[1], None, died[pair] + 1) for pair in pairs if pair in died)
        if fresh:
            recipients.append(Recipient(one.guardian_id, one.address, fresh))
    missing = len({guardian for guardian, _ in died} - {one.guardian_id for one in recipients})
    return FreshPlanned(mailing.round + 1, tuple(recipients), missing)


def _died(session: Session, mailing_id: str, now: datetime) -> dict[Pair, int]:
    """Return whose newest link died with its key before its time, with its edition."""
    query = select(
        col(Link.guardian_id), col(Link.child_id), col(Link.edition), col(Link.expires_at), col(Link.revoked_why)
    ).where(col(Link.mailing_id) == mailing_id)
    newest = {(row[0], row[1]): row[2:] for row in session.execute(query.order_by(col(Link.edition)))}
    return {pair: edition for pair, (edition, ends, why) in newest.items() if why == KEY_COMPROMISED and ends > now}
