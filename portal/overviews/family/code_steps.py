"""Where a browser stands before a confidential letter: its step, the link, the address on file, codes and pauses."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, select
from sqlmodel import Session, col

from portal.families.tables import Guardian, Guardianship
from portal.links.rules import (
    CODE_LASTS,
    COUNTED_IN,
    STEP_LASTS,
    Challenge,
    CodeFacts,
    Dead,
    LinkFacts,
    Open,
    judge,
    standing,
)
from portal.links.tables import CodeChallenge, CodePause, CodeStep, Device, FamilySession, Link, Opening
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice, NoticeLink
from portal.overviews.family.letters import GUARDIANSHIP_OF_LINK, LINK_FACTS, link_facts
from portal.overviews.family.notices import SHARED_WITH_BARRED


@dataclass(frozen=True, slots=True)
class StepSeen:
    """A browser's step as it stands now. `address` is None where nothing can be mailed: the school has to be called.

    That is so without an address on file, and where a mailbox is shared with somebody who may not see the child.
    """

    link: LinkFacts
    verdict: Open | Dead
    address: str | None
    language: str
    facts: CodeFacts


_CHALLENGE = (
    col(CodeChallenge.id),
    col(CodeChallenge.step_id),
    col(CodeChallenge.key_id),
    col(CodeChallenge.address_key),
    col(CodeChallenge.created_at),
    col(CodeChallenge.wrong),
    col(CodeChallenge.ended_at),
)
_STEP = (
    select(
        *LINK_FACTS,
        col(Guardian.address),
        col(Guardian.address_key),
        col(Guardian.language),
        SHARED_WITH_BARRED,
        col(CodePause.paused_until),
    )
    .select_from(CodeStep)
    .join(Link, col(Link.id) == col(CodeStep.link_id))
    .join(Guardianship, GUARDIANSHIP_OF_LINK)
    .join(Mailing, col(Mailing.id) == col(Link.mailing_id))
    .join(Guardian, col(Guardian.id) == col(Link.guardian_id))
    .outerjoin(CodePause, col(CodePause.link_id) == col(Link.id))
    .where(col(CodeStep.id) == bindparam("step_id"))
)
_STANDING = _STEP.where(col(CodeStep.ended_at).is_(None), col(CodeStep.created_at) > bindparam("since"))
_COUNTED = (
    select(*_CHALLENGE)
    .where(col(CodeChallenge.link_id) == bindparam("link_id"), col(CodeChallenge.created_at) > bindparam("since"))
    .order_by(col(CodeChallenge.created_at).desc(), col(CodeChallenge.id))
)


def step_seen(session: Session, step_id: str, *, now: datetime) -> StepSeen | None:
    """Return a browser's step, or None when it has none, or stood there for more than an hour."""
    row = (
        session.connection()
        .execute(_STANDING, {"step_id": step_id, "since": now - STEP_LASTS, "now": now})
        .one_or_none()
    )
    if row is None:
        return None
    *facts, address, address_key, language, is_shared, paused_until = row
    link = LinkFacts(*facts)
    counted = session.connection().execute(_COUNTED, {"link_id": link.link_id, "since": now - COUNTED_IN})
    may_be_mailed = address is not None and not is_shared
    return StepSeen(
        link,
        judge(link, now=now),
        address if may_be_mailed else None,
        language,
        CodeFacts(
            step_id, address_key if may_be_mailed else None, paused_until, tuple(Challenge(*one) for one in counted)
        ),
    )


@dataclass(frozen=True, slots=True)
class CodeDue:
    """A code that is to be mailed now: to which address, in which language, and until when it is taken."""

    challenge: Challenge
    address: str
    language: str
    until: datetime


def code_due(session: Session, challenge_id: str, *, now: datetime) -> CodeDue | None:
    """Return what to mail for a challenge, or None when it is over, its link is dead or its address is another."""
    found = session.connection().execute(select(*_CHALLENGE).where(col(CodeChallenge.id) == challenge_id)).one_or_none()
    if found is None:
        return None
    challenge = Challenge(*found)
    seen = step_seen(session, challenge.step_id, now=now)
    if seen is None or seen.address is None or not isinstance(seen.verdict, Open):
        return None
    if standing(seen.facts, now=now) != "waiting" or challenge != seen.facts.newest:
        return None
    return CodeDue(challenge, seen.address, seen.language, challenge.created_at + CODE_LASTS)


