"""Every query of documents, copies, stopped files and releases."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from portal.documents.tables import Copy, Document, HeldFile, Release
from portal.kernel.db import insert_rows


def add_document(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a document."""
    session.execute(insert(Document).values(**row))


def documents_of(session: Session, mailing_id: str) -> Sequence[Document]:
    """Return the documents of a mailing, oldest first."""
    query = select(Document).where(col(Document.mailing_id) == mailing_id).order_by(col(Document.created_at))
    return session.execute(query).scalars().all()


def find(session: Session, document_id: str) -> Document | None:
    """Return one document."""
    return session.get(Document, document_id)


def remove_drafts(session: Session, mailing_id: str) -> list[str]:
    """Delete the documents of a mailing that nobody has a copy of; return their ids, whose blobs go next."""
    with_copy = select(col(Copy.document_id)).where(col(Copy.mailing_id) == mailing_id)
    query = select(col(Document.id)).where(col(Document.mailing_id) == mailing_id, col(Document.id).not_in(with_copy))
    ids = list(session.execute(query).scalars())
    session.execute(delete(Release).where(col(Release.document_id).in_(ids)))
    session.execute(delete(Document).where(col(Document.id).in_(ids)))
    return ids


def add_copies(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert copies; the database refuses one of another child's own document."""
    insert_rows(session, Copy, rows)


def take_back_document(session: Session, document_id: str, *, now: datetime) -> list[str]:
    """Mark a document and its copies as taken back; return the children who lost their last copy by it."""
    live = col(Document.revoked_at).is_(None)
    session.execute(update(Document).where(col(Document.id) == document_id, live).values(revoked_at=now))
    theirs = col(Copy.document_id) == document_id
    session.execute(update(Copy).where(theirs, col(Copy.revoked_at).is_(None)).values(revoked_at=now))
    lost = set(session.execute(select(col(Copy.child_id)).where(theirs)).scalars())
    mailing = select(col(Document.mailing_id)).where(col(Document.id) == document_id).scalar_subquery()
    kept = select(col(Copy.child_id)).where(col(Copy.mailing_id) == mailing, col(Copy.revoked_at).is_(None))
    return sorted(lost - set(session.execute(kept).scalars()))


def has_live_document(session: Session, mailing_id: str) -> bool:
    """Tell whether a mailing still holds a document that is not taken back."""
    query = select(col(Document.id)).where(col(Document.mailing_id) == mailing_id, col(Document.revoked_at).is_(None))
    return session.execute(query.limit(1)).first() is not None


def hold(session: Session, row: Mapping[str, Any]) -> None:
    """Keep what is known of a stopped file; its bytes were sealed before. One for each mailing."""
    session.execute(insert(HeldFile).values(**row))


def held_file(session: Session, mailing_id: str) -> HeldFile | None:
    """Return the stopped file of a mailing that may still be released."""
    return session.execute(select(HeldFile).where(col(HeldFile.mailing_id) == mailing_id)).scalar_one_or_none()


def let_go(session: Session, mailing_id: str) -> list[str]:
    """Forget the stopped file of a mailing; return the ids whose blobs go next."""
    held = held_file(session, mailing_id)
    if held is None:
        return []
    forget_held(session, [held.id])
    return [held.id]


def expired_held(session: Session, *, now: datetime) -> list[str]:
    """Return the ids of the stopped files whose time is over."""
    return list(session.execute(select(col(HeldFile.id)).where(col(HeldFile.expires_at) <= now)).scalars())


def forget_held(session: Session, ids: Sequence[str]) -> None:
    """Delete what is known of stopped files."""
    session.execute(delete(HeldFile).where(col(HeldFile.id).in_(ids)))


def add_release(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a release; the database refuses one by whoever tried to publish the file."""
    session.execute(insert(Release).values(**row))


def releases_of(session: Session, mailing_id: str) -> dict[str, Release]:
    """Return the releases of a mailing's documents, by document id."""
    query = select(Release).join(Document, col(Document.id) == col(Release.document_id))
    rows = session.execute(query.where(col(Document.mailing_id) == mailing_id)).scalars()
    return {release.document_id: release for release in rows}
