"""Staff restrict or end what one guardian may see of one child, and lift that again; it works at the next request.

Links of the pair die for good, openings end, unsent messages are cancelled, and the ledger gets ids and a keyed hash
of the reason: one transaction. Lifting gives fresh links when something is sent again, never the old ones.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlmodel import Session

from portal.families.errors import NotAGuardian, NothingToLift
from portal.families.repository import restrictions
from portal.families.rules import came_of_age, open_private, seal_private
from portal.families.tables import Restriction
from portal.kernel.errors import WrongCall
from portal.kernel.ids import new_id
from portal.kernel.log import log
from portal.kernel.secrets.keys import KeyRing, SealBroken
from portal.kernel.storage.db import hold_still
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.links.rules import OF_AGE, RESTRICTED, SHARED_MAILBOX
from portal.links.tables import Link
from portal.outbox import repository as outbox
from portal.overviews.family import renewals
from portal.overviews.links import kin
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence

Kind = Literal["barred", "ended"]
Pair = restrictions.Pair
_ACTS = {"barred": "guardianship:restrict", "ended": "guardianship:end", "of-age": "guardianship:of-age"}
_WHY_CANCELLED = sentence("The right to see the child ended before it left.")
_LONGEST = 500
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done, why, by which paper, and when: `ends_at` is for what is barred, None for good."""

    kind: Kind
    reason: str
    reference: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Restricted:
    """What a restriction did, at once or by now; `is_repeat` when it was there already."""

    kind: str
    starts_at: datetime
    ends_at: datetime | None
    links: int
    notices_cancelled: int
    sessions_ended: int
    is_repeat: bool


def restrict(session: Session, keys: KeyRing, pair: Pair, wish: Wish, *, by: str, now: datetime) -> Restricted:
    """Bar a guardian from a child, or end the guardianship. A second time gives the first answer and writes nothing.

    Unless it takes more than the one before: earlier, or for longer. Then it stands in the place of that one.

    Anybody on the staff who acts for the child's site may: it only takes away, and every minute counts. Raises
    `NotAGuardian`, and `WrongCall` without a reason or with dates that cannot be.
    """
    _check(wish, now)
    if not restrictions.is_tied(session, pair):
        raise NotAGuardian
    hold_still(session, "roster", shared=False)  # an approval under way finishes first, and is then judged
    found = restrictions.standing(session, pair, wish.kind, now=now)
    if found is not None and _covers(found, wish, now):
        return _told(found, is_repeat=True)
    if found is not None:
        restrictions.lift(session, found.id, by=by, reason_sealed=None, now=now)
    one = _add(session, keys, pair, wish, by=by, now=now)
    counts = _carry_out(session, one, now=now) if one.starts_at <= now else (0, 0, 0)
    reason: Fact = keys.mac("reason", wish.reason.strip().encode()).hex()
    about = _about(one, counts) | {"reason": reason} | ({"instead": found.id} if found else {})
    ledger.append(session, keys, [Act(_ACTS[wish.kind], by, about)], now=now)
    return Restricted(wish.kind, one.starts_at, one.ends_at, *counts, is_repeat=False)


def _check(wish: Wish, now: datetime) -> None:
    if not wish.reason.strip():
        raise WrongCall(sentence("Say why; the reason is kept with it."))
    if len(wish.reason) > _LONGEST or len(wish.reference) > _LONGEST:
        raise WrongCall(sentence("Say it in at most %(most)s letters.", most=_LONGEST))
    if wish.ends_at is not None and wish.ends_at <= max(now, wish.starts_at or now):
        raise WrongCall(sentence("The last day is over already. Name a later one, or none."))


def _covers(found: Restriction, wish: Wish, now: datetime) -> bool:
    """Tell whether what stands takes all that is wished for. What lasts on is never cut short by a shorter wish.

    Of two presses at once the later may come first: what began as it was pressed has begun for the earlier one too.
    """
    begins_at_once = found.starts_at == found.made_at
    if found.starts_at > max(wish.starts_at or now, now) and not begins_at_once:
        return False
    return found.ends_at is None or (wish.ends_at is not None and wish.ends_at <= found.ends_at)


