"""A child or a guardian is erased: personal fields go, own letters are shredded, and what happened stays as ids.

The ledger holds ids, hashes and counts, so it verifies as before. The guard forgets the person with the next look at
the roster. A roster that names them again leaves them out and says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col

from portal.documents.repository import keeping, naming
from portal.families import repository as families
from portal.families.errors import NoSuchChild, NoSuchGuardian
from portal.families.repository import erasing, restrictions
from portal.families.tables import Child, Guardian
from portal.kernel.errors import WrongCall
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import hold_still
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.ledger.tables import Disclosure
from portal.links import repository as links
from portal.links.repository import forgetting, reasons
from portal.mailings import repository as mailings
from portal.outbox import repository as outbox
from portal.overviews.links import kin
from portal.overviews.records.free_text import Place, places_that_may_name
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence

Kind = Literal["child", "guardian"]
_WHY = "erased"
_WHY_CANCELLED = sentence("The person it is about was erased.")


@dataclass(frozen=True, slots=True)
class Who:
    """Whom somebody asks to have erased: a student number, or a guardian's id."""

    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Erasing:
    """What an erasure takes away, counted before anybody does it.

    `guardians` are those erased with a child since they have no other here. `held` letters stay, under legal hold, and
    so do words of staff that are about others too: `named_in` says where, for a person to look.
    """

    id: str
    guardians: tuple[str, ...]
    letters: tuple[str, ...]
    held: int
    links: int
    named_in: tuple[Place, ...] = ()


def look_at_words(session: Session, seen: Erasing) -> Erasing:
    """Return the same with what staff wrote that names them and stays: slow, and for no lock."""
    child_id = seen.id if seen.id not in seen.guardians else None
    return replace(seen, named_in=tuple(places_that_may_name(session, child_id, seen.guardians)))


def look_at_erasure(session: Session, who: Who, *, by: Acting) -> Erasing:
    """Return what erasing somebody would take away. Raises `NotAllowed`, `NoSuchChild`, `NoSuchGuardian`."""
    if not by.is_admin or by.sites is not None:
        raise NotAllowed(sentence("An erasure reaches every site, so it is for an admin of all of them."))
    if who.kind == "guardian":
        guardian = _guardian(session, who.name)
        return Erasing(guardian.id, (guardian.id,), (), 0, len(links.live_of_person(session, [guardian.id])))
    child = _child(session, who.name)
    found = keeping.open_documents(session, addressee_id=child.id)
    held = keeping.holds_of(session, {one.mailing_id for one in found})
    alone = tuple(erasing.only_guardians_of(session, child.id))
    return Erasing(
        child.id,
        alone,
        tuple(one.id for one in found if one.mailing_id not in held),
        sum(one.mailing_id in held for one in found),
        len(links.live_of_person(session, alone, child_id=child.id)),
    )


def erase_person(
    session: Session, keys: KeyRing, who: Who, *, by: Acting, reason: str, named_in: Sequence[Place], now: datetime
) -> Erasing:
    """Erase somebody in one transaction; their own letters are closed and their bytes go next. Raises as above.

    `named_in` goes into the ledger as ids, so that it can be looked at when the name is gone.
    """
    if not reason.strip():
        raise WrongCall(sentence("Say why, without a name; the reason is kept with the mark."))
    hold_still(session, "roster", shared=False)
    seen = replace(look_at_erasure(session, who, by=by), named_in=tuple(named_in))
    places: dict[str, Fact] = {"named_in": sorted({one.about_id for one in named_in})}
    acts = []
    child = _child(session, who.name) if who.kind == "child" else None
    # before links and letters, like whoever stops a mailing or takes it back
    mailings.hold(session, kin.mailings_about(session, seen.guardians, child))
    if child is not None:
        _forget_child(session, keys, child, seen, reason=reason.strip(), now=now)
        acts = [Act("document:shred", by.label, {"document": one, "why": _WHY}) for one in seen.letters]
        about: dict[str, Fact] = {"child": child.id, "links": seen.links}
        acts.append(Act("child:erase", by.label, about | places))
    for guardian_id in seen.guardians:
        _forget_guardian(session, keys, _guardian(session, guardian_id), reason=reason.strip(), now=now)
        acts.append(Act("guardian:erase", by.label, {"guardian": guardian_id} | places))
    restrictions.move_on(session, now=now)
    ledger.append(session, keys, acts, now=now)
    return seen


def allow_again(session: Session, keys: KeyRing, who: Who, *, by: Acting, now: datetime) -> bool:
    """Let the next roster bring somebody back who was erased, as somebody new; False when nobody was."""
    if not by.is_admin or by.sites is not None:
        raise NotAllowed(sentence("An erasure reaches every site, so it is for an admin of all of them."))
    if not erasing.forget_marks(session, keys, who.kind, who.name):
        return False
    ledger.append(session, keys, [Act(f"{who.kind}:allow-again", by.label)], now=now)
    return True


def _child(session: Session, number: str) -> Child:
    child = families.child_by_number(session, number, None)
    if child is None or child.erased_at is not None:
        raise NoSuchChild
    return child


def _guardian(session: Session, guardian_id: str) -> Guardian:
    guardian = erasing.guardian_by_id(session, guardian_id)
    if guardian is None or guardian.erased_at is not None:
        raise NoSuchGuardian
    return guardian


def _forget_child(session: Session, keys: KeyRing, child: Child, seen: Erasing, *, reason: str, now: datetime) -> None:
    links.kill(session, links.live_of_person(session, seen.guardians, child_id=child.id), why=_WHY, now=now)
    reasons.forget_of_child(session, child.id)
    ledger.forget_reasons(session, col(Disclosure.child_id) == child.id)
    keeping.close(session, seen.letters, why=_WHY, now=now)
    before = child.student_number
    naming.forget_child(session, child.id, [child.given_name, child.family_name], before)
    mailings.forget_child(session, child.id, before=before, after=erasing.hidden(child.id))
    erasing.erase_child(session, keys, child, reason=reason, now=now)


def _forget_guardian(session: Session, keys: KeyRing, guardian: Guardian, *, reason: str, now: datetime) -> None:
    links.kill(session, links.live_of_person(session, [guardian.id]), why=_WHY, now=now)
    reasons.forget_of_guardian(session, guardian.id)
    ledger.forget_reasons(session, col(Disclosure.guardian_id) == guardian.id)
    outbox.cancel_all_of(session, guardian.id, why=_WHY_CANCELLED, now=now)
    forgetting.forget_code_addresses(session, guardian.id)
    outbox.forget_address(session, guardian.id)
    forgetting.forget_devices(session, guardian.id)
    erasing.erase_guardian(session, keys, guardian, reason=reason, now=now)
