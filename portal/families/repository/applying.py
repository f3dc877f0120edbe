"""Statements that write a compared roster into the database, set by set, in the caller's one transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, delete, exists, insert, literal, null, select, update
from sqlmodel import Session

from portal.families.errors import FamiliesChanged
from portal.families.repository import newest_roster
from portal.families.repository.incoming import (
    BACK,
    CHANGED,
    CHILD,
    ENROLMENT,
    GONE,
    GUARDIAN,
    GUARDIANSHIP,
    NEW,
    children,
    enrolments,
    guardians,
    ties,
)
from portal.families.rules import Changes
from portal.families.tables import RosterVersion
from portal.kernel.columns import UtcDateTime

_OF_CHILD = ("student_number", "source_id", "given_name", "family_name", "grade", "birth_date_sealed")
_OF_GUARDIAN = (
    *("source_id", "given_name", "family_name", "address", "address_key"),
    *("mobile_sealed", "home_phone_sealed", "language"),
)


def add_version(session: Session, changes: Changes, *, format_: str, sha256: str, now: datetime) -> int:
    """Insert the next roster version and return its number. Raises `FamiliesChanged` when another import was first."""
    if newest_roster(session) != changes.roster:
        raise FamiliesChanged
    number = changes.roster + 1
    named = dict(zip(("children", "guardians", "guardianships"), changes.named, strict=True))
    values = {"number": number, "imported_at": now, "format": format_, "content_sha256": sha256} | named
    session.execute(insert(RosterVersion).values(values))
    return number


def apply(session: Session, changes: Changes, *, now: datetime) -> None:
    """Write what was compared. Hand-made guardianships are not touched; nothing is deleted but enrolments."""
    if changes.children.total:
        _free_source_ids(session, changes)
        _apply_people(session, CHILD, children, _OF_CHILD, now)
        _apply_enrolments(session)
    if changes.guardians.total:
        _apply_people(session, GUARDIAN, guardians, _OF_GUARDIAN, now)
    if changes.guardianships.total:
        _apply_ties(session, now)


def _free_source_ids(session: Session, changes: Changes) -> None:
    """Two children may have swapped source ids, or a new one has a leaver's: each is unique at every moment."""
    if not changes.roster:
        return
    holder = CHILD.alias()
    others = (
        select(holder.c.id)
        .join(children, children.c.source_id == holder.c.source_id)
        .where(holder.c.id != children.c.id)
    )
    session.execute(update(CHILD).values(source_id=CHILD.c.id).where(CHILD.c.id.in_(others)))


def _apply_people(session: Session, stored: Table, laid: Table, names: tuple[str, ...], now: datetime) -> None:
    columns = [laid.c[name] for name in names]
    moment = literal(now, UtcDateTime())
    new = select(laid.c.id, *columns, moment, null()).where(laid.c.change == NEW).order_by(laid.c.id)
    session.execute(insert(stored).from_select(["id", *names, "seen_at", "left_at"], new, include_defaults=False))
    values: dict[str, Any] = {name: laid.c[name] for name in names}
    session.execute(
        update(stored)
        .values(values | {"seen_at": now, "left_at": None})
        .where(stored.c.id == laid.c.id, laid.c.change.in_((CHANGED, BACK)))
    )
    session.execute(update(stored).values(left_at=now).where(stored.c.id == laid.c.id, laid.c.change == GONE))


def _apply_enrolments(session: Session) -> None:
    is_gone = exists().where(
        enrolments.c.child_id == ENROLMENT.c.child_id,
        enrolments.c.site == ENROLMENT.c.site,
        enrolments.c.program == ENROLMENT.c.program,
        enrolments.c.change == GONE,
    )
    touched = select(enrolments.c.child_id).where(enrolments.c.change == GONE)
    session.execute(delete(ENROLMENT).where(ENROLMENT.c.child_id.in_(touched), is_gone))
    names = ("child_id", "site", "program")
    new = select(*(enrolments.c[name] for name in names)).where(enrolments.c.change == NEW).order_by(*names)
    session.execute(insert(ENROLMENT).from_select(names, new, include_defaults=False))


def _apply_ties(session: Session, now: datetime) -> None:
    moment = literal(now, UtcDateTime())
    new = (
        select(ties.c.guardian_id, ties.c.child_id, literal("roster"), ties.c.may_view, moment, null())
        .where(ties.c.change == NEW)
        .order_by(ties.c.guardian_id, ties.c.child_id)
    )
    names = ["guardian_id", "child_id", "basis", "may_view", "starts_at", "ends_at"]
    session.execute(insert(GUARDIANSHIP).from_select(names, new, include_defaults=False))
    for change, values in (
        (BACK, {"starts_at": now, "ends_at": None, "may_view": ties.c.may_view}),
        (CHANGED, {"may_view": ties.c.may_view}),
        (GONE, {"ends_at": now}),
    ):
        session.execute(update(GUARDIANSHIP).values(values).where(_is_tie(change)))


def _is_tie(change: str) -> ColumnElement[bool]:
    return and_(
        GUARDIANSHIP.c.guardian_id == ties.c.guardian_id,
        GUARDIANSHIP.c.child_id == ties.c.child_id,
        GUARDIANSHIP.c.basis == "roster",
        ties.c.change == change,
    )
