"""Whom undoing a freeze would mail: the guardians whose links died by it, by today's rights and addresses."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from portal.incidents import repository as incidents
from portal.incidents.errors import NothingToUndo
from portal.incidents.rules import FROZEN
from portal.links.tables import Link
from portal.mailings import repository as mailings
from portal.mailings.tables import Mailing
from portal.overviews.incident_seen import find_incident
from portal.overviews.round_facts import Pair, facts_of
from portal.overviews.rounds import Carried, Recipient
from portal.staff.rules import Acting


@dataclass(frozen=True, slots=True)
class UndoPlanned:
    """Who would get a message with fresh links; `missing` counts guardians whose link died and who would get none."""

    incident_id: str
    number: int
    recipients: tuple[Recipient, ...]
    missing: int

    @property
    def children(self) -> int:
        """How many children the messages are about."""
        return len({one.child_id for recipient in self.recipients for one in recipient.children})

    @property
    def links(self) -> int:
        """How many links are made."""
        return sum(len(recipient.children) for recipient in self.recipients)


def planned_undo(
    session: Session, incident_id: str, mailing_id: str, *, by: Acting, now: datetime
) -> tuple[Mailing, UndoPlanned]:
    """Return a frozen mailing, and whom undoing its freeze would mail now.

    Links that had been taken back before the freeze stay so. Raises `NoSuchIncident`, `NothingToUndo`.
    """
    incident, about = find_incident(session, incident_id, by=by)
    mine = next((one for one in about if one.mailing_id == mailing_id), None)
    if mine is None or not mine.is_ours or mine.undone_at is not None or incident.kind == "document":
        raise NothingToUndo
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    if mailing.state != "revoked":
        raise NothingToUndo
    died = _died(session, mailing_id, incident.at)
    facts = facts_of(session, mailing, now=now)
    recipients = []
    for one in facts.plan.addressees:
        pairs = [(one.guardian_id, child) for child in one.children if child in facts.copied]
        fresh = tuple(Carried(pair[1], None, died[pair] + 1) for pair in pairs if pair in died)
        if fresh:
            recipients.append(Recipient(one.guardian_id, one.address, fresh))
    reached = {one.guardian_id for one in recipients}
    missing = len({guardian for guardian, _ in died} - reached)
    return mailing, UndoPlanned(incident_id, mailing.round + 1, tuple(recipients), missing)


def _died(session: Session, mailing_id: str, frozen_at: datetime) -> dict[Pair, int]:
    """Return whose newest link died by this freeze, with its edition."""
    query = select(
        col(Link.guardian_id), col(Link.child_id), col(Link.edition), col(Link.revoked_at), col(Link.revoked_why)
    ).where(col(Link.mailing_id) == mailing_id)
    newest = {(row[0], row[1]): row[2:] for row in session.execute(query.order_by(col(Link.edition)))}
    return {
        pair: edition
        for pair, (edition, revoked_at, why) in newest.items()
        if why == FROZEN and revoked_at == frozen_at
    }


def incident_to_undo(session: Session, mailing_id: str, *, by: Acting) -> str:
    """Return the incident by which a mailing was frozen and that was not undone. Raises `NothingToUndo`."""
    mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    found = incidents.that_froze(session, mailing_id)
    if found is None:
        raise NothingToUndo
    return found
