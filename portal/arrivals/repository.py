"""Every query of gatherings, of the messages in them, and of whom these are for."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlmodel import Session, col

from portal.arrivals.tables import Arrival, ArrivalRecipient, Gathering
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.bell import ring
from portal.kernel.storage.db import change, hold_rows, insert_rows

_AT_ONCE = 500
Pair = tuple[str, str]
"""Who handed a message in, and its digest."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message is."""

    arrival_id: str
    gathering_id: str


def live(session: Session, staff_id: str, likeness: bytes) -> Gathering | None:
    """Return the gathering of this likeness that has not ended, read anew."""
    mine = (col(Gathering.staff_id) == staff_id, col(Gathering.likeness) == likeness, col(Gathering.state) != "ended")
    query = select(Gathering).where(*mine).with_for_update().execution_options(populate_existing=True)
    found: Gathering | None = session.execute(query).scalar_one_or_none()
    return found


def find(session: Session, gathering_id: str) -> Gathering | None:
    """Return a gathering, read anew, whoever asks."""
    return session.get(Gathering, gathering_id, populate_existing=True)


def hold(session: Session, gathering_id: str) -> None:
    """Hold a gathering till the end, where the database holds rows: before its mailing, by whoever goes on to that."""
    hold_rows(session, col(Gathering.id), col(Gathering.id) == gathering_id)


def add_gathering(session: Session, keys: KeyRing, gathering_id: str, subject: str, **values: Any) -> None:  # noqa: ANN401 - columns differ in type
    """Insert a gathering that begins with a message."""
    ring(session)
    sealed = keys.seal("column", subject.encode(), f"{gathering_id}/subject".encode())
    session.execute(insert(Gathering).values(id=gathering_id, subject_sealed=sealed, **values))


def subject_of(keys: KeyRing, row: Gathering) -> str:
    """Return the subject of the first message of a gathering; nothing once its days are over."""
    if not row.subject_sealed:
        return ""
    return keys.unseal("column", row.subject_sealed, f"{row.id}/subject".encode()).decode()


def set_values(session: Session, gathering_id: str, **values: Any) -> int:  # noqa: ANN401 - columns differ in type
    """Write some columns of a gathering; return whether it is there."""
    ring(session)
    return change(session, update(Gathering).where(col(Gathering.id) == gathering_id).values(**values))


def known_places(session: Session, pairs: Sequence[Pair]) -> dict[Pair, Place]:
    """Return where messages are that somebody handed in before, by who and digest."""
    wanted = set(pairs)
    digests = col(Arrival.digest).in_({digest for _, digest in wanted})
    query = select(col(Arrival.staff_id), col(Arrival.digest), col(Arrival.id), col(Arrival.gathering_id))
    theirs = col(Arrival.staff_id).in_({staff_id for staff_id, _ in wanted})
    found = session.execute(query.where(theirs, digests)).all()
    return {(row[0], row[1]): Place(row[2], row[3]) for row in found if (row[0], row[1]) in wanted}


def known_message_keys(session: Session, named: Iterable[tuple[str, bytes]]) -> set[tuple[str, bytes]]:
    """Return those who handed in a message before under a Message-ID, with its key."""
    wanted = set(named)
    theirs = col(Arrival.staff_id).in_({staff_id for staff_id, _ in wanted})
    keyed = col(Arrival.message_key).in_({message_key for _, message_key in wanted})
    query = select(col(Arrival.staff_id), col(Arrival.message_key)).where(theirs, keyed).distinct()
    return {(row[0], row[1]) for row in session.execute(query)} & wanted


