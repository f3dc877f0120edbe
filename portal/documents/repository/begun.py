"""Every query of letters that somebody has begun: what they typed, the file they brought, and its first reading."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from portal.documents.repository import loose
from portal.documents.tables import BegunLetter
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.bell import ring
from portal.kernel.storage.db import change, hold_rows

Fields = Mapping[str, list[str]]
"""The fields of a form as a browser posts them."""

_MOST_READINGS = 2
"""So many processes may begin to read a file and end without an answer; then it is read when it is checked."""


def find(session: Session, begun_id: str, *, author_id: str) -> BegunLetter | None:
    """Return a letter that this author has begun, read anew."""
    query = select(BegunLetter).where(col(BegunLetter.id) == begun_id, col(BegunLetter.author_id) == author_id)
    found: BegunLetter | None = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    return found


def find_any(session: Session, begun_id: str) -> BegunLetter | None:
    """Return a letter that was begun, read anew, whoever asks."""
    return session.get(BegunLetter, begun_id, populate_existing=True)


def hold(session: Session, begun_id: str) -> None:
    """Hold one until the transaction ends, where the database holds rows."""
    hold_rows(session, col(BegunLetter.id), col(BegunLetter.id) == begun_id)


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Insert one; the blob of its file, if it has one, has a row from now on."""
    ring(session)
    session.execute(insert(BegunLetter).values(**row))
    if row.get("file_id"):
        loose.placed(session, [row["file_id"]])


def set_values(session: Session, begun_id: str, **values: Any) -> None:  # noqa: ANN401 - columns differ in type
    """Write some columns of one."""
    ring(session)
    change(session, update(BegunLetter).where(col(BegunLetter.id) == begun_id).values(**values))


def open_of(session: Session, author_id: str, *, limit: int) -> Sequence[BegunLetter]:
    """Return the letters that somebody has begun and not finished, the newest first."""
    mine = (col(BegunLetter.author_id) == author_id, col(BegunLetter.done_at).is_(None))
    query = select(BegunLetter).where(*mine).order_by(col(BegunLetter.saved_at).desc(), col(BegunLetter.id))
    return session.execute(query.limit(limit)).scalars().all()


def open_for(session: Session, mailing_id: str, author_id: str, *, way: str) -> str | None:
    """Return the change of a mailing that somebody has begun and not finished."""
    query = select(col(BegunLetter.id)).where(
        col(BegunLetter.mailing_id) == mailing_id,
        col(BegunLetter.author_id) == author_id,
        col(BegunLetter.way) == way,
        col(BegunLetter.done_at).is_(None),
    )
    newest = query.order_by(col(BegunLetter.saved_at).desc()).limit(1)
    found: str | None = session.execute(newest).scalar_one_or_none()
    return found


def forget(session: Session, begun_id: str) -> list[str]:
    """Delete one; return the ids whose blobs go next."""
    gone = let_file_go(session, begun_id)
    session.execute(delete(BegunLetter).where(col(BegunLetter.id) == begun_id))
    return gone


def let_file_go(session: Session, begun_id: str) -> list[str]:
    """Keep the file of one no longer; return the ids whose blobs go next."""
    query = select(col(BegunLetter.file_id)).where(col(BegunLetter.id) == begun_id)
    gone = [one for one in session.execute(query).scalars() if one]
    set_values(session, begun_id, file_id=None, file_until=None)
    loose.let_loose(session, gone)
    return gone


def expired(session: Session, *, now: datetime) -> tuple[list[str], list[str]]:
    """Return the letters whose time is over, and those whose file's is."""
    over = select(col(BegunLetter.id)).where(col(BegunLetter.expires_at) <= now)
    files = select(col(BegunLetter.id)).where(col(BegunLetter.file_until) <= now)
    return list(session.execute(over).scalars()), list(session.execute(files).scalars())


def to_read(session: Session, *, now: datetime) -> list[str]:
    """Return the letters whose file nobody reads: new ones, and those whose process died."""
    left = (col(BegunLetter.reading) == "running") & (col(BegunLetter.lease_until) <= now)
    query = select(col(BegunLetter.id)).where((col(BegunLetter.reading) == "waiting") | left)
    return list(session.execute(query.order_by(col(BegunLetter.saved_at))).scalars())


def claim_reading(session: Session, begun_id: str, *, until: datetime, now: datetime) -> BegunLetter | None:
    """Take a file to be read, and count the attempt; None when another is at it, or it was tried too often."""
    free = (col(BegunLetter.reading) == "waiting") | (
        (col(BegunLetter.reading) == "running") & (col(BegunLetter.lease_until) <= now)
    )
    mine = update(BegunLetter).where(col(BegunLetter.id) == begun_id, free)
    if change(session, mine.where(col(BegunLetter.attempts) >= _MOST_READINGS).values(reading="", lease_until=None)):
        return None
    attempts = col(BegunLetter.attempts) + 1
    if change(session, mine.values(reading="running", lease_until=until, attempts=attempts)) != 1:
        return None
    return find_any(session, begun_id)


def typed_of(keys: KeyRing, there: BegunLetter) -> Fields:
    """Return what was typed last."""
    return _opened(keys, there.id, "typed", there.typed_sealed)


def other_of(keys: KeyRing, there: BegunLetter) -> Fields:
    """Return what another tab had, or nothing."""
    return _opened(keys, there.id, "other", there.other_sealed) if there.other_sealed else {}


def name_of(keys: KeyRing, there: BegunLetter) -> str:
    """Return what the file is called that it was begun with, or nothing."""
    sealed_name = there.name_sealed
    return keys.unseal("column", sealed_name, f"{there.id}/file_name".encode()).decode() if sealed_name else ""


def sealed(keys: KeyRing, begun_id: str, column: str, fields: Fields) -> bytes:
    """Seal the fields of a form for one column of one row."""
    return keys.seal("column", json.dumps(fields, sort_keys=True).encode(), f"{begun_id}/{column}".encode())


def sealed_name(keys: KeyRing, begun_id: str, name: str) -> bytes:
    """Seal the name of a file: it may be a child's."""
    return keys.seal("column", name.encode(), f"{begun_id}/file_name".encode())


def _opened(keys: KeyRing, begun_id: str, column: str, value: bytes) -> Fields:
    fields: dict[str, list[str]] = json.loads(keys.unseal("column", value, f"{begun_id}/{column}".encode()))
    return fields
