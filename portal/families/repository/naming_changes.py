"""What a laid out roster changes, by names, for whoever decides whether it is imported."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, FromClause, Select, case, func, literal, select

from portal.families.repository.incoming import (
    BACK,
    CHANGED,
    CHILD,
    GONE,
    GUARDIAN,
    NEW,
    children,
    guardians,
    ties,
)
from portal.families.rules import (
    GONE_CHILD,
    GONE_TIE,
    NEW_CHILD,
    NEW_TIE,
    OTHER_ADDRESS,
    OTHER_TIE,
    NamedChange,
)

_CHILDREN: Final[Mapping[str, tuple[str, ...]]] = {NEW_CHILD: (NEW, BACK), GONE_CHILD: (GONE,)}
_TIES: Final[Mapping[str, tuple[str, ...]]] = {NEW_TIE: (NEW, BACK), GONE_TIE: (GONE,), OTHER_TIE: (CHANGED,)}


def named(connection: Connection, *, most: int) -> list[NamedChange]:
    """Return at most so many changes of each kind, in the order of the names."""
    found: list[NamedChange] = []
    for what, changes in _CHILDREN.items():
        found += _rows(connection, _children(what, changes), most)
    for what, changes in _TIES.items():
        found += _rows(connection, _ties(what, changes), most)
    found += _rows(connection, _addresses(), most)
    return found


def _rows(connection: Connection, query: Select[*tuple[Any, ...]], most: int) -> Iterator[NamedChange]:
    return (NamedChange(*row) for row in connection.execute(query.limit(most)))


def _name(laid: FromClause, stored: FromClause, part: str) -> ColumnElement[str]:
    """A part of a name, as the roster writes it, else as it is on file for somebody whom it does not name any more."""
    return func.coalesce(laid.c[part], stored.c[part], "")


def _whole(laid: FromClause, stored: FromClause) -> ColumnElement[str]:
    """The whole name; of two tables the first one's goes before the other's."""
    return func.trim(_name(laid, stored, "given_name") + literal(" ") + _name(laid, stored, "family_name"))


def _in_order(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    names = (_name(children, CHILD, "family_name"), _name(children, CHILD, "given_name"))
    return query.order_by(*names, children.c.student_number)


def _children(what: str, changes: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    query = select(literal(what), _whole(children, CHILD), children.c.student_number)
    query = query.select_from(children).outerjoin(CHILD, CHILD.c.id == children.c.id)
    return _in_order(query.where(children.c.change.in_(changes)))


def _ties(what: str, changes: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    is_named = guardians.c.change != GONE
    said: ColumnElement[Any] = func.coalesce(case((is_named, guardians.c.address), else_=GUARDIAN.c.address), "")
    if what == OTHER_TIE:
        said = case((ties.c.may_view, "yes"), else_="no")
    number = func.coalesce(children.c.student_number, CHILD.c.student_number)
    who, whom = _whole(children, CHILD), _whole(guardians, GUARDIAN)
    if what == GONE_TIE:  # as they were: a number may stand for another child in this roster
        who, whom = _whole(CHILD, children), _whole(GUARDIAN, guardians)
    query = (
        select(literal(what), who, number, whom, said)
        .select_from(ties)
        .outerjoin(children, children.c.id == ties.c.child_id)
        .outerjoin(CHILD, CHILD.c.id == ties.c.child_id)
        .outerjoin(guardians, guardians.c.id == ties.c.guardian_id)
        .outerjoin(GUARDIAN, GUARDIAN.c.id == ties.c.guardian_id)
        .where(ties.c.change.in_(changes))
    )
    return _in_order(query).order_by(ties.c.guardian_id)


def _addresses() -> Select[*tuple[Any, ...]]:
    who = _whole(guardians, GUARDIAN)
    query = select(
        literal(OTHER_ADDRESS), literal(""), literal(""), who,
        func.coalesce(guardians.c.address, ""), func.coalesce(GUARDIAN.c.address, ""),
    )  # fmt: skip
    query = query.select_from(guardians).join(GUARDIAN, GUARDIAN.c.id == guardians.c.id)
    family = _name(guardians, GUARDIAN, "family_name")
    return query.where(guardians.c.moved).order_by(family, who, guardians.c.id)
