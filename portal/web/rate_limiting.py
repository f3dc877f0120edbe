"""Limits by network. Failures are counted, and only those: what is genuine passes, whatever a neighbour has tried."""

from collections.abc import Callable

from sqlmodel import Session

from portal.flows.opening import count_tries
from portal.rate_limits.errors import TooManyTries
from portal.rate_limits.rules import OF_FAMILIES, RateLimit
from portal.web.guards import AnyRequest


def admit(ask: AnyRequest, limit: RateLimit, is_genuine: Callable[[Session], bool], *shown: str) -> None:
    """Let everybody pass until their network has failed too often, and then whoever brings something genuine.

    `is_genuine` is asked only then; it reads by key, and changes nothing. A family's asks about what it has `shown`.
    Raises `TooManyTries`.
    """
    house = ask.house
    with house.family_db.read(*shown) if limit in OF_FAMILIES else house.db.read() as session:
        is_used_up = count_tries.is_used_up(session, ask.house.keys, limit, ask.network, now=ask.now)
        if is_used_up and not is_genuine(session):
            raise TooManyTries


def count(ask: AnyRequest, limit: RateLimit) -> None:
    """Count one try of this network. Raises `TooManyTries` when it is past the limit."""
    house = ask.house
    with house.family_db.write() if limit in OF_FAMILIES else house.db.write() as session:
        is_within = count_tries.count_try(session, ask.house.keys, limit, ask.network, now=ask.now)
    if not is_within:
        raise TooManyTries
