"""Every query of links, family sessions and openings."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, insert, select, update
from sqlmodel import Session, col

from portal.kernel.db import change, insert_rows
from portal.kernel.ids import new_id
from portal.links.tables import FamilySession, Link, Opening, TakingBack


def add_links(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert links; the database refuses one for a stranger to the child."""
    insert_rows(session, Link, rows)


def link_id_by_code(session: Session, lookups: Sequence[str]) -> str | None:
    """Return the id of the link whose typed code has one of these keyed hashes."""
    return session.execute(select(col(Link.id)).where(col(Link.code_lookup).in_(lookups))).scalar()


def take_back(session: Session, where: ColumnElement[bool], *, why: str, now: datetime) -> int:
    """Mark matching links as taken back, once; return how many were alive."""
    query = update(Link).where(where, col(Link.revoked_at).is_(None)).values(revoked_at=now, revoked_why=why)
    return change(session, query)


def end_openings(session: Session, where: ColumnElement[bool], *, now: datetime) -> int:
    """End matching openings, and the sessions in which nothing else is open; return how many sessions ended."""
    live = col(Opening.ended_at).is_(None)
    touched = select(col(Opening.session_id)).where(where, live)
    sessions = list(session.execute(touched.distinct()).scalars())
    session.execute(update(Opening).where(where, live).values(ended_at=now))
    still_open = exists().where(and_(col(Opening.session_id) == col(FamilySession.id), live))
    ended = 0
    for start in range(0, len(sessions), 500):
        query = (
            update(FamilySession)
            .where(col(FamilySession.id).in_(sessions[start : start + 500]))
            .where(col(FamilySession.ended_at).is_(None), ~still_open)
            .values(ended_at=now)
        )
        ended += change(session, query)
    return ended


def of_mailing(mailing_id: str) -> ColumnElement[bool]:
    """Return the condition for all links of a mailing."""
    return col(Link.mailing_id) == mailing_id


def any_of(link_ids: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition for these links."""
    return col(Link.id).in_(link_ids)


def live_links_of_children(session: Session, mailing_id: str, child_ids: Sequence[str]) -> list[str]:
    """Return the links of a mailing that are alive and lead to one of these children."""
    wanted = frozenset(child_ids)
    query = select(col(Link.id), col(Link.child_id)).where(of_mailing(mailing_id), col(Link.revoked_at).is_(None))
    return [link_id for link_id, child_id in session.execute(query) if child_id in wanted]


def openings_of(link_ids: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition for all openings of these links."""
    return col(Opening.link_id).in_(link_ids)


def openings_of_mailing(mailing_id: str) -> ColumnElement[bool]:
    """Return the condition for all openings of a mailing."""
    return col(Opening.mailing_id) == mailing_id


def find_session(session: Session, session_id: str) -> FamilySession | None:
    """Return the family session of a cookie's hash."""
    return session.get(FamilySession, session_id)


def start_session(
    session: Session, *, session_id: str, scope: Mapping[str, str], now: datetime, expires_at: datetime
) -> str:
    """Insert a session with one opening of one link; return the opening's id."""
    session.execute(
        insert(FamilySession).values(
            id=session_id, guardian_id=scope["guardian_id"], created_at=now, expires_at=expires_at, ended_at=None
        )
    )
    opening_id = new_id()
    session.execute(insert(Opening).values(id=opening_id, session_id=session_id, opened_at=now, ended_at=None, **scope))
    return opening_id


def move_openings(session: Session, *, old: str, new: str, but_link: str) -> None:
    """Carry the live openings of one session over to another of the same guardian."""
    query = (
        update(Opening)
        .where(col(Opening.session_id) == old, col(Opening.ended_at).is_(None), col(Opening.link_id) != but_link)
        .values(session_id=new)
    )
    session.execute(query)


def end_session(session: Session, session_id: str, *, now: datetime) -> None:
    """End a session and all its openings."""
    live = and_(col(Opening.session_id) == session_id, col(Opening.ended_at).is_(None))
    session.execute(update(Opening).where(live).values(ended_at=now))
    query = update(FamilySession).where(col(FamilySession.id) == session_id, col(FamilySession.ended_at).is_(None))
    session.execute(query.values(ended_at=now))


def taking_back(session: Session, kind: str, target_id: str) -> TakingBack | None:
    """Return what an earlier taking back of this target did."""
    return session.get(TakingBack, (kind, target_id))


def add_taking_back(
    session: Session, target: tuple[str, str], *, by: str, reason: str, at: datetime, counts: tuple[int, int, int]
) -> None:
    """Insert what a taking back did; a second one of the same target is refused by its key."""
    taken, cancelled, ended = counts
    session.execute(
        insert(TakingBack).values(
            kind=target[0], target_id=target[1], by=by, reason=reason, at=at,
            links=taken, notices_cancelled=cancelled, sessions_ended=ended,
        )
    )  # fmt: skip
