"""What families and an authority are told about an incident: as somebody changed it, or the first draft."""

from datetime import datetime

from sqlmodel import Session

from portal.incidents import repository as incidents
from portal.incidents.rules import TextKind
from portal.incidents.rules.drafts import Told, draft_of
from portal.kernel.configuration.settings import Settings
from portal.overviews.incidents.incident_seen import IncidentSeen
from portal.words.languages import ENGLISH
from portal.words.saying import whole_day

KINDS: tuple[TextKind, ...] = ("notice", "report")


def text_of(session: Session, seen: IncidentSeen, kind: TextKind, settings: Settings) -> tuple[str, bool]:
    """Return a text, and whether somebody changed it already."""
    kept = incidents.texts_of(session, seen.incident.id).get(kind)
    return (kept, True) if kept is not None else (draft_of(kind, told_of(seen, settings)), False)


def told_of(seen: IncidentSeen, settings: Settings) -> Told:
    """Return the facts that drafts are made of."""

    def day(moment: datetime) -> str:
        return whole_day(moment.astimezone(settings.zone).date(), ENGLISH)

    def at(moment: datetime) -> str:
        return f"{day(moment)} at {moment.astimezone(settings.zone):%H:%M}"

    sent = [one.first_sent for one in seen.mailings if one.first_sent]
    last = [one.last_sent for one in seen.mailings if one.last_sent]
    files = [file for one in seen.mailings for file in one.files]
    return Told(
        organisation=settings.organisation,
        contact=settings.contact,
        titles=tuple(one.title for one in seen.mailings),
        audience="; ".join(dict.fromkeys(one.audience for one in seen.mailings)),
        files=tuple(file.name for file in files),
        file_count=sum(one.file_count for one in seen.mailings),
        reason=seen.incident.reason,
        sent=f"from {at(min(sent))} to {at(max(last))}" if sent and last else "",
        sent_day=day(min(sent)) if sent else day(seen.incident.at),
        frozen=at(seen.incident.at),
        is_each=any(file.kind == "own" for file in files),
        messages=seen.sum("sent"),
        families=sum(one.families for one in seen.mailings),
        guardians=sum(one.guardians for one in seen.mailings),
        children=sum(one.children for one in seen.mailings),
        families_opened=seen.families_opened,
        children_opened=seen.children_opened,
        saved=seen.downloaded_by,
        links=seen.incident.links,
        cancelled=seen.incident.notices_cancelled,
        sessions=seen.incident.sessions_ended,
        released=any(file.released for file in files),
    )
