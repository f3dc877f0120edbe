"""A gathering ends: its messages are forgotten, and for whom they were; what became of it stays as counts."""

from datetime import datetime

from sqlmodel import Session

from portal.arrivals import repository as arrivals
from portal.arrivals.errors import NoSuchGathering, NotOpenAnyMore
from portal.documents.repository import loose
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.outbox import repository as outbox
from portal.staff.rules import Acting


def throw_away(session: Session, keys: KeyRing, gathering_id: str, *, by: Acting, now: datetime) -> list[str]:
    """Throw a gathering of one's own away before it is a letter; return the ids whose blobs may go.

    Raises `NoSuchGathering` for anybody else's, `NotOpenAnyMore` where it has become a letter or has ended.
    """
    row = arrivals.find(session, gathering_id)
    if row is None or row.staff_id != by.id:
        raise NoSuchGathering
    if row.state == "ended" or row.mailing_id:
        raise NotOpenAnyMore
    return end_gathering(session, keys, gathering_id, why="thrown-away", by=by.label, now=now)


def end_gathering(
    session: Session, keys: KeyRing, gathering_id: str, *, why: str, by: str, now: datetime, report: str | None = None
) -> list[str]:
    """End a gathering and forget its messages; return the ids whose blobs may go. `why` goes into the ledger."""
    row = arrivals.find(session, gathering_id)
    if row is None or row.state == "ended":
        return []
    gone = arrivals.forget_messages(session, gathering_id)
    loose.let_loose(session, gone)
    told = {} if report is None else {"report": report}
    arrivals.set_values(session, gathering_id, state="ended", lease_id=None, lease_until=None, **told)
    about: dict[str, Fact] = {"gathering": gathering_id, "why": why, "messages": len(gone)}
    ledger.append(session, keys, [Act("arrival:end", by, about)], now=now)
    return gone


def stop_gathering(session: Session, keys: KeyRing, gathering_id: str, report: str, *, now: datetime) -> list[str]:
    """End a gathering of which nothing comes and tell its sender why, once; return the ids whose blobs may go."""
    row = arrivals.find(session, gathering_id)
    if row is None or row.state == "ended":
        return []
    gone = end_gathering(session, keys, gathering_id, why="stopped", by="worker", now=now, report=report)
    outbox.queue_staff_mail(session, "gate-stopped", [row.staff_id], about_id=gathering_id, now=now, turn=row.version)
    return gone
