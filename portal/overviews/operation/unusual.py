"""What is unusual about the portal itself: sign-ins that are refused one after another, files that nobody can read."""

import json
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from portal.ledger.tables import LedgerEntry

SIGN_INS_IN = timedelta(hours=1)
MANY_SIGN_INS = 20
FILES_IN = timedelta(days=1)
MANY_UNREADABLE = 10
_MOST_LOOKED_AT = 500


def refused_sign_ins(session: Session, *, now: datetime) -> int:
    """Return how many sign-ins were refused in the last hour; 500 stands for that and more."""
    return len(_since(session, "staff:sign-in-refused", now - SIGN_INS_IN))


def unreadable_files(session: Session, *, now: datetime) -> tuple[int, int]:
    """Return how many files of those stopped in the last day could not be read, and how many were stopped."""
    stopped = _since(session, "document:stop", now - FILES_IN)
    return sum(entry.get("verdict") == "unreadable" for entry in stopped), len(stopped)


def _since(session: Session, act: str, since: datetime) -> list[dict[str, object]]:
    query = select(col(LedgerEntry.body)).where(col(LedgerEntry.act) == act).order_by(col(LedgerEntry.seq).desc())
    found = [json.loads(body) for body in session.execute(query.limit(_MOST_LOOKED_AT)).scalars()]
    return [entry for entry in found if datetime.fromisoformat(entry["at"]) > since]
