"""Taking back: one story for link, document, mailing, guardianship, guardian and child; dead at the next request.

Keys stay: what was sent is evidence. Shredding is another act.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from sqlalchemy import ColumnElement
from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.errors import NoSuchDocument
from portal.families import repository as families
from portal.incidents import repository as incidents
from portal.incidents.rules import FROZEN
from portal.kernel.errors import WrongCall
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import hold_still
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.links.errors import LinkUnknown
from portal.links.repository import for_good
from portal.links.rules import NOT_MINE, RENEWABLE, REPLACED, Dead, Open
from portal.links.tables import Link
from portal.mailings import repository as mailings
from portal.mailings.errors import NoSuchMailing
from portal.outbox import repository as outbox
from portal.overviews.family import letters, renewals
from portal.overviews.links import kin, targets
from portal.overviews.links.targets import Reader
from portal.staff import repository as staff
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence

Kind = Literal["link", "document", "mailing", "guardianship", "guardian", "child"]
_PASSING = RENEWABLE | {FROZEN}
"""Why a link may be dead and yet be made anew, unless somebody takes it back for good."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is taken back; the id of a guardianship is as `kin.id_of` writes it."""

    kind: Kind
    id: str
    sites: frozenset[str] | None = None
    """Of a guardianship, a guardian or a child, only what is about children at these sites; None is every site."""


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What died, and who had seen it before."""

    at: datetime
    links: int
    notices_cancelled: int
    sessions_ended: int
    is_repeat: bool
    already_opened: tuple[Reader, ...] = ()


def revoke(session: Session, keys: KeyRing, target: Target, *, by: Acting, reason: str, now: datetime) -> TakenBack:
    """Take back a target in one transaction. A second time gives the first answer and writes nothing.

    Raises `NotAllowed` for anybody but an admin, `WrongCall` without a reason, and `NotFound` errors.
    """
    if not by.is_admin:
        raise NotAllowed
    if not reason.strip():
        raise WrongCall(sentence("Say why it is taken back; the reason is kept with it."))
    target = _within(session, target, by, now=now)
    done, acts = _take_back(session, target, by=by.label, reason=reason.strip(), why="taken-back", now=now)
    done = replace(done, already_opened=tuple(_readers(session, target)))
    ledger.append(session, keys, acts, now=now)
    return done


def _within(session: Session, target: Target, by: Acting, *, now: datetime) -> Target:
    """Return the target as far as an admin's sites go; elsewhere there is nothing by that name."""
    if kin.is_of_family(target.kind):
        kin.kin_of(session, target.kind, target.id, by.sites)  # refuses who is unknown or elsewhere
        return replace(target, sites=by.sites)
    if by.sites is None:
        return target
    match target.kind:
        case "mailing":
            mailings.find(session, target.id, staff_id=by.id, sites=by.sites)
        case "document":
            document = documents.find(session, target.id)
            mailings.find(session, document.mailing_id if document else "", staff_id=by.id, sites=by.sites)
        case "link":
            link = letters.link_facts(session, target.id, now=now)
            if link is None or not families.child_is_in_scope(session, link.child_id, by.sites):
                raise LinkUnknown
    return target


def not_my_child(session: Session, keys: KeyRing, *, session_id: str, copy_id: str, now: datetime) -> bool:
    """Take back the link by which a family was shown somebody else's child, and tell the admins.

    Returns whether there was an open letter to say this of.
    """
    letter = letters.letter_of_session(session, session_id, copy_id, now=now)
    if letter is None or letter.verdict not in (Open(), Dead(REPLACED)):  # whoever left, or lost it, says nothing of it
        return False
    by = f"family:{letter.link.guardian_id}"
    target = Target("link", letter.link.link_id)
    reason = sentence("The family says this is not their child.")
    done, acts = _take_back(session, target, by=by, reason=reason, why=NOT_MINE, now=now)
    if not done.is_repeat:
        # Whoever reads that address is not who we thought, so no browser is known by a code that went there.
        ended = links.end_devices(session, links.devices_of(letter.link.guardian_id), now=now)
        acts += [Act("device:ended", by, {"device": one}) for one in ended]
        outbox.queue_staff_mail(session, "not-mine", staff.admins(session), about_id=target.id, now=now)
    ledger.append(session, keys, acts, now=now)
    return True


def _take_back(
    session: Session, target: Target, *, by: str, reason: str, why: str, now: datetime
) -> tuple[TakenBack, list[Act]]:
    """Take it back; return what died, and what the ledger is to be told last, since every other writer waits for it."""
    hold_still(session, f"taking-back:{target.kind}:{target.id}", shared=False)  # two hands on the button are one press
    first = links.taking_back(session, target.kind, target.id)
    if first is not None and (_has_come_alive(session, target) or _may_be_undone(session, target, first.at)):
        first = None
    if first is None:
        counts = _mark(session, target, why, now)
        links.put_taking_back(session, (target.kind, target.id), by=by, reason=reason, at=now, counts=counts)
    if first is not None:
        counts = (first.links, first.notices_cancelled, first.sessions_ended)
        return TakenBack(first.at, *counts, is_repeat=True), []
    about: dict[str, Fact] = _named(target) | {
        "why": why,
        "links": counts[0],
        "notices": counts[1],
        "sessions": counts[2],
    }
    return TakenBack(now, *counts, is_repeat=False), [Act(f"{target.kind}:revoke", by, about)]


