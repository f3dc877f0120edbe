"""Which gatherings a worker has to do something about now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from portal.arrivals.rules.reports import report_of
from portal.arrivals.tables import Gathering
from portal.documents.tables import Intake
from portal.mailings.rules import may_move
from portal.mailings.tables import Mailing

Step = Literal["close", "make", "answer", "end"]


@dataclass(frozen=True, slots=True)
class Task:
    """A gathering, and what is next with it."""

    gathering_id: str
    step: Step


def gatherings_to_do(session: Session, *, now: datetime) -> list[Task]:
    """Return what is next with each gathering that does not wait for somebody else."""
    query = (
        select(Gathering, col(Mailing.state), col(Intake.state))
        .outerjoin(Mailing, col(Mailing.id) == col(Gathering.mailing_id))
        .outerjoin(Intake, col(Intake.mailing_id) == col(Gathering.mailing_id))
        .where(
            col(Gathering.state) != "ended",
            or_(
                col(Gathering.state) != "open",
                and_(col(Gathering.state) == "open", col(Gathering.closes_at) <= now),
                col(Gathering.mailing_id).is_not(None),
                col(Gathering.expires_at) <= now,
            ),
        )
        .order_by(col(Gathering.last_at))
    )
    found = [(row[0], _next(row[0], row[1], row[2], now)) for row in session.execute(query)]
    return [Task(row.id, step) for row, step in found if step]


def _next(row: Gathering, mailing_state: str | None, intake_state: str | None, now: datetime) -> Step | None:
    if row.state == "drafted" and not report_of(row.report).is_answered:
        return None if intake_state in {"waiting", "running"} else "answer"
    if row.state == "open" and row.closes_at <= now:
        return "close"
    if row.state == "closed":
        return "make" if row.lease_until is None or row.lease_until <= now else None
    is_over = mailing_state is not None and not may_move(mailing_state, "edit")
    return "end" if row.expires_at <= now or (is_over and row.state == "drafted") else None
