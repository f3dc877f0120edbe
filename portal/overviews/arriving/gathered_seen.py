"""What came from somebody's mail program, gathered: only whoever sent it sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from portal.arrivals import repository as arrivals
from portal.arrivals.errors import NoSuchGathering
from portal.arrivals.rules import KEPT
from portal.arrivals.tables import Arrival, Gathering
from portal.kernel.secrets.keys import KeyRing
from portal.mailings.tables import Mailing
from portal.staff.rules import Acting

PAGE = 50


@dataclass(frozen=True, slots=True)
class GatheringSeen:
    """Messages of one sender that become one letter, or have.

    `messages` is how many there are so far. `title` and `mailing_state` are those of the letter that was made of them.
    """

    id: str
    subject: str
    state: str
    messages: int
    first_at: datetime
    last_at: datetime
    closes_at: datetime
    report: str
    mailing_id: str | None
    title: str
    mailing_state: str

    @property
    def may_close(self) -> bool:
        """Whether more of it is waited for, which a press ends."""
        return self.state == "open"

    @property
    def may_throw_away(self) -> bool:
        """Whether its messages are still kept, and no letter was made of them: a letter is stopped on its own page."""
        return self.state in {"open", "closed"} and self.mailing_id is None

    @property
    def standing(self) -> str:
        """By what a page knows that it has changed in more than a count."""
        return f"{self.id}:{self.state}:{self.mailing_state}"


@dataclass(frozen=True, slots=True)
class CameByMail:
    """That a letter came by mail: its gathering, since when, and of how many messages."""

    gathering_id: str
    first_at: datetime
    messages: int


def gathered_by(session: Session, keys: KeyRing, by: Acting) -> Sequence[GatheringSeen]:
    """Return what came from somebody's mail program, the newest first."""
    return _seen(session, keys, by, [])


def gathered_now(session: Session, keys: KeyRing, by: Acting, *, now: datetime) -> Sequence[GatheringSeen]:
    """Return of it what is not over, and what ended without a letter within three days."""
    is_new = (col(Gathering.mailing_id).is_(None)) & (col(Gathering.last_at) > now - KEPT)
    return _seen(session, keys, by, [or_(col(Gathering.state) != "ended", is_new)])


def gathering_seen(session: Session, keys: KeyRing, gathering_id: str, by: Acting) -> GatheringSeen:
    """Return one of them. Raises `NoSuchGathering`."""
    found = _seen(session, keys, by, [col(Gathering.id) == gathering_id])
    if not found:
        raise NoSuchGathering
    return found[0]


def came_by_mail(session: Session, mailing_id: str) -> CameByMail | None:
    """Return how a letter came by mail; None for one that did not."""
    query = (
        select(col(Gathering.id), col(Gathering.first_at), func.count(col(Arrival.id)))
        .outerjoin(Arrival, col(Arrival.gathering_id) == col(Gathering.id))
        .where(col(Gathering.mailing_id) == mailing_id)
        .group_by(col(Gathering.id), col(Gathering.first_at))
    )
    row = session.execute(query).first()
    return CameByMail(*row) if row else None


def _seen(session: Session, keys: KeyRing, by: Acting, where: Sequence[ColumnElement[bool]]) -> list[GatheringSeen]:
    newest = select(Gathering, Mailing).outerjoin(Mailing, col(Mailing.id) == col(Gathering.mailing_id))
    newest = newest.where(col(Gathering.staff_id) == by.id, *where)
    rows = session.execute(newest.order_by(col(Gathering.last_at).desc(), col(Gathering.id)).limit(PAGE)).all()
    messages = _messages(session, [row.id for row, _ in rows])
    return [
        GatheringSeen(
            row.id, arrivals.subject_of(keys, row), row.state, messages.get(row.id, 0), row.first_at, row.last_at,
            row.closes_at, row.report, row.mailing_id, letter.title if letter else "", letter.state if letter else "",
        )
        for row, letter in rows
    ]  # fmt: skip


def _messages(session: Session, ids: Sequence[str]) -> dict[str, int]:
    counted = select(col(Arrival.gathering_id), func.count()).where(col(Arrival.gathering_id).in_(ids))
    return {row[0]: row[1] for row in session.execute(counted.group_by(col(Arrival.gathering_id)))}
