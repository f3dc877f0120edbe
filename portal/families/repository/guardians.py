"""Guardians as writers name them: by name, by address, or by what the roster calls them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, not_, select
from sqlmodel import Session, col

from portal.families.repository import Scope, in_scope, matches, on_roster
from portal.families.repository.rights import is_over, is_shared_with_barred, may_see
from portal.families.rules import Term
from portal.families.tables import Child, Guardian, Guardianship


@dataclass(frozen=True, slots=True)
class Named:
    """A guardian, and what tells them apart from another of that name."""

    id: str
    source_id: str
    name: str
    address_key: str | None

    @property
    def written(self) -> str:
        """The name as a form holds it, such as “Carla Rivera (G000231)”."""
        return f"{self.name} ({self.source_id})"


_NAMED = (
    col(Guardian.id),
    col(Guardian.source_id),
    col(Guardian.given_name),
    col(Guardian.family_name),
    col(Guardian.address_key),
)


def guardians_of_audience(
    session: Session, terms: Sequence[Term] | None, scope: Scope, *, now: datetime
) -> list[Named]:
    """Return the guardians of an audience's children within a scope, whatever their rights; of all on the roster."""
    where = on_roster() if terms is None else matches(terms)
    query = (
        select(*_NAMED)
        .join(Guardianship, col(Guardianship.guardian_id) == col(Guardian.id))
        .join(Child, col(Child.id) == col(Guardianship.child_id))
        .where(and_(where, in_scope(scope), not_(is_over())))
        .distinct()
    )
    return [_named(*row) for row in session.execute(query, {"now": now})]


def guardians_called(session: Session, guardian_ids: Collection[str]) -> list[Named]:
    """Return guardians by id, in the order of their names."""
    ids, found = sorted(guardian_ids), list[Named]()
    for start in range(0, len(ids), 500):
        query = select(*_NAMED).where(col(Guardian.id).in_(ids[start : start + 500]))
        found += [_named(*row) for row in session.execute(query)]
    return sorted(found, key=lambda one: (one.name, one.source_id))


def children_by_address(
    session: Session, address_keys: Collection[str], scope: Scope, *, now: datetime
) -> list[tuple[str, str, str]]:
    """Return address, guardian and child, where a guardian of that address may see a child of a scope now.

    A mailbox that somebody reads who is barred from a child is nobody's for that child.
    """
    wanted, found = sorted(address_keys), list[tuple[str, str, str]]()
    tied = (
        select(col(Guardian.address_key), col(Guardian.id), col(Child.id))
        .join(Guardianship, col(Guardianship.guardian_id) == col(Guardian.id))
        .join(Child, col(Child.id) == col(Guardianship.child_id))
        .where(on_roster(), in_scope(scope), may_see(), not_(is_shared_with_barred(col(Child.id))))
    )
    for start in range(0, len(wanted), 500):
        query = tied.where(col(Guardian.address_key).in_(wanted[start : start + 500]))
        found += [(row[0], row[1], row[2]) for row in session.execute(query, {"now": now})]
    return found


def _named(guardian_id: str, source_id: str, given_name: str, family_name: str, address_key: str | None) -> Named:
    return Named(guardian_id, source_id, f"{given_name} {family_name}".strip(), address_key)