def known_device(session: Session, browser: str, link: LinkFacts, *, now: datetime) -> str | None:
    """Return the device by which a browser opens this guardian's confidential letters without a code."""
    query = (
        select(col(Device.id))
        .join(Guardian, col(Guardian.id) == col(Device.guardian_id))
        .join(Link, col(Link.guardian_id) == col(Guardian.id))
        .where(
            col(Device.browser) == browser,
            col(Device.guardian_id) == link.guardian_id,
            col(Device.ended_at).is_(None),
            col(Device.expires_at) > now,
            col(Device.address_key) == col(Guardian.address_key),
            col(Link.id) == link.link_id,
            ~SHARED_WITH_BARRED,
        )
        .order_by(col(Device.created_at).desc())
        .limit(1)
    )
    return session.execute(query, {"now": now}).scalar()


def came_on_paper(session: Session, link: LinkFacts) -> bool:
    """Tell whether a link was printed for a guardian without a mailbox: who handed it over has looked at the person.

    It stands for the code, which could be mailed to nobody. A mailbox on file ends that.
    """
    query = (
        select(col(Notice.id))
        .join(NoticeLink, col(NoticeLink.notice_id) == col(Notice.id))
        .join(Guardian, col(Guardian.id) == col(Notice.guardian_id))
        .where(
            col(NoticeLink.link_id) == link.link_id,
            col(Notice.channel) == "paper",
            col(Notice.printed_at).is_not(None),
            col(Notice.state).in_(("queued", "sent")),
            col(Guardian.address_key).is_(None),
        )
    )
    return session.execute(query.limit(1)).first() is not None


@dataclass(frozen=True, slots=True)
class DeviceSeen:
    """A remembered browser as its guardian sees it."""

    id: str
    since: datetime
    until: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class DevicesSeen:
    """Whose devices they are, and which there are, the newest first."""

    guardian_id: str
    devices: list[DeviceSeen]


def devices_seen(session: Session, session_id: str, browser: str, *, now: datetime) -> DevicesSeen | None:
    """Return the devices of the guardian who has something open in this session; None where nothing is."""
    guardian_id = _guardian_of(session, session_id, now=now)
    if guardian_id is None:
        return None
    query = (
        select(col(Device.id), col(Device.created_at), col(Device.expires_at), col(Device.browser))
        .join(Guardian, col(Guardian.id) == col(Device.guardian_id))
        .where(
            col(Device.guardian_id) == guardian_id,
            col(Device.ended_at).is_(None),
            col(Device.expires_at) > now,
            col(Device.address_key) == col(Guardian.address_key),
        )
        .order_by(col(Device.created_at).desc())
    )
    rows = session.execute(query)
    return DevicesSeen(guardian_id, [DeviceSeen(row[0], row[1], row[2], row[3] == browser) for row in rows])


def _guardian_of(session: Session, session_id: str, *, now: datetime) -> str | None:
    query = (
        select(col(Opening.link_id))
        .join(FamilySession, col(FamilySession.id) == col(Opening.session_id))
        .where(
            col(FamilySession.id) == session_id,
            col(FamilySession.ended_at).is_(None),
            col(FamilySession.expires_at) > now,
            col(Opening.ended_at).is_(None),
        )
    )
    for link_id in session.execute(query).scalars():
        link = link_facts(session, link_id, now=now)
        if link is not None and isinstance(judge(link, now=now), Open):
            return link.guardian_id
    return None


def paused_in(session: Session, mailing_id: str, *, now: datetime) -> list[datetime]:
    """Return until when each paused link of a mailing is paused, the first over first."""
    query = select(col(CodePause.paused_until)).where(
        exists().where(col(Link.id) == col(CodePause.link_id), col(Link.mailing_id) == mailing_id),
        col(CodePause.paused_until) > now,
    )
    return list(session.execute(query.order_by(col(CodePause.paused_until))).scalars())
