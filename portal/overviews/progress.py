"""How far a mailing has come: messages by state, and who has opened it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.ledger.tables import Disclosure
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.outbox.tables import Notice


@dataclass(frozen=True, slots=True)
class Progress:
    """Messages by state; guardians with at least one disclosure; disclosures."""

    notices: dict[str, int]
    opened: int
    disclosures: int


_STUCK_AFTER = timedelta(hours=1)


def mail_is_stuck(session: Session, *, now: datetime) -> bool:
    """Tell whether a message of a mailing that is being sent has waited for more than an hour."""
    query = (
        select(col(Notice.id))
        .join(Mailing, col(Mailing.id) == col(Notice.mailing_id))
        .where(
            col(Mailing.state) == "sending",
            col(Notice.state).in_(outbox.UNSENT),
            col(Notice.due_at) < now - _STUCK_AFTER,
        )
        .limit(1)
    )
    return session.execute(query).first() is not None


def progress_of(session: Session, mailing_id: str) -> Progress:
    """Return how far a mailing has come."""
    query = select(func.count(func.distinct(col(Disclosure.guardian_id))), func.count()).where(
        col(Disclosure.mailing_id) == mailing_id
    )
    opened, disclosures = session.execute(query).one()
    return Progress(outbox.counts(session, mailing_id), opened, disclosures)
