"""How long documents are kept: legal holds, documents closed to everybody, and those whose keys are gone."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from portal.documents.repository import loose
from portal.documents.tables import Document, LegalHold
from portal.kernel.storage.db import change, hold_rows, hold_still

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Closed:
    """A document that is out of everybody's reach from now on, and whose bytes go next."""

    id: str
    mailing_id: str


def kept_at_both_ends(session: Session, count: int) -> list[tuple[str, int]]:
    """Return the newest and the oldest documents that are not closed, so many of each, as id and size."""
    query = select(col(Document.id), col(Document.size)).where(col(Document.closed_at).is_(None)).limit(count)
    made = col(Document.created_at)
    found = [row for order in (made.desc(), made) for row in session.execute(query.order_by(order, col(Document.id)))]
    return list(dict.fromkeys((row[0], row[1]) for row in found))


def still_kept(session: Session, document_ids: Sequence[str]) -> tuple[str, ...]:
    """Return which of these few documents are there and not closed."""
    query = select(col(Document.id)).where(col(Document.id).in_(document_ids), col(Document.closed_at).is_(None))
    return tuple(session.execute(query).scalars())


def hold_of(session: Session, mailing_id: str) -> LegalHold | None:
    """Return the legal hold that a mailing is under now, or None."""
    found = session.get(LegalHold, mailing_id, populate_existing=True)
    return found if found and found.lifted_at is None else None


def holds_of(session: Session, mailing_ids: Collection[str]) -> set[str]:
    """Return which of these mailings are under legal hold."""
    query = select(col(LegalHold.mailing_id)).where(
        col(LegalHold.mailing_id).in_(mailing_ids), col(LegalHold.lifted_at).is_(None)
    )
    return set(session.execute(query).scalars())


def put_hold(session: Session, mailing_id: str, *, by: str, reason: str, now: datetime) -> None:
    """Put a mailing under legal hold, in place of one that was lifted."""
    wait_for_shredding(session, [mailing_id])
    session.merge(
        LegalHold(mailing_id=mailing_id, by=by, reason=reason, at=now, lifted_at=None, lifted_by="", lifted_reason="")
    )
    session.flush()


def lift_hold(session: Session, mailing_id: str, *, by: str, reason: str, now: datetime) -> bool:
    """Lift a mailing's legal hold; False when it is under none."""
    query = update(LegalHold).where(col(LegalHold.mailing_id) == mailing_id, col(LegalHold.lifted_at).is_(None))
    return change(session, query.values(lifted_at=now, lifted_by=by, lifted_reason=reason)) == 1


def wait_for_shredding(session: Session, mailing_ids: Collection[str]) -> None:
    """Let whoever shreds and whoever holds these mailings wait for each other until this transaction ends."""
    for mailing_id in sorted(mailing_ids):
        hold_still(session, f"shred/{mailing_id}", shared=False)


def open_documents(session: Session, *, mailing_id: str = "", addressee_id: str = "") -> list[Closed]:
    """Return the documents of a mailing, or those made for one child, that are not closed yet."""
    query = select(col(Document.id), col(Document.mailing_id)).where(col(Document.closed_at).is_(None))
    query = query.where(col(Document.mailing_id) == mailing_id) if mailing_id else query
    query = query.where(col(Document.addressee_id) == addressee_id) if addressee_id else query
    return [Closed(*row) for row in session.execute(query.order_by(col(Document.id)))]


def is_closed(session: Session, mailing_id: str, *, document_id: str | None = None) -> bool:
    """Tell whether a mailing has documents and all of them are closed, or this one of them."""
    query = select(col(Document.closed_at)).where(col(Document.mailing_id) == mailing_id)
    query = query.where(col(Document.id) == document_id) if document_id else query
    found = list(session.execute(query).scalars())
    return bool(found) and None not in found


def close(session: Session, document_ids: Sequence[str], *, why: str, now: datetime) -> list[Closed]:
    """Close documents for good and let their bytes loose; return those that stood open and are under no hold.

    Whoever has one open is cut off at the next chunk. The worker, or whoever asked, shreds the bytes; a crash in
    between leaves them to the worker.
    """
    done: list[Closed] = []
    in_order = sorted(document_ids)
    parts = [col(Document.id).in_(in_order[start : start + _AT_ONCE]) for start in range(0, len(in_order), _AT_ONCE)]
    about = {one for part in parts for one in session.execute(select(col(Document.mailing_id)).where(part)).scalars()}
    wait_for_shredding(session, about)
    for these in parts:
        query = select(col(Document.id), col(Document.mailing_id), col(Document.page_id)).where(
            these, col(Document.closed_at).is_(None)
        )
        hold_rows(session, col(Document.id), these, col(Document.closed_at).is_(None))
        rows = session.execute(query).all()
        held = holds_of(session, {row.mailing_id for row in rows})
        free = [row for row in rows if row.mailing_id not in held]
        ids = [row.id for row in free]
        session.execute(update(Document).where(col(Document.id).in_(ids)).values(closed_at=now, closed_why=why))
        loose.let_loose(session, [*ids, *(row.page_id for row in free if row.page_id)])
        done += [Closed(row.id, row.mailing_id) for row in free]
    return done


def mark_shredded(session: Session, blob_ids: Sequence[str], *, now: datetime) -> list[str]:
    """Note the closed documents among these whose bytes are gone now; return their ids."""
    done: list[str] = []
    in_order = sorted(blob_ids)
    for start in range(0, len(in_order), _AT_ONCE):
        gone = (
            col(Document.id).in_(in_order[start : start + _AT_ONCE]),
            col(Document.closed_at).is_not(None),
            col(Document.shredded_at).is_(None),
        )
        hold_rows(session, col(Document.id), *gone)
        ids = list(session.execute(select(col(Document.id)).where(*gone)).scalars())
        session.execute(update(Document).where(col(Document.id).in_(ids)).values(shredded_at=now))
        done += ids
    return done
