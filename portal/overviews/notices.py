"""Which notices are due, and what each may still say: outbox, mailing, links, rights and addresses in one read."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.families.tables import Child, Guardian, Guardianship
from portal.kernel.addresses import OneAddress
from portal.kernel.settings import Settings
from portal.links.rules import LinkFacts, Open, judge
from portal.links.tables import Link
from portal.mail.compose import NoticeLetter
from portal.mail.words import day_in_words
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.outbox.tables import Notice, NoticeLink
from portal.overviews.letters import GUARDIANSHIP_OF_LINK, LINK_FACTS


@dataclass(frozen=True, slots=True)
class Due:
    """A notice whose time has come, of a mailing that is being sent."""

    notice_id: str
    mailing_id: str
    version: int
    address: str
    attempts: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Way:
    """A child that a notice may name, and the link that opens its letter."""

    link_id: str
    code_key_id: str
    given_name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """A notice as the database sees it now. No way left means that it has nothing to say."""

    state: str
    lease_id: str | None
    mailing_state: str
    is_address_current: bool
    ways: tuple[Way, ...]


_DUE = (
    select(
        col(Notice.id),
        col(Notice.mailing_id),
        col(Mailing.version),
        col(Notice.address),
        col(Notice.attempts),
        col(Notice.due_at),
    )
    .join(Mailing, col(Mailing.id) == col(Notice.mailing_id))
    .where(outbox.claimable(Notice), col(Mailing.state) == "sending")
    .limit(bindparam("most"))
    .with_for_update(of=Notice, skip_locked=True)
)


def due(session: Session, *, now: datetime, most: int) -> list[Due]:
    """Return notices that can be claimed, locked against other workers where the database locks rows."""
    return [Due(*row) for row in session.connection().execute(_DUE, {"now": now, "most": most})]


_Other, _OtherRight = aliased(Guardian), aliased(Guardianship)
# A mailbox shared with somebody who is barred from the child gets nothing about that child, whoever asked.
_SHARED_WITH_BARRED = exists().where(
    col(_OtherRight.child_id) == col(Link.child_id),
    col(_OtherRight.may_view).is_(False),
    col(_Other.id) == col(_OtherRight.guardian_id),
    col(_Other.address_key) == col(Guardian.address_key),
)
_STANDING = (
    select(
        col(Notice.id),
        col(Notice.state),
        col(Notice.lease_id),
        col(Notice.address),
        col(Guardian.address_key),
        *LINK_FACTS,
        col(Link.code_key_id),
        col(Child.given_name),
        _SHARED_WITH_BARRED,
    )
    .join(Mailing, col(Mailing.id) == col(Notice.mailing_id))
    .join(Guardian, col(Guardian.id) == col(Notice.guardian_id))
    .join(NoticeLink, col(NoticeLink.notice_id) == col(Notice.id))
    .join(Link, col(Link.id) == col(NoticeLink.link_id))
    .join(Guardianship, GUARDIANSHIP_OF_LINK)
    .join(Child, col(Child.id) == col(Link.child_id))
    .where(col(Notice.id).in_(bindparam("notice_ids", expanding=True)))
    .order_by(col(Child.given_name), col(Link.id))
)


def standing_of(session: Session, notice_ids: Sequence[str], *, now: datetime) -> dict[str, Standing]:
    """Return how notices stand now, each link judged anew; a notice without any link is absent."""
    ways: dict[str, list[Way]] = defaultdict(list)
    about: dict[str, tuple[str, str | None, str, bool]] = {}
    for row in session.connection().execute(_STANDING, {"notice_ids": list(notice_ids)}):
        notice_id, state, lease_id, address, address_key, *facts, code_key_id, given_name, is_shared = row
        link = LinkFacts(*facts)
        about[notice_id] = (state, lease_id, link.mailing_state, OneAddress(address).key == address_key)
        if not is_shared and isinstance(judge(link, now=now), Open):
            ways[notice_id].append(Way(link.link_id, code_key_id, given_name))
    return {notice_id: Standing(*facts, tuple(ways[notice_id])) for notice_id, facts in about.items()}


def sent_to_the_last(session: Session) -> Sequence[Mailing]:
    """Return the mailings being sent of which nothing is left to send."""
    unsent = exists().where(col(Notice.mailing_id) == col(Mailing.id), col(Notice.state).in_(outbox.UNSENT))
    return session.execute(select(Mailing).where(col(Mailing.state) == "sending", ~unsent)).scalars().all()


def has_unfinished(session: Session, *, now: datetime) -> bool:
    """Tell whether a notice can be claimed now, or is in some worker's hands."""
    query = (
        select(col(Notice.id))
        .join(Mailing, col(Mailing.id) == col(Notice.mailing_id))
        .where(outbox.unfinished(Notice), col(Mailing.state) == "sending")
    )
    return session.execute(query.limit(1), {"now": now}).first() is not None


def letter_of(mailing: Mailing, settings: Settings, *, expires_at: datetime, is_test: bool = False) -> NoticeLetter:
    """Return what a mailing says to every one of its guardians."""
    return NoticeLetter(
        organisation=settings.organisation,
        program=mailing.program,
        title=mailing.title,
        message=mailing.message,
        base_url=settings.base_url,
        contact=settings.contact,
        expires=day_in_words(expires_at.astimezone(settings.zone).date()),
        mail_from=OneAddress.parse(settings.mail_from),
        is_test=is_test,
    )
