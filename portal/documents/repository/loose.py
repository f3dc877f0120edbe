"""Sealed blobs that no row leads to: noted before they are sealed and when their row goes, so no crash keeps one."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import delete, select
from sqlmodel import Session, col

from portal.documents.tables import LooseBlob
from portal.kernel.storage.db import hold_rows, insert_rows

AT_ONCE: Final = 500
_LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


def note(session: Session, ids: Iterable[str], *, now: datetime) -> None:
    """Note blobs that are about to be sealed; the transaction that writes their rows takes the notes away."""
    insert_rows(session, LooseBlob, [{"id": one, "since": now} for one in ids])


def let_loose(session: Session, ids: Sequence[str]) -> None:
    """Note blobs whose row this transaction deletes: they are shredded at once, or by the worker."""
    placed(session, ids)
    note(session, dict.fromkeys(ids), now=_LONG_AGO)


def placed(session: Session, ids: Sequence[str]) -> None:
    """Take the notes away of blobs that a row leads to now, or that are shredded."""
    in_order = sorted(ids)
    for start in range(0, len(in_order), AT_ONCE):
        these = col(LooseBlob.id).in_(in_order[start : start + AT_ONCE])
        hold_rows(session, col(LooseBlob.id), these)
        session.execute(delete(LooseBlob).where(these))


def loose_before(session: Session, moment: datetime) -> list[str]:
    """Return some of the blobs that have been loose since before a moment."""
    query = select(col(LooseBlob.id)).where(col(LooseBlob.since) <= moment).limit(AT_ONCE)
    return list(session.execute(query).scalars())
