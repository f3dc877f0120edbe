"""What is enclosed with a letter for everybody, in the order that staff chose: places 1 to 9."""

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlmodel import Session, col

from portal.documents.tables import Document


def enclosed_in(held: Sequence[Document]) -> list[Document]:
    """Return those of a mailing's documents that are enclosed with its letter, in their order."""
    return sorted((one for one in held if one.place), key=lambda one: one.place)


def close_ranks(session: Session, mailing_id: str) -> None:
    """Number what is enclosed from 1 on, where a file has gone."""
    left = select(col(Document.id), col(Document.place)).where(
        col(Document.mailing_id) == mailing_id, col(Document.place) > 0, col(Document.replaces_id).is_(None)
    )
    # from the first on: each moves to a place that is free by then
    for place, row in enumerate(session.execute(left.order_by(col(Document.place))).all(), start=1):
        if row.place != place:
            session.execute(update(Document).where(col(Document.id) == row.id).values(place=place))


def swap(session: Session, one: Document, other: Document) -> None:
    """Let two enclosed files of a draft take each other's place.

    A place has one file at any moment, so the first steps out as if it were replaced until the other has moved.
    """
    places = one.place, other.place
    mine, theirs = col(Document.id) == one.id, col(Document.id) == other.id
    session.execute(update(Document).where(mine).values(replaced_at=col(Document.created_at)))
    session.execute(update(Document).where(theirs).values(place=places[0]))
    session.execute(update(Document).where(mine).values(place=places[1], replaced_at=None))
