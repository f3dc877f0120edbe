"""A gathering is closed: by its sender, who says that this is all, or since nothing more came for a while."""

from datetime import datetime

from sqlmodel import Session

from portal.arrivals import repository as arrivals
from portal.arrivals.errors import NoSuchGathering, NotOpenAnyMore
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.staff.rules import Acting


def close_gathering(session: Session, keys: KeyRing, gathering_id: str, *, by: Acting, now: datetime) -> None:
    """Close a gathering of one's own, so that its letters are made now. Twice is once.

    Raises `NoSuchGathering` for anybody else's, `NotOpenAnyMore` once it has ended.
    """
    row = arrivals.find(session, gathering_id)
    if row is None or row.staff_id != by.id:
        raise NoSuchGathering
    if row.state == "ended":
        raise NotOpenAnyMore
    if arrivals.close(session, gathering_id):
        ledger.append(session, keys, [Act("arrival:close", by.label, {"gathering": gathering_id})], now=now)


def close_due(session: Session, keys: KeyRing, *, now: datetime) -> list[str]:
    """Close the gatherings in which nothing more is waited for; return which."""
    closed = [one for one in arrivals.is_due(session, now=now) if arrivals.close(session, one)]
    acts = [Act("arrival:close", "worker", {"gathering": one}) for one in closed]
    if acts:
        ledger.append(session, keys, acts, now=now)
    return closed
