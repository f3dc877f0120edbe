"""Every query of what staff decided about single guardianships."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlmodel import Session, col

from portal.families.repository import newest_roster
from portal.families.tables import Child, Guardianship, Restriction, RosterVersion
from portal.kernel.storage.db import change, insert_rows

Pair = tuple[str, str]
"""A guardian and a child."""


def is_tied(session: Session, pair: Pair) -> bool:
    """Tell whether somebody is, or was, a guardian of a child."""
    return session.get(Guardianship, pair) is not None


def standing(session: Session, pair: Pair, kind: str, *, now: datetime) -> Restriction | None:
    """Return the restriction of this kind that is in force or still to come; one that is over is closed first."""
    mine = (
        col(Restriction.guardian_id) == pair[0],
        col(Restriction.child_id) == pair[1],
        col(Restriction.kind) == kind,
    )
    is_over = (col(Restriction.ends_at) <= now, col(Restriction.applied_at).is_not(None))
    change(
        session,
        update(Restriction)
        .where(*mine, *is_over, col(Restriction.lifted_at).is_(None))
        .values(lifted_at=col(Restriction.ends_at), lifted_by="its-date"),
    )
    query = select(Restriction).where(*mine, col(Restriction.lifted_at).is_(None))
    found: Restriction | None = session.execute(query.execution_options(populate_existing=True)).scalar_one_or_none()
    return found


def all_open(session: Session, pair: Pair, *, now: datetime) -> list[Restriction]:
    """Return every restriction of a guardianship that is in force or still to come."""
    kinds = ("barred", "ended", "of-age")
    return [one for kind in kinds if (one := standing(session, pair, kind, now=now)) is not None]


def add(session: Session, row: Mapping[str, Any]) -> None:
    """Insert a restriction; the database refuses a second one of its kind that is open."""
    insert_rows(session, Restriction, [row])


def begun(session: Session, *, now: datetime) -> Sequence[Restriction]:
    """Return the restrictions that have begun and were not carried out yet."""
    query = select(Restriction).where(
        col(Restriction.applied_at).is_(None), col(Restriction.starts_at) <= now, col(Restriction.lifted_at).is_(None)
    )
    return session.execute(query.order_by(col(Restriction.id))).scalars().all()


def note_applied(session: Session, restriction_id: str, counts: tuple[int, int, int], *, now: datetime) -> None:
    """Note that a restriction was carried out, and what died with it."""
    links, notices, sessions = counts
    query = update(Restriction).where(col(Restriction.id) == restriction_id)
    change(
        session,
        query.values(applied_at=now, links=links, notices_cancelled=notices, sessions_ended=sessions),
    )


def lift(session: Session, restriction_id: str, *, by: str, reason_sealed: bytes | None, now: datetime) -> None:
    """Mark a restriction as lifted."""
    query = update(Restriction).where(col(Restriction.id) == restriction_id, col(Restriction.lifted_at).is_(None))
    change(session, query.values(lifted_at=now, lifted_by=by, lifted_reason_sealed=reason_sealed))


def settle(session: Session, child_id: str, *, now: datetime) -> int:
    """Note that staff leave the letters about a child of age paused; return for how many guardians that was open."""
    query = update(Restriction).where(col(Restriction.child_id) == child_id, *unsettled())
    return change(session, query.values(settled_at=now))


def unsettled() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for pauses since a child came of age about which staff have not decided."""
    return (
        col(Restriction.kind) == "of-age",
        col(Restriction.settled_at).is_(None),
        col(Restriction.lifted_at).is_(None),
    )


def of_child(session: Session, child_id: str) -> Sequence[Restriction]:
    """Return every restriction there ever was of a child's guardianships, the newest first."""
    query = select(Restriction).where(col(Restriction.child_id) == child_id)
    return session.execute(query.order_by(col(Restriction.made_at).desc(), col(Restriction.id))).scalars().all()


def never_of_age(session: Session, *, now: datetime, after: str, limit: int) -> list[tuple[str, str, bytes]]:
    """Return guardian, child and sealed birth date of guardianships nobody has paused since the child came of age.

    A page at a time, in the order of the children's ids: those after `after`, and whole children only.
    """
    paused = select(col(Restriction.guardian_id)).where(
        col(Restriction.guardian_id) == col(Guardianship.guardian_id),
        col(Restriction.child_id) == col(Guardianship.child_id),
        col(Restriction.kind) == "of-age",
    )
    children = (
        select(col(Child.id))
        .where(col(Child.birth_date_sealed).is_not(None), col(Child.left_at).is_(None), col(Child.id) > after)
        .order_by(col(Child.id))
        .limit(limit)
    )
    query = (
        select(col(Guardianship.guardian_id), col(Child.id), col(Child.birth_date_sealed))
        .join(Guardianship, col(Guardianship.child_id) == col(Child.id))
        .where(
            col(Child.id).in_(children),
            or_(col(Guardianship.ends_at).is_(None), col(Guardianship.ends_at) > now),
            ~paused.exists(),
        )
        .order_by(col(Child.id), col(Guardianship.guardian_id))
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query) if row[2] is not None]


def last_of_page(session: Session, *, after: str, limit: int) -> str | None:
    """Return the last child's id of such a page, or None when there is no child after `after`."""
    page = (
        select(col(Child.id))
        .where(col(Child.birth_date_sealed).is_not(None), col(Child.left_at).is_(None), col(Child.id) > after)
        .order_by(col(Child.id))
        .limit(limit)
        .subquery()
    )
    return session.execute(select(func.max(page.c.id))).scalar()


def move_on(session: Session, *, now: datetime) -> int:
    """Insert the next roster version, as an import does, since approvals and the guard rest on rights as they were.

    What was cleared or worked out before is then looked at again. Returns the version's number.
    """
    newest = session.get(RosterVersion, newest_roster(session))
    assert newest is not None  # a guardianship came with a roster
    values = {
        "number": newest.number + 1, "imported_at": now, "format": "by-hand", "content_sha256": newest.content_sha256,
        "children": newest.children, "guardians": newest.guardians, "guardianships": newest.guardianships,
    }  # fmt: skip
    session.execute(insert(RosterVersion).values(values))
    return newest.number + 1
