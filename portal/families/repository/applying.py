"""Statements that write a compared roster into the database, set by set, in the caller's one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    delete,
    exists,
    insert,
    literal,
    null,
    select,
    text,
    union_all,
    update,
)
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
    PERSON_WORD,
    ROSTER,
    children,
    enrolments,
    guardians,
    ties,
    words,
)
from portal.families.repository.words import copied
from portal.families.rules import Changes, Tally
from portal.families.tables import RosterVersion
from portal.kernel.storage.columns import UtcDateTime


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
        if changes.roster:
            _free_source_ids(session)
        _apply_people(session, CHILD, children, tally=changes.children, now=now)
        _apply_enrolments(session, changes.children)
    if changes.guardians.total:
        _apply_people(session, GUARDIAN, guardians, tally=changes.guardians, now=now)
    _apply_words(session, is_first=not changes.roster)
    if changes.guardianships.total:
        _apply_ties(session, changes.guardianships, now)
    if changes.roster:
        _copy_words(session)
    _let_the_planner_see(session)


def _let_the_planner_see(session: Session) -> None:
    """Tell PostgreSQL how many rows there are now: until it looks of itself, which takes minutes, it plans for the few.

    Measured over 100,000 children: a search took up to 283 ms before, and 106 after, for 0.7 s here. A table that
    somebody tidies at this moment is passed by.
    """
    if session.connection().dialect.name == "postgresql":
        for table in (CHILD, GUARDIAN, GUARDIANSHIP, ENROLMENT, PERSON_WORD):
            session.execute(text(f"ANALYZE (SKIP_LOCKED) {table.name}"))


def _free_source_ids(session: Session) -> None:
    """Two children may have swapped source ids, or a new one has a leaver's: each is unique at every moment."""
    holder = CHILD.alias()
    others = (
        select(holder.c.id)
        .join(children, children.c.source_id == holder.c.source_id)
        .where(holder.c.id != children.c.id, children.c.change.in_((NEW, CHANGED, BACK)))
    )
    session.execute(update(CHILD).values(source_id=CHILD.c.id).where(CHILD.c.id.in_(others)))


def _apply_people(session: Session, stored: Table, laid: Table, *, tally: Tally, now: datetime) -> None:
    names = [column.name for column in laid.c if column.name not in {"id", "change", "moved"}]
    values: dict[str, Any] = {name: laid.c[name] for name in names}
    if tally.new:
        new = select(laid.c.id, *values.values(), literal(now, UtcDateTime()), null()).where(laid.c.change == NEW)
        columns = ["id", *names, "seen_at", "left_at"]
        session.execute(insert(stored).from_select(columns, new.order_by(laid.c.id), include_defaults=False))
    is_same = stored.c.id == laid.c.id
    if tally.back or tally.changed:
        values |= {"seen_at": now, "left_at": None}
        values.pop("found_by", None)  # copied when all words are there
        session.execute(update(stored).values(values).where(is_same, laid.c.change.in_((CHANGED, BACK))))
    if tally.removed:
        session.execute(update(stored).values(left_at=now).where(is_same, laid.c.change == GONE))


def _apply_words(session: Session, *, is_first: bool) -> None:
    if not is_first:
        touched = select(words.c.person_id).distinct()
        session.execute(delete(PERSON_WORD).where(PERSON_WORD.c.person_id.in_(touched)))
    new = select(words.c.word, words.c.person_id).order_by(words.c.word, words.c.person_id)
    with _sorted_after(session, PERSON_WORD) if is_first else nullcontext():
        session.execute(insert(PERSON_WORD).from_select(["word", "person_id"], new, include_defaults=False))


def _copy_words(session: Session) -> None:
    """Copy its words to every child that has a new name or guardian, or a guardian with a new name.

    At the first import they are laid out with the children.
    """
    named = select(words.c.person_id)
    by_guardian = select(GUARDIANSHIP.c.child_id).where(GUARDIANSHIP.c.guardian_id.in_(named))
    touched = union_all(named, by_guardian, select(ties.c.child_id).where(ties.c.change == NEW))
    session.execute(copied().where(CHILD.c.id.in_(touched)))


@contextmanager
def _sorted_after(session: Session, table: Table) -> Iterator[None]:
    """Make a table's indexes anew once it is filled, in the same transaction: sorted once, it costs a third on SQLite.

    There every other write waits for this one. On PostgreSQL nobody waits, but readers would for an index.
    """
    connection = session.connection()
    indexes = list(table.indexes) if connection.dialect.name == "sqlite" else []
    for index in indexes:
        index.drop(connection)
    yield
    for index in indexes:
        index.create(connection)


def _apply_enrolments(session: Session, tally: Tally) -> None:
    names = ("child_id", "site", "program")
    if tally.back or tally.changed:
        is_same = and_(*(enrolments.c[name] == ENROLMENT.c[name] for name in names))
        touched = select(enrolments.c.child_id).where(enrolments.c.change == GONE)
        is_gone = exists().where(is_same, enrolments.c.change == GONE)
        session.execute(delete(ENROLMENT).where(ENROLMENT.c.child_id.in_(touched), is_gone))
    new = select(*(enrolments.c[name] for name in names)).where(enrolments.c.change == NEW)
    session.execute(insert(ENROLMENT).from_select(names, new.order_by(*names), include_defaults=False))


def _apply_ties(session: Session, tally: Tally, now: datetime) -> None:
    if tally.new:
        moment = literal(now, UtcDateTime())
        new = select(ties.c.guardian_id, ties.c.child_id, literal(ROSTER), ties.c.may_view, moment, null())
        new = new.where(ties.c.change == NEW).order_by(ties.c.guardian_id, ties.c.child_id)
        names = ["guardian_id", "child_id", "basis", "may_view", "starts_at", "ends_at"]
        session.execute(insert(GUARDIANSHIP).from_select(names, new, include_defaults=False))
    steps: tuple[tuple[int, str, dict[str, Any]], ...] = (
        (tally.back, BACK, {"starts_at": now, "ends_at": None, "may_view": ties.c.may_view}),
        (tally.changed, CHANGED, {"may_view": ties.c.may_view}),
        (tally.removed, GONE, {"ends_at": now}),
    )
    for rows, change, values in steps:
        if rows:
            session.execute(update(GUARDIANSHIP).values(values).where(_is_tie(change)))


def _is_tie(change: str) -> ColumnElement[bool]:
    return and_(
        GUARDIANSHIP.c.guardian_id == ties.c.guardian_id,
        GUARDIANSHIP.c.child_id == ties.c.child_id,
        GUARDIANSHIP.c.basis == ROSTER,
        ties.c.change == change,
    )