def _add(session: Session, keys: KeyRing, pair: Pair, wish: Wish, *, by: str, now: datetime) -> Restriction:
    restriction_id = new_id()
    row = {
        "id": restriction_id,
        "guardian_id": pair[0],
        "child_id": pair[1],
        "kind": wish.kind,
        "reason_sealed": seal_private(keys, restriction_id, "reason", wish.reason.strip()),
        "reference_sealed": _sealed(keys, restriction_id, "reference", wish.reference.strip()),
        "by": by,
        "made_at": now,
        "starts_at": max(wish.starts_at or now, now),
        "ends_at": wish.ends_at,
    }
    restrictions.add(session, row)
    restrictions.move_on(session, now=now)
    one = restrictions.standing(session, pair, wish.kind, now=now)
    assert one is not None  # just inserted
    return one


def _sealed(keys: KeyRing, restriction_id: str, column: str, text: str) -> bytes | None:
    return seal_private(keys, restriction_id, column, text) if text else None


Counts = tuple[int, int, int]


def _carry_out(session: Session, one: Restriction, *, now: datetime) -> Counts:
    """End what hangs on the right: the pair's links, and those of whoever shares the mailbox of somebody barred."""
    _hold_links(session, [one])
    why = OF_AGE if one.kind == "of-age" else RESTRICTED
    taken, cancelled, ended = _kill(session, one.guardian_id, one.child_id, why=why, now=now)
    for other in _sharing(session, one):
        more = _kill(session, other, one.child_id, why=SHARED_MAILBOX, now=now)
        taken, cancelled, ended = taken + more[0], cancelled + more[1], ended + more[2]
    counts = (taken, cancelled, ended)
    restrictions.note_applied(session, one.id, counts, now=now)
    return counts


def _sharing(session: Session, one: Restriction) -> Sequence[str]:
    return kin.sharing_a_mailbox(session, one.guardian_id, one.child_id) if one.kind == "barred" else ()


def _hold_links(session: Session, those: Sequence[Restriction]) -> None:
    """Hold the links that restrictions are about to end, in one order: of several before the first is carried out."""
    pairs = [(guardian, one.child_id) for one in those for guardian in (one.guardian_id, *_sharing(session, one))]
    kin.hold_links_of(session, pairs)


def _kill(session: Session, guardian_id: str, child_id: str, *, why: str, now: datetime) -> Counts:
    dead = kin.held_links(session, kin.of_guardianship(Link, guardian_id, child_id))
    taken, ended = links.kill(session, dead, why=why, now=now)
    idle = outbox.any_of(kin.idle_notices(session, dead))
    cancelled = outbox.cancel_unsent(session, idle, why=_WHY_CANCELLED, now=now)
    fresh = outbox.cancel_family_mail(session, renewals.idle_renewals(session), why=_WHY_CANCELLED, now=now)
    return taken, cancelled + fresh, ended


def _about(one: Restriction, counts: Counts) -> dict[str, Fact]:
    return {
        "restriction": one.id,
        "guardian": one.guardian_id,
        "child": one.child_id,
        "from": one.starts_at.isoformat(),
        "until": one.ends_at.isoformat() if one.ends_at else None,
        "links": counts[0],
        "notices": counts[1],
        "sessions": counts[2],
    }


def _told(one: Restriction, *, is_repeat: bool) -> Restricted:
    return Restricted(
        one.kind, one.starts_at, one.ends_at, one.links, one.notices_cancelled, one.sessions_ended, is_repeat=is_repeat
    )


def carry_out_begun(session: Session, keys: KeyRing, *, by: str, now: datetime) -> int:
    """Carry out the restrictions whose first day has come; return how many. Until then each counts as in force."""
    hold_still(session, "roster", shared=False)  # of two workers the second finds nothing left
    begun = restrictions.begun(session, now=now)
    _hold_links(session, begun)
    acts = []
    for one in begun:
        counts = _carry_out(session, one, now=now)
        acts.append(Act("guardianship:begun", by, _about(one, counts)))
    if acts:
        ledger.append(session, keys, acts, now=now)
    return len(begun)


