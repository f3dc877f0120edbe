"""Who asked to read a frozen letter, and who granted it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from portal.documents import repository as documents
from portal.documents.errors import NoSuchDocument
from portal.documents.tables import Document
from portal.families import repository as families
from portal.incidents import repository as incidents
from portal.incidents.errors import NoSuchIncident
from portal.incidents.rules import ASKING_LASTS, KNOWN_FOR, ReadingState, may_read_together, reading_state
from portal.overviews.incidents.incident_seen import find_incident
from portal.overviews.people.staff_mail import name_of
from portal.staff import repository as staff
from portal.staff.rules import Acting
from portal.words.sentences import sentence


@dataclass(frozen=True, slots=True)
class ReadingSeen:
    """One asking. `is_mine`: whoever looks asked; `is_reader`: they are one of the two."""

    id: str
    file_name: str
    asked_by: str
    asked_at: datetime
    reason: str
    granted_by: str
    granted_at: datetime | None
    ends_at: datetime | None
    state: ReadingState
    is_mine: bool
    is_reader: bool


def readings_seen(session: Session, incident_id: str, *, by: Acting, now: datetime) -> list[ReadingSeen]:
    """Return every asking of an incident, the newest first. Raises `NoSuchIncident`."""
    find_incident(session, incident_id, by=by)
    found = []
    for one in incidents.readings_of(session, incident_id):
        document = documents.find(session, one.document_id)
        found.append(
            ReadingSeen(
                one.id,
                document.file_name if document else "",
                name_of(session, one.asked_by_id),
                one.asked_at,
                one.reason,
                name_of(session, one.granted_by_id) if one.granted_by_id else "",
                one.granted_at,
                one.ends_at,
                reading_state(asked_at=one.asked_at, ends_at=one.ends_at, now=now),
                one.asked_by_id == by.id,
                by.id in {one.asked_by_id, one.granted_by_id},
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Asking:
    """What waits for a second administrator, as the home page tells it."""

    incident_id: str
    file_name: str
    asked_by: str
    asked_at: datetime


def waiting(session: Session, *, by: Acting, now: datetime) -> list[Asking]:
    """Return what others ask to read and this admin may grant now, the newest first."""
    found = []
    for one in incidents.asked_since(session, now - ASKING_LASTS):
        try:
            if one.asked_by_id == by.id or reads_from(session, one.incident_id, by=by, now=now):
                continue
        except NoSuchIncident:  # of another site
            continue
        document = documents.find(session, one.document_id)
        name = document.file_name if document else ""
        found.append(Asking(one.incident_id, name, name_of(session, one.asked_by_id), one.asked_at))
    return found


def reads_from(session: Session, incident_id: str, *, by: Acting, now: datetime) -> datetime | None:
    """Return from when an admin may be one of the two, if that is not now: who became one after the freeze waits."""
    since, (incident, _) = staff.admin_since(session, by.id), find_incident(session, incident_id, by=by)
    if since is None or may_read_together(admin_since=since, frozen_at=incident.at, now=now):
        return None
    return since + KNOWN_FOR


def letter_of_child(session: Session, incident_id: str, number: str, *, by: Acting) -> str:
    """Return the newest letter of the child with this student number. Raises `NoSuchDocument`, `NoSuchIncident`."""
    _, about = find_incident(session, incident_id, by=by)
    child = families.child_by_number(session, number, by.sites)
    if child is None:
        raise NoSuchDocument(sentence("No letter of this incident is for a child with this number."))
    query = select(col(Document.id)).where(
        col(Document.mailing_id).in_([one.mailing_id for one in about]), col(Document.addressee_id) == child.id
    )
    found: str | None = session.execute(query.order_by(col(Document.created_at).desc()).limit(1)).scalar()
    if found is None:
        raise NoSuchDocument(sentence("No letter of this incident is for a child with this number."))
    return found
