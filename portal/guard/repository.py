"""Every query of the pictures that are known, or that admins are asked about."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlmodel import Session, col

from portal.guard.tables import KnownPicture, OfferedPicture
from portal.kernel.storage.db import change, hold_rows


def known_hashes(session: Session) -> frozenset[str]:
    """Return the hashes of all known pictures."""
    return frozenset(session.execute(select(col(KnownPicture.sha256))).scalars())


def known_pictures(session: Session) -> Sequence[KnownPicture]:
    """Return all known pictures, newest first."""
    query = select(KnownPicture).order_by(col(KnownPicture.registered_at).desc(), col(KnownPicture.sha256))
    return session.execute(query).scalars().all()


def add_known(session: Session, sha256: str, *, label: str, by_id: str, now: datetime) -> bool:
    """Register a picture; False when it was known already."""
    if session.get(KnownPicture, sha256) is not None:
        return False
    session.add(KnownPicture(sha256=sha256, label=label, by_id=by_id, registered_at=now))
    session.flush()
    return True


def remove_known(session: Session, sha256: str) -> bool:
    """Forget a picture; False when it was not known."""
    return change(session, delete(KnownPicture).where(col(KnownPicture.sha256) == sha256)) == 1


def offered(session: Session, hashes: Collection[str]) -> Sequence[OfferedPicture]:
    """Return what is known of these pictures: those that wait for an admin, and those declined."""
    return session.execute(select(OfferedPicture).where(col(OfferedPicture.sha256).in_(hashes))).scalars().all()


def hold_offered(session: Session, sha256: str) -> OfferedPicture | None:
    """Return what is known of a picture that was offered, once nobody else is deciding about it."""
    hold_rows(session, col(OfferedPicture.sha256), col(OfferedPicture.sha256) == sha256)
    return session.get(OfferedPicture, sha256, populate_existing=True)


def waiting_picture(session: Session, sha256: str, *, now: datetime) -> OfferedPicture | None:
    """Return a picture if an admin may still decide about it."""
    query = select(OfferedPicture).where(col(OfferedPicture.sha256) == sha256, col(OfferedPicture.expires_at) > now)
    return session.execute(query).scalar_one_or_none()


def waiting_pictures(session: Session, *, now: datetime) -> Sequence[OfferedPicture]:
    """Return the pictures that wait for an admin, longest waiting first."""
    query = select(OfferedPicture).where(col(OfferedPicture.expires_at) > now)
    in_order = query.order_by(col(OfferedPicture.first_seen_at), col(OfferedPicture.sha256))
    return session.execute(in_order).scalars().all()


def count_waiting(session: Session, *, now: datetime) -> int:
    """Return how many pictures wait for an admin."""
    query = select(func.count()).select_from(OfferedPicture).where(col(OfferedPicture.expires_at) > now)
    return int(session.execute(query).scalar_one())


def count_seen(session: Session, hashes: Collection[str]) -> None:
    """Count one more check that met these pictures, of those that wait."""
    these = col(OfferedPicture.sha256).in_(hashes) & col(OfferedPicture.blob_id).is_not(None)
    hold_rows(session, col(OfferedPicture.sha256), these)
    change(session, update(OfferedPicture).where(these).values(seen=col(OfferedPicture.seen) + 1))


def add_offered(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a picture whose preview was sealed before."""
    session.execute(insert(OfferedPicture).values(**row))


def decline(session: Session, sha256: str) -> bool:
    """Keep a picture's hash alone; False when it did not wait."""
    waits = (col(OfferedPicture.sha256) == sha256) & col(OfferedPicture.blob_id).is_not(None)
    return change(session, update(OfferedPicture).where(waits).values(blob_id=None, expires_at=None)) == 1


def expired_offered(session: Session, *, now: datetime) -> list[tuple[str, str]]:
    """Return hash and blob of the pictures that waited for too long."""
    query = select(col(OfferedPicture.sha256), col(OfferedPicture.blob_id)).where(col(OfferedPicture.expires_at) <= now)
    return [(sha256, blob_id) for sha256, blob_id in session.execute(query)]


def hold_expired_offered(session: Session, *, now: datetime) -> list[tuple[str, str]]:
    """Return the same, once nobody else is deciding about them."""
    hold_rows(session, col(OfferedPicture.sha256), col(OfferedPicture.expires_at) <= now)
    return expired_offered(session, now=now)


def forget_offered(session: Session, hashes: Collection[str]) -> None:
    """Delete what is known of these pictures."""
    session.execute(delete(OfferedPicture).where(col(OfferedPicture.sha256).in_(hashes)))
