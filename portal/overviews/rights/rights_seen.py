"""One guardianship as staff see it: what they decided about it, what a decision would end, and who had opened what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.families.repository import restrictions
from portal.families.rules import BY_HAND, open_private
from portal.families.tables import Child, Guardianship, Restriction
from portal.kernel.secrets.keys import KeyRing
from portal.links.tables import Link
from portal.overviews.links import kin, taking_back, targets
from portal.overviews.links.kin import Kin
from portal.overviews.links.targets import Reader
from portal.overviews.records import record
from portal.staff.rules import Acting
from portal.words.sentences import sentence


@dataclass(frozen=True, slots=True)
class RestrictionSeen:
    """What staff decided; reason and reference are shown to admins and to whoever wrote them, else they are empty."""

    kind: str
    made_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    by: str
    reason: str
    reference: str
    is_in_force: bool
    is_to_come: bool
    links: int
    notices: int
    sessions: int
    lifted_at: datetime | None
    lifted_by: str
    lifted_reason: str


@dataclass(frozen=True, slots=True)
class GuardianshipSeen:
    """A guardian and a child; `roster_says` is what the import had.

    `shares` counts others with the same mailbox, and `shared_links` their links to the child, which die with a bar.
    """

    kin: Kin
    roster_says: bool
    is_over: bool
    links: int
    notices: int
    sessions: int
    shares: int
    shared_links: int
    readers: tuple[Reader, ...]
    restrictions: tuple[RestrictionSeen, ...]

    @property
    def standing(self) -> tuple[RestrictionSeen, ...]:
        """What is in force, or still to come."""
        return tuple(one for one in self.restrictions if one.is_in_force or one.is_to_come)


def guardianship_seen(
    session: Session, keys: KeyRing, by: Acting, guardian_id: str, number: str, *, now: datetime
) -> GuardianshipSeen:
    """Return a guardianship at the sites somebody acts for. Raises `NotAGuardian`."""
    found = kin.tied(session, guardian_id, number, by.sites)
    pair = (found.guardian_id, found.child_id)
    tie = session.get_one(Guardianship, pair)
    links, notices, sessions = taking_back.would_die(session, kin.of_guardianship(Link, *pair), now=now)
    sharing = kin.sharing_a_mailbox(session, *pair)
    rows = [one for one in restrictions.of_child(session, found.child_id) if one.guardian_id == found.guardian_id]
    return GuardianshipSeen(
        found,
        tie.may_view and tie.basis != BY_HAND,
        tie.ends_at is not None and tie.ends_at <= now,
        links,
        notices,
        sessions,
        len(sharing),
        sum(
            taking_back.would_die(session, kin.of_guardianship(Link, one, found.child_id), now=now)[0]
            for one in sharing
        ),
        tuple(targets.readers_of_family(session, "guardianship", kin.id_of(*pair), by.sites)),
        seen(session, keys, by, rows, now=now),
    )


def seen(
    session: Session, keys: KeyRing, by: Acting, rows: Sequence[Restriction], *, now: datetime
) -> tuple[RestrictionSeen, ...]:
    """Return restrictions as this staff member may see them."""
    labels = {one.by for one in rows} | {one.lifted_by for one in rows if one.lifted_by}
    names = record.names_of_staff(session, labels)
    return tuple(_seen(keys, by, one, names, now) for one in rows)


def _seen(keys: KeyRing, by: Acting, one: Restriction, names: dict[str, str], now: datetime) -> RestrictionSeen:
    may_read = by.is_admin or by.label == one.by

    def text(column: str, sealed: bytes | None) -> str:
        return open_private(keys, one.id, column, sealed) if sealed and may_read else ""

    is_over = one.lifted_at is not None or (one.ends_at is not None and one.ends_at <= now and one.applied_at)
    return RestrictionSeen(
        one.kind,
        one.made_at,
        one.starts_at,
        one.ends_at,
        names.get(one.by, sentence("The portal") if one.by == "worker" else sentence("The command line")),
        text("reason", one.reason_sealed),
        text("reference", one.reference_sealed),
        not is_over and one.starts_at <= now,
        not is_over and one.starts_at > now,
        one.links,
        one.notices_cancelled,
        one.sessions_ended,
        one.lifted_at,
        names.get(one.lifted_by or "", ""),
        text("lifted_reason", one.lifted_reason_sealed),
    )


@dataclass(frozen=True, slots=True)
class ComingOfAge:
    """A child of age about whom staff have not decided yet, and how many guardians' letters pause."""

    student_number: str
    child_name: str
    since: datetime
    guardians: int


def to_decide(session: Session, by: Acting, *, limit: int) -> tuple[list[ComingOfAge], int]:
    """Return the children of age that wait for a decision at somebody's sites, the oldest first, and how many."""
    query = (
        select(
            col(Child.student_number),
            col(Child.given_name) + " " + col(Child.family_name),
            func.min(col(Restriction.made_at)),
            func.count(),
        )
        .join(Restriction, col(Restriction.child_id) == col(Child.id))
        .where(*restrictions.unsettled(), kin.at_sites(col(Child.id), by.sites))
        .group_by(col(Child.id))
    )
    total = session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    rows = session.execute(query.order_by(func.min(col(Restriction.made_at)), col(Child.id)).limit(limit))
    return [ComingOfAge(*row) for row in rows], total
