"""Everybody whom the guard has to know: all who were on a roster in the last 24 months, leavers too."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING

from sqlalchemy import or_, select
from sqlmodel import Session, col

from portal.families import repository as families
from portal.families.rules import may_be_named, open_private
from portal.families.tables import Child, Enrolment, Guardian, Guardianship
from portal.kernel.later import Later
from portal.kernel.secrets.keys import KeyRing
from portal.staff.tables import StaffMember

if TYPE_CHECKING:
    from portal.guard.roster import index as roster
    from portal.guard.roster import kin
    from portal.guard.roster.index import Known, Person, Roster
else:  # numpy, and the words that names are spelled by: who publishes nothing needs neither
    roster, kin = Later("portal.guard.roster.index"), Later("portal.guard.roster.kin")

REMEMBERED = timedelta(days=730)


def index(session: Session, keys: KeyRing, *, organisation: str, contact: str, now: datetime) -> "Roster":
    """Build the guard's index: children and guardians, and what may stand in any letter."""
    return roster.Roster.of(people(session, keys, now=now), known(session, organisation=organisation, contact=contact))


def known(session: Session, *, organisation: str, contact: str) -> "Known":
    """Return what names nobody although it looks like it: sites, programs, staff, the organisation's own contact."""
    places = session.execute(select(col(Enrolment.site), col(Enrolment.program)).distinct()).all()
    staff = select(col(StaffMember.name), col(StaffMember.address)).where(col(StaffMember.removed_at).is_(None))
    colleagues = session.execute(staff).all()
    return roster.Known(
        phrases=tuple(sorted({organisation, *(word for row in places for word in row if word)})),
        staff=tuple(name for name, _ in colleagues if name),
        emails=(*(address for _, address in colleagues), contact),
        phones=(contact,),
    )


def people(session: Session, keys: KeyRing, *, now: datetime) -> "list[Person]":
    """Return children and guardians as the guard knows them, phones and birth dates unsealed.

    They come in the roster's order, however rows lie: of two who bear a name, it is told by the first.
    """
    since = now - REMEMBERED
    pairs = session.execute(select(col(Guardianship.guardian_id), col(Guardianship.child_id))).all()
    family_of = kin.families_of((guardian, child) for guardian, child in pairs)
    return [*_children(session, keys, family_of, since), *_guardians(session, keys, family_of, since)]


def _children(session: Session, keys: KeyRing, family_of: dict[str, frozenset[str]], since: datetime) -> "list[Person]":
    query = select(
        col(Child.id),
        col(Child.student_number),
        col(Child.given_name),
        col(Child.family_name),
        col(Child.birth_date_sealed),
    ).where(or_(col(Child.left_at).is_(None), col(Child.left_at) > since), col(Child.erased_at).is_(None))
    return [
        roster.Person(
            "child",
            child_id,
            family_of.get(child_id, frozenset({child_id})),
            given,
            family,
            numbers=(number,),
            birth_date=_date(open_private(keys, child_id, "birth_date", born)) if born else None,
        )
        for child_id, number, given, family, born in sorted(session.execute(query), key=itemgetter(1, 0))
    ]


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _guardians(
    session: Session, keys: KeyRing, family_of: dict[str, frozenset[str]], since: datetime
) -> "list[Person]":
    query = select(
        col(Guardian.id),
        col(Guardian.source_id),
        col(Guardian.given_name),
        col(Guardian.family_name),
        col(Guardian.address),
        col(Guardian.mobile_sealed),
        col(Guardian.home_phone_sealed),
    ).where(or_(col(Guardian.left_at).is_(None), col(Guardian.left_at) > since), col(Guardian.erased_at).is_(None))
    found = []
    rows = sorted(session.execute(query), key=itemgetter(1, 0))
    for guardian_id, _, given, family, address, mobile, home_phone in rows:
        sealed = {"mobile": mobile, "home_phone": home_phone}
        phones = tuple(open_private(keys, guardian_id, column, value) for column, value in sealed.items() if value)
        emails = (address,) if address else ()
        theirs = family_of.get(guardian_id, frozenset())
        found.append(roster.Person("guardian", guardian_id, theirs, given, family, emails=emails, phones=phones))
    return found


def only_child(session: Session, terms: Sequence[tuple[str, str]]) -> str | None:
    """Return the id of the one child that an audience is; None for any other audience."""
    if len(terms) != 1 or terms[0][0] != "child":
        return None
    child = families.child_by_number(session, terms[0][1], None)
    return child.id if child else None


def allowed_for(session: Session, child_id: str, *, now: datetime) -> frozenset[str]:
    """Return the ids of those whom a letter to this child's guardians may name."""
    return may_be_named(child_id, families.ties_around(session, child_id, now=now))


def allowed_for_each(session: Session, child_ids: Sequence[str], *, now: datetime) -> dict[str, frozenset[str]]:
    """Return for each of these children the ids of those whom its letter may name; in a few queries for all."""
    ties = families.ties_around_all(session, child_ids, now=now)
    return {child_id: may_be_named(child_id, ties.get(child_id, ())) for child_id in child_ids}


def children_near(session: Session, sites: frozenset[str] | None) -> frozenset[str] | None:
    """Return the ids of the children at the sites that somebody acts for; None where that is every site."""
    return None if sites is None else families.children_at(session, sites)
