"""A frozen document is read by two administrators together: one asks, another grants, then both may, for half an hour.

In the browser alone: a shell is not a second person. Nor is an administrator whom the first one has just made, so both
were administrators before the freeze, or have been for a day. Each reading is in the ledger before a byte leaves.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.errors import NoSuchDocument
from portal.documents.tables import Document
from portal.incidents import repository as incidents
from portal.incidents.errors import NoSuchReading, NotGranted, OwnAsking, TooNew
from portal.incidents.rules import READING_LASTS, REASON_LEAST, REASON_MOST, may_read_together, reading_state
from portal.incidents.tables import IncidentReading
from portal.kernel.errors import Refused, WrongCall
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import hold_still
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.overviews.incidents.incident_seen import find_incident
from portal.staff import repository as staff
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence
from portal.words.several import calendar_day_words

_PRESSED_AGAIN: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class FrozenFile:
    """The sealed file of a reading."""

    document_id: str
    file_name: str
    media_type: str
    size: int


def ask_to_read(
    session: Session, keys: KeyRing, incident_id: str, document_id: str, *, reason: str, by: Acting, now: datetime
) -> str:
    """Ask to read one document of an incident; return the asking's id. Asked again within minutes, it is the same one.

    Raises `NoSuchIncident`, `NoSuchDocument`, `NotAllowed`, `TooNew`, `WrongCall`.
    """
    document = _document(session, incident_id, document_id, by)
    _check_known(session, incident_id, by.id, now=now)
    reason = " ".join(reason.split())
    if not REASON_LEAST <= len(reason) <= REASON_MOST:
        raise WrongCall(
            sentence(
                "Say why it has to be read, in %(least)s to %(most)s letters.", least=REASON_LEAST, most=REASON_MOST
            )
        )
    hold_still(session, f"incident:{incident_id}", shared=False)
    for one in incidents.readings_of(session, incident_id):
        is_mine = (one.asked_by_id, one.document_id) == (by.id, document.id)
        is_pressed_again = is_mine and now - one.asked_at < _PRESSED_AGAIN  # later it is asked anew: an asking ends
        if is_pressed_again and reading_state(asked_at=one.asked_at, ends_at=one.ends_at, now=now) == "asked":
            return one.id
    reading_id = new_id()
    incidents.add_reading(
        session,
        {
            "id": reading_id, "incident_id": incident_id, "mailing_id": document.mailing_id,
            "document_id": document.id, "kind": document.kind, "asked_by_id": by.id, "asked_at": now,
            "reason": reason, "granted_by_id": None, "granted_at": None, "ends_at": None,
        },
    )  # fmt: skip
    sha256 = hashlib.sha256(reason.encode()).hexdigest()
    act = _act("incident:ask", incident_id, reading_id, document.id, by=by, reason_sha256=sha256)
    ledger.append(session, keys, [act], now=now)
    return reading_id


def grant_reading(
    session: Session, keys: KeyRing, incident_id: str, reading_id: str, *, by: Acting, now: datetime
) -> None:
    """Grant what another administrator asked for. A second press changes nothing.

    Raises `NoSuchIncident`, `NoSuchReading`, `NotAllowed`, `OwnAsking`, `TooNew`.
    """
    reading = _reading(session, incident_id, reading_id, by)
    if reading.asked_by_id == by.id:
        raise OwnAsking
    _check_known(session, incident_id, by.id, now=now)
    match reading_state(asked_at=reading.asked_at, ends_at=reading.ends_at, now=now):
        case "open":
            return
        case "over":
            raise NoSuchReading
        case "asked" if staff.admin_since(session, reading.asked_by_id) is None:
            raise NoSuchReading(sentence("Whoever asked is no administrator any more. Somebody else has to ask anew."))
        case "asked":
            _check_known(session, incident_id, reading.asked_by_id, now=now)
            incidents.grant(session, reading_id, by_id=by.id, now=now, until=now + READING_LASTS)
            act = _act("incident:grant", incident_id, reading_id, reading.document_id, by=by)
            ledger.append(session, keys, [act], now=now)


def read_frozen(
    session: Session, keys: KeyRing, incident_id: str, reading_id: str, *, by: Acting, now: datetime
) -> FrozenFile:
    """Note who reads, and return the file. Only after this is durable may a byte leave. Raises as `may_read` does."""
    found = may_read(session, incident_id, reading_id, by=by, now=now)
    act = _act("incident:read", incident_id, reading_id, found.document_id, by=by)
    ledger.append(session, keys, [act], now=now)
    return found


def may_read(session: Session, incident_id: str, reading_id: str, *, by: Acting, now: datetime) -> FrozenFile:
    """Return the file if this person is one of the two, and their time is not over.

    Raises `NotGranted`, `NoSuchIncident`, `NoSuchReading`, `NoSuchDocument`, `NotAllowed`.
    """
    reading = _reading(session, incident_id, reading_id, by)
    state = reading_state(asked_at=reading.asked_at, ends_at=reading.ends_at, now=now)
    two = (reading.asked_by_id, reading.granted_by_id)
    if state != "open" or by.id not in two:
        raise NotGranted
    if any(one is None or staff.admin_since(session, one) is None for one in two):
        raise NotGranted(sentence("The other one is no administrator any more, so the time of both is over."))
    document = _document(session, incident_id, reading.document_id, by)
    if document.closed_at is not None:
        raise NotGranted(
            sentence(
                "This letter was shredded on %(day)s, so nobody can open it again.",
                day=calendar_day_words(document.closed_at),
            )
        )
    return FrozenFile(document.id, document.file_name, document.media_type, document.size)


def _check_known(session: Session, incident_id: str, staff_id: str, *, now: datetime) -> None:
    since, frozen_at = staff.admin_since(session, staff_id), incidents.find(session, incident_id).at
    if not may_read_together(admin_since=since, frozen_at=frozen_at, now=now):
        raise TooNew


def _check(session: Session, incident_id: str, by: Acting) -> tuple[frozenset[str], str | None]:
    """Return the mailings of an incident that an administrator looks at in the browser; and its one document."""
    if not by.is_admin:
        raise NotAllowed
    if by.through != "web":
        raise Refused(sentence("A frozen letter is read in the browser alone: a shell is not a person."))
    incident, about = find_incident(session, incident_id, by=by)
    return frozenset(one.mailing_id for one in about), incident.document_id


def _document(session: Session, incident_id: str, document_id: str, by: Acting) -> Document:
    theirs, only = _check(session, incident_id, by)
    document = documents.find(session, document_id)
    if document is None or document.mailing_id not in theirs or only not in {None, document_id}:
        raise NoSuchDocument
    return document


def _reading(session: Session, incident_id: str, reading_id: str, by: Acting) -> IncidentReading:
    _check(session, incident_id, by)
    return incidents.reading(session, incident_id, reading_id)


def _act(act: str, incident_id: str, reading_id: str, document_id: str, *, by: Acting, **more: Fact) -> Act:
    about: dict[str, Fact] = {"incident": incident_id, "reading": reading_id, "document": document_id}
    return Act(act, by.label, about | more)
