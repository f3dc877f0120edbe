"""What of links and notices hangs on one guardianship, one guardian or one child."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard, get_args

from sqlalchemy import ColumnElement, and_, exists, or_, select, true, tuple_, union
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.documents.tables import Document, GivenFile
from portal.families.errors import NoSuchChild, NoSuchGuardian, NotAGuardian
from portal.families.tables import Child, Enrolment, Guardian, Guardianship
from portal.kernel.errors import WrongCall
from portal.kernel.storage.db import hold_rows
from portal.kernel.text.addresses import OneAddress
from portal.ledger.tables import Disclosure
from portal.links.tables import Link
from portal.mailings.tables import AudienceTerm
from portal.outbox.repository import UNSENT
from portal.outbox.tables import Notice, NoticeLink
from portal.words.sentences import sentence

_AT_ONCE = 500


Kind = Literal["guardianship", "guardian", "child"]
"""What of a family can be taken back; a guardianship's id is that of its guardian, a dot, and that of its child."""


def is_of_family(kind: str) -> TypeGuard[Kind]:
    """Tell whether a kind of target is of a family, and not of a mailing."""
    return kind in get_args(Kind)


Rows = type[Link] | type[Disclosure] | type[Guardianship]


@dataclass(frozen=True, slots=True)
class Kin:
    """A guardian, a child, or both, as staff know them."""

    guardian_id: str = ""
    guardian_name: str = ""
    address: str | None = None
    child_id: str = ""
    student_number: str = ""
    child_name: str = ""


def sharing_a_mailbox(session: Session, guardian_id: str, child_id: str) -> list[str]:
    """Return the other guardians of a child who read the same mailbox as this one."""
    other, mine, right = aliased(Guardian), aliased(Guardian), aliased(Guardianship)
    query = (
        select(col(other.id))
        .join(mine, col(mine.address_key) == col(other.address_key))
        .join(right, col(right.guardian_id) == col(other.id))
        .where(col(mine.id) == guardian_id, col(other.id) != guardian_id, col(right.child_id) == child_id)
    )
    return list(session.execute(query).scalars())


def of_guardianship(rows: Rows, guardian_id: str, child_id: str) -> ColumnElement[bool]:
    """Return the condition for links, or disclosures, of a guardian about one child."""
    return and_(col(rows.guardian_id) == guardian_id, col(rows.child_id) == child_id)


def of_target(rows: Rows, kind: Kind, target_id: str, sites: frozenset[str] | None) -> ColumnElement[bool]:
    """Return the condition for links, or disclosures, of a guardianship, a guardian or a child at these sites."""
    inside = at_sites(col(rows.child_id), sites)
    match kind:
        case "guardianship":
            guardian_id, child_id = pair_of(target_id)
            return and_(of_guardianship(rows, guardian_id, child_id), inside)
        case "guardian":
            return and_(col(rows.guardian_id) == target_id, inside)
        case "child":
            return and_(col(rows.child_id) == target_id, inside)


def pair_of(target_id: str) -> tuple[str, str]:
    """Return the guardian and the child of a guardianship's id, as `id_of` wrote it."""
    guardian_id, _, child_id = target_id.partition(".")
    return guardian_id, child_id


def id_of(guardian_id: str, child_id: str) -> str:
    """Return a guardianship as one id."""
    return f"{guardian_id}.{child_id}"


def at_sites(child_id: Any, sites: frozenset[str] | None) -> ColumnElement[bool]:  # noqa: ANN401 - a column
    """Return the condition that a child is at one of these sites; None is every site."""
    if sites is None:
        return true()
    return exists().where(col(Enrolment.child_id) == child_id, col(Enrolment.site).in_(sites))


def kin_of(session: Session, kind: Kind, target_id: str, sites: frozenset[str] | None) -> Kin:
    """Return who a target is. Raises `NotAGuardian`, `NoSuchGuardian`, `NoSuchChild`, also for what is elsewhere."""
    ties = (
        select(Guardian, Child)
        .select_from(Guardianship)
        .join(Guardian, col(Guardian.id) == col(Guardianship.guardian_id))
        .join(Child, col(Child.id) == col(Guardianship.child_id))
        .where(of_target(Guardianship, kind, target_id, sites))
    )
    if kind == "child":
        child = session.get(Child, target_id)
        if child is None or session.execute(select(at_sites(target_id, sites))).scalar() is False:
            raise NoSuchChild
        return Kin(child_id=child.id, student_number=child.student_number, child_name=_name(child))
    row = session.execute(ties.limit(1)).one_or_none()
    if row is None:
        raise NotAGuardian if kind == "guardianship" else NoSuchGuardian
    guardian, child = row
    if kind == "guardian":
        return Kin(guardian.id, _name(guardian), guardian.address)
    return Kin(guardian.id, _name(guardian), guardian.address, child.id, child.student_number, _name(child))


