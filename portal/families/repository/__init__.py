"""Every query of children, guardians and guardianships."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, exists, false, func, not_, or_, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from portal.families.repository.rights import in_force, is_barred, is_over, is_paused, may_see
from portal.families.rules import Term, Tie
from portal.families.tables import Child, Enrolment, Guardian, Guardianship, RosterVersion
from portal.kernel.storage.db import hold_still

Scope = frozenset[str] | None
"""The sites somebody may act for; None is every site."""


def newest_roster(session: Session) -> int:
    """Return the number of the newest roster import; 0 before the first."""
    return session.execute(select(func.max(col(RosterVersion.number)))).scalar() or 0


def stays_newest(session: Session, number: int) -> bool:
    """Tell whether this is the newest roster still; it stays so until the transaction ends.

    Held first and looked at then: in the other order an import could come between.
    """
    hold_still(session, "roster", shared=True)
    return newest_roster(session) == number


def counts_on_roster(session: Session) -> tuple[int, int]:
    """Return how many children and how many guardians are on the roster."""
    children = select(func.count()).select_from(Child).where(on_roster())
    guardians = select(func.count()).select_from(Guardian).where(col(Guardian.left_at).is_(None))
    return session.execute(children).scalar_one(), session.execute(guardians).scalar_one()


def on_roster() -> ColumnElement[bool]:
    """Return the condition that the newest roster names a child."""
    return col(Child.left_at).is_(None)


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a child is at one of the sites of a scope."""
    if scope is None:
        return col(Child.id).is_not(None)
    return exists().where(col(Enrolment.child_id) == col(Child.id), col(Enrolment.site).in_(scope))


def matches(terms: Sequence[Term]) -> ColumnElement[bool]:
    """Return the condition that a child is of an audience; whom files are for is not known here.

    Same kind = or, different kinds = and; a named child stands alone.
    """
    by_kind: dict[str, list[str]] = {}
    for kind, value in terms:
        by_kind.setdefault(kind, []).append(value)
    if "files" in by_kind:
        return false()
    if "child" in by_kind:
        return col(Child.student_number).in_(by_kind["child"])
    conditions = [on_roster()]
    if "grade" in by_kind:
        conditions.append(col(Child.grade).in_(by_kind["grade"]))
    places = [col(Enrolment.child_id) == col(Child.id)]
    if "site" in by_kind:
        places.append(col(Enrolment.site).in_(by_kind["site"]))
    if "program" in by_kind:
        places.append(col(Enrolment.program).in_(by_kind["program"]))
    if len(places) > 1:
        conditions.append(exists().where(*places).correlate(Child))
    return and_(*conditions)


TIE = (
    col(Child.id),
    col(Guardianship.guardian_id),
    col(Guardian.address),
    col(Guardian.address_key),
    is_barred(),
    is_paused(),
    is_over(),
)
"""The columns of a `Tie`, as rights are at the moment `now`."""


def ties_of_audience(session: Session, terms: Sequence[Term], *, now: datetime) -> list[Tie]:
    """Return every child of an audience with each of its guardianships, or with none."""
    query = (
        select(*TIE)
        .select_from(Child)
        .outerjoin(Guardianship, col(Guardianship.child_id) == col(Child.id))
        .outerjoin(Guardian, col(Guardian.id) == col(Guardianship.guardian_id))
        .where(matches(terms))
        .order_by(col(Child.family_name), col(Child.given_name), col(Child.id))
    )
    return [Tie(*row) for row in session.execute(query, {"now": now})]


def sites_of_audience(session: Session, terms: Sequence[Term]) -> set[str]:
    """Return the sites at which an audience's children are, as the audience's own terms limit them.

    A child at no site stands as a site without a name, which nobody's scope holds.
    """
    named = {value for kind, value in terms if kind == "site"}
    query = select(col(Enrolment.site)).join(Child, col(Child.id) == col(Enrolment.child_id)).where(matches(terms))
    sites = set(session.execute(query.distinct()).scalars())
    if named:
        return sites & named
    nowhere = select(col(Child.id)).where(matches(terms), ~exists().where(col(Enrolment.child_id) == col(Child.id)))
    return sites | {""} if session.execute(nowhere.limit(1)).first() else sites


def audience_leaves_scope(session: Session, terms: Sequence[Term], scope: Scope) -> bool:
    """Tell whether an audience holds a child outside the sites somebody may act for."""
    if scope is None:
        return False
    query = select(col(Child.id)).where(matches(terms), ~in_scope(scope)).limit(1)
    return session.execute(query).first() is not None


def places(session: Session, scope: Scope) -> dict[str, list[str]]:
    """Return the sites, programs and grades that an audience can be made of, within a scope."""
    inside = [] if scope is None else [col(Enrolment.site).in_(scope)]
    enrolled = select(col(Enrolment.site), col(Enrolment.program)).where(*inside).distinct()
    rows = session.execute(enrolled).all()
    grades = select(col(Child.grade)).where(on_roster(), in_scope(scope)).distinct()
    return {
        "site": sorted({row.site for row in rows}),
        "program": sorted({row.program for row in rows if row.program}),
        "grade": sorted({grade for grade in session.execute(grades).scalars() if grade}, key=_grade_order),
    }


def _grade_order(grade: str) -> tuple[int, str]:
    return (int(grade) if grade.isdigit() else -1, grade)


def languages_on_record(session: Session, scope: Scope, *, now: datetime) -> dict[str, int]:
    """Count the guardians who may see a child of a scope, by their language as the roster writes it."""
    query = (
        select(col(Guardian.language), func.count(col(Guardian.id).distinct()))
        .join(Guardianship, col(Guardianship.guardian_id) == col(Guardian.id))
        .join(Child, col(Child.id) == col(Guardianship.child_id))
        .where(on_roster(), in_scope(scope), may_see())
        .group_by(col(Guardian.language))
    )
    return {row[0]: row[1] for row in session.execute(query, {"now": now})}


