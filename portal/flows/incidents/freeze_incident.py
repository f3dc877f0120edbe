"""The red button: links dead, messages cancelled, pages closed, downloads cut at the next chunk, evidence kept.

One press, one transaction, whatever it is about; every admin is told by mail, in numbers. Keys stay: what was sent is
evidence, and shredding is another act.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.errors import NoSuchDocument
from portal.documents.repository import keeping
from portal.incidents import repository as incidents
from portal.incidents.errors import NothingToFreeze
from portal.incidents.rules import EVIDENCE, FROZEN, REASON_MOST, Target
from portal.kernel.errors import WrongCall
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import hold_still
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.mailings import repository as mailings
from portal.mailings.errors import NoSuchMailing
from portal.mailings.rules import move
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.overviews.family import renewals
from portal.overviews.links import targets
from portal.staff import repository as staff
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence

_WHY_CANCELLED = sentence("Taken back before it left.")
Counts = tuple[int, int, int]
_NOTHING: Counts = (0, 0, 0)


@dataclass(frozen=True, slots=True)
class Frozen:
    """The incident that a press opened, or that an earlier press had opened already."""

    incident_id: str
    is_repeat: bool


def freeze(session: Session, keys: KeyRing, target: Target, *, by: Acting, reason: str, now: datetime) -> Frozen:
    """Freeze a target and open its incident. A second press finds the first one's incident and writes nothing.

    Raises `NotAllowed` for anybody but an admin, `WrongCall` without a reason, `NotNow` for what was never approved,
    and `NotFound` errors.
    """
    if not by.is_admin:
        raise NotAllowed
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_MOST:
        raise WrongCall(
            sentence("Say why it is frozen, in at most %(most)s letters; the reason is kept with it.", most=REASON_MOST)
        )
    hold_still(session, "incident", shared=False)  # two hands on the button are one press
    wanted = _wanted(session, target, by)
    before = _before(session, target, wanted)
    if before is not None:
        return Frozen(before, is_repeat=True)
    wanted = _not_frozen(session, wanted)
    mailings.hold(session, wanted)
    found = [mailings.find(session, one, staff_id=by.id, sites=by.sites) for one in wanted]
    incident_id, counts, rows = new_id(), _NOTHING, []
    acts = _keep(session, wanted, by=by, now=now)
    for mailing in found:
        rows.append({"mailing_id": mailing.id, "state": mailing.state, "round": mailing.round,
                     "is_ours": mailing.state != "revoked", "undone_at": None, "undone_in": None})  # fmt: skip
        died = _mark(session, target, mailing, now)
        acts += _taken_back(session, target, mailing, died, by=by, reason=reason, now=now)
        counts = (counts[0] + died[0], counts[1] + died[1], counts[2] + died[2])
    # whoever had asked for a fresh link, which would open nothing now, gets no message with it
    idle = outbox.cancel_family_mail(session, renewals.idle_renewals(session), why=_WHY_CANCELLED, now=now)
    counts = (counts[0], counts[1] + idle, counts[2])
    incidents.add(session, _row(incident_id, target, counts, by=by, reason=reason, now=now), rows)
    acts.append(Act("incident:freeze", by.label, _about(incident_id, target, wanted, counts)))
    outbox.queue_staff_mail(session, "frozen", staff.admins(session), about_id=incident_id, now=now)
    ledger.append(session, keys, acts, now=now)
    return Frozen(incident_id, is_repeat=False)


def frozen_before(session: Session, target: Target, *, by: Acting) -> str | None:
    """Return the incident in which all that is meant is frozen already. Raises what `freeze` raises."""
    return _before(session, target, _wanted(session, target, by))


def mailings_meant(session: Session, target: Target, by: Acting) -> Sequence[str]:
    """Return the mailings that a target is about and that are not frozen yet. Raises what `freeze` raises."""
    return _not_frozen(session, _wanted(session, target, by))


def _wanted(session: Session, target: Target, by: Acting) -> Sequence[str]:
    """Return the mailings that are meant, within somebody's sites; elsewhere there is nothing by that name."""
    match target.kind:
        case "mailing":
            return [mailings.find(session, target.id, staff_id=by.id, sites=by.sites).id]
        case "document":
            document = documents.find(session, target.id)
            if document is None:
                raise NoSuchDocument
            return [mailings.find(session, document.mailing_id, staff_id=by.id, sites=by.sites).id]
        case "span":
            if target.since is None or target.until is None:
                raise WrongCall(sentence("Say from when and until when."))
            sent = mailings.sent_by(session, target.id, target.since, target.until)
            wanted = [one for one in sent if _is_visible(session, one, by)]
            if not wanted:
                raise NothingToFreeze
            return wanted


