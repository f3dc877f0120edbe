"""Every query of the ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, LargeBinary, bindparam, insert, select, update
from sqlmodel import Session, col

from portal.kernel.columns import UtcDateTime
from portal.kernel.db import insert_rows
from portal.kernel.keys import KeyRing
from portal.ledger.rules import Act, Entry, link_up
from portal.ledger.tables import Disclosure, ErroneousDisclosure, LedgerEntry, LedgerHead

_HEAD = select(col(LedgerHead.seq), col(LedgerHead.mac)).where(col(LedgerHead.id) == 1).with_for_update()
_ENTRY = (
    col(LedgerEntry.seq),
    col(LedgerEntry.act),
    col(LedgerEntry.body),
    col(LedgerEntry.key_id),
    col(LedgerEntry.mac),
)
_ADD = insert(LedgerEntry)
_MOVE = (
    update(LedgerHead)
    .where(col(LedgerHead.id) == 1)
    .values(seq=bindparam("last", type_=Integer), mac=bindparam("its_mac", type_=LargeBinary))
)


def append(session: Session, keys: KeyRing, acts: Sequence[Act], *, now: datetime) -> None:
    """Append entries and move the head. Call it last in a story: every other writer waits for this row."""
    if not acts:
        return
    connection = session.connection()  # past the object layer: this is the busiest write of all
    seq, mac = connection.execute(_HEAD).one()
    keys.look_again()  # the head is held: no entry of a new key stands before one of the key that it replaced
    entries = link_up(keys, seq=seq, previous=mac, acts=list(acts), now=now)
    connection.execute(
        _ADD,
        [
            {"seq": entry.seq, "act": entry.act, "body": entry.body, "key_id": entry.key_id, "mac": entry.mac}
            for entry in entries
        ],
    )
    connection.execute(_MOVE, {"last": entries[-1].seq, "its_mac": entries[-1].mac})


def hold_head(session: Session) -> None:
    """Let nothing be appended before this transaction ends; what was appended before is then seen."""
    session.connection().execute(_HEAD)


def head(session: Session) -> tuple[int, bytes]:
    """Return the number and the MAC of the newest entry."""
    seq, mac = session.execute(select(col(LedgerHead.seq), col(LedgerHead.mac))).one()
    return seq, mac


def entries(session: Session, *, after: int = 0, chunk: int = 5_000) -> Iterator[Entry]:
    """Yield every entry after a number, in order, a chunk of rows in memory at a time."""
    while True:
        rows = session.execute(
            select(*_ENTRY).where(col(LedgerEntry.seq) > after).order_by(col(LedgerEntry.seq)).limit(chunk)
        ).all()
        for row in rows:
            yield Entry(*row)
        if len(rows) < chunk:
            return
        after = rows[-1].seq


def latest(session: Session, *, before: int | None = None, limit: int = 100, act: str = "") -> list[Entry]:
    """Return the newest entries first, for a page of the log."""
    query = select(*_ENTRY).order_by(col(LedgerEntry.seq).desc()).limit(limit)
    if before is not None:
        query = query.where(col(LedgerEntry.seq) < before)
    if act:
        query = query.where(col(LedgerEntry.act) == act)
    return [Entry(*row) for row in session.execute(query)]


def add_disclosures(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert disclosures; the database refuses one that crosses families."""
    insert_rows(session, Disclosure, rows)


def child_of_disclosure(session: Session, disclosure_id: str) -> str | None:
    """Return the child whom a disclosure is about."""
    return session.execute(select(col(Disclosure.child_id)).where(col(Disclosure.id) == disclosure_id)).scalar()


def is_erroneous(session: Session, disclosure_id: str) -> bool:
    """Tell whether a disclosure was marked as one that should not have been."""
    return session.get(ErroneousDisclosure, disclosure_id) is not None


def mark_erroneous(session: Session, disclosure_id: str, *, by: str, reason_sealed: bytes, at: datetime) -> None:
    """Insert the mark that a disclosure should not have been; a second one is refused by its key."""
    row = {"disclosure_id": disclosure_id, "by": by, "at": at, "reason_sealed": reason_sealed}
    insert_rows(session, ErroneousDisclosure, [row])


def has_seen(session: Session, guardian_id: str, copy_id: str) -> bool:
    """Tell whether a copy was ever shown to a guardian."""
    query = select(col(Disclosure.id)).where(
        col(Disclosure.copy_id) == copy_id, col(Disclosure.guardian_id) == guardian_id
    )
    return session.execute(query.limit(1)).first() is not None


Shown = tuple[str, str, str]
"""An opening, a copy and the kind of disclosure."""


def shown_since(session: Session, opening_ids: Sequence[str], since: datetime) -> set[Shown]:
    """Return which copies these openings have been shown since a moment, and how."""
    found = session.connection().execute(_SHOWN, {"opening_ids": list(opening_ids), "since": since})
    return {(row[0], row[1], row[2]) for row in found}


_SHOWN = select(col(Disclosure.opening_id), col(Disclosure.copy_id), col(Disclosure.kind)).where(
    col(Disclosure.opening_id).in_(bindparam("opening_ids", expanding=True)),
    col(Disclosure.at) > bindparam("since", type_=UtcDateTime),
)
