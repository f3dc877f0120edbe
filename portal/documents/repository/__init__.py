"""Every query of documents, copies, stopped files, releases."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, insert, or_, select, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.documents.errors import DocumentReplaced
from portal.documents.repository import enclosures, loose
from portal.documents.rules.cleared import Slot
from portal.documents.tables import Copy, Document, HeldFile, Release
from portal.kernel.storage.db import change, insert_rows

_AT_ONCE = 500
_OLD = aliased(Document)


def add_document(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a document."""
    add_documents(session, [row])


def is_pending() -> ColumnElement[bool]:
    """Return the condition for corrected versions that wait for a second person: what they replace still stands."""
    waits = exists().where(col(_OLD.id) == col(Document.replaces_id), col(_OLD.replaced_at).is_(None))
    # Most replace none, and PostgreSQL guessed that one in all would be left: 1,030 ms for 3,000 letters, now 1 ms.
    return and_(col(Document.replaces_id).is_not(None), waits)


def is_current() -> ColumnElement[bool]:
    """Return the condition for documents that stand: neither replaced, nor corrected versions that wait."""
    return col(Document.replaced_at).is_(None) & ~is_pending()


def documents_of(session: Session, mailing_id: str) -> Sequence[Document]:
    """Return the documents of a mailing as they stand, corrected ones in place of what they replaced.

    The oldest come first, and what is enclosed with a letter behind it, in its order.
    """
    query = select(Document).where(col(Document.mailing_id) == mailing_id, is_current())
    in_order = (col(Document.place), col(Document.created_at), col(Document.language).desc())
    return session.execute(query.order_by(*in_order)).scalars().all()


def in_language(held: Sequence[Document], language: str = "") -> Document | None:
    """Return the newest of a mailing's letters that is in this language, the one for everybody by default."""
    return next((one for one in reversed(held) if slot_of(one) == (language, 0)), None)


def slot_of(one: Document) -> Slot:
    """Return where a document stands in its letter."""
    return one.language, one.place


def find(session: Session, document_id: str) -> Document | None:
    """Return one document."""
    return session.get(Document, document_id)


def remove_drafts(session: Session, mailing_id: str, slots: Collection[Slot] | None = None) -> list[str]:
    """Delete the documents of a mailing that nobody has a copy of, all or those in these slots; the others move up.

    Returns the ids of their files and pages, whose blobs go next.
    """
    with_copy = select(col(Copy.document_id)).where(col(Copy.mailing_id) == mailing_id)
    query = select(col(Document.id), col(Document.page_id), col(Document.language), col(Document.place)).where(
        col(Document.mailing_id) == mailing_id,
        col(Document.id).not_in(with_copy),
        col(Document.replaces_id).is_(None),
        col(Document.replaced_at).is_(None),
    )
    rows = [row for row in session.execute(query) if slots is None or (row.language, row.place) in slots]
    ids = [row.id for row in rows]
    session.execute(delete(Release).where(col(Release.document_id).in_(ids)))
    session.execute(delete(Document).where(col(Document.id).in_(ids)))
    if any(row.place for row in rows):
        enclosures.close_ranks(session, mailing_id)
    blobs = [*ids, *(row.page_id for row in rows if row.page_id)]
    loose.let_loose(session, blobs)
    return blobs


