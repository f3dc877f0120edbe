"""Queries that work out, set by set, what a laid out roster changes; they write temporary tables alone."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    Table,
    and_,
    case,
    exists,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    text,
    true,
    union,
    update,
)
from sqlmodel import col

from portal.families.repository.incoming import (
    BACK,
    CHANGED,
    CHILD,
    DIFFERS,
    ENROLMENT,
    GONE,
    GUARDIAN,
    GUARDIANSHIP,
    KEPT,
    NEW,
    ROSTER,
    SAME,
    children,
    enrolments,
    guardians,
    lost,
    pairs,
    ties,
    words,
)
from portal.families.repository.rights import in_force, is_barred
from portal.families.repository.words import copied
from portal.families.rules import ADDRESS_CHANGED, GUARDIANSHIP_ENDED, SHARED_MAILBOX, Changes, Example, Tally
from portal.families.tables import RosterVersion

_EXAMPLES = 5


def compare(connection: Connection, *, now: datetime) -> Changes:
    """Work out set by set what the laid out roster changes, and whose links die with it."""
    _let_the_planner_see(connection)
    _compare_children(connection)
    _compare_guardians(connection, now)
    active = and_(GUARDIANSHIP.c.basis == ROSTER, _is_active(now))
    _compare_ties(connection, active, now)
    _find_lost(connection, now)
    _index_changes(connection)
    _let_the_planner_see(connection)
    roster = connection.execute(select(func.max(col(RosterVersion.number)))).scalar() or 0
    if not roster:
        _copy_words(connection)
    return Changes(
        roster=roster,
        children=_tally(connection, children),
        guardians=_tally(connection, guardians),
        guardianships=_tally(connection, ties),
        addresses=_count(connection, guardians.c.moved),
        differing=_count(connection, ties.c.change == DIFFERS) + _overruled(connection, now),
        active=_count(connection, active),
        named=(
            _count(connection, children.c.change != GONE),
            _count(connection, guardians.c.change != GONE),
            _count(connection, ties.c.change != GONE),
        ),
        examples=tuple(_examples(connection)),
        zeros=_without_zeros(connection) if roster else 0,
        addressed=_count(connection, and_(guardians.c.change != GONE, guardians.c.address_key.is_not(None))),
    )


def _let_the_planner_see(connection: Connection) -> None:
    """Nobody else gathers statistics of temporary tables; without them joins go row by row on PostgreSQL."""
    for table in (children, enrolments, guardians, pairs, ties, lost):
        connection.execute(text(f"ANALYZE {table.name}"))


def _index_changes(connection: Connection) -> None:
    """Few rows change as a rule: with these the write finds them without a look at all the others."""
    for table in (children, enrolments, guardians, ties):
        connection.execute(text(f"CREATE INDEX ix_{table.name} ON {table.name} (change)"))


def _copy_words(connection: Connection) -> None:
    """Copy to each child the words that it is found by, while no lock is held: before the first import all are here."""
    connection.execute(text(f"CREATE INDEX ix_{ties.name}_child ON {ties.name} (child_id)"))
    connection.execute(copied(children, words, ties))


def _is_active(now: datetime) -> ColumnElement[bool]:
    return or_(GUARDIANSHIP.c.ends_at.is_(None), GUARDIANSHIP.c.ends_at > now)


def _compare_children(connection: Connection) -> None:
    gone = select(CHILD.c.id, CHILD.c.student_number, literal(GONE)).where(
        CHILD.c.left_at.is_(None), ~exists().where(children.c.id == CHILD.c.id)
    )
    connection.execute(insert(children).from_select(["id", "student_number", "change"], gone))
    is_same_place = and_(
        ENROLMENT.c.child_id == enrolments.c.child_id,
        ENROLMENT.c.site == enrolments.c.site,
        ENROLMENT.c.program == enrolments.c.program,
    )
    connection.execute(update(enrolments).values(change=SAME).where(exists().where(is_same_place)))
    left = (
        select(ENROLMENT.c.child_id, ENROLMENT.c.site, ENROLMENT.c.program, literal(GONE))
        .join(children, children.c.id == ENROLMENT.c.child_id)
        .where(children.c.change != GONE, ~exists().where(is_same_place))
    )
    connection.execute(insert(enrolments).from_select(["child_id", "site", "program", "change"], left))
    elsewhere = select(enrolments.c.child_id).where(enrolments.c.change != SAME)
    connection.execute(
        update(children).values(change=CHANGED).where(children.c.change == SAME, children.c.id.in_(elsewhere))
    )


def _compare_guardians(connection: Connection, now: datetime) -> None:
    by_hand = exists().where(
        GUARDIANSHIP.c.guardian_id == GUARDIAN.c.id, GUARDIANSHIP.c.basis != ROSTER, _is_active(now)
    )
    gone = select(GUARDIAN.c.id, GUARDIAN.c.source_id, literal(GONE), false()).where(
        GUARDIAN.c.left_at.is_(None), ~by_hand, ~exists().where(guardians.c.id == GUARDIAN.c.id)
    )
    connection.execute(insert(guardians).from_select(["id", "source_id", "change", "moved"], gone))


def _compare_ties(connection: Connection, active: ColumnElement[bool], now: datetime) -> None:
    kept = GUARDIANSHIP.c.may_view
    wanted = func.coalesce(pairs.c.may_view, kept, true())
    agrees = and_(_is_active(now), kept == func.coalesce(pairs.c.may_view, true()))
    change = case(
        (GUARDIANSHIP.c.guardian_id.is_(None), NEW),
        (and_(GUARDIANSHIP.c.basis != ROSTER, agrees), KEPT),
        (GUARDIANSHIP.c.basis != ROSTER, DIFFERS),
        (~_is_active(now), BACK),
        (kept != wanted, CHANGED),
        else_=SAME,
    )
    in_roster = (
        select(guardians.c.id, children.c.id, wanted, change)
        .select_from(pairs)
        .join(guardians, guardians.c.source_id == pairs.c.guardian_source)
        .join(children, children.c.source_id == pairs.c.child_source)
        .outerjoin(
            GUARDIANSHIP,
            and_(GUARDIANSHIP.c.guardian_id == guardians.c.id, GUARDIANSHIP.c.child_id == children.c.id),
        )
        .order_by(guardians.c.id, children.c.id)
    )
    names = ["guardian_id", "child_id", "may_view", "change"]
    connection.execute(insert(ties).from_select(names, in_roster))
    is_named = exists().where(
        ties.c.guardian_id == GUARDIANSHIP.c.guardian_id, ties.c.child_id == GUARDIANSHIP.c.child_id
    )
    gone = select(GUARDIANSHIP.c.guardian_id, GUARDIANSHIP.c.child_id, kept, literal(GONE)).where(active, ~is_named)
    connection.execute(insert(ties).from_select(names, gone))


def _find_lost(connection: Connection, now: datetime) -> None:
    ended = select(ties.c.guardian_id, ties.c.child_id, literal(GUARDIANSHIP_ENDED)).where(
        or_(ties.c.change == GONE, and_(ties.c.change == CHANGED, ties.c.may_view.is_(False)))
    )
    moved = (
        select(GUARDIANSHIP.c.guardian_id, GUARDIANSHIP.c.child_id, literal(ADDRESS_CHANGED))
        .join(guardians, guardians.c.id == GUARDIANSHIP.c.guardian_id)
        .where(guardians.c.moved, ~_is_lost(GUARDIANSHIP))
    )
    for found in (ended, moved, _sharing_a_mailbox().params(now=now)):
        connection.execute(insert(lost).from_select(["guardian_id", "child_id", "why"], found))


def _is_lost(tie: FromClause) -> ColumnElement[bool]:
    return exists().where(lost.c.guardian_id == tie.c.guardian_id, lost.c.child_id == tie.c.child_id)


def _sharing_a_mailbox() -> Select[tuple[str, str, str]]:
    """Whoever will share a mailbox with somebody barred from a child loses that child's links too."""
    barred = union(
        select(ties.c.guardian_id, ties.c.child_id).where(
            ties.c.change.in_((NEW, BACK, CHANGED)), ties.c.may_view.is_(False)
        ),
        select(GUARDIANSHIP.c.guardian_id, GUARDIANSHIP.c.child_id)
        .join(guardians, guardians.c.id == GUARDIANSHIP.c.guardian_id)
        .where(guardians.c.moved, is_barred(GUARDIANSHIP.c)),
    ).subquery()
    other, as_laid, theirs = GUARDIANSHIP.alias(), guardians.alias(), guardians.alias()
    address_key = case((as_laid.c.change != GONE, as_laid.c.address_key), else_=GUARDIAN.c.address_key)
    return (
        select(other.c.guardian_id, other.c.child_id, literal(SHARED_MAILBOX))
        .distinct()
        .select_from(barred)
        .join(theirs, theirs.c.id == barred.c.guardian_id)
        .join(other, and_(other.c.child_id == barred.c.child_id, other.c.guardian_id != barred.c.guardian_id))
        .join(GUARDIAN, GUARDIAN.c.id == other.c.guardian_id)
        .outerjoin(as_laid, as_laid.c.id == other.c.guardian_id)
        .where(address_key == theirs.c.address_key, ~_is_lost(other))
    )


