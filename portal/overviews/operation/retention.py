"""Until when documents are kept: what is over, what a hold keeps, and what staff are told of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, exists, false, func, or_, select
from sqlmodel import Session, col

from portal.documents.repository import keeping
from portal.documents.tables import Document, LegalHold
from portal.mailings.tables import Mailing
from portal.overviews.people.staff_mail import name_of

MOVING: Final = ("waiting", "held", "sending", "paused")
_AT_ONCE: Final = 500
_BEGINS: Final = case(
    (col(Mailing.approved_at) > col(Document.created_at), col(Mailing.approved_at)), else_=col(Document.created_at)
)
"""The days are counted from the approval, or from when a later version was brought; a draft's from when it was made."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents of one mailing: how many, how large, and since when their days are over."""

    mailing_id: str
    title: str
    documents: int
    size: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """What a mailing's page says about how long its letters are kept.

    `next_at` is when the next of them is closed, None where no date is set or none is left; `held_at`, `held_by` and
    `held_why` tell of a legal hold.
    """

    documents: int
    closed: int
    shredded: int
    next_at: datetime | None
    closed_at: datetime | None
    closed_why: str
    held_at: datetime | None = None
    held_by: str = ""
    held_why: str = ""


def _is_over(days: Mapping[str, int], now: datetime) -> ColumnElement[bool]:
    """Return the condition for documents whose days are over."""
    return or_(
        false(),
        *((col(Document.kind) == kind) & (now - timedelta(days=count) >= _BEGINS) for kind, count in days.items()),
    )


def _is_held() -> ColumnElement[bool]:
    return exists().where(col(LegalHold.mailing_id) == col(Document.mailing_id), col(LegalHold.lifted_at).is_(None))


def _over(columns: Select[*tuple[Any, ...]], days: Mapping[str, int], now: datetime) -> Select[*tuple[Any, ...]]:
    return columns.join(Mailing, col(Mailing.id) == col(Document.mailing_id)).where(
        col(Document.closed_at).is_(None), col(Mailing.state).not_in(MOVING), _is_over(days, now)
    )


def expired(session: Session, days: Mapping[str, int], *, now: datetime) -> list[str]:
    """Return some of the documents whose days are over and that no hold keeps."""
    query = _over(select(col(Document.id)), days, now).where(~_is_held()).order_by(col(Document.mailing_id))
    return list(session.execute(query.limit(_AT_ONCE)).scalars())


def expired_by_mailing(session: Session, days: Mapping[str, int], *, held: bool, now: datetime) -> list[Batch]:
    """Return, by mailing, what the next round shreds; or what it would, were it not under legal hold."""
    columns = select(
        col(Mailing.id), col(Mailing.title), func.count(), func.sum(col(Document.size)), func.min(_BEGINS)
    ).select_from(Document)
    query = _over(columns, days, now).where(_is_held() if held else ~_is_held())
    rows = session.execute(query.group_by(col(Mailing.id), col(Mailing.title)).order_by(func.min(_BEGINS)))
    return [Batch(*row) for row in rows]


def overdue_since(session: Session, days: Mapping[str, int], *, now: datetime) -> timedelta:
    """Return how long the oldest document is overdue that a round should have closed: the lag of the rounds.

    A healthy portal's is less than two hours.
    """
    lags = [
        now - timedelta(days=count) - begins
        for kind, count in days.items()
        if (begins := session.execute(_oldest(kind, {kind: count}, now)).scalar()) is not None
    ]
    return max(lags, default=timedelta())


def _oldest(kind: str, days: Mapping[str, int], now: datetime) -> Select[*tuple[Any, ...]]:
    query = _over(select(func.min(_BEGINS)).select_from(Document), days, now)
    return query.where(~_is_held(), col(Document.kind) == kind)


def kept(session: Session, days: Mapping[str, int], mailing_id: str) -> Kept:
    """Return how long a mailing's letters are kept."""
    query = (
        select(
            col(Document.kind), col(Document.closed_at), col(Document.closed_why), col(Document.shredded_at), _BEGINS
        )
        .join(Mailing, col(Mailing.id) == col(Document.mailing_id))
        .where(col(Document.mailing_id) == mailing_id)
    )
    rows = session.execute(query).all()
    ahead = [row[4] + timedelta(days=days[row[0]]) for row in rows if row[1] is None and row[0] in days]
    closed = sorted((row[1], row[2]) for row in rows if row[1] is not None)
    hold = keeping.hold_of(session, mailing_id)
    staff_id = hold.by.rpartition("staff:")[2] if hold else ""
    return Kept(
        len(rows),
        len(closed),
        sum(row[3] is not None for row in rows),
        min(ahead, default=None),
        *(closed[-1] if closed else (None, "")),
        *((hold.at, name_of(session, staff_id), hold.reason) if hold else (None, "", "")),
    )
