"""Every query of approvers who were asked by name."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from portal.mailings.tables import AskedApprover, Mailing


def add_asked_approver(
    session: Session, mailing: Mailing, staff_id: str, *, by_id: str, now: datetime
) -> AskedApprover | None:
    """Keep that somebody was asked by name to look at a waiting mailing; None where they were, since it waits."""
    before = session.get(AskedApprover, (mailing.id, staff_id))
    if before is not None and mailing.submitted_at is not None and before.at >= mailing.submitted_at:
        return None
    asked = before or AskedApprover(mailing_id=mailing.id, staff_id=staff_id, by_id=by_id, at=now)
    asked.by_id, asked.at = by_id, now
    session.add(asked)
    session.flush()
    return asked


def asked_since_submitted(session: Session, mailing: Mailing) -> Sequence[AskedApprover]:
    """Return who was asked by name since a mailing waits, the first first."""
    query = select(AskedApprover).where(
        col(AskedApprover.mailing_id) == mailing.id, col(AskedApprover.at) >= mailing.submitted_at
    )
    return session.execute(query.order_by(col(AskedApprover.at), col(AskedApprover.staff_id))).scalars().all()
