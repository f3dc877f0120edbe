"""What guardians said of the letters they have read."""

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from portal.documents.tables import Acknowledgement, Copy, Document


def words_of(session: Session, mailing_id: str, guardian_id: str, child_id: str) -> list[tuple[datetime, bool]]:
    """Return when one guardian said of one child's letter that they read it, and whether of a version that stands."""
    query = (
        select(col(Acknowledgement.at), col(Document.replaced_at))
        .join(Copy, col(Copy.id) == col(Acknowledgement.copy_id))
        .join(Document, col(Document.id) == col(Copy.document_id))
        .where(
            col(Acknowledgement.mailing_id) == mailing_id,
            col(Acknowledgement.guardian_id) == guardian_id,
            col(Acknowledgement.child_id) == child_id,
        )
        .order_by(col(Acknowledgement.at))
    )
    return [(at, replaced_at is None) for at, replaced_at in session.execute(query)]


def add(session: Session, word: Acknowledgement) -> None:
    """Insert a guardian's word; the database refuses one that crosses families."""
    session.add(word)
    session.flush()
