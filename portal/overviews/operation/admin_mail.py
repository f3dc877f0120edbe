"""What messages to admins need to know: how the portal itself stands, and what was frozen."""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from portal.incidents.errors import NoSuchIncident
from portal.kernel.configuration.settings import Settings
from portal.mail.letters.staff_letters import AlarmFacts, FrozenFacts
from portal.mailings import repository as mailings
from portal.mailings.errors import NoSuchMailing
from portal.mailings.repository import alarms
from portal.outbox import repository as outbox
from portal.outbox.tables import Alert
from portal.overviews.incidents.incident_seen import incident_seen
from portal.overviews.operation.watched import InForce, watched
from portal.overviews.people.staff_mail import name_of
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


def alarm_now(session: Session, alarm_id: str, *, by: Acting, moment: Callable[[datetime], str]) -> AlarmFacts | None:
    """Return who noticed something and what they did; None for an admin who may not see the mailing."""
    alarm = alarms.find_alarm(session, alarm_id)
    if alarm is None:
        return None
    try:
        mailing = mailings.find(session, alarm.mailing_id, staff_id=by.id, sites=by.sites)
    except NoSuchMailing:
        return None
    who = name_of(session, alarm.by_id)
    return AlarmFacts(mailing.id, mailing.title, who, moment(alarm.at), is_paused=alarm.kind == "pause")


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
