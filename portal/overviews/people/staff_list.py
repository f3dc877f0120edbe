"""Who is on the staff, and who is signed in."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.families import repository as families
from portal.staff import repository as staff
from portal.staff.errors import NoSuchStaff
from portal.staff.rules import IDLE_LIMIT, Acting, session_is_live
from portal.staff.tables import StaffMember, StaffSession


@dataclass(frozen=True, slots=True)
class Colleague:
    """A staff member as admins see them; no sites means every site. `mail_keys` counts those in use."""

    id: str
    address: str
    name: str
    role: str
    sites: tuple[str, ...]
    has_provider: bool
    seen_at: datetime | None
    is_signed_in: bool
    mail_keys: int


def colleagues(session: Session, *, now: datetime) -> list[Colleague]:
    """Return everybody on the staff, by address."""
    newest = select(col(StaffSession.staff_id), func.max(col(StaffSession.seen_at))).group_by(
        col(StaffSession.staff_id)
    )
    seen: dict[str, datetime] = {row[0]: row[1] for row in session.execute(newest)}
    live = select(StaffSession).where(
        col(StaffSession.ended_at).is_(None), col(StaffSession.seen_at) > now - IDLE_LIMIT
    )
    signed_in = {
        one.staff_id
        for one in session.execute(live).scalars()
        if session_is_live(created_at=one.created_at, seen_at=one.seen_at, ended_at=one.ended_at, now=now)
    }
    mail_keys = Counter(one.staff_id for one in staff.mail_keys_in_use(session, now=now))
    return [
        Colleague(
            member.id,
            member.address,
            member.name,
            member.role,
            tuple(sorted(sites)),
            member.oidc_subject is not None,
            seen.get(member.id),
            member.id in signed_in,
            mail_keys[member.id],
        )
        for member, sites in staff.everyone(session)
    ]


def colleague(session: Session, staff_id: str, *, now: datetime) -> Colleague:
    """Return one of them. Raises `NoSuchStaff`."""
    found = next((one for one in colleagues(session, now=now) if one.id == staff_id), None)
    if found is None:
        raise NoSuchStaff
    return found


def grantable_sites(session: Session, by: Acting) -> list[str]:
    """Return the sites that an admin may give to others: those of the roster, within the admin's own."""
    return families.places(session, by.sites)["site"]


def admins_but(session: Session, by: Acting) -> list[str]:
    """Return what people call the admins, by name, except whoever asks."""
    others = (member for member, _ in staff.everyone(session) if member.role == "admin" and member.id != by.id)
    return sorted((one.name or one.address for one in others), key=str.casefold)


def everybody(session: Session) -> list[tuple[str, str]]:
    """Return id and name of everybody who is or was on the staff, by name."""
    rows = session.execute(select(col(StaffMember.id), col(StaffMember.name), col(StaffMember.address)))
    return sorted(((one, name or address) for one, name, address in rows), key=lambda pair: pair[1].casefold())