def _overruled(connection: Connection, now: datetime) -> int:
    """Count the guardianships that the roster grants and staff have barred or ended: staff's word stays."""
    overruled = and_(
        ties.c.change.in_((NEW, BACK, CHANGED, SAME)), ties.c.may_view, in_force(ties.c, "barred", "ended")
    )
    return connection.execute(select(func.count()).where(overruled), {"now": now}).scalar_one()


def _without_zeros(connection: Connection) -> int:
    """Count the new children whose number is that of one who goes, but for the zeros at its front."""
    new, gone = children.alias(), children.alias()
    bare = func.ltrim(new.c.student_number, "0")
    is_same = and_(bare == func.ltrim(gone.c.student_number, "0"), bare != "")
    query = select(func.count(new.c.id.distinct())).select_from(new).join(gone, is_same)
    return connection.execute(query.where(new.c.change.in_((NEW, BACK)), gone.c.change == GONE)).scalar_one()


def _tally(connection: Connection, laid: Table) -> Tally:
    query = select(laid.c.change, func.count()).group_by(laid.c.change)
    found: dict[str, int] = dict(connection.execute(query).all())
    return Tally(*(found.get(change, 0) for change in (NEW, BACK, CHANGED, GONE)))


def _count(connection: Connection, condition: ColumnElement[bool]) -> int:
    return connection.execute(select(func.count()).where(condition)).scalar_one()


def _examples(connection: Connection) -> Iterator[Example]:
    for word, changes in (("added", (NEW, BACK)), ("changed", (CHANGED,)), ("removed", (GONE,)), ("kept", (DIFFERS,))):
        query = (
            select(children.c.student_number, guardians.c.source_id)
            .select_from(ties)
            .join(children, children.c.id == ties.c.child_id)
            .join(guardians, guardians.c.id == ties.c.guardian_id)
            .where(ties.c.change.in_(changes))
            .order_by(children.c.student_number, guardians.c.source_id)
            .limit(_EXAMPLES)
        )
        for number, guardian in connection.execute(query):
            yield Example(word, number, guardian)
