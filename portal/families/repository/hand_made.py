"""Every query of rights that staff give by hand."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, select, update
from sqlmodel import Session, col

from portal.families.errors import NoSuchRight
from portal.families.repository import words
from portal.families.rules import BY_HAND, NewPerson
from portal.families.tables import Guardian, Guardianship, HandMadeRight
from portal.kernel.ids import new_id
from portal.kernel.storage.db import change, insert_rows

_ROSTER = "roster"


def add_person(session: Session, person: NewPerson, *, now: datetime) -> str:
    """Insert somebody whom no roster names; nobody finds them until a right of theirs is confirmed. Return their id."""
    guardian_id, address = new_id(), person.address
    row = {
        "id": guardian_id, "source_id": f"{BY_HAND}-{guardian_id}", "given_name": person.given_name,
        "family_name": person.family_name, "address": address.text if address else None,
        "address_key": address.key if address else None, "language": person.language, "seen_at": now, "left_at": now,
    }  # fmt: skip
    insert_rows(session, Guardian, [row])
    return guardian_id


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a right that nobody has confirmed; the database refuses a second one of the pair that has not ended."""
    insert_rows(session, HandMadeRight, [row])


def find(session: Session, right_id: str) -> HandMadeRight:
    """Return a right, and hold it till the end. Raises `NoSuchRight`."""
    query = select(HandMadeRight).where(col(HandMadeRight.id) == right_id).with_for_update()
    found: HandMadeRight | None = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    if found is None:
        raise NoSuchRight
    return found


def is_open(session: Session, pair: tuple[str, str]) -> bool:
    """Tell whether a right of this pair waits or is in force."""
    mine = (col(HandMadeRight.guardian_id) == pair[0], col(HandMadeRight.child_id) == pair[1])
    query = select(col(HandMadeRight.id)).where(*mine, col(HandMadeRight.ended_at).is_(None))
    return session.execute(query).first() is not None


def of_child(session: Session, child_id: str) -> Sequence[HandMadeRight]:
    """Return every right by hand there ever was to a child, the newest first."""
    query = select(HandMadeRight).where(col(HandMadeRight.child_id) == child_id)
    return session.execute(query.order_by(col(HandMadeRight.asked_at).desc())).scalars().all()


def waiting() -> ColumnElement[bool]:
    """Return the condition for rights that wait for a second person."""
    return and_(col(HandMadeRight.confirmed_at).is_(None), col(HandMadeRight.ended_at).is_(None))


def confirm(session: Session, one: HandMadeRight, *, by_id: str, now: datetime) -> None:
    """Make the guardianship of a right, from its first day on; whoever is new is found from now on."""
    pair = (one.guardian_id, one.child_id)
    before = session.get(Guardianship, pair, populate_existing=True)
    values = {"basis": BY_HAND, "may_view": True, "starts_at": max(one.starts_at, now), "ends_at": one.ends_at}
    against = before is not None and not before.may_view
    if before is None:
        insert_rows(session, Guardianship, [{"guardian_id": pair[0], "child_id": pair[1]} | values])
    else:
        change(session, update(Guardianship).where(*_of(pair)).values(**values))
    change(session, update(Guardian).where(col(Guardian.id) == one.guardian_id).values(left_at=None, seen_at=now))
    words.index(session, [one.guardian_id])
    mine = update(HandMadeRight).where(col(HandMadeRight.id) == one.id)
    change(session, mine.values(confirmed_by_id=by_id, confirmed_at=now, against_roster=against))


def drop(session: Session, one: HandMadeRight) -> None:
    """Delete a right that was never confirmed, and whoever was written down for it alone."""
    change(session, delete(HandMadeRight).where(col(HandMadeRight.id) == one.id))
    is_of_roster = exists().where(col(Guardianship.guardian_id) == col(Guardian.id))
    has_another = exists().where(col(HandMadeRight.guardian_id) == col(Guardian.id))
    mine = (col(Guardian.id) == one.guardian_id, col(Guardian.source_id) == f"{BY_HAND}-{one.guardian_id}")
    change(session, delete(Guardian).where(*mine, ~is_of_roster, ~has_another))


def end(session: Session, one: HandMadeRight, *, by: str, now: datetime) -> None:
    """End a right and its guardianship; whether the roster gives one is for the next import to say."""
    pair = (one.guardian_id, one.child_id)
    over = {"basis": _ROSTER, "ends_at": now, "may_view": not one.against_roster}
    change(session, update(Guardianship).where(*_of(pair), col(Guardianship.basis) == BY_HAND).values(**over))
    mine = update(HandMadeRight).where(col(HandMadeRight.id) == one.id)
    change(session, mine.values(ended_at=now, ended_by=by))


def over(session: Session, *, now: datetime) -> Sequence[HandMadeRight]:
    """Return the rights whose last day is over and that were not ended, confirmed or not."""
    query = select(HandMadeRight).where(
        col(HandMadeRight.ended_at).is_(None),
        col(HandMadeRight.ends_at) <= now,
    )
    return session.execute(query.order_by(col(HandMadeRight.id))).scalars().all()


def _of(pair: tuple[str, str]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return col(Guardianship.guardian_id) == pair[0], col(Guardianship.child_id) == pair[1]
