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


def close_if_due(session: Session, keys: KeyRing, gathering_id: str, *, now: datetime) -> bool:
    """Close a gathering in which nothing more is waited for; False where more came, or somebody closed it."""
    row = arrivals.find(session, gathering_id)
    if row is None or row.closes_at > now or not arrivals.close(session, gathering_id):
        return False
    ledger.append(session, keys, [Act("arrival:close", "worker", {"gathering": gathering_id})], now=now)
    return True
