"""Something went wrong: pick it, press the red button, and read the facts first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import cast, get_args

from sqlmodel import Session
from starlette.responses import Response

from portal.flows.incidents import decide_in_incident, freeze_incident
from portal.incidents.rules import Kind, Target
from portal.incidents.rules.deadlines import FERPA, KNOWN
from portal.kernel.configuration.deadlines import Deadline
from portal.kernel.errors import WrongCall
from portal.overviews.incidents import alarms_seen, incident_choices, incident_readings, incident_seen
from portal.overviews.incidents.alarms_seen import AlarmSeen
from portal.overviews.links import taking_back
from portal.overviews.links.taking_back import Look
from portal.web.admin import words
from portal.web.guards import AdminRequest
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.words.sentences import sentence

_MOST_LETTERS = 12
_MOST_ROWS = 12
"""So many of those who had seen it stand above what happens next; the others are one press away."""
_LONGEST_REASON = 400
REASONS = (
    sentence("It is not clear yet what went wrong."),
    sentence("The wrong file went out."),
    sentence("It went to the wrong families."),
    sentence("There is a fault in the letter."),
    sentence("An account was used by somebody else."),
)


def incidents(ask: AdminRequest) -> Response:
    """Show the newest letters, each one press from its red button, and the incidents so far."""
    with ask.house.db.read() as session:
        letters = taking_back.published(session, by=ask.acting, limit=_MOST_LETTERS)
        known = incident_choices.listed(session, by=ask.acting)
        people = incident_choices.senders(session, by=ask.acting)
    now = ask.now.astimezone(ask.house.settings.zone)
    return staff_page(
        ask,
        "admin/incidents.html",
        here="Incidents",
        letters=[one for one in letters if one.state != "revoked"],
        mailing_states=words.MAILING_STATES,
        known=known,
        people=people,
        today=f"{now:%Y-%m-%d}",
        now_local=f"{now:%Y-%m-%dT%H:%M}",
    )


def before_freeze(ask: AdminRequest) -> Response:
    """Show what the button would do, and the button; or lead to the incident that there is. Looking changes nothing."""
    target = _target(ask, ask.query)
    with ask.house.db.read() as session:
        before = freeze_incident.frozen_before(session, target, by=ask.acting)
    return see_other(f"/admin/incidents/{before}") if before else _button(ask, target, "")


def freeze(ask: AdminRequest) -> Response:
    """Freeze it, and send the browser to the facts."""
    target = _target(ask, ask.form.text)
    more = " ".join(ask.form.text("reason").split())
    if len(more) > _LONGEST_REASON:
        return _button(
            ask,
            target,
            sentence(
                "Say it in at most %(most)s letters; more goes into the log afterwards.",
                most=_LONGEST_REASON,
            ),
        )
    chosen = ask.form.text("why")
    reason = " ".join(filter(None, (chosen if chosen in REASONS else "", more))) or REASONS[0]
    done = ask.house.db.insist(
        partial(freeze_incident.freeze, keys=ask.house.keys, target=target, by=ask.acting, reason=reason, now=ask.now)
    )
    return see_other(f"/admin/incidents/{done.incident_id}")


@dataclass(frozen=True, slots=True)
class Sum:
    """What would die, of all letters that are meant together."""

    links: int
    notices: int
    sessions: int
    readers: int


def _button(ask: AdminRequest, target: Target, fault: str) -> Response:
    with ask.house.db.read() as session:
        meant = freeze_incident.mailings_meant(session, target, ask.acting)
        chosen = [("document", target.id)] if target.kind == "document" else [("mailing", one) for one in meant]
        looks = [
            taking_back.look(session, cast("taking_back.Kind", kind), one, by=ask.acting, now=ask.now)
            for kind, one in chosen
        ]
        files = incident_choices.files_of(session, target.id) if target.kind == "mailing" else []
        raised = _alarms(session, ask, target)
    return staff_page(
        ask,
        "admin/freeze.html",
        here="Incidents",
        status=400 if fault else 200,
        target=target,
        looks=looks,
        files=files,
        sum=_sum(looks),
        alarms=raised,
        reasons=REASONS,
        fault=fault,
        typed=ask.form.text("reason"),
    )


def _alarms(session: Session, ask: AdminRequest, target: Target) -> list[AlarmSeen]:
    """Return who paused the links of the mailing that is meant, or called the admins about it."""
    if target.kind != "mailing":
        return []
    seen = alarms_seen.alarm_of(session, target.id, ask.acting, now=ask.now)
    return [seen] if seen.paused_at or seen.told_at else []


def _sum(looks: Sequence[Look]) -> Sum:
    return Sum(
        sum(one.links for one in looks),
        sum(one.notices for one in looks),
        sum(one.sessions for one in looks),
        len({reader.guardian_id for one in looks for reader in one.readers}),
    )


def incident(ask: AdminRequest) -> Response:
    """Show the facts first, then what follows from them."""
    house, incident_id = ask.house, ask.path("incident")
    limit = None if ask.query("rows") == "all" else _MOST_ROWS + 1
    with house.db.read() as session:
        seen = incident_seen.incident_seen(
            session, incident_id, by=ask.acting, organisation=house.settings.organisation
        )
        rows = incident_seen.opened_rows(session, incident_id, by=ask.acting, limit=limit)
        readings = incident_readings.readings_seen(session, incident_id, by=ask.acting, now=ask.now)
        has_reached = incident_seen.has_reached(session, incident_id, by=ask.acting)
        reads_from = incident_readings.reads_from(session, incident_id, by=ask.acting, now=ask.now)
    return staff_page(
        ask,
        "admin/incident.html",
        here="Incidents",
        seen=seen,
        rows=rows if limit is None else rows[:_MOST_ROWS],
        has_more=limit is not None and len(rows) > _MOST_ROWS,
        mailing_states=words.MAILING_STATES,
        readings=readings,
        reads_from=reads_from,
        has_reached=has_reached,
        shared_files=[file for one in seen.mailings for file in one.files if file.kind == "shared"],
        can_undo=[one for one in seen.mailings if one.may_be_undone],
        deadlines=_deadlines(house.settings.deadlines, seen.incident.at, ask.now),
        ferpa=FERPA,
    )


@dataclass(frozen=True, slots=True)
class Due:
    """One deadline, with its moment."""

    by: datetime
    words: str
    what: str
    source: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Those that the operator set, or else some that may apply."""

    are_set: bool
    all: tuple[Due, ...]


