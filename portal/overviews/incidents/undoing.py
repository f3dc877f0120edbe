"""Whom undoing a freeze would mail: the guardians whose links died by it, by today's rights and addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.documents import repository as documents
from portal.documents.repository import keeping
from portal.families import repository as families
from portal.incidents import repository as incidents
from portal.incidents.errors import NothingToUndo
from portal.incidents.rules import FROZEN
from portal.incidents.tables import Incident
from portal.links.tables import Link
from portal.mailings import repository as mailings
from portal.mailings.rules import move
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice
from portal.overviews.incidents.incident_seen import find_incident
from portal.overviews.sending.round_facts import Pair, facts_of
from portal.overviews.sending.rounds import Carried, Recipient
from portal.staff.rules import Acting
from portal.words.sentences import sentence

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class UndoPlanned:
    """Who would get a message with fresh links, and who a page to hand out, since there is no address.

    `missing` counts guardians whose link died and who would get neither. Whoever was in a later wave stays in it:
    `waves`, by guardian. `under_old_links` counts the children who have the one file that was frozen again under links
    that never died, since they open other files.
    """

    incident_id: str
    number: int
    recipients: tuple[Recipient, ...]
    paper: tuple[Recipient, ...]
    waves: Mapping[str, int]
    missing: int
    frozen_at: datetime
    document_id: str | None = None
    under_old_links: int = 0

    @property
    def later(self) -> int:
        """How many messages wait for a wave that the mailing had not reached."""
        return sum(self.waves.get(one.guardian_id, 0) > 0 for one in self.recipients)

    @property
    def children(self) -> int:
        """How many children the messages are about."""
        return len({one.child_id for recipient in self.everybody for one in recipient.children})

    @property
    def links(self) -> int:
        """How many links are made."""
        return sum(len(recipient.children) for recipient in self.everybody)

    @property
    def everybody(self) -> tuple[Recipient, ...]:
        """Who gets fresh links, by mail and on paper."""
        return self.recipients + self.paper


def planned_undo(
    session: Session, incident_id: str, mailing_id: str, *, by: Acting, now: datetime
) -> tuple[Mailing, UndoPlanned]:
    """Return a mailing of which all or one file was frozen, and whom undoing that would mail now.

    Links that had been taken back before the freeze stay so, and whose message a Stop had kept back gets none now.
    Raises `NoSuchIncident`, `NothingToUndo`, and `NotNow` for one file of a mailing that is paused or was stopped.
    """
    incident, about = find_incident(session, incident_id, by=by)
    mine = next((one for one in about if one.mailing_id == mailing_id), None)
    if mine is None or not mine.is_ours or mine.undone_at is not None:
        raise NothingToUndo
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    if keeping.is_closed(session, mailing_id, document_id=incident.document_id):
        raise NothingToUndo(
            sentence("What was frozen has been shredded since, so a fresh link would open nothing. Nothing was sent.")
        )
    given_back = _given_back(session, incident, mailing)
    died = _died(session, mailing_id, incident.at)
    facts = facts_of(session, mailing, given_back=given_back, now=now)
    known = died.keys() & facts.fates
    recipients = []
    for one in facts.plan.addressees:
        pairs = [(one.guardian_id, child) for child in one.children if child in facts.copied]
        fresh = tuple(Carried(pair[1], None, died[pair] + 1) for pair in pairs if pair in known)
        if fresh:
            recipients.append(Recipient(one.guardian_id, one.address, fresh))
    mailed = {(one.guardian_id, carried.child_id) for one in recipients for carried in one.children}
    paper = _on_paper(session, {pair: died[pair] for pair in died.keys() - mailed if pair[1] in facts.copied}, now=now)
    missing = {guardian for guardian, _ in died} - {one.guardian_id for one in (*recipients, *paper)}
    waves = _waves(session, mailing)
    planned = UndoPlanned(
        incident_id, mailing.round + 1, tuple(recipients), paper, waves, len(missing), incident.at,
        incident.document_id, len(given_back - {child for _, child in died}) if mailing.state != "revoked" else 0,
    )  # fmt: skip
    if planned.everybody and mailing.state != "revoked":
        move(mailing.state, "fresh-links")
    return mailing, planned


def _given_back(session: Session, incident: Incident, mailing: Mailing) -> frozenset[str]:
    """Return the children who have a frozen file again. Raises `NothingToUndo` if it is dead by another act as well."""
    if mailing.state == "revoked" and mailing.ended_at != incident.at:
        raise NothingToUndo
    if incidents.is_frozen_whole(session, mailing.id, but=incident.id):
        raise NothingToUndo  # one file was frozen first: who then froze all of it meant all of it
    if incident.document_id is None:
        if mailing.state != "revoked":
            raise NothingToUndo
        return frozenset()
    children = documents.taken_back_at(session, incident.document_id, incident.at)
    if not children:
        raise NothingToUndo
    return children


def _waves(session: Session, mailing: Mailing) -> dict[str, int]:
    """Return the wave of each guardian whose message had to wait for one that the mailing has not reached."""
    query = select(col(Notice.guardian_id), func.min(col(Notice.wave))).where(col(Notice.mailing_id) == mailing.id)
    rows = session.execute(query.group_by(col(Notice.guardian_id)).having(func.min(col(Notice.wave)) > mailing.wave))
    return {row[0]: row[1] for row in rows}


def _on_paper(session: Session, died: dict[Pair, int], *, now: datetime) -> tuple[Recipient, ...]:
    """Return those of these guardians who may see the letter and have no address: their pages are printed anew."""
    names = families.names_of_children(session, sorted({child for _, child in died}))
    numbers = [number for number, _, _ in names.values()]
    pages: dict[str, list[Carried]] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        terms = [("child", number) for number in numbers[start : start + _AT_ONCE]]
        for tie in families.ties_of_audience(session, terms, now=now):
            edition = died.get((tie.guardian_id or "", tie.child_id))
            if edition and tie.guardian_id and not (tie.address or tie.is_barred or tie.is_paused or tie.is_over):
                pages.setdefault(tie.guardian_id, []).append(Carried(tie.child_id, None, edition + 1))
    return tuple(Recipient(guardian, "", tuple(children)) for guardian, children in pages.items())


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
