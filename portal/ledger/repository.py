"""Every query of the ledger."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain, islice, starmap
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, LargeBinary, Select, bindparam, exists, insert, select, update
from sqlalchemy.orm import Mapped, aliased
from sqlmodel import Session, col

from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.columns import UtcDateTime
from portal.kernel.storage.db import change, insert_rows, mark_lasting
from portal.ledger.rules import EVERYDAY, Act, Entry, Wanted, link_up, takes_back, time_of, words_of
from portal.ledger.tables import Disclosure, ErroneousDisclosure, LedgerEntry, LedgerHead, LedgerWatch, LedgerWord

MOST_UNINDEXED: Final = 10_000
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


def append(
    session: Session, keys: KeyRing, acts: Sequence[Act], *, now: datetime, held: tuple[int, bytes] | None = None
) -> None:
    """Append entries and move the head. Call it last in a story: every other writer waits for this row.

    `held` is the head as this transaction holds it, and has not moved it.
    """
    if not acts:
        return
    connection = session.connection()  # past the object layer: this is the busiest write of all
    seq, mac = held or connection.execute(_HEAD).one()
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
    if any(takes_back(act.name) for act in acts):
        mark_lasting(session, entries[-1].seq)  # the head file tells of it as soon as it is committed


def hold_head(session: Session) -> tuple[int, bytes]:
    """Let nothing be appended before this transaction ends; what was appended before is then seen. Return the head."""
    seq, mac = session.connection().execute(_HEAD).one()
    return seq, mac


def head(session: Session) -> tuple[int, bytes]:
    """Return the number and the MAC of the newest entry."""
    seq, mac = session.execute(select(col(LedgerHead.seq), col(LedgerHead.mac))).one()
    return seq, mac


def entries(session: Session, *, after: int = 0, chunk: int = 5_000) -> Iterator[Entry]:
    """Yield every entry after a number, in order, a chunk of rows in memory at a time."""
    return chain.from_iterable(chunks(session, after=after, size=chunk))


def chunks(session: Session, *, after: int, size: int) -> Iterator[list[Entry]]:
    """Yield every entry after a number, in order, so many at a time."""
    while True:
        query = select(*_ENTRY).where(col(LedgerEntry.seq) > after).order_by(col(LedgerEntry.seq)).limit(size)
        found = list(starmap(Entry, session.connection().execute(query)))
        if found:
            yield found
            after = found[-1].seq
        if len(found) < size:
            return


def first_taking_back(session: Session, *, after: int) -> datetime | None:
    """Return when the first act after a number was written that an older database may undo to somebody's harm."""
    query = select(col(LedgerEntry.body)).where(col(LedgerEntry.seq) > after, col(LedgerEntry.act).not_in(EVERYDAY))
    body = session.execute(query.order_by(col(LedgerEntry.seq)).limit(1)).scalar()
    return time_of(body) if body is not None else None


def note_export(session: Session, **values: object) -> None:
    """Note how the taking outside of the head went."""
    session.execute(update(LedgerWatch).values(**values))


def latest(session: Session, *, limit: int = 100) -> list[Entry]:
    """Return the newest entries first."""
    return search(session, Wanted(), limit=limit)


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


def search(session: Session, wanted: Wanted, *, limit: int) -> list[Entry]:
    """Return the newest entries that are wanted, from the index of words; each is looked at, for words may collide.

    What is not in the index yet is read through, at most so many of the newest entries as `MOST_UNINDEXED`.
    """
    recent, _ = queries(session, wanted, limit=limit)
    found = [entry for entry in starmap(Entry, session.connection().execute(recent)) if wanted.fits(entry)][:limit]
    while len(found) < limit:
        _, indexed = queries(session, wanted, limit=limit)
        rows = list(starmap(Entry, session.connection().execute(indexed)))
        found += [entry for entry in rows if wanted.fits(entry)]
        if len(rows) < limit:
            break
        wanted = replace(wanted, before=rows[-1].seq)
    return found[:limit]


