"""Children as staff look them up: their guardians, what each may get, and which letters were opened."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlmodel import Session, col

from portal.documents.tables import Copy
from portal.families import repository as families
from portal.families.errors import NoSuchChild
from portal.families.repository import restrictions, searching
from portal.families.rules import plan
from portal.families.tables import Child, Enrolment, Guardian, Guardianship, Restriction
from portal.ledger.tables import Disclosure
from portal.links.tables import CodePause, Link
from portal.mailings import repository as mailings
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice, NoticeLink
from portal.staff.rules import Acting

PAGE = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A child in a list."""

    student_number: str
    given_name: str
    family_name: str
    grade: str


@dataclass(frozen=True, slots=True)
class GuardianSeen:
    """A guardian of a child; `why_not` names why no letter about this child goes there, or is None.

    `decided` is what staff decided about it that is in force or to come, or that letters pause since the child is 18.
    """

    id: str
    name: str
    address: str | None
    language: str
    is_over: bool
    why_not: str | None
    decided: frozenset[str]


@dataclass(frozen=True, slots=True)
class LetterSeen:
    """One guardian's link to one letter about the child, how its message fared, and when it was first opened."""

    link_id: str
    mailing_id: str
    title: str
    guardian_id: str
    guardian_name: str
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    revoked_why: str
    message_state: str
    opened_at: datetime | None
    codes_paused_until: datetime | None


@dataclass(frozen=True, slots=True)
class ChildSeen:
    """A child with everything staff may know of it here; `sendable` are the letters that may be sent to it again."""

    student_number: str
    given_name: str
    family_name: str
    grade: str
    places: list[tuple[str, str]]
    is_on_roster: bool
    guardians: list[GuardianSeen]
    letters: list[LetterSeen]
    sendable: list[tuple[str, str]]
    is_to_decide: bool


def search(session: Session, by: Acting, *, words: str, after: str) -> tuple[list[Found], str]:
    """Return a page of children by name, number or a guardian's address, and the number the next page follows.

    `after` is the student number of the last child of the page before; "" is the first page, and none is left.
    """
    rows = searching.children_page(session, by.sites, search=words, after=_key(session, by, after), limit=PAGE + 1)
    found = [Found(row.student_number, row.given_name, row.family_name, row.grade) for row in rows[:PAGE]]
    return found, found[-1].student_number if len(rows) > PAGE else ""


def _key(session: Session, by: Acting, number: str) -> tuple[str, str, str] | None:
    child = families.child_by_number(session, number, by.sites) if number else None
    return (child.family_name, child.given_name, child.id) if child else None


def child_seen(session: Session, by: Acting, number: str, *, now: datetime) -> ChildSeen:
    """Return a child by student number, if it is at one of the sites somebody acts for. Raises `NoSuchChild`."""
    child = families.child_by_number(session, number, by.sites)
    if child is None:
        raise NoSuchChild
    query = select(col(Enrolment.site), col(Enrolment.program)).where(col(Enrolment.child_id) == child.id)
    places = [(row.site, row.program) for row in session.execute(query.order_by(col(Enrolment.site)))]
    decided = restrictions.of_child(session, child.id)
    return ChildSeen(
        child.student_number,
        child.given_name,
        child.family_name,
        child.grade,
        places,
        child.left_at is None,
        _guardians(session, child, decided, now),
        _letters(session, child.id, now),
        mailings.sent_of(session, _with_copies(session, child.id), staff_id=by.id, sites=by.sites),
        any(one.kind == "of-age" and one.settled_at is None and one.lifted_at is None for one in decided),
    )


def _with_copies(session: Session, child_id: str) -> Sequence[str]:
    query = select(col(Copy.mailing_id)).where(col(Copy.child_id) == child_id, col(Copy.revoked_at).is_(None))
    return session.execute(query.distinct()).scalars().all()


def _guardians(session: Session, child: Child, decided: Sequence[Restriction], now: datetime) -> list[GuardianSeen]:
    planned = plan(families.ties_of_audience(session, (("child", child.student_number),), now=now))
    why_not = {one.guardian_id: one.why for one in planned.omissions if one.guardian_id}
    kinds: dict[str, set[str]] = defaultdict(set)
    for one in decided:
        if one.lifted_at is None and (one.ends_at is None or one.ends_at > now or one.applied_at is None):
            kinds[one.guardian_id].add(one.kind)
    query = (
        select(Guardian, Guardianship)
        .join(Guardianship, col(Guardianship.guardian_id) == col(Guardian.id))
        .where(col(Guardianship.child_id) == child.id)
        .order_by(col(Guardianship.ends_at).is_not(None), col(Guardian.family_name), col(Guardian.given_name))
    )
    return [
        GuardianSeen(
            guardian.id,
            f"{guardian.given_name} {guardian.family_name}".strip(),
            guardian.address,
            guardian.language,
            tie.ends_at is not None and tie.ends_at <= now,
            why_not.get(guardian.id),
            frozenset(kinds[guardian.id]),
        )
        for guardian, tie in session.execute(query)
    ]


def _letters(session: Session, child_id: str, now: datetime) -> list[LetterSeen]:
    opened = (
        select(func.min(col(Disclosure.at)))
        .where(col(Disclosure.child_id) == col(Link.child_id), col(Disclosure.link_id) == col(Link.id))
        .scalar_subquery()
    )
    message = (
        select(col(Notice.state))
        .join(NoticeLink, col(NoticeLink.notice_id) == col(Notice.id))
        .where(col(NoticeLink.link_id) == col(Link.id))
        .order_by(col(Notice.round).desc())
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            col(Link.id),
            col(Link.mailing_id),
            col(Mailing.title),
            col(Guardian.id),
            col(Guardian.given_name) + " " + col(Guardian.family_name),
            col(Link.created_at),
            col(Link.expires_at),
            col(Link.revoked_at),
            col(Link.revoked_why),
            func.coalesce(message, ""),
            opened,
            col(CodePause.paused_until),
        )
        .join(Mailing, col(Mailing.id) == col(Link.mailing_id))
        .join(Guardian, col(Guardian.id) == col(Link.guardian_id))
        .outerjoin(CodePause, and_(col(CodePause.link_id) == col(Link.id), col(CodePause.paused_until) > now))
        .where(col(Link.child_id) == child_id)
        .order_by(col(Link.created_at).desc(), col(Guardian.family_name), col(Guardian.given_name))
    )
    return [LetterSeen(*row) for row in session.execute(query)]
