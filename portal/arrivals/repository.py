"""Every query of gatherings, of the messages in them, and of whom these are for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from portal.arrivals.tables import Arrival, ArrivalRecipient, Gathering
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import change, insert_rows


def live(session: Session, staff_id: str, likeness: bytes) -> Gathering | None:
    """Return the gathering of this likeness that has not ended, read anew."""
    mine = (col(Gathering.staff_id) == staff_id, col(Gathering.likeness) == likeness, col(Gathering.state) != "ended")
    query = select(Gathering).where(*mine).with_for_update().execution_options(populate_existing=True)
    found: Gathering | None = session.execute(query).scalar_one_or_none()
    return found


def find(session: Session, gathering_id: str) -> Gathering | None:
    """Return a gathering, read anew, whoever asks."""
    return session.get(Gathering, gathering_id, populate_existing=True)


def add_gathering(session: Session, keys: KeyRing, gathering_id: str, subject: str, **values: Any) -> None:  # noqa: ANN401 - columns differ in type
    """Insert a gathering that begins with a message."""
    sealed = keys.seal("column", subject.encode(), f"{gathering_id}/subject".encode())
    session.execute(insert(Gathering).values(id=gathering_id, subject_sealed=sealed, **values))


def subject_of(keys: KeyRing, row: Gathering) -> str:
    """Return the subject of the first message of a gathering."""
    return keys.unseal("column", row.subject_sealed, f"{row.id}/subject".encode()).decode()


def set_values(session: Session, gathering_id: str, **values: Any) -> int:  # noqa: ANN401 - columns differ in type
    """Write some columns of a gathering; return whether it is there."""
    return change(session, update(Gathering).where(col(Gathering.id) == gathering_id).values(**values))


def arrival_of(session: Session, staff_id: str, digest: str) -> Arrival | None:
    """Return the message of this digest that somebody handed in before."""
    query = select(Arrival).where(col(Arrival.staff_id) == staff_id, col(Arrival.digest) == digest)
    found: Arrival | None = session.execute(query).scalar_one_or_none()
    return found


def add_arrival(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a message."""
    session.execute(insert(Arrival).values(**row))


def add_recipients(session: Session, keys: KeyRing, arrival_id: str, addresses: Iterable[str]) -> int:
    """Note for whom a message was handed over, beside those who are known; return how many are new."""
    known = set(
        session.execute(
            select(col(ArrivalRecipient.address_key)).where(col(ArrivalRecipient.arrival_id) == arrival_id)
        ).scalars()
    )
    keyed = {address_key(keys, one): one for one in addresses}
    new = [
        {
            "arrival_id": arrival_id,
            "address_key": key,
            "address_sealed": keys.seal("column", one.encode(), f"{arrival_id}/address".encode()),
        }
        for key, one in keyed.items()
        if key not in known
    ]
    insert_rows(session, ArrivalRecipient, new)
    return len(new)


def recipients_of(session: Session, keys: KeyRing, arrival_ids: Sequence[str]) -> dict[str, list[str]]:
    """Return the addresses that messages were handed over for, by message."""
    query = select(ArrivalRecipient).where(col(ArrivalRecipient.arrival_id).in_(arrival_ids))
    found: dict[str, list[str]] = {one: [] for one in arrival_ids}
    for row in session.execute(query).scalars():
        plain = keys.unseal("column", row.address_sealed, f"{row.arrival_id}/address".encode())
        found[row.arrival_id].append(plain.decode())
    return found


def arrivals_of(session: Session, gathering_id: str) -> Sequence[Arrival]:
    """Return the messages of a gathering, in the order they came."""
    query = select(Arrival).where(col(Arrival.gathering_id) == gathering_id)
    return session.execute(query.order_by(col(Arrival.came_at), col(Arrival.id))).scalars().all()


def is_message_known(session: Session, staff_id: str, message_key: bytes, *, but: str) -> bool:
    """Tell whether somebody handed in another message under this Message-ID before."""
    same = (col(Arrival.staff_id) == staff_id, col(Arrival.message_key) == message_key, col(Arrival.digest) != but)
    return session.execute(select(col(Arrival.id)).where(*same)).first() is not None


def address_key(keys: KeyRing, address: str) -> bytes:
    """Return by what two spellings of an address are one mailbox, for whoever holds the key alone."""
    return keys.mac("arrival", b"address", address.casefold().encode())


def message_key(keys: KeyRing, message_id: str) -> bytes:
    """Return by what a Message-ID is known again, for whoever holds the key alone."""
    return keys.mac("arrival", b"message", message_id.encode())


def likeness(keys: KeyRing, parts: Sequence[str]) -> bytes:
    """Return by what messages are alike that belong together."""
    return keys.mac("arrival", b"likeness", *(one.encode() for one in parts))


def is_due(session: Session, *, now: datetime) -> list[str]:
    """Return the open gatherings that nothing more is waited for in."""
    query = select(col(Gathering.id)).where(col(Gathering.state) == "open", col(Gathering.closes_at) <= now)
    return list(session.execute(query).scalars())
