"""Whom a message was written to and did not reach, and why, in words."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.families.tables import Child, Guardian
from portal.mailings import repository as mailings
from portal.outbox.rules import reason_in_words
from portal.outbox.tables import Notice, NoticeLink
from portal.staff.rules import Acting
from portal.words.several import kept

PAGE = 50
_STATES = ("refused", "bounced", "cancelled")
_Other = aliased(Notice)
# Each guardian stands there once, and not at all when another message to them of this mailing has left or will.
ELSE_REACHED = exists().where(
    col(_Other.mailing_id) == col(Notice.mailing_id),
    col(_Other.guardian_id) == col(Notice.guardian_id),
    col(_Other.id) != col(Notice.id),
    or_(col(_Other.state).not_in(_STATES), col(_Other.round) > col(Notice.round)),
)


@dataclass(frozen=True, slots=True)
class Unreached:
    """A guardian whose message did not arrive; `reply` is the mail server's or the portal's reason.

    `why` and `to_do` say it in words, where there are any. `has_another` address on file by now.
    """

    guardian_name: str
    address: str
    children: tuple[tuple[str, str], ...]
    state: str
    reply: str
    why: str
    to_do: str
    has_another: bool = False


@dataclass(frozen=True, slots=True)
class UnreachedPage:
    """One page of them; children are student number and name."""

    mailing_id: str
    title: str
    rows: list[Unreached]
    total: int
    page: int
    pages: int


def unreached(session: Session, by: Acting, mailing_id: str, *, page: int, size: int = PAGE) -> UnreachedPage:
    """Return a page of the guardians a mailing did not reach: refused first. Raises `NoSuchMailing`."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    theirs = (col(Notice.mailing_id) == mailing.id, col(Notice.state).in_(_STATES), ~ELSE_REACHED)
    total = session.execute(select(func.count()).select_from(Notice).where(*theirs)).scalar_one()
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    query = (
        select(
            col(Notice.id),
            col(Guardian.given_name) + " " + col(Guardian.family_name),
            col(Notice.address),
            col(Notice.state),
            col(Notice.reply),
            col(Guardian.address),
        )
        .join(Guardian, col(Guardian.id) == col(Notice.guardian_id))
        .where(*theirs)
        .order_by(col(Notice.state) == "cancelled", col(Guardian.family_name), col(Guardian.given_name), col(Notice.id))
        .limit(size)
        .offset((page - 1) * size)
    )
    found = session.execute(query).all()
    children = children_of_notices(session, [row[0] for row in found])
    rows = [
        Unreached(
            name,
            address,
            tuple(children[notice_id]),
            state,
            kept(reply),
            *reason_in_words(state, reply),
            has_another=bool(address and now_at) and now_at != address,
        )
        for notice_id, name, address, state, reply, now_at in found
    ]
    return UnreachedPage(mailing.id, mailing.title, rows, total, page, pages)


def came_back(session: Session, mailing_id: str) -> dict[tuple[str, str], str]:
    """Return the address that did not take a mailing's message, by guardian and child."""
    query = (
        select(col(NoticeLink.guardian_id), col(NoticeLink.child_id), col(Notice.address))
        .join(Notice, col(Notice.id) == col(NoticeLink.notice_id))
        .where(col(Notice.mailing_id) == mailing_id, col(Notice.channel) == "mail")
        .where(col(Notice.state).in_(("refused", "bounced")), ~ELSE_REACHED)
    )
    return {(guardian, child): address for guardian, child, address in session.execute(query)}


def children_of_notices(session: Session, notice_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the children whom messages are about, as student number and name, by the id of the message."""
    query = (
        select(
            col(NoticeLink.notice_id),
            col(Child.student_number),
            col(Child.given_name) + " " + col(Child.family_name),
        )
        .join(Child, col(Child.id) == col(NoticeLink.child_id))
        .where(col(NoticeLink.notice_id).in_(notice_ids))
        .order_by(col(Child.given_name), col(Child.id))
    )
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for notice_id, number, name in session.execute(query):
        found[notice_id].append((number, name))
    return found
