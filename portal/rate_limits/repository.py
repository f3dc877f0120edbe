"""The counts: read by key, counted by one statement that no other process can come between."""

from datetime import datetime

from sqlalchemy import case, delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from portal.kernel.log import log
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import change
from portal.rate_limits.rules import NOTED_FAILURES, RateLimit
from portal.rate_limits.tables import RateCount


def is_used_up(session: Session, keys: KeyRing, limit: RateLimit, network: str, *, now: datetime) -> bool:
    """Tell whether a network has used up a limit."""
    key = (col(RateCount.kind) == limit.kind, col(RateCount.who) == _kept(keys, network))
    query = select(RateCount.tries).where(*key, col(RateCount.window_at) == limit.window(now))
    return (session.execute(query).scalar() or 0) >= limit.most


def count_try(session: Session, keys: KeyRing, limit: RateLimit, network: str, *, now: datetime) -> bool:
    """Count one try of a network; tell whether it was within the limit. The log is told once, by the kind alone."""
    tries = _count(session, limit.kind, _kept(keys, network), limit.window(now))
    if tries == limit.most:
        log("web").warning("held back", kind=limit.kind)
    return tries <= limit.most


def may_be_noted(session: Session, keys: KeyRing, *, now: datetime) -> bool:
    """Count an entry of the ledger about somebody unknown; tell whether there is room for it in this hour."""
    return count_try(session, keys, NOTED_FAILURES, "", now=now)


def forget_before(session: Session, moment: datetime) -> int:
    """Delete counts of windows that began before a moment; return how many."""
    return change(session, delete(RateCount).where(col(RateCount.window_at) < moment))


def _count(session: Session, kind: str, who: str, window: datetime) -> int:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    one = insert(RateCount).values(kind=kind, who=who, window_at=window, tries=1)
    goes_on = col(RateCount.window_at) == one.excluded.window_at
    counted = one.on_conflict_do_update(
        index_elements=["kind", "who"],
        set_={"window_at": one.excluded.window_at, "tries": case((goes_on, col(RateCount.tries) + 1), else_=1)},
    )
    return int(session.execute(counted.returning(col(RateCount.tries))).scalar_one())


def _kept(keys: KeyRing, network: str) -> str:
    return keys.mac("rate-limit", network.encode()).hex()