def add_copies(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert copies; the database refuses one of another child's own document.

    Raises `DocumentReplaced` if one of the documents was taken back, or replaced by a corrected version, meanwhile.
    """
    listed = list(rows)
    insert_rows(session, Copy, listed)
    dead_at_birth = (
        select(col(Copy.id))
        .join(Document, col(Document.id) == col(Copy.document_id))
        .where(col(Document.mailing_id).in_({row["mailing_id"] for row in listed}))
        .where(or_(col(Document.replaced_at).is_not(None), col(Document.revoked_at).is_not(None)))
        .where(col(Copy.revoked_at).is_(None))
    )
    if listed and session.execute(dead_at_birth.limit(1)).first():
        raise DocumentReplaced


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


def taken_back_at(session: Session, document_id: str, moment: datetime) -> frozenset[str]:
    """Return the children whose copies of a document went with it at this moment; nobody if it went otherwise."""
    query = (
        select(col(Copy.child_id))
        .join(Document, col(Document.id) == col(Copy.document_id))
        .where(col(Document.id) == document_id, col(Document.revoked_at) == moment, col(Copy.revoked_at) == moment)
    )
    return frozenset(session.execute(query.where(col(Document.replaced_at).is_(None))).scalars())


def give_back_document(session: Session, document_id: str, *, taken_back_at: datetime) -> bool:
    """Let a document and its copies be as before it was taken back at this moment; tell whether that was so."""
    mine = (col(Document.id) == document_id, col(Document.revoked_at) == taken_back_at)
    was_so = change(session, update(Document).where(*mine).values(revoked_at=None)) == 1
    theirs = (col(Copy.document_id) == document_id, col(Copy.revoked_at) == taken_back_at)
    session.execute(update(Copy).where(*theirs).values(revoked_at=None))
    return was_so


def has_live_document(session: Session, mailing_id: str) -> bool:
    """Tell whether a mailing still holds a document that is not taken back."""
    alive = (col(Document.mailing_id) == mailing_id, col(Document.revoked_at).is_(None), is_current())
    return session.execute(select(col(Document.id)).where(*alive).limit(1)).first() is not None


def has_taken_back(session: Session, mailing_id: str) -> bool:
    """Tell whether one of the documents of a mailing was taken back or frozen."""
    dead = (col(Document.mailing_id) == mailing_id, col(Document.revoked_at).is_not(None), is_current())
    return session.execute(select(col(Document.id)).where(*dead).limit(1)).first() is not None


def correction_of(session: Session, document_id: str) -> Document | None:
    """Return the document that replaces another, or is to, once somebody approves it."""
    query = select(Document).where(col(Document.replaces_id) == document_id)
    return session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()


def forget_correction(session: Session, document_id: str) -> list[str]:
    """Delete the correction of a document that has not taken effect; return its id, whose blob goes next."""
    pending = select(col(Document.id)).where(
        col(Document.replaces_id) == document_id,
        exists().where(col(_OLD.id) == document_id, col(_OLD.replaced_at).is_(None)),
    )
    ids = list(session.execute(pending).scalars())
    session.execute(delete(Document).where(col(Document.id).in_(ids)))
    loose.let_loose(session, ids)
    return ids


def replace(session: Session, document_id: str, *, now: datetime) -> list[str]:
    """Take a document out of every family's reach, in favour of its correction; return the children who had it.

    The row is held first, so that whoever is adding a copy of it is waited for. Raises `DocumentReplaced` when it
    was taken back or replaced already.
    """
    session.execute(select(col(Document.id)).where(col(Document.id) == document_id).with_for_update())
    stands = (col(Document.id) == document_id, col(Document.replaced_at).is_(None), col(Document.revoked_at).is_(None))
    if change(session, update(Document).where(*stands).values(replaced_at=now)) != 1:
        raise DocumentReplaced
    live = (col(Copy.document_id) == document_id, col(Copy.revoked_at).is_(None))
    children = sorted(session.execute(select(col(Copy.child_id)).where(*live)).scalars())
    session.execute(update(Copy).where(*live).values(revoked_at=now).execution_options(synchronize_session=False))
    return children


def hold(session: Session, row: Mapping[str, Any]) -> None:
    """Keep what is known of a stopped file; its bytes were sealed before. One for each mailing."""
    session.execute(insert(HeldFile).values(**row))
    loose.placed(session, [row["id"]])


def held_file(session: Session, mailing_id: str) -> HeldFile | None:
    """Return the stopped file of a mailing that may still be released."""
    return session.execute(select(HeldFile).where(col(HeldFile.mailing_id) == mailing_id)).scalar_one_or_none()


def let_go(session: Session, mailing_id: str) -> list[str]:
    """Forget the stopped file of a mailing; return the ids whose blobs go next."""
    held = held_file(session, mailing_id)
    if held is None:
        return []
    forget_held(session, [held.id])
    loose.let_loose(session, [held.id])
    return [held.id]


def expired_held(session: Session, *, now: datetime) -> list[str]:
    """Return the ids of the stopped files whose time is over."""
    return list(session.execute(select(col(HeldFile.id)).where(col(HeldFile.expires_at) <= now)).scalars())


def mailings_of_held(session: Session, ids: Sequence[str]) -> list[str]:
    """Return the mailings that these stopped files are of."""
    return list(session.execute(select(col(HeldFile.mailing_id)).where(col(HeldFile.id).in_(ids))).scalars())


def forget_held(session: Session, ids: Sequence[str]) -> None:
    """Delete what is known of stopped files."""
    session.execute(delete(HeldFile).where(col(HeldFile.id).in_(ids)))


def add_release(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a release; the database refuses one by whoever tried to publish the file."""
    session.execute(insert(Release).values(**row))


def void_releases(session: Session, mailing_id: str) -> None:
    """Delete the releases of a mailing's documents: that they were given stays in the ledger."""
    ids = select(col(Document.id)).where(col(Document.mailing_id) == mailing_id)
    session.execute(delete(Release).where(col(Release.document_id).in_(ids)))


def releases_of(session: Session, mailing_id: str) -> dict[str, Release]:
    """Return the releases of a mailing's documents, by document id."""
    query = select(Release).join(Document, col(Document.id) == col(Release.document_id))
    rows = session.execute(query.where(col(Document.mailing_id) == mailing_id)).scalars()
    return {release.document_id: release for release in rows}


def add_documents(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert many documents at once."""
    listed = list(rows)
    insert_rows(session, Document, listed)
    loose.placed(session, [blob for row in listed for blob in (row["id"], row.get("page_id")) if blob])