def add_arrivals(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Insert messages."""
    ring(session)
    insert_rows(session, Arrival, rows)


def add_all_recipients(session: Session, keys: KeyRing, addresses: Mapping[str, Iterable[str]]) -> None:
    """Note for whom new messages were handed over, by message."""
    rows = [_recipient(keys, arrival_id, one) for arrival_id, mine in addresses.items() for one in mine]
    insert_rows(session, ArrivalRecipient, rows)


def _recipient(keys: KeyRing, arrival_id: str, address: str) -> dict[str, Any]:
    sealed = keys.seal("column", address.encode(), f"{arrival_id}/address".encode())
    return {"arrival_id": arrival_id, "address_key": address_key(keys, address), "address_sealed": sealed}


def add_recipients(session: Session, keys: KeyRing, arrival_id: str, addresses: Iterable[str]) -> int:
    """Note for whom a message was handed over, beside those who are known; return how many are new."""
    known = set(
        session.execute(
            select(col(ArrivalRecipient.address_key)).where(col(ArrivalRecipient.arrival_id) == arrival_id)
        ).scalars()
    )
    keyed = {address_key(keys, one): one for one in addresses}
    new = [_recipient(keys, arrival_id, one) for key, one in keyed.items() if key not in known]
    insert_rows(session, ArrivalRecipient, new)
    return len(new)


def recipients_of(session: Session, keys: KeyRing, arrival_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the addresses that messages were handed over for, by message."""
    found: dict[str, list[str]] = {one: [] for one in arrival_ids}
    columns = (col(ArrivalRecipient.arrival_id), col(ArrivalRecipient.address_sealed))
    for start in range(0, len(arrival_ids), _AT_ONCE):
        these = col(ArrivalRecipient.arrival_id).in_(arrival_ids[start : start + _AT_ONCE])
        for arrival_id, sealed in session.execute(select(*columns).where(these)):
            plain = keys.unseal("column", sealed, f"{arrival_id}/address".encode())
            found[arrival_id].append(plain.decode())
    return {one: sorted(addresses) for one, addresses in found.items()}


def arrivals_of(session: Session, gathering_id: str) -> Sequence[Arrival]:
    """Return the messages of a gathering, in the order they came."""
    query = select(Arrival).where(col(Arrival.gathering_id) == gathering_id)
    return session.execute(query.order_by(col(Arrival.came_at), col(Arrival.id))).scalars().all()


def address_key(keys: KeyRing, address: str) -> bytes:
    """Return by what two spellings of an address are one mailbox, for whoever holds the key alone."""
    return keys.mac("arrival", b"address", address.casefold().encode())


def message_key(keys: KeyRing, message_id: str) -> bytes:
    """Return by what a Message-ID is known again, for whoever holds the key alone."""
    return keys.mac("arrival", b"message", message_id.encode())


def likeness(keys: KeyRing, parts: Sequence[str]) -> bytes:
    """Return by what messages are alike that belong together."""
    return keys.mac("arrival", b"likeness", *(one.encode() for one in parts))


def of_staff(session: Session, staff_id: str, *, limit: int) -> Sequence[Gathering]:
    """Return the gatherings of a staff member, the newest first."""
    query = select(Gathering).where(col(Gathering.staff_id) == staff_id)
    return (
        session.execute(query.order_by(col(Gathering.last_at).desc(), col(Gathering.id)).limit(limit)).scalars().all()
    )


def of_mailing(session: Session, mailing_id: str) -> Gathering | None:
    """Return the gathering that a mailing was made of, if it came by mail."""
    found: Gathering | None = session.execute(
        select(Gathering).where(col(Gathering.mailing_id) == mailing_id)
    ).scalar_one_or_none()
    return found


def messages_in(session: Session, gathering_ids: Sequence[str]) -> dict[str, int]:
    """Return how many messages there are in gatherings."""
    query = select(col(Arrival.gathering_id), func.count()).where(col(Arrival.gathering_id).in_(gathering_ids))
    counted = {row[0]: int(row[1]) for row in session.execute(query.group_by(col(Arrival.gathering_id)))}
    return {one: counted.get(one, 0) for one in gathering_ids}


def close(session: Session, gathering_id: str) -> bool:
    """Close a gathering that is open, for its letters to be made; False where it is open no more."""
    mine = (col(Gathering.id) == gathering_id, col(Gathering.state) == "open")
    values = {"state": "closed", "attempts": 0, "lease_id": None, "lease_until": None}
    return change(session, update(Gathering).where(*mine).values(**values)) == 1


def claim(session: Session, gathering_id: str, *, lease_id: str, until: datetime, now: datetime) -> Gathering | None:
    """Take a closed gathering that nobody works on, and count the attempt; None when somebody else was first."""
    free = or_(col(Gathering.lease_until).is_(None), col(Gathering.lease_until) <= now)
    mine = (col(Gathering.id) == gathering_id, col(Gathering.state) == "closed", free)
    attempts = col(Gathering.attempts) + 1
    query = update(Gathering).where(*mine).values(lease_id=lease_id, lease_until=until, attempts=attempts)
    return find(session, gathering_id) if change(session, query) == 1 else None


def hold_lease(session: Session, gathering_id: str, *, lease_id: str, until: datetime) -> bool:
    """Hold the lease of a gathering for longer; False when another process has taken it over."""
    mine = (col(Gathering.id) == gathering_id, col(Gathering.lease_id) == lease_id)
    return change(session, update(Gathering).where(*mine).values(lease_until=until)) == 1


def put_down(session: Session, gathering_id: str, *, lease_id: str) -> None:
    """Leave a gathering to whoever takes it next; what ends as it should is no attempt."""
    ring(session)
    mine = (col(Gathering.id) == gathering_id, col(Gathering.lease_id) == lease_id)
    fewer = col(Gathering.attempts) - 1
    session.execute(update(Gathering).where(*mine).values(lease_id=None, lease_until=None, attempts=fewer))


def forget_messages(session: Session, gathering_id: str) -> list[str]:
    """Forget the bytes of a gathering's messages, and for whom they were; return the ids whose blobs go next."""
    mine = col(Arrival.gathering_id) == gathering_id
    kept = select(col(Arrival.blob_id)).where(mine, col(Arrival.blob_id).is_not(None))
    gone = [one for one in session.execute(kept).scalars() if one]
    session.execute(update(Arrival).where(mine).values(blob_id=None, size=None))
    theirs = select(col(Arrival.id)).where(mine)
    session.execute(delete(ArrivalRecipient).where(col(ArrivalRecipient.arrival_id).in_(theirs)))
    return gone


def forget_subjects(session: Session, *, now: datetime) -> int:
    """Forget the subjects of gatherings that have ended and whose days are over; return of how many."""
    over = (col(Gathering.state) == "ended", col(Gathering.expires_at) <= now, col(Gathering.subject_sealed) != b"")
    return change(session, update(Gathering).where(*over).values(subject_sealed=b""))