def _deadlines(own: Sequence[Deadline], known_at: datetime, now: datetime) -> Deadlines:
    rows = [
        Due(known_at + one.within, one.words, one.what, one.source, is_over=known_at + one.within < now)
        for one in own or KNOWN
    ]
    return Deadlines(bool(own), tuple(sorted(rows, key=lambda due: due.by)))


def decide(ask: AdminRequest) -> Response:
    """Write a decision down."""
    with ask.house.db.write() as session:
        decide_in_incident.decide(
            session, ask.house.keys, ask.path("incident"), ask.form.text("text"), by=ask.acting, now=ask.now
        )
    return see_other(f"/admin/incidents/{ask.path('incident')}#log")


def _target(ask: AdminRequest, given: Callable[[str], str]) -> Target:
    kind, target_id = given("kind"), given("id")[:64]
    if kind not in get_args(Kind):
        raise WrongCall(sentence("Choose a letter, a file, or what somebody sent in a time."))
    if kind != "span":
        return Target(cast("Kind", kind), target_id)
    return Target("span", target_id, _moment(ask, given("since")), _moment(ask, given("until")))


def _moment(ask: AdminRequest, text: str) -> datetime:
    """Read a moment as the browser's field gives it, in the organisation's time zone. Raises `WrongCall`."""
    try:
        local = datetime.fromisoformat(text[:40])
        return local.replace(tzinfo=local.tzinfo or ask.house.settings.zone).astimezone(UTC)
    except (ValueError, OverflowError):  # no moment, or one before or after all that a calendar holds
        raise WrongCall(sentence("Say from when and until when, like 2026-08-06 18:30.")) from None