def _has_come_alive(session: Session, target: Target) -> bool:
    """Tell whether a family has had new links since, or may get some: what was taken back has none any more."""
    return kin.is_of_family(target.kind) and kin.may_come_alive(session, _links(target), passing=_PASSING)


def _may_be_undone(session: Session, target: Target, taken_back_at: datetime) -> bool:
    """Tell whether a target is dead by a freeze alone: it would live again if that were a mistake."""
    return incidents.frozen_at(session, target.kind, target.id) == taken_back_at


def _named(target: Target) -> dict[str, Fact]:
    if target.kind == "guardianship":
        guardian_id, child_id = kin.pair_of(target.id)
        return {"guardian": guardian_id, "child": child_id}
    return {target.kind: target.id}


Counts = tuple[int, int, int]
_WHY_CANCELLED = sentence("Taken back before it left.")


def _mark(session: Session, target: Target, why: str, now: datetime) -> Counts:
    match target.kind:
        case "link":
            return _mark_link(session, target.id, why, now)
        case "document":
            return _mark_document(session, target.id, why, now)
        case "mailing":
            return _mark_mailing(session, target.id, why, now)
        case "guardianship" | "guardian" | "child":
            dead = kin.held_links(session, _links(target))
            for_good.overrule(session, _links(target), passing=_PASSING, why=why)
            taken, ended = links.kill(session, dead, why=why, now=now)
            return taken, _cancel(session, kin.idle_notices(session, dead), now=now), ended
        case _:
            assert_never(target.kind)


def _links(target: Target) -> ColumnElement[bool]:
    assert kin.is_of_family(target.kind)
    return kin.of_target(Link, target.kind, target.id, target.sites)


def _mark_link(session: Session, link_id: str, why: str, now: datetime) -> Counts:
    link = letters.link_facts(session, link_id, now=now)
    if link is None:
        raise LinkUnknown
    # Another edition is the same letter to the same person: an older or a newer one would go on opening it.
    editions = targets.held_editions(session, link_id)
    for_good.overrule(session, links.any_of(editions), passing=_PASSING, why=why)
    return _kill(session, link.mailing_id, editions, why=why, now=now)


def _mark_document(session: Session, document_id: str, why: str, now: datetime) -> Counts:
    document = documents.find(session, document_id)
    if document is None:
        raise NoSuchDocument
    mailings.hold(session, [document.mailing_id])  # before its links, like whoever renews one of them
    frozen_at = incidents.frozen_at(session, "document", document_id)
    if frozen_at is not None:  # from now on it is gone by this act, and undoing the freeze gives nothing back
        documents.give_back_document(session, document_id, taken_back_at=frozen_at)
    orphans = documents.take_back_document(session, document_id, now=now)
    dead = links.live_links_of_children(session, document.mailing_id, orphans)
    counts = _kill(session, document.mailing_id, dead, why=why, now=now)
    mailing = mailings.find_any(session, document.mailing_id)
    if mailing is not None and not documents.has_live_document(session, document.mailing_id):
        mailings.advance(session, mailing, "revoke", ended_at=now)
    return counts


def _mark_mailing(session: Session, mailing_id: str, why: str, now: datetime) -> Counts:
    mailings.hold(session, [mailing_id])  # whoever moves it on at this moment is waited for: a brake does not fail
    mailing = mailings.find_any(session, mailing_id)
    if mailing is None:
        raise NoSuchMailing
    mailings.advance(session, mailing, "revoke", ended_at=now)
    taken = links.take_back(session, links.of_mailing(mailing_id), why=why, now=now)
    ended = links.end_openings(session, links.openings_of_mailing(mailing_id), now=now)
    cancelled = outbox.cancel_unsent(session, outbox.of_mailing(mailing_id), why=_WHY_CANCELLED, now=now)
    return taken, cancelled + _cancel_renewals(session, now=now), ended


def _kill(session: Session, mailing_id: str, link_ids: Sequence[str], *, why: str, now: datetime) -> Counts:
    taken, ended = links.kill(session, link_ids, why=why, now=now)
    return taken, _cancel(session, targets.unsent_notices_without_live_link(session, mailing_id), now=now), ended


def _cancel(session: Session, notice_ids: Sequence[str], *, now: datetime) -> int:
    cancelled = outbox.cancel_unsent(session, outbox.any_of(notice_ids), why=_WHY_CANCELLED, now=now)
    return cancelled + _cancel_renewals(session, now=now)


def _cancel_renewals(session: Session, *, now: datetime) -> int:
    """Cancel messages with fresh links that would bring nothing any more; others are derived without the dead ones."""
    idle = renewals.idle_renewals(session)
    return outbox.cancel_family_mail(session, idle, why=_WHY_CANCELLED, now=now)


def _readers(session: Session, target: Target) -> list[Reader]:
    match target.kind:
        case "mailing":
            return targets.readers_of_mailing(session, target.id)
        case "link":
            return targets.readers_of_link(session, target.id)
        case "document":
            return targets.readers_of_document(session, target.id)
        case "guardianship" | "guardian" | "child":
            return targets.readers_of_family(session, target.kind, target.id, target.sites)
