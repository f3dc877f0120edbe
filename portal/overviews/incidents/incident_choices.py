"""What can be frozen, as an admin picks it in a hurry; and the incidents so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from portal.documents import repository as documents
from portal.documents.tables import Document
from portal.incidents import repository as incidents
from portal.incidents.errors import NoSuchIncident
from portal.mailings import repository as mailings
from portal.overviews.incidents.incident_seen import find_incident
from portal.overviews.records import record
from portal.staff.rules import Acting
from portal.staff.tables import StaffMember
from portal.words.sentences import numbered

_MOST_FILES = 12


@dataclass(frozen=True, slots=True)
class Listed:
    """An incident in the list."""

    id: str
    title: str
    by: str
    at: datetime
    reason: str
    is_undone: bool


def listed(session: Session, *, by: Acting, limit: int = 50) -> list[Listed]:
    """Return the newest incidents that this admin may see."""
    found: list[Listed] = []
    for one in incidents.newest(session):
        if len(found) == limit:
            break
        try:
            incident, about = find_incident(session, one.id, by=by)
        except NoSuchIncident:
            continue
        titles = [mailing.title for each in about if (mailing := mailings.find_any(session, each.mailing_id))]
        title = (
            titles[0]
            if len(titles) == 1
            else numbered(
                "%(title)s, and %(number)s more", "%(title)s, and %(number)s more", len(titles) - 1, title=titles[0]
            )
        )
        name = record.names_of_staff(session, [incident.by]).get(incident.by, incident.by)
        found.append(Listed(one.id, title, name, one.at, one.reason, all(each.undone_at for each in about)))
    return found


def senders(session: Session, *, by: Acting) -> list[tuple[str, str]]:
    """Return id and name of whoever sent a letter that this admin may see, whether present or removed."""
    ids = mailings.senders(session, staff_id=by.id, sites=by.sites)
    query = select(col(StaffMember.id), col(StaffMember.name), col(StaffMember.address))
    rows = session.execute(query.where(col(StaffMember.id).in_(ids)).order_by(col(StaffMember.name)))
    return [(row[0], row[1] or row[2]) for row in rows]


def files_of(session: Session, mailing_id: str) -> Sequence[tuple[str, str]]:
    """Return id and name of a mailing's files, where there are several and few enough to choose one by hand."""
    query = select(col(Document.id), col(Document.file_name)).where(
        col(Document.mailing_id) == mailing_id, col(Document.revoked_at).is_(None), documents.is_current()
    )
    found = [
        (row[0], row[1]) for row in session.execute(query.order_by(col(Document.file_name)).limit(_MOST_FILES + 1))
    ]
    return found if 1 < len(found) <= _MOST_FILES else []