Question = Select[*tuple[Any, ...]]


def queries(session: Session, wanted: Wanted, *, limit: int) -> tuple[Question, Question]:
    """Return what a search asks: what is not in the index yet, and the index."""
    done = watch_of(session).indexed_seq
    recent = select(*_ENTRY).where(col(LedgerEntry.seq) > done, *_bounds(wanted, col(LedgerEntry.seq)))
    indexed = _indexed(wanted, upto=done).order_by(_order_of(wanted).desc()).limit(limit)
    return recent.order_by(col(LedgerEntry.seq).desc()).limit(MOST_UNINDEXED), indexed


def _bounds(wanted: Wanted, seq: Mapped[int]) -> list[ColumnElement[bool]]:
    bounds = [seq >= wanted.first, seq < wanted.before] if wanted.before else [seq >= wanted.first]
    return [*bounds, col(LedgerEntry.act) == wanted.act] if wanted.act else bounds


def _order_of(wanted: Wanted) -> Mapped[int]:
    return col(LedgerWord.seq) if wanted.words else col(LedgerEntry.seq)


def _indexed(wanted: Wanted, *, upto: int) -> Select[*tuple[Any, ...]]:
    """Return the query that walks the rarest word's entries, newest first, and looks whether the others stand there."""
    if not wanted.words:
        return select(*_ENTRY).where(col(LedgerEntry.seq) <= upto, *_bounds(wanted, col(LedgerEntry.seq)))
    first, *others = wanted.words
    query = select(*_ENTRY).join(LedgerWord, col(LedgerWord.seq) == col(LedgerEntry.seq))
    for word in others:
        also = aliased(LedgerWord)
        query = query.where(exists().where(col(also.word) == word, col(also.seq) == col(LedgerWord.seq)))
    return query.where(
        col(LedgerWord.word) == first, col(LedgerWord.seq) <= upto, *_bounds(wanted, col(LedgerWord.seq))
    )


def watch_of(session: Session) -> LedgerWatch:
    """Return how far the index of words is, and how the taking outside of heads goes."""
    return session.get_one(LedgerWatch, 1, populate_existing=True)


def hold_watch(session: Session) -> LedgerWatch:
    """Return the same, which nobody else changes until this transaction ends."""
    return session.get_one(LedgerWatch, 1, populate_existing=True, with_for_update=True)


def index_words(session: Session, *, most: int = 5_000) -> int:
    """Put the next entries into the index of words; return how many. Several workers wait for each other."""
    watch = hold_watch(session)
    found = list(islice(entries(session, after=watch.indexed_seq, chunk=most), most))
    rows = sorted((word, entry.seq) for entry in found for word in words_of(entry))
    insert_rows(session, LedgerWord, [{"word": word, "seq": seq} for word, seq in rows])
    if found:
        session.execute(update(LedgerWatch).values(indexed_seq=found[-1].seq))
    return len(found)


def first_since(session: Session, moment: datetime) -> int:
    """Return the number of the first entry that was written at a moment or later, by halving: 23 reads of 5 million.

    Entries stand in the order of their times, but for what the clocks of several processes differ by.
    """
    low, high = 1, head(session)[0] + 1
    while low < high:
        middle = (low + high) // 2
        body = session.execute(select(col(LedgerEntry.body)).where(col(LedgerEntry.seq) == middle)).scalar()
        if body is not None and time_of(body) < moment:
            low = middle + 1
        else:
            high = middle
    return low


def forget_reasons(session: Session, whose: ColumnElement[bool]) -> None:
    """Take away why disclosures were marked as ones that should not have been; that they were stays."""
    theirs = col(ErroneousDisclosure.disclosure_id).in_(select(col(Disclosure.id)).where(whose))
    change(session, update(ErroneousDisclosure).where(theirs).values(reason_sealed=b""))