def unknown_numbers(session: Session, numbers: Sequence[str], scope: Scope) -> list[str]:
    """Return the student numbers that no child of a scope has."""
    query = select(col(Child.student_number)).where(
        col(Child.student_number).in_(numbers), on_roster(), in_scope(scope)
    )
    known = set(session.execute(query).scalars())
    return [number for number in numbers if number not in known]


def names_of_children(session: Session, child_ids: Sequence[str]) -> dict[str, tuple[str, str, str]]:
    """Return student number, given and family name of children, by id."""
    found: dict[str, tuple[str, str, str]] = {}
    for start in range(0, len(child_ids), 500):
        query = select(col(Child.id), col(Child.student_number), col(Child.given_name), col(Child.family_name)).where(
            col(Child.id).in_(child_ids[start : start + 500])
        )
        found.update({row[0]: (row[1], row[2], row[3]) for row in session.execute(query)})
    return found


def names_of_guardians(session: Session, guardian_ids: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    """Return full name and address of guardians, by id."""
    found: dict[str, tuple[str, str | None]] = {}
    for start in range(0, len(guardian_ids), 500):
        query = select(
            col(Guardian.id), col(Guardian.given_name), col(Guardian.family_name), col(Guardian.address)
        ).where(col(Guardian.id).in_(guardian_ids[start : start + 500]))
        found.update({row[0]: (f"{row[1]} {row[2]}".strip(), row[3]) for row in session.execute(query)})
    return found


def children_at(session: Session, sites: frozenset[str]) -> frozenset[str]:
    """Return the ids of the children at these sites."""
    query = select(col(Enrolment.child_id)).where(col(Enrolment.site).in_(sites)).distinct()
    return frozenset(session.execute(query).scalars())


def child_is_in_scope(session: Session, child_id: str, scope: Scope) -> bool:
    """Tell whether a child is at one of the sites of a scope."""
    query = select(col(Child.id)).where(col(Child.id) == child_id, in_scope(scope))
    return session.execute(query).first() is not None


def child_by_number(session: Session, number: str, scope: Scope) -> Child | None:
    """Return a child of a scope by student number."""
    query = select(Child).where(col(Child.student_number) == number, in_scope(scope))
    return session.execute(query).scalar_one_or_none()


def ties_around(session: Session, child_id: str, *, now: datetime) -> list[tuple[str, str, bool]]:
    """Return the guardianships that hold now of a child and of all its guardians' children."""
    return ties_around_all(session, [child_id], now=now).get(child_id, [])


def ties_around_all(
    session: Session, child_ids: Sequence[str], *, now: datetime
) -> dict[str, list[tuple[str, str, bool]]]:
    """Return for each child the guardianships that hold now of it and of all its guardians' children.

    Whom staff barred stays in it, as somebody who may not see, whatever the roster has made of that guardianship.
    """
    counts = or_(not_(is_over()), in_force(Guardianship, "barred"))
    query = select(col(Guardianship.guardian_id), col(Guardianship.child_id), may_see()).where(counts)
    query = query.params(now=now)
    guardians_of: dict[str, list[str]] = defaultdict(list)
    for guardian, child, _ in _in_pieces(session, query, col(Guardianship.child_id), child_ids):
        guardians_of[child].append(guardian)
    of_guardian: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
    everyone = sorted({guardian for guardians in guardians_of.values() for guardian in guardians})
    for guardian, child, may_view in _in_pieces(session, query, col(Guardianship.guardian_id), everyone):
        of_guardian[guardian].append((guardian, child, may_view))
    return {
        child: [tie for guardian in guardians for tie in of_guardian[guardian]]
        for child, guardians in guardians_of.items()
    }


def _in_pieces(
    session: Session, query: Select[*tuple[Any, ...]], column: Mapped[str], ids: Sequence[str]
) -> Iterator[Any]:
    for start in range(0, len(ids), 500):
        yield from session.execute(query.where(column.in_(ids[start : start + 500])))


def pupils_of(
    session: Session, terms: Sequence[Term] | None, *, scope: Scope = None
) -> list[tuple[str, str, str, str]]:
    """Return id, number, given and family name of an audience's children, or of all on the roster within a scope."""
    where = and_(on_roster(), in_scope(scope)) if terms is None else matches(terms)
    query = select(col(Child.id), col(Child.student_number), col(Child.given_name), col(Child.family_name))
    ordered = query.where(where).order_by(col(Child.family_name), col(Child.given_name), col(Child.student_number))
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(ordered)]


def places_of_children(session: Session, child_ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the sites and programs of children, by id."""
    query = select(col(Enrolment.child_id), col(Enrolment.site), col(Enrolment.program))
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for child_id, site, program in _in_pieces(session, query, col(Enrolment.child_id), child_ids):
        found[child_id].append((site, program))
    return found


def own_site(child_id: Any) -> ScalarSelect[str]:  # noqa: ANN401 - a column of whatever the query reads
    """Return a child's own site, for a query: its school, else the first site of its programs; NULL without any."""
    query = select(col(Enrolment.site)).where(col(Enrolment.child_id) == child_id)
    return query.order_by(col(Enrolment.program), col(Enrolment.site)).limit(1).scalar_subquery()


def grades_of(session: Session, child_ids: Sequence[str]) -> dict[str, str]:
    """Return the grades of children, by id."""
    query = select(col(Child.id), col(Child.grade))
    return dict(_in_pieces(session, query, col(Child.id), child_ids))
