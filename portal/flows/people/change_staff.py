"""Who is on the staff changes: somebody is added, gets another role or scope, or is removed."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from portal.kernel.errors import Conflict, Refused, WrongCall
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import hold_still
from portal.kernel.text.addresses import OneAddress
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.outbox import repository as outbox
from portal.staff import repository as staff
from portal.staff.errors import NoSuchStaff
from portal.staff.rules import ROLES, Acting, checked_name
from portal.staff.tables import StaffMember
from portal.words.sentences import sentence


class LastAdmin(Refused):
    """This is the only admin of every site. Make somebody else one first, or nobody could take some letters back."""


class OwnRemoval(Refused):
    """Nobody removes themselves. Ask another admin."""


class PersonChanged(Conflict):
    """Somebody changed or removed this person while you were looking. Look at them again, then change them."""


def standing(role: str, name: str, sites: Iterable[str]) -> str:
    """Return a mark of what somebody is, which a page hands back with a change to what it showed.

    The mark of nobody is empty: a page on which somebody is added has shown that there is no such person yet.
    """
    return hashlib.sha256(json.dumps([role, name, sorted(sites)]).encode()).hexdigest()


def add_staff(
    session: Session,
    keys: KeyRing,
    address: str,
    *,
    role: str,
    name: str,
    sites: Iterable[str],
    by: str,
    now: datetime,
    seen: str | None = None,
) -> StaffMember:
    """Add somebody, bring them back, or give them another name, role or scope; twice is the same as once.

    `sites` limits them to these sites; none at all means every site. An empty `name` keeps the name they have. Every
    other admin is told by mail of a new one.
    `by` is a label of the ledger; with `seen` they must still be of that standing, empty for nobody yet. Raises
    `WrongCall`, `NotOneAddress`, `PersonChanged` and `LastAdmin`.
    """
    one = OneAddress.parse(address)
    scope = sorted({" ".join(site.split()) for site in sites})
    _check(role, scope)
    name = checked_name(name)
    hold_still(session, f"staff:{one.key}", shared=False)  # of two admins who change one person the second looks again
    before = _present(session, one.key)
    if seen is not None and seen != (standing(before.role, before.name, before.sites or ()) if before else ""):
        raise PersonChanged
    member = staff.put(session, address=one.text, address_key=one.key, name=name, role=role, now=now)
    if before and (before.role, before.name, sorted(before.sites or ())) == (member.role, member.name, scope):
        return member
    staff.set_scope(session, member.id, scope)
    about: dict[str, Fact] = {"staff": member.id, "role": role, "sites": scope}
    if role == "admin" and not (before and before.is_admin):
        _tell_the_others(session, member.id, now=now)
    ledger.append(session, keys, [Act("staff:change" if before else "staff:add", by, about)], now=now)
    _check_an_admin_is_left(session, before)
    return member


def _check(role: str, scope: Sequence[str]) -> None:
    if role not in ROLES:
        raise WrongCall(
            sentence("There is no role “%(role)s”. The roles are %(roles)s.", role=role, roles=", ".join(ROLES))
        )
    if "" in scope:
        raise WrongCall(
            sentence("A site needs a name. Leave sites out altogether for somebody who may act for every site.")
        )


def _tell_the_others(session: Session, new_admin: str, *, now: datetime) -> None:
    others = [one for one in staff.admins(session) if one != new_admin]
    turn = outbox.next_turn(session, "admin-added", about_id=new_admin)
    outbox.queue_staff_mail(session, "admin-added", others, about_id=new_admin, now=now, turn=turn)


def remove_staff(session: Session, keys: KeyRing, address: str, *, by: str, now: datetime) -> int:
    """Take somebody off the staff; return how many of their sessions ended with it.

    `by` is a label of the ledger. Raises `NoSuchStaff`, `NotOneAddress`, `OwnRemoval` and `LastAdmin`.
    """
    member = staff.by_address(session, OneAddress.parse(address).key, through="web")
    if by == member.label:
        raise OwnRemoval
    ended = staff.remove(session, member.id, now=now)
    ledger.append(session, keys, [Act("staff:remove", by, {"staff": member.id, "sessions": ended})], now=now)
    _check_an_admin_is_left(session, member)
    return ended


def _present(session: Session, address_key: str) -> Acting | None:
    try:
        return staff.by_address(session, address_key, through="web")
    except NoSuchStaff:
        return None


def _check_an_admin_is_left(session: Session, before: Acting | None) -> None:
    """Refuse to lose the last admin: in place of one of every site no admin of some sites will do.

    Ask only after the ledger's head is locked: two admins who remove each other are then judged one by one.
    """
    if before is None or not before.is_admin:
        return
    left = [staff.by_id(session, one) for one in staff.admins(session)]
    if not any(one for one in left if one and (before.sites is not None or one.sites is None)):
        raise LastAdmin