def _name(person: Guardian | Child) -> str:
    return f"{person.given_name} {person.family_name}".strip()


def tied(session: Session, guardian_id: str, student_number: str, sites: frozenset[str] | None) -> Kin:
    """Return a guardian of a child by student number, at these sites; None is every site. Raises `NotAGuardian`."""
    child_id = session.execute(select(col(Child.id)).where(col(Child.student_number) == student_number)).scalar()
    return kin_of(session, "guardianship", id_of(guardian_id, child_id or ""), sites)


def tied_by_name(session: Session, named: str, student_number: str, sites: frozenset[str] | None) -> Kin:
    """Return a guardian of a child as a person at a shell names one: by id, or by an address that one alone has.

    Raises `NotAGuardian`, `NotOneAddress`, and `WrongCall` where two guardians of this child read that mailbox.
    """
    if "@" not in named:
        return tied(session, named, student_number, sites)
    query = (
        select(col(Guardian.id))
        .join(Guardianship, col(Guardianship.guardian_id) == col(Guardian.id))
        .join(Child, col(Child.id) == col(Guardianship.child_id))
        .where(col(Child.student_number) == student_number, col(Guardian.address_key) == OneAddress.parse(named).key)
    )
    found = session.execute(query.limit(2)).scalars().all()
    if len(found) > 1:
        raise WrongCall(sentence("Two guardians of this child read that mailbox. Name one of them by id."))
    return tied(session, found[0] if found else "", student_number, sites)


def child_of_number(session: Session, number: str, sites: frozenset[str] | None) -> Kin:
    """Return a child by student number, at these sites. Raises `NoSuchChild`."""
    child_id = session.execute(select(col(Child.id)).where(col(Child.student_number) == number)).scalar()
    return kin_of(session, "child", child_id or "", sites)


def held_links(session: Session, where: ColumnElement[bool]) -> list[str]:
    """Return the links that match and are alive, and hold the rows of all that match till the end.

    Whoever makes a newer edition holds those before it: it is waited for here, and the read after it then sees it. The
    dead are held with the living, since why they died may change: held later they would be out of order.
    """
    hold_rows(session, col(Link.id), where)
    return list(session.execute(select(col(Link.id)).where(where, col(Link.revoked_at).is_(None))).scalars())


def hold_links_of(session: Session, pairs: Sequence[tuple[str, str]]) -> None:
    """Hold the links of these guardians to these children till the end: of several all at once, so in one order."""
    for_pairs = tuple_(col(Link.guardian_id), col(Link.child_id)).in_(pairs)
    hold_rows(session, col(Link.id), for_pairs)


def mailings_about(session: Session, guardian_ids: Sequence[str], child: Child | None) -> list[str]:
    """Return the mailings of which these guardians have a link, or which are to or of this child by name."""
    theirs = col(Link.guardian_id).in_(guardian_ids)
    found = [select(col(Link.mailing_id)).where(theirs)]
    if child is not None:
        named = (col(AudienceTerm.kind) == "child", col(AudienceTerm.value) == child.student_number)
        found += [
            select(col(Link.mailing_id)).where(col(Link.child_id) == child.id),
            select(col(Document.mailing_id)).where(col(Document.addressee_id) == child.id),
            select(col(GivenFile.mailing_id)).where(
                or_(col(GivenFile.child_id) == child.id, col(GivenFile.suggested_id) == child.id)
            ),
            select(col(AudienceTerm.mailing_id)).where(*named),
        ]
    return list(session.execute(union(*found)).scalars())


def may_come_alive(session: Session, where: ColumnElement[bool], *, passing: Collection[str]) -> bool:
    """Tell whether a link that matches is alive, or died for a reason after which there may be a new one."""
    may = or_(col(Link.revoked_at).is_(None), col(Link.revoked_why).in_(passing))
    return session.execute(select(col(Link.id)).where(where, may).limit(1)).first() is not None


def idle_notices(session: Session, link_ids: Sequence[str]) -> list[str]:
    """Return the notices that carry one of these links, have not left, and hold nothing that would open."""
    carried = aliased(NoticeLink)
    live = exists().where(
        col(carried.notice_id) == col(Notice.id),
        col(Link.id) == col(carried.link_id),
        col(Link.revoked_at).is_(None),
    )
    found: list[str] = []
    for start in range(0, len(link_ids), _AT_ONCE):
        query = (
            select(col(Notice.id))
            .join(NoticeLink, col(NoticeLink.notice_id) == col(Notice.id))
            .where(
                col(NoticeLink.link_id).in_(link_ids[start : start + _AT_ONCE]), col(Notice.state).in_(UNSENT), ~live
            )
        )
        found += session.execute(query.distinct()).scalars()
    return found
