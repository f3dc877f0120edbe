"""Staff give somebody a right by hand whom the roster does not name, or bars: one writes it down, another confirms it.

It opens what the roster keeps shut, so one person alone does not. No import touches it. When it ends, its links are
dead for good, and the roster decides again.
"""

from datetime import datetime

from sqlmodel import Session

from portal.families.errors import HasTheRight, NoSuchRight, OwnRight, Restricted
from portal.families.repository import hand_made, restrictions
from portal.families.rules import GUARDIANSHIP_ENDED, NewPerson, RightWish, seal_private
from portal.families.tables import HandMadeRight
from portal.kernel.errors import Refused, WrongCall
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import hold_still
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.links.tables import Link
from portal.outbox import repository as outbox
from portal.overviews.links import kin
from portal.overviews.rights import hand_made_seen
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence

_LONGEST = 500
_LONGEST_NAME = 80
_WHY_CANCELLED = sentence("The right to see the child ended before it left.")


def ask_for_right(
    session: Session, keys: KeyRing, child_id: str, who: NewPerson | str, wish: RightWish, *, by: Acting, now: datetime
) -> str:
    """Write down who is to see a child, and why; return the right's id. Nothing opens by it yet.

    `who` is somebody new, or the id of a guardian who is known. Raises `HasTheRight`, `Restricted`, `WrongCall`,
    `NoSuchChild`, `NoSuchGuardian`.
    """
    _check(wish, now)
    kin.kin_of(session, "child", child_id, by.sites)
    if isinstance(who, str):
        kin.kin_of(session, "guardian", who, by.sites)
    hold_still(session, "roster", shared=False)
    if isinstance(who, NewPerson):
        _check_person(who)
        guardian_id = hand_made.add_person(session, who, now=now)
    else:
        guardian_id = who
        _check_may_have(session, (guardian_id, child_id), now=now)
        if hand_made.is_open(session, (guardian_id, child_id)):
            raise HasTheRight
    right_id = new_id()
    hand_made.add(session, _row(keys, right_id, (guardian_id, child_id), wish, by=by, now=now))
    one = hand_made.find(session, right_id)
    sha256: Fact = keys.mac("reason", wish.reason.strip().encode()).hex()
    ledger.append(session, keys, [Act("guardianship:ask-by-hand", by.label, _about(one) | {"reason": sha256})], now=now)
    return right_id


def confirm_right(session: Session, keys: KeyRing, right_id: str, *, by: Acting, now: datetime) -> None:
    """Let a right be in force that somebody else wrote down. A second press changes nothing.

    Raises `NotAllowed`, `OwnRight`, `NoSuchRight`, `Restricted`, `HasTheRight`, `Refused` for a shell.
    """
    if not by.may_approve:
        raise NotAllowed
    if by.through != "web":
        raise Refused(sentence("A right is confirmed in the browser alone: a shell is not a second person."))
    hold_still(session, "roster", shared=False)
    one = _within(session, right_id, by)
    if one.confirmed_at is not None:
        return
    if one.asked_by_id == by.id:
        raise OwnRight
    if one.ends_at is not None and one.ends_at <= now:
        raise NoSuchRight(sentence("Its last day is over already. Write it down anew if it is still meant."))
    _check_may_have(session, (one.guardian_id, one.child_id), now=now)
    hand_made.confirm(session, one, by_id=by.id, now=now)
    restrictions.move_on(session, now=now)
    ledger.append(session, keys, [Act("guardianship:by-hand", by.label, _about(one))], now=now)


def drop_right(session: Session, keys: KeyRing, right_id: str, *, by: Acting, now: datetime) -> None:
    """Forget a right that was never confirmed: by whoever wrote it down, or whoever might have confirmed it.

    Raises `NotAllowed`, `NoSuchRight`.
    """
    hold_still(session, "roster", shared=False)
    one = _within(session, right_id, by)
    if one.confirmed_at is not None:
        raise NoSuchRight
    if not by.may_approve and one.asked_by_id != by.id:
        raise NotAllowed
    about = _about(one)
    hand_made.drop(session, one)
    ledger.append(session, keys, [Act("guardianship:drop-by-hand", by.label, about)], now=now)


