"""Somebody on the staff looks where they are signed in, and ends it elsewhere (ASVS V7.5.2)."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.staff import repository as staff
from portal.staff.rules import Acting, told_as


@dataclass(frozen=True, slots=True)
class SignIn:
    """A browser in which somebody is signed in; `told_as` names it on a page of their own."""

    told_as: str
    since: datetime
    seen_at: datetime
    is_here: bool


def own_sign_ins(session: Session, person: Acting, *, here: str, now: datetime) -> list[SignIn]:
    """Return where somebody is signed in, the browser that asks (`here`, its session's id) first."""
    found = staff.sessions_of(session, person.id, now=now)
    told = [SignIn(told_as(one.id), one.created_at, one.seen_at, one.id == here) for one in found]
    return sorted(told, key=lambda one: not one.is_here)


def end_elsewhere(
    session: Session, keys: KeyRing, person: Acting, *, here: str, only: str | None = None, now: datetime
) -> int:
    """End somebody's sign-ins but the one `here`, or `only` the one that is told so; return how many ended."""
    others = [one.id for one in staff.sessions_of(session, person.id, now=now) if one.id != here]
    ended = sorted(one for one in others if only in {None, told_as(one)})
    for session_id in ended:
        staff.end_session(session, session_id, now=now)
    if ended:
        ledger.append(session, keys, [Act("staff:sign-out", person.label, {"elsewhere": len(ended)})], now=now)
    return len(ended)
