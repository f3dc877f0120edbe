"""How the taking outside of the ledger's head goes: for the page, and for whoever looks after the portal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.ledger import repository as ledger

_LATE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class LastHead:
    """The last head taken outside, None for never; and when it failed since."""

    at: datetime | None
    seq: int
    failed_at: datetime | None
    problem: str
    is_late: bool


def last_head(session: Session, *, now: datetime) -> LastHead:
    """Return how the last taking outside went; it is late when entries have stood uncovered for two days."""
    watch, (seq, _) = ledger.watch_of(session), ledger.head(session)
    behind = seq - watch.exported_seq
    is_late = behind > 0 and (watch.exported_at is None or now - watch.exported_at > _LATE)
    return LastHead(watch.exported_at, watch.exported_seq, watch.failed_at, watch.problem, is_late)
