"""Children by what they and their guardians are called, a page at a time, in the order of their names.

A word that few bear leads to its bearers. From one that many bear the order of names is walked instead: the page is
full after a few steps, where all bearers of "202", with which a school's student numbers begin, took 400 ms to gather.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, func, select, tuple_
from sqlmodel import Session, col

from portal.families.repository import Scope, in_scope, on_roster, words
from portal.families.tables import Child, Enrolment
from portal.kernel.folding import words_in

Key = tuple[str, str, str]
"""A child's family name, given name and id: where it stands in the order of names."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How many bear a word that is walked for, how many children are walked past, and how many at the very most.

    A step costs twice what a bearer costs. A page of fifty of 100,000 children is full within `near` steps unless the
    word has to do with the order, or with the site; `far` is more children than a site has.
    """

    common: int = 4_000
    near: int = 2_000
    far: int = 15_000


_REACH: Final = Reach()
_ORDER = (col(Child.family_name), col(Child.given_name), col(Child.id))
_Query = Select[str, str, str, str, str]


def children_page(
    session: Session,
    scope: Scope,
    *,
    search: str,
    after: Key | None,
    limit: int,
    leavers: bool = False,
    reach: Reach = _REACH,
) -> Sequence[Row[Any]]:
    """Return children of a scope by name, number or a guardian's address, in the order of their names.

    `leavers`: also those whom the roster no longer names. However far it reaches, what is found is the same.
    """
    query = (
        select(
            col(Child.id), col(Child.student_number), col(Child.given_name), col(Child.family_name), col(Child.grade)
        )
        .where(in_scope(scope), *([] if leavers else [on_roster()]))
        .order_by(*_ORDER)
    )
    if after:
        query = query.where(tuple_(*_ORDER) > tuple_(*after))
    counts = words.counted(session, words_in(search), at_most=reach.far)
    rarest = min(counts.values(), default=0)
    if not rarest:
        return [] if counts else session.execute(query.limit(limit)).all()
    places = _places(session, scope, at_most=reach.far)
    for steps in _stages(rarest, places, reach):
        found = _walked(session, query, counts, steps=steps, limit=limit)
        if len(found) == limit or places <= steps or (places > reach.far and not _goes_on(session, query, steps)):
            return found
    if rarest > reach.far >= places:
        bear = words.children_among(session, _at(scope), counts)
    else:
        bear = words.children_by(session, counts)
    return session.execute(query.where(bear).limit(limit)).all()


def _stages(rarest: int, places: int, reach: Reach) -> list[int]:
    """Return how many children are walked past before who bears the rarest word, or is at a site, is gathered.

    On the way to a child of one's own site there are those of others.
    """
    if rarest <= reach.common:
        return []
    if reach.near < places <= reach.far:
        return [reach.near // 2]
    return [reach.near, reach.far] if rarest > reach.far and places > reach.far else [reach.near]


def _walked(
    session: Session, query: _Query, counts: Mapping[str, int], *, steps: int, limit: int
) -> Sequence[Row[Any]]:
    """Return who bears all words among so many of the next children in order."""
    ahead = query.limit(steps).subquery()
    order = (ahead.c.family_name, ahead.c.given_name, ahead.c.id)
    bear = words.bear_all(ahead.c.id, counts)
    return session.execute(select(ahead).where(*bear).order_by(*order).limit(limit)).all()


def _goes_on(session: Session, query: _Query, steps: int) -> bool:
    return session.execute(query.offset(steps).limit(1)).first() is not None


def _at(scope: Scope) -> Select[str]:
    return select(col(Enrolment.child_id)).where(col(Enrolment.site).in_(scope or ()))


def _places(session: Session, scope: Scope, *, at_most: int) -> int:
    """Count the places that children have at the sites of a scope; `at_most` + 1 stands for all that is more."""
    if scope is None:
        return at_most + 1
    some = _at(scope).limit(at_most + 1).subquery()
    count: int = session.execute(select(func.count()).select_from(some)).scalar_one()
    return count
