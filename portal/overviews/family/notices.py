"""Which notices are due, and what each may still say: outbox, mailing, links, rights and addresses in one read."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, func, select
from sqlmodel import Session, col

from portal.families.repository import own_site
from portal.families.repository.rights import is_shared_with_barred
from portal.families.tables import Child, Guardian, Guardianship
from portal.kernel.configuration.settings import Settings
from portal.kernel.text.addresses import OneAddress
from portal.links.rules import LinkFacts, Open, judge
from portal.links.tables import Link
from portal.mail.letters.compose import NoticeLetter
from portal.mail.letters.words import Occasion
from portal.mailings.tables import Mailing, Round
from portal.outbox import repository as outbox
from portal.outbox.tables import Notice, NoticeLink
from portal.overviews.family.letters import GUARDIANSHIP_OF_LINK, LINK_FACTS
from portal.words.languages import ENGLISH, Language, reading_language


@dataclass(frozen=True, slots=True)
class Due:
    """A notice whose time has come, of a mailing that is being sent; `kind` is that of its round, or “first”."""

    notice_id: str
    mailing_id: str
    version: int
    address: str
    attempts: int
    due_at: datetime
    kind: str


@dataclass(frozen=True, slots=True)
class Way:
    """A child that a notice may name, the link that opens its letter, and the child's own site.

    A child that changes its school while a message waits is still written to.
    """

    link_id: str
    code_key_id: str
    given_name: str
    expires_at: datetime
    site: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """A notice as the database sees it now. No way left means that it has nothing to say."""

    state: str
    lease_id: str | None
    mailing_state: str
    is_address_current: bool
    language: Language
    ways: tuple[Way, ...]


MAY_LEAVE = and_(col(Notice.channel) == "mail", col(Notice.wave) <= col(Mailing.wave))
"""Which notices of a mailing a worker may take: those on paper never, those of a later wave not yet."""

_DUE = (
    select(
        col(Notice.id),
        col(Notice.mailing_id),
        col(Mailing.version),
        col(Notice.address),
        col(Notice.attempts),
        col(Notice.due_at),
        func.coalesce(col(Round.kind), "first"),
    )
    .join(Mailing, col(Mailing.id) == col(Notice.mailing_id))
    .outerjoin(Round, and_(col(Round.mailing_id) == col(Notice.mailing_id), col(Round.number) == col(Notice.round)))
    .where(outbox.claimable(Notice), col(Mailing.state) == "sending", MAY_LEAVE)
    .limit(bindparam("most"))
    .with_for_update(of=Notice, skip_locked=True)
)


def due(connection: Connection, *, now: datetime, most: int) -> list[Due]:
    """Return notices that can be claimed, locked against other workers where the database locks rows."""
    return [Due(*row) for row in connection.execute(_DUE, {"now": now, "most": most})]


SHARED_WITH_BARRED = is_shared_with_barred(col(Link.child_id))
"""A mailbox shared with somebody who is barred from the child gets nothing about that child, whoever asked."""
_STANDING = (
    select(
        col(Notice.id),
        col(Notice.state),
        col(Notice.lease_id),
        col(Notice.address),
        col(Guardian.address_key),
        col(Guardian.language),
        *LINK_FACTS,
        col(Link.code_key_id),
        col(Child.given_name),
        SHARED_WITH_BARRED,
        func.coalesce(own_site(col(Link.child_id)), ""),
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


def standing_of(connection: Connection, notice_ids: Sequence[str], *, now: datetime) -> dict[str, Standing]:
    """Return how notices stand now, each link judged anew; a notice without any link is absent."""
    ways: dict[str, list[Way]] = defaultdict(list)
    about: dict[str, tuple[str, str | None, str, bool, Language]] = {}
    for row in connection.execute(_STANDING, {"notice_ids": list(notice_ids), "now": now}):
        notice_id, state, lease_id, address, address_key, written, *facts, key_id, given_name, is_shared, site = row
        link = LinkFacts(*facts)
        is_current = OneAddress(address).key == address_key
        about[notice_id] = (state, lease_id, link.mailing_state, is_current, reading_language(written))
        if not is_shared and isinstance(judge(link, now=now), Open):
            ways[notice_id].append(Way(link.link_id, key_id, given_name, link.expires_at, site))
    return {notice_id: Standing(*facts, tuple(ways[notice_id])) for notice_id, facts in about.items()}


def sent_to_the_last(session: Session) -> Sequence[tuple[Mailing, bool]]:
    """Return the mailings being sent of which nothing that may leave is left, and whether another wave waits."""
    unsent = exists().where(col(Notice.mailing_id) == col(Mailing.id), col(Notice.state).in_(outbox.UNSENT))
    later = unsent.where(col(Notice.channel) == "mail")
    query = select(Mailing, later).where(col(Mailing.state) == "sending", ~unsent.where(MAY_LEAVE))
    return [(row[0], row[1]) for row in session.execute(query.order_by(col(Mailing.id)))]


def is_wave_over(session: Session, mailing: Mailing) -> bool:
    """Tell whether all of the waves that a mailing has reached have left, and another one waits."""
    query = select(func.min(col(Notice.wave))).where(
        col(Notice.mailing_id) == mailing.id, col(Notice.channel) == "mail", col(Notice.state).in_(outbox.UNSENT)
    )
    earliest = session.execute(query).scalar()
    return earliest is not None and earliest > mailing.wave


def has_unfinished(session: Session, *, now: datetime) -> bool:
    """Tell whether a notice can be claimed now, or is in some worker's hands."""
    query = (
        select(col(Notice.id))
        .join(Mailing, col(Mailing.id) == col(Notice.mailing_id))
        .where(outbox.unfinished(Notice), col(Mailing.state) == "sending", MAY_LEAVE)
    )
    return session.execute(query.limit(1), {"now": now}).first() is not None


