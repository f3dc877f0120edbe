"""A gathering has become a mailing; its sender gets one answer when it is known what became of it."""

from datetime import datetime

from sqlmodel import Session

from portal.arrivals import repository as arrivals
from portal.arrivals.rules.reports import report_of
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.outbox import repository as outbox


def note_made(
    session: Session,
    keys: KeyRing,
    gathering_id: str,
    mailing_id: str,
    report: str,
    *,
    version: int,
    lease_id: str,
    now: datetime,
) -> bool:
    """Note the mailing that one version of a gathering has become; False when another process has taken it over.

    Where more came meanwhile it stays open, and the mailing is changed when it closes again.
    """
    row = arrivals.find(session, gathering_id)
    if row is None or row.state == "ended" or (row.lease_id not in {lease_id, None}):
        return False
    is_whole = row.state == "closed" and row.version == version
    after = {"state": "drafted"} if is_whole else {}
    arrivals.set_values(
        session, gathering_id, mailing_id=mailing_id, made_of=version, report=report, lease_id=None, lease_until=None,
        attempts=0, **after,
    )  # fmt: skip
    about: dict[str, Fact] = {"gathering": gathering_id, "mailing": mailing_id, "version": version}
    ledger.append(session, keys, [Act("arrival:make", "worker", about)], now=now)
    return True


def note_answered(session: Session, gathering_id: str, report: str, *, version: int, now: datetime) -> bool:
    """Keep what became of a gathering and mail its sender so, once for each version; False where more has come."""
    row = arrivals.find(session, gathering_id)
    if row is None or row.state != "drafted" or row.version != version or row.made_of != version:
        return False
    if report_of(row.report).is_answered:
        return False
    arrivals.set_values(session, gathering_id, report=report)
    outbox.queue_staff_mail(session, "gathered", [row.staff_id], about_id=gathering_id, now=now, turn=version)
    return True
