"""Every query of the ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, text, update
from sqlmodel import Session, col

from portal.kernel.keys import KeyRing
from portal.ledger.rules import Act, Entry, link_up
from portal.ledger.tables import Disclosure, LedgerEntry, LedgerHead

_HEAD = select(col(LedgerHead.seq), col(LedgerHead.mac)).where(col(LedgerHead.id) == 1).with_for_update()
_ENTRY = (
    col(LedgerEntry.seq),
    col(LedgerEntry.act),
    col(LedgerEntry.body),
    col(LedgerEntry.key_id),
    col(LedgerEntry.mac),
)
_ADD = insert(LedgerEntry)
_MOVE = update(LedgerHead).where(col(LedgerHead.id) == 1)


def append(session: Session, keys: KeyRing, acts: Sequence[Act], *, now: datetime) -> None:
    """Append entries and move the head. Call it last in a story: every other writer waits for this row."""
    if not acts:
        return
    seq, mac = session.execute(_HEAD).one()
    entries = link_up(keys, seq=seq, previous=mac, acts=list(acts), now=now)
    session.execute(
        _ADD,
        [
            {"seq": entry.seq, "act": entry.act, "body": entry.body, "key_id": entry.key_id, "mac": entry.mac}
            for entry in entries
        ],
    )
    session.execute(_MOVE.values(seq=entries[-1].seq, mac=entries[-1].mac))


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
    session.execute(insert(Disclosure), [dict(row) for row in rows])


def disclosed_since(session: Session, *, opening_id: str, copy_id: str, kind: str, since: datetime) -> bool:
    """Tell whether this opening has already been shown this copy this way since a moment."""
    query = _DISCLOSED
    found = session.execute(query, {"opening": opening_id, "copy": copy_id, "kind": kind}).scalar()
    return found is not None and found > since


_DISCLOSED = (
    select(col(Disclosure.at))
    .where(text("opening_id = :opening AND copy_id = :copy AND kind = :kind"))
    .order_by(col(Disclosure.at).desc())
    .limit(1)
)


def disclosures_of_links(session: Session, link_ids: Sequence[str]) -> Sequence[Row[Any]]:
    """Return who had opened something by these links: guardian, child and the first moment, oldest first."""
    query = (
        select(col(Disclosure.guardian_id), col(Disclosure.child_id), col(Disclosure.at), col(Disclosure.kind))
        .where(col(Disclosure.link_id).in_(link_ids))
        .order_by(col(Disclosure.at))
    )
    return session.execute(query).all()
