"""Whether a provider still knows whom it signed in: asked again every minute, by one request at a time.

Removed there is so removed here within a minute. Where no answer comes, nobody passes until one does.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from portal.kernel.configuration.provider_terms import ProviderTerms
from portal.kernel.secrets.keys import KeyRing, SealBroken
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.staff import repository as staff
from portal.staff.errors import SignedOut
from portal.staff.rules import ASK_AGAIN_AFTER, ASKING_LASTS, Acting


@dataclass(frozen=True, slots=True)
class Ask:
    """It is this request's turn to ask, with this token."""

    token: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Known:
    """The provider still knows them; `held` are their groups, or None where the answer names none."""

    token: bytes = field(repr=False)
    held: frozenset[str] | None


Turn = Ask | Literal["fresh", "due", "another-asks"]


def turn_of(session: Session, session_id: str, *, now: datetime) -> Turn:
    """Tell whether the provider's last word is fresh enough. Raises `SignedOut` for a session that it did not begin."""
    found = staff.find_token(session, session_id)
    if found is None:
        raise SignedOut
    if now - found.answered_at < ASK_AGAIN_AFTER:
        return "fresh"
    return "another-asks" if found.asking_until and found.asking_until > now else "due"


def take_turn(session: Session, keys: KeyRing, session_id: str, *, now: datetime) -> Turn:
    """Claim the turn to ask; a token that no key opens any more is no token. Raises `SignedOut`."""
    turn = turn_of(session, session_id, now=now)
    if turn != "due" or not staff.take_turn_to_ask(session, session_id, until=now + ASKING_LASTS, now=now):
        return turn if turn != "due" else "another-asks"
    found = staff.find_token(session, session_id)
    assert found
    try:
        return Ask(keys.unseal("provider-token", found.sealed, session_id.encode()))
    except SealBroken:
        raise SignedOut from None


def keep_answer(
    session: Session,
    keys: KeyRing,
    session_id: str,
    answer: Known | None,
    *,
    person: Acting,
    terms: ProviderTerms,
    now: datetime,
) -> Acting | None:
    """Keep what the provider said; None is "nobody of ours", which ends the session. Return as whom they may pass."""
    granted = terms.granted(answer.held) if answer and answer.held is not None and terms.decide_roles else None
    is_dropped = answer is None or (terms.decide_roles and answer.held is not None and granted is None)
    if answer is None or is_dropped:
        staff.end_session(session, session_id, now=now)
        why = "provider" if answer is None else "no-role"
        ledger.append(session, keys, [Act("staff:signed-out", person.label, {"why": why})], now=now)
        return None
    staff.keep_token(session, session_id, keys.seal("provider-token", answer.token, session_id.encode()), now=now)
    if granted and staff.set_grant(session, person, role=granted.role, sites=granted.sites, now=now):
        about: dict[str, Fact] = {"staff": person.id, "role": granted.role, "sites": sorted(granted.sites or ())}
        ledger.append(session, keys, [Act("staff:change", "provider", about)], now=now)
    return replace(person, role=granted.role, sites=granted.sites) if granted else person


def subject_of(session: Session, person: Acting) -> str:
    """Return by what the provider knows somebody. Raises `SignedOut` when they are tied to none."""
    subject = staff.subject_of(session, person.id)
    if subject is None:
        raise SignedOut
    return subject


def give_back_turn(session: Session, session_id: str) -> None:
    """Let another request ask: no answer came."""
    staff.give_back_turn(session, session_id)
