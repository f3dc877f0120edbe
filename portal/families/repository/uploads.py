"""Every query of rosters that were given in the browser: how far each is, and what became of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlmodel import Session, col

from portal.families.tables import RosterUpload
from portal.kernel.storage.bell import ring
from portal.kernel.storage.db import change

KEPT: Final = timedelta(hours=1)
"""So long a roster waits, sealed, for the admin who gave it."""
MOST_ATTEMPTS: Final = 2
_REMEMBERED: Final = timedelta(days=30)


def put_upload(session: Session, row: Mapping[str, Any], *, now: datetime) -> None:
    """Insert a roster that was given; forget what became of those of more than a month ago."""
    ring(session)
    session.execute(delete(RosterUpload).where(col(RosterUpload.created_at) <= now - _REMEMBERED))
    session.execute(insert(RosterUpload).values(**row))


def upload_of(session: Session, upload_id: str) -> RosterUpload | None:
    """Return a roster that was given, read anew."""
    return session.get(RosterUpload, upload_id, populate_existing=True)


def newest_uploads(session: Session, *, most: int) -> Sequence[RosterUpload]:
    """Return what was given last, the newest first."""
    query = select(RosterUpload).order_by(col(RosterUpload.created_at).desc(), col(RosterUpload.id)).limit(most)
    return session.execute(query).scalars().all()


def waiting_uploads(session: Session, *, now: datetime) -> list[str]:
    """Return the rosters that nobody works on: new tasks, and those whose process died."""
    query = select(col(RosterUpload.id)).where(_is_free(now)).order_by(col(RosterUpload.created_at))
    return list(session.execute(query).scalars())


def _is_free(now: datetime) -> ColumnElement[bool]:
    left = and_(col(RosterUpload.state) == "running", col(RosterUpload.lease_until) <= now)
    return or_(col(RosterUpload.state) == "waiting", left)


def claim_upload(session: Session, upload_id: str, *, lease_id: str, until: datetime, now: datetime) -> bool:
    """Take a roster that nobody works on, and count the attempt; False when somebody else was first."""
    query = update(RosterUpload).where(col(RosterUpload.id) == upload_id, _is_free(now))
    attempts = col(RosterUpload.attempts) + 1
    return change(session, query.values(state="running", lease_id=lease_id, lease_until=until, attempts=attempts)) == 1


def _mine(upload_id: str, lease_id: str) -> ColumnElement[bool]:
    return and_(
        col(RosterUpload.id) == upload_id, col(RosterUpload.lease_id) == lease_id, col(RosterUpload.state) == "running"
    )


def hold_upload(session: Session, upload_id: str, *, lease_id: str, until: datetime) -> bool:
    """Hold a lease for longer; False when another process has taken the roster over."""
    return change(session, update(RosterUpload).where(_mine(upload_id, lease_id)).values(lease_until=until)) == 1


def note_step(
    session: Session, upload_id: str, *, lease_id: str, until: datetime, step: str, done: int, total: int
) -> bool:
    """Say how far a roster is and hold its lease; False when another process has taken it over."""
    query = update(RosterUpload).where(_mine(upload_id, lease_id))
    return change(session, query.values(lease_until=until, step=step, done=done, total=total)) == 1


def end_task(session: Session, upload_id: str, *, lease_id: str, **values: object) -> bool:
    """End a task with what became of it; False when another process has taken it over."""
    query = update(RosterUpload).where(_mine(upload_id, lease_id))
    return change(session, query.values(lease_id=None, lease_until=None, attempts=0, **values)) == 1


def ask_for(session: Session, upload_id: str, task: str, *, seen_id: str | None = None, **values: object) -> bool:
    """Have a worker do something with a roster that was looked at; False where it waits for nothing any more.

    With `seen_id` it has to be the newest that was found in it.
    """
    ring(session)
    looked = and_(col(RosterUpload.id) == upload_id, col(RosterUpload.state) == "looked")
    if seen_id is not None:
        looked = and_(looked, col(RosterUpload.seen_id) == seen_id)
    fresh = {"state": "waiting", "task": task, "step": "", "done": 0, "total": 0, "problem": ""}
    return change(session, update(RosterUpload).where(looked).values(fresh | values)) == 1