def _keep(session: Session, wanted: Sequence[str], *, by: Acting, now: datetime) -> list[Act]:
    """Put under legal hold what is under none: evidence is not shredded because its days are over."""
    free = [one for one in wanted if keeping.hold_of(session, one) is None]
    for one in free:
        keeping.put_hold(session, one, by=by.label, reason=EVIDENCE, now=now)
    return [Act("mailing:hold", by.label, {"mailing": one}) for one in free]


def _is_visible(session: Session, mailing_id: str, by: Acting) -> bool:
    try:
        return bool(mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites))
    except NoSuchMailing:
        return False


def _before(session: Session, target: Target, wanted: Sequence[str]) -> str | None:
    """Return the incident in which all that is meant is frozen already."""
    standing = incidents.standing(session, wanted)
    if all(one in standing for one in wanted):
        return standing[wanted[-1]]
    return incidents.of_document(session, target.id) if target.kind == "document" else None


def _not_frozen(session: Session, wanted: Sequence[str]) -> list[str]:
    standing = incidents.standing(session, wanted)
    return [one for one in wanted if one not in standing]


def _mark(session: Session, target: Target, mailing: Mailing, now: datetime) -> Counts:
    if target.kind == "document":
        return _mark_document(session, mailing, target.id, now)
    return _NOTHING if mailing.state == "revoked" else _mark_mailing(session, mailing, now)


def _mark_mailing(session: Session, mailing: Mailing, now: datetime) -> Counts:
    mailings.advance(session, mailing, "revoke", ended_at=now)
    taken = links.take_back(session, links.of_mailing(mailing.id), why=FROZEN, now=now)
    ended = links.end_openings(session, links.openings_of_mailing(mailing.id), now=now)
    cancelled = outbox.cancel_unsent(session, outbox.of_mailing(mailing.id), why=_WHY_CANCELLED, now=now)
    return taken, cancelled, ended


def _mark_document(session: Session, mailing: Mailing, document_id: str, now: datetime) -> Counts:
    move(mailing.state, "revoke")  # of a draft nobody has anything, and its writer changes it where it stands
    orphans = documents.take_back_document(session, document_id, now=now)
    dead = links.live_links_of_children(session, mailing.id, orphans)
    taken, ended = links.kill(session, dead, why=FROZEN, now=now)
    idle = targets.unsent_notices_without_live_link(session, mailing.id)
    cancelled = outbox.cancel_unsent(session, outbox.any_of(idle), why=_WHY_CANCELLED, now=now)
    if not documents.has_live_document(session, mailing.id):
        mailings.advance(session, mailing, "revoke", ended_at=now)
    return taken, cancelled, ended


def _taken_back(
    session: Session, target: Target, mailing: Mailing, died: Counts, *, by: Acting, reason: str, now: datetime
) -> list[Act]:
    """Note the taking back of each target where revoking looks for it, once."""
    kind, target_id = ("document", target.id) if target.kind == "document" else ("mailing", mailing.id)
    if links.taking_back(session, kind, target_id) is not None:
        return []
    links.put_taking_back(session, (kind, target_id), by=by.label, reason=reason, at=now, counts=died)
    about: dict[str, Fact] = {kind: target_id, "why": FROZEN}
    return [Act(f"{kind}:revoke", by.label, about | dict(zip(_COUNTED, died, strict=True)))]


_COUNTED = ("links", "notices", "sessions")


def _row(incident_id: str, target: Target, counts: Counts, *, by: Acting, reason: str, now: datetime) -> dict[str, Any]:
    return {
        "id": incident_id,
        "kind": target.kind,
        "document_id": target.id if target.kind == "document" else None,
        "sender_id": target.id if target.kind == "span" else None,
        "since": target.since,
        "until": target.until,
        "by": by.label,
        "reason": reason,
        "at": now,
        "links": counts[0],
        "notices_cancelled": counts[1],
        "sessions_ended": counts[2],
    }


def _about(incident_id: str, target: Target, wanted: Sequence[str], counts: Counts) -> dict[str, Fact]:
    about: dict[str, Fact] = {"incident": incident_id, "mailings": list(wanted)}
    if target.kind == "document":
        about["document"] = target.id
    if target.kind == "span":
        about["staff"] = target.id
    return about | dict(zip(_COUNTED, counts, strict=True))