def lift(session: Session, keys: KeyRing, pair: Pair, *, by: Acting, reason: str, now: datetime) -> int:
    """Lift everything that staff or a birthday laid on a guardianship; return how many there were.

    What was barred or ended is lifted by an admin alone, since it opens what somebody had good reason to close; a
    pause since the child came of age also by an approver. Raises `NotAllowed`, `NothingToLift`, `WrongCall`.
    """
    if not reason.strip() or len(reason) > _LONGEST:
        raise WrongCall(sentence("Say why, in at most %(most)s letters; the reason is kept with it.", most=_LONGEST))
    hold_still(session, "roster", shared=False)
    found = restrictions.all_open(session, pair, now=now)
    if not found:
        raise NothingToLift
    if not by.is_admin and (not by.may_approve or any(one.kind != "of-age" for one in found)):
        raise NotAllowed
    acts = []
    _hold_links(session, [one for one in found if one.applied_at is None])
    for one in found:
        counts = (0, 0, 0)
        if one.applied_at is None and one.starts_at <= now:  # the old links die with it even so
            counts = _carry_out(session, one, now=now)
        sealed = seal_private(keys, one.id, "lifted_reason", reason.strip())
        restrictions.lift(session, one.id, by=by.label, reason_sealed=sealed, now=now)
        told: Fact = keys.mac("reason", reason.strip().encode()).hex()
        acts.append(Act("guardianship:lift", by.label, _about(one, counts) | {"reason": told}))
    restrictions.move_on(session, now=now)
    ledger.append(session, keys, acts, now=now)
    return len(found)


def leave_paused(session: Session, keys: KeyRing, child_id: str, *, by: Acting, now: datetime) -> None:
    """Note that letters about a child of age stay paused, so that nobody is asked again. Raises `NotAllowed`."""
    if not by.may_approve:
        raise NotAllowed
    if restrictions.settle(session, child_id, now=now):
        ledger.append(session, keys, [Act("guardianship:leave-paused", by.label, {"child": child_id})], now=now)


def find_of_age(
    session: Session, keys: KeyRing, *, today: date, now: datetime, tell: Callable[[], None] = lambda: None
) -> list[Pair]:
    """Return the guardianships of children who are 18 by now, and that were never paused for it.

    Birth dates are sealed, so this opens one after the other, a page at a time; it takes no lock. A date that does
    not open is passed over and counted in the log: the links go on as staff last decided.
    """
    found: list[Pair] = []
    after, broken = "", 0
    while (last := restrictions.last_of_page(session, after=after, limit=_AT_ONCE)) is not None:
        for guardian_id, child_id, sealed in restrictions.never_of_age(session, now=now, after=after, limit=_AT_ONCE):
            try:
                born = date.fromisoformat(open_private(keys, child_id, "birth_date", sealed))
            except (SealBroken, ValueError):
                broken += 1
                continue
            if came_of_age(born, today):
                found.append((guardian_id, child_id))
        after = last
        tell()
    if broken:
        log("worker").warning("birth dates not read", guardianships=broken)
    return found


def pause_of_age(session: Session, keys: KeyRing, pairs: Sequence[Pair], *, by: str, now: datetime) -> int:
    """Pause these guardianships since the child came of age: links die, and staff find it on their desk."""
    hold_still(session, "roster", shared=False)
    kin.hold_links_of(session, pairs)
    acts = []
    for pair in pairs:
        if restrictions.standing(session, pair, "of-age", now=now) is not None:
            continue
        row = {"id": new_id(), "guardian_id": pair[0], "child_id": pair[1], "kind": "of-age", "by": by,
               "made_at": now, "starts_at": now}  # fmt: skip
        restrictions.add(session, row)
        one = restrictions.standing(session, pair, "of-age", now=now)
        assert one is not None  # just inserted
        acts.append(Act(_ACTS["of-age"], by, _about(one, _carry_out(session, one, now=now))))
    if acts:
        restrictions.move_on(session, now=now)
        ledger.append(session, keys, acts, now=now)
    return len(acts)
