"""Tries are counted by network, and forgotten. Whoever holds a genuine secret is let in whatever the count is."""

from datetime import datetime

from sqlmodel import Session

from portal.kernel.secrets.keys import KeyRing
from portal.rate_limits import repository as rate_limits
from portal.rate_limits.rules import KEPT, RateLimit


def is_used_up(session: Session, keys: KeyRing, limit: RateLimit, network: str, *, now: datetime) -> bool:
    """Tell whether a network has used up a limit."""
    return rate_limits.is_used_up(session, keys, limit, network, now=now)


def count_try(session: Session, keys: KeyRing, limit: RateLimit, network: str, *, now: datetime) -> bool:
    """Count one try of a network; tell whether it was within the limit."""
    return rate_limits.count_try(session, keys, limit, network, now=now)


def forget_counts(session: Session, *, now: datetime) -> None:
    """Forget counts that decide nothing any more."""
    rate_limits.forget_before(session, now - KEPT)
