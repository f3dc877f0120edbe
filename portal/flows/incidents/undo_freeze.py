"""A freeze that was a mistake is undone: the same letter, fresh links, one message to each guardian, after a hold.

The old links stay dead. What was frozen, by whom and why it was a mistake stays in the incident.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.repository import keeping
from portal.families import repository as families
from portal.incidents import repository as incidents
from portal.incidents.errors import NothingToUndo
from portal.incidents.rules import FROZEN, REASON_MOST
from portal.kernel.errors import WrongCall
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import hold_still
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.links.repository import for_good
from portal.mailings import repository as mailings
from portal.mailings.errors import NobodyLeft, RosterChanged
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.overviews.incidents.incident_seen import find_incident
from portal.overviews.incidents.undoing import UndoPlanned
from portal.overviews.sending.round_rows import RoundRows, Row
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence


@dataclass(frozen=True, slots=True)
class Prepared:
    """Every row of it, worked out before the write lock is taken, for one version of all it rests on."""

    incident_id: str
    mailing_id: str
    version: int
    roster: int
    number: int
    links: list[Row]
    notices: list[Row]
    notice_links: list[Row]
    messages: int
    held_until: datetime
    frozen_at: datetime
    document_id: str | None

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Whose links are made anew: guardian and child."""
        return [(one["guardian_id"], one["child_id"]) for one in self.links]


@dataclass(frozen=True, slots=True)
class Undone:
    """The round in which fresh links go out, and how many messages it has."""

    mailing: Mailing
    number: int
    notices: int
    links: int
    is_repeat: bool


def prepare_undo(
    session: Session, keys: KeyRing, mailing: Mailing, planned: UndoPlanned, *, now: datetime, hold: timedelta
) -> Prepared:
    """Work out every link and notice, without a lock. Raises `NobodyLeft`."""
    if not (planned.everybody or planned.under_old_links):
        raise NobodyLeft
    begins = now + hold
    shared: Row = {"mailing_id": mailing.id, "round": planned.number}
    made = RoundRows(keys, shared, now, begins, begins + timedelta(days=mailing.link_days))
    for recipient in planned.everybody:
        made.add(recipient, wave=planned.waves.get(recipient.guardian_id, 0))
    return Prepared(
        planned.incident_id, mailing.id, mailing.version, families.newest_roster(session), planned.number,
        made.links, made.notices, made.notice_links, len(planned.recipients), begins,
        planned.frozen_at, planned.document_id,
    )  # fmt: skip


def undone_before(session: Session, incident_id: str, mailing_id: str, *, by: Acting) -> Undone | None:
    """Return what an earlier undoing of this freeze did. Raises `NoSuchIncident`."""
    _, about = find_incident(session, incident_id, by=by)
    mine = next((one for one in about if one.mailing_id == mailing_id and one.undone_in is not None), None)
    if mine is None or mine.undone_in is None:
        return None
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    done = mailings.round_of(session, mailing_id, mine.undone_in)
    return Undone(mailing, mine.undone_in, done.notices if done else 0, 0, is_repeat=True)


def undo_freeze(
    session: Session, keys: KeyRing, prepared: Prepared, *, reason: str, by: Acting, now: datetime
) -> Undone:
    """Write the fresh links with their notices and begin the hold: one transaction, once however often it is asked for.

    Raises `NotAllowed`, `WrongCall` without a reason, `NothingToUndo`, `ChangedMeanwhile`, `RosterChanged`.
    """
    reason = _checked(reason, by)
    hold_still(session, "incident", shared=False)
    before = undone_before(session, prepared.incident_id, prepared.mailing_id, by=by)
    if before is not None:
        return before
    if incidents.is_frozen_whole(session, prepared.mailing_id, but=prepared.incident_id):
        raise NothingToUndo
    mailing = mailings.find(session, prepared.mailing_id, staff_id=by.id, sites=by.sites)
    mailings.check_version(mailing, prepared.version)
    if not families.stays_newest(session, prepared.roster):
        raise RosterChanged
    mailings.hold(session, [mailing.id])  # before its links, like whoever takes it back
    if for_good.any_taken_back(session, mailing.id, prepared.pairs, but={FROZEN}):
        raise RosterChanged  # since it was worked out somebody took a link back for good: it is worked out anew
    if prepared.document_id is not None:
        if not documents.give_back_document(session, prepared.document_id, taken_back_at=prepared.frozen_at):
            raise NothingToUndo  # since it was worked out somebody took it back for good
        links.forget_taking_back(session, "document", prepared.document_id)
    if prepared.notices:
        _send_anew(session, mailing, prepared, by=by, now=now)
    if not incidents.mark_undone(session, prepared.incident_id, mailing.id, in_round=prepared.number, now=now):
        raise NothingToUndo
    incidents.add_decision(
        session, prepared.incident_id, by=by.label, text=f"The freeze was undone with fresh links: {reason}", now=now
    )
    lifted = _lift_hold(session, prepared, by=by, now=now)
    ledger.append(session, keys, [*_acts(prepared, by), *lifted], now=now)
    return Undone(mailing, prepared.number, prepared.messages, len(prepared.links), is_repeat=False)


def _checked(reason: str, by: Acting) -> str:
    if not by.is_admin:
        raise NotAllowed
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= REASON_MOST:
        raise WrongCall(sentence("Say why the freeze was a mistake, in at most %(most)s letters.", most=REASON_MOST))
    return reason


def _send_anew(session: Session, mailing: Mailing, prepared: Prepared, *, by: Acting, now: datetime) -> None:
    if mailing.state == "revoked":
        mailings.advance(
            session, mailing, "re-issue", round=prepared.number, held_until=prepared.held_until, ended_at=None,
            ended_by_id=None, links_expire_at=prepared.held_until + timedelta(days=mailing.link_days),
        )  # fmt: skip
        links.forget_taking_back(session, "mailing", mailing.id)
    else:  # one file of it was frozen, and its other files went on
        mailings.advance(
            session, mailing, "fresh-links", round=prepared.number, held_until=prepared.held_until, ended_by_id=None
        )
    mailings.add_round(session, mailing, "re-issue", by_id=by.id, at=now, notices=prepared.messages)
    links.add_links(session, prepared.links)
    outbox.add_notices(session, prepared.notices, prepared.notice_links)


def _lift_hold(session: Session, prepared: Prepared, *, by: Acting, now: datetime) -> list[Act]:
    """Lift the legal hold that the freeze had put, and no other; return what the ledger is told."""
    hold = keeping.hold_of(session, prepared.mailing_id)
    if hold is None or hold.at != incidents.find(session, prepared.incident_id).at:
        return []
    keeping.lift_hold(session, prepared.mailing_id, by=by.label, reason=sentence("The freeze was undone."), now=now)
    return [Act("mailing:lift-hold", by.label, {"mailing": prepared.mailing_id})]


def _acts(prepared: Prepared, by: Acting) -> list[Act]:
    about: dict[str, Fact] = {"mailing": prepared.mailing_id, "incident": prepared.incident_id}
    counts: dict[str, Fact] = {
        "round": prepared.number, "notices": prepared.messages, "links": len(prepared.links),
        "pages": len(prepared.notices) - prepared.messages,
    }  # fmt: skip
    if prepared.document_id is not None:
        about["document"] = prepared.document_id
    undone = [Act("incident:undo", by.label, about)]
    return [*undone, Act("mailing:re-issue", by.label, about | counts)] if prepared.notices else undone
