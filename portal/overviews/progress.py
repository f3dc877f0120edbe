"""How far a mailing has come: messages by state, and who has opened it."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.ledger.tables import Disclosure
from portal.outbox import repository as outbox


@dataclass(frozen=True, slots=True)
class Progress:
    """Messages by state; guardians with at least one disclosure; disclosures."""

    notices: dict[str, int]
    opened: int
    disclosures: int


def progress_of(session: Session, mailing_id: str) -> Progress:
    """Return how far a mailing has come."""
    query = select(func.count(func.distinct(col(Disclosure.guardian_id))), func.count()).where(
        col(Disclosure.mailing_id) == mailing_id
    )
    opened, disclosures = session.execute(query).one()
    return Progress(outbox.counts(session, mailing_id), opened, disclosures)