def next_due(session: Session, *, now: datetime) -> datetime | None:
    """Return the next moment at which a hold is over or a notice becomes due by the clock alone; None if none is."""
    later = (
        select(func.min(col(Mailing.held_until))).where(col(Mailing.state) == "held", col(Mailing.held_until) > now),
        select(func.min(col(Notice.due_at))).where(col(Notice.state) == "queued", col(Notice.due_at) > now),
    )
    return min((at for query in later if (at := session.execute(query).scalar()) is not None), default=None)


def letter_of(
    mailing: Mailing,
    settings: Settings,
    *,
    expires_at: datetime,
    words: Mapping[str, tuple[str, str]] | None = None,
    language: Language = ENGLISH,
    occasion: Occasion = "first",
    is_test: bool = False,
    is_confidential: bool | None = None,
) -> NoticeLetter:
    """Return what a mailing says to every one of its guardians who reads this language and is written to by one act.

    `words` are its title and message in other languages; where there are none in this one, the English stand alone.
    `is_confidential` is told of what nobody has approved yet.
    """
    asks_code = mailing.confidential if is_confidential is None else is_confidential
    title, message = (words or {}).get(language.tag, (mailing.title, mailing.message))
    # what nobody wrote in that language stands above in English, and need not be said again below
    below = ("" if title == mailing.title else mailing.title, "" if message == mailing.message else mailing.message)
    return NoticeLetter(
        organisation=settings.organisation,
        signer=mailing.signer,
        title=title,
        message=message,
        in_english=below,
        base_url=settings.base_url,
        contact=settings.contact,
        expires=expires_at.astimezone(settings.zone).date(),
        mail_from=OneAddress.parse(settings.mail_from),
        reply_to=OneAddress.parse(settings.reply_to) if settings.reply_to else None,
        language=language,
        occasion=occasion,
        is_confidential=asks_code,
        names_in_subject=settings.subject_names == "plain" and not asks_code,
        is_test=is_test,
    )
