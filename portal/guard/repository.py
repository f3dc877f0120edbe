"""Every query of the pictures that are known."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session, col

from portal.guard.tables import KnownPicture
from portal.kernel.storage.db import change


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
