"""What was decided in an incident is written down once, and what is told to whom is kept as it was changed."""

import hashlib
from datetime import datetime

from sqlmodel import Session

from portal.incidents import repository as incidents
from portal.incidents.rules import DECISION_MOST, TEXT_MOST, TextKind
from portal.kernel.errors import WrongCall
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.storage.db import hold_still
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.overviews.incidents.incident_seen import find_incident
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence


def decide(session: Session, keys: KeyRing, incident_id: str, text: str, *, by: Acting, now: datetime) -> None:
    """Write a decision down; nobody changes it afterwards. The same once more, by the same person, is a second press.

    Raises `NoSuchIncident`, `NotAllowed`, `WrongCall`.
    """
    _check(session, incident_id, by)
    text = text.replace("\r\n", "\n").strip()
    if not 0 < len(text) <= DECISION_MOST:
        raise WrongCall(sentence("Say what was decided, in at most %(most)s letters.", most=DECISION_MOST))
    hold_still(session, f"incident:{incident_id}", shared=False)
    if [(one.by, one.text) for one in incidents.decisions_of(session, incident_id)[-1:]] == [(by.label, text)]:
        return
    decision_id = incidents.add_decision(session, incident_id, by=by.label, text=text, now=now)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    about = {"incident": incident_id, "decision": decision_id, "sha256": sha256}
    ledger.append(session, keys, [Act("incident:decide", by.label, about)], now=now)


def keep_text(session: Session, incident_id: str, kind: TextKind, text: str, *, by: Acting, now: datetime) -> None:
    """Keep a changed draft, in place of the one before. Raises `NoSuchIncident`, `NotAllowed`, `WrongCall`."""
    _check(session, incident_id, by)
    text = text.replace("\r\n", "\n").strip()
    if not 0 < len(text) <= TEXT_MOST:
        raise WrongCall(sentence("Write something, in at most %(most)s letters.", most=TEXT_MOST))
    incidents.put_text(session, incident_id, kind, text, by=by.label, now=now)


def note_pack(session: Session, keys: KeyRing, incident_id: str, *, by: Acting, now: datetime) -> None:
    """Note who takes the pack of an incident. Raises `NoSuchIncident`, `NotAllowed`."""
    _check(session, incident_id, by)
    ledger.append(session, keys, [Act("incident:pack", by.label, {"incident": incident_id})], now=now)


def _check(session: Session, incident_id: str, by: Acting) -> None:
    if not by.is_admin:
        raise NotAllowed
    find_incident(session, incident_id, by=by)
