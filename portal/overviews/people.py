"""Everybody whom the guard has to know: all who were on a roster in the last 24 months, leavers too."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlmodel import Session, col

from portal.families.rules import open_private
from portal.families.tables import Child, Guardian, Guardianship
from portal.guard.roster import Person, families_of
from portal.kernel.keys import KeyRing

REMEMBERED = timedelta(days=730)


def people(session: Session, keys: KeyRing, *, now: datetime) -> list[Person]:
    """Return children and guardians as the guard knows them, phones unsealed."""
    since = now - REMEMBERED
    pairs = session.execute(select(col(Guardianship.guardian_id), col(Guardianship.child_id))).all()
    family_of = families_of(pairs)
    found: list[Person] = []
    children = select(col(Child.id), col(Child.student_number), col(Child.given_name), col(Child.family_name)).where(
        or_(col(Child.left_at).is_(None), col(Child.left_at) > since)
    )
    for child_id, number, given, family in session.execute(children):
        theirs = family_of.get(child_id, frozenset({child_id}))
        found.append(Person("child", child_id, theirs, given, family, numbers=(number,)))
    guardians = select(
        col(Guardian.id),
        col(Guardian.given_name),
        col(Guardian.family_name),
        col(Guardian.address),
        col(Guardian.mobile_sealed),
        col(Guardian.home_phone_sealed),
    ).where(or_(col(Guardian.left_at).is_(None), col(Guardian.left_at) > since))
    for guardian_id, given, family, address, mobile, home_phone in session.execute(guardians):
        sealed = {"mobile": mobile, "home_phone": home_phone}
        phones = tuple(open_private(keys, guardian_id, column, value) for column, value in sealed.items() if value)
        emails = (address,) if address else ()
        theirs = family_of.get(guardian_id, frozenset())
        found.append(Person("guardian", guardian_id, theirs, given, family, emails=emails, phones=phones))
    return found
