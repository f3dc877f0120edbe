"""Rights that staff give by hand, as they see them: what waits, what is in force, and where the roster differs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.families.repository import hand_made
from portal.families.repository.rights import may_see
from portal.families.rules import BASES, BY_HAND, Basis, open_private
from portal.families.tables import Child, Guardian, Guardianship, HandMadeRight
from portal.kernel.secrets.keys import KeyRing
from portal.overviews.links import kin
from portal.overviews.people.staff_mail import name_of
from portal.overviews.records import record
from portal.staff.rules import Acting
from portal.words.sentences import sentence


@dataclass(frozen=True, slots=True)
class RightSeen:
    """One right by hand. Reason and reference are for admins, for who may confirm, and for whoever wrote them.

    `state`: it waits, is in force, is still to come, or is over. `on_roster_as` names whom the roster has with the
    same mailbox: perhaps the same person.
    """

    id: str
    guardian_id: str
    guardian_name: str
    address: str | None
    basis: str
    reason: str
    reference: str
    asked_by: str
    asked_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    confirmed_by: str
    confirmed_at: datetime | None
    state: str
    against_roster: bool
    on_roster_as: str
    ended_at: datetime | None
    ended_by: str
    may_confirm: bool
    may_drop: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A child to whom somebody is to have a right, once a second person confirms it."""

    student_number: str
    child_name: str
    guardian_name: str
    asked_at: datetime


def sees_now(session: Session, pair: tuple[str, str], *, now: datetime) -> bool:
    """Tell whether a guardian may see a child now."""
    query = select(col(Guardianship.child_id)).where(
        col(Guardianship.guardian_id) == pair[0], col(Guardianship.child_id) == pair[1], may_see()
    )
    return session.execute(query, {"now": now}).first() is not None


def rights_by_hand(session: Session, keys: KeyRing, by: Acting, number: str, *, now: datetime) -> tuple[RightSeen, ...]:
    """Return every right by hand to a child at somebody's sites, the newest first. Raises `NoSuchChild`."""
    child = kin.child_of_number(session, number, by.sites)
    rows = hand_made.of_child(session, child.child_id)
    names = record.names_of_staff(session, {one.ended_by for one in rows if one.ended_by})
    return tuple(_seen(session, keys, one, names, by=by, now=now) for one in rows)


def _seen(
    session: Session, keys: KeyRing, one: HandMadeRight, names: dict[str, str], *, by: Acting, now: datetime
) -> RightSeen:
    may_read = by.may_approve or by.id == one.asked_by_id
    guardian = session.get_one(Guardian, one.guardian_id)
    is_waiting = one.confirmed_at is None and one.ended_at is None

    def text(column: str, sealed: bytes | None) -> str:
        return open_private(keys, one.id, column, sealed) if sealed and may_read else ""

    basis: Basis = one.basis  # type: ignore[assignment]  # a check of the table
    return RightSeen(
        one.id,
        one.guardian_id,
        f"{guardian.given_name} {guardian.family_name}".strip(),
        guardian.address,
        BASES[basis],
        text("reason", one.reason_sealed),
        text("reference", one.reference_sealed),
        name_of(session, one.asked_by_id),
        one.asked_at,
        one.starts_at,
        one.ends_at,
        name_of(session, one.confirmed_by_id) if one.confirmed_by_id else "",
        one.confirmed_at,
        _state(one, now),
        one.against_roster,
        _on_roster_as(session, one, guardian),
        one.ended_at,
        names.get(one.ended_by or "", sentence("its last day") if one.ended_by == "worker" else ""),
        is_waiting and by.may_approve and by.id != one.asked_by_id,
        is_waiting and (by.may_approve or by.id == one.asked_by_id),
    )


def _state(one: HandMadeRight, now: datetime) -> str:
    if one.ended_at is not None or (one.ends_at is not None and one.ends_at <= now):
        return "over"
    if one.confirmed_at is None:
        return "waits"
    return "to-come" if one.starts_at > now else "in-force"


def _on_roster_as(session: Session, one: HandMadeRight, guardian: Guardian) -> str:
    """Return whom the roster has as a guardian of the same child with the same mailbox."""
    query = (
        select(col(Guardian.given_name) + " " + col(Guardian.family_name))
        .join(Guardianship, col(Guardianship.guardian_id) == col(Guardian.id))
        .where(
            col(Guardianship.child_id) == one.child_id,
            col(Guardianship.basis) != BY_HAND,
            col(Guardian.id) != guardian.id,
            col(Guardian.address_key) == guardian.address_key,
        )
    )
    return session.execute(query.limit(1)).scalar() or ""


def same_mailbox(session: Session, address_key: str, by: Acting) -> list[tuple[str, str]]:
    """Return id and name of guardians of children at somebody's sites who read a mailbox."""
    inside = select(col(Guardianship.guardian_id)).where(kin.at_sites(col(Guardianship.child_id), by.sites))
    query = select(col(Guardian.id), col(Guardian.given_name) + " " + col(Guardian.family_name)).where(
        col(Guardian.address_key) == address_key, col(Guardian.id).in_(inside)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(col(Guardian.family_name)))]


def waiting(session: Session, by: Acting, *, limit: int) -> tuple[Sequence[Waiting], int]:
    """Return the rights by hand that wait for a second person at somebody's sites, the oldest first, and how many."""
    if not by.may_approve:
        return (), 0
    query = (
        select(
            col(Child.student_number),
            col(Child.given_name) + " " + col(Child.family_name),
            col(Guardian.given_name) + " " + col(Guardian.family_name),
            col(HandMadeRight.asked_at),
        )
        .join(Child, col(Child.id) == col(HandMadeRight.child_id))
        .join(Guardian, col(Guardian.id) == col(HandMadeRight.guardian_id))
        .where(hand_made.waiting(), kin.at_sites(col(HandMadeRight.child_id), by.sites))
        .where(col(HandMadeRight.asked_by_id) != by.id)
    )
    total: int = session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    rows = session.execute(query.order_by(col(HandMadeRight.asked_at)).limit(limit))
    return [Waiting(*row) for row in rows], total