def end_right(session: Session, keys: KeyRing, right_id: str, *, by: Acting, now: datetime) -> None:
    """End a right at once. Anybody on the staff of the child's site may: it only takes away. Raises `NoSuchRight`."""
    hold_still(session, "roster", shared=False)
    one = _within(session, right_id, by)
    if one.confirmed_at is None:
        raise NoSuchRight
    act = _end(session, one, by=by.label, now=now)
    restrictions.move_on(session, now=now)
    ledger.append(session, keys, [act], now=now)


def end_rights_that_are_over(session: Session, keys: KeyRing, *, by: str, now: datetime) -> int:
    """End the rights whose last day is over; return how many. Nobody could open anything by them since."""
    hold_still(session, "roster", shared=False)
    found = hand_made.over(session, now=now)
    kin.hold_links_of(session, [(one.guardian_id, one.child_id) for one in found])
    acts = [_end(session, one, by=by, now=now) for one in found]
    if found:
        restrictions.move_on(session, now=now)
    ledger.append(session, keys, acts, now=now)
    return len(found)


def _end(session: Session, one: HandMadeRight, *, by: str, now: datetime) -> Act:
    hand_made.end(session, one, by=by, now=now)
    dead = kin.held_links(session, kin.of_guardianship(Link, one.guardian_id, one.child_id))
    taken, ended = links.kill(session, dead, why=GUARDIANSHIP_ENDED, now=now)
    idle = outbox.any_of(kin.idle_notices(session, dead))
    cancelled = outbox.cancel_unsent(session, idle, why=_WHY_CANCELLED, now=now)
    counts: dict[str, Fact] = {"links": taken, "notices": cancelled, "sessions": ended}
    return Act("guardianship:end-by-hand", by, _about(one) | counts)


def _within(session: Session, right_id: str, by: Acting) -> HandMadeRight:
    """Return a right that has not ended, to a child at somebody's sites; elsewhere there is none by that name."""
    one = hand_made.find(session, right_id)
    kin.kin_of(session, "child", one.child_id, by.sites)
    if one.ended_at is not None:
        raise NoSuchRight
    return one


def _check_may_have(session: Session, pair: tuple[str, str], *, now: datetime) -> None:
    standing = restrictions.all_open(session, pair, now=now)
    if any(one.kind != "of-age" for one in standing):
        raise Restricted
    if hand_made_seen.sees_now(session, pair, now=now):
        raise HasTheRight


def _check(wish: RightWish, now: datetime) -> None:
    if not 0 < len(wish.reason.strip()) <= _LONGEST or len(wish.reference) > _LONGEST:
        raise WrongCall(sentence("Say why, in at most %(most)s letters; the reason is kept with it.", most=_LONGEST))
    if wish.ends_at is not None and wish.ends_at <= max(now, wish.starts_at):
        raise WrongCall(sentence("The last day is before the first, or over already."))


def _check_person(who: NewPerson) -> None:
    for name in (who.given_name, who.family_name):
        if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
            raise WrongCall(
                sentence("Write given name and family name, each in at most %(most)s letters.", most=_LONGEST_NAME)
            )


def _row(
    keys: KeyRing, right_id: str, pair: tuple[str, str], wish: RightWish, *, by: Acting, now: datetime
) -> dict[str, object]:
    reference = wish.reference.strip()
    return {
        "id": right_id, "guardian_id": pair[0], "child_id": pair[1], "basis": wish.basis,
        "reason_sealed": seal_private(keys, right_id, "reason", wish.reason.strip()),
        "reference_sealed": seal_private(keys, right_id, "reference", reference) if reference else None,
        "asked_by_id": by.id, "asked_at": now, "starts_at": wish.starts_at, "ends_at": wish.ends_at,
        "against_roster": False,
    }  # fmt: skip


def _about(one: HandMadeRight) -> dict[str, Fact]:
    return {
        "right": one.id, "guardian": one.guardian_id, "child": one.child_id, "basis": one.basis,
        "from": one.starts_at.isoformat(), "until": one.ends_at.isoformat() if one.ends_at else None,
    }  # fmt: skip
