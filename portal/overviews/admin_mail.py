"""What messages to admins need to know: how the portal itself stands, and what was frozen."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from portal.incidents.errors import NoSuchIncident
from portal.kernel.settings import Settings
from portal.mail.staff_letters import FrozenFacts
from portal.outbox import repository as outbox
from portal.outbox.tables import Alert
from portal.overviews.incident_seen import incident_seen
from portal.overviews.watched import InForce, watched
from portal.staff.rules import Acting

_FROZEN = {"mailing": "a letter", "document": "a file of a letter", "span": "what one person had sent"}


def alert_now(
    session: Session, settings: Settings, kind: str, *, turn: int, now: datetime
) -> tuple[Alert, InForce] | None:
    """Return an alert and how it stands; None when a newer message tells of it, or it is watched no more."""
    for known, fact in watched(session, settings, now=now).items():
        if known == kind and (alert := outbox.alert(session, known)) is not None and alert.turn == turn:
            return alert, fact
    return None


def freeze_now(
    session: Session, incident_id: str, *, by: Acting, moment: Callable[[datetime], str]
) -> FrozenFacts | None:
    """Return what a freeze did, in numbers; None for an admin who may not see the incident."""
    try:
        seen = incident_seen(session, incident_id, by=by, organisation="")
    except NoSuchIncident:
        return None
    incident = seen.incident
    return FrozenFacts(
        _FROZEN[incident.kind], seen.by, moment(incident.at), incident.links, incident.notices_cancelled,
        incident.sessions_ended, seen.opened_by,
    )  # fmt: skip
