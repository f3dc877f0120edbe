"""What one guardian may see of one child: what a restriction would end, the press, what it ended, and its lifting."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import cast, get_args

from sqlmodel import Session
from starlette.responses import Response

from portal.flows.people import restrict_guardianship as story
from portal.flows.people.restrict_guardianship import Kind, Wish
from portal.kernel.errors import WrongCall
from portal.kernel.text.moments import day_begins
from portal.overviews.links import kin
from portal.overviews.rights import rights_seen
from portal.web.guards import StaffRequest
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.words.sentences import reason, sentence

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form, and a sentence for each field with a fault."""

    kind: str = ""
    reason: str = ""
    reference: str = ""
    until: str = ""
    lift_reason: str = ""
    faults: dict[str, str] = field(default_factory=dict)


def guardianship(ask: StaffRequest) -> Response:
    """Show a guardianship: what staff decided, and what a decision would end."""
    return _page(ask, ask.query("guardian"), ask.query("child"), Typed())


def decide(ask: StaffRequest) -> Response:
    """Bar the guardian or end the guardianship, and send the browser to the facts."""
    form = ask.form
    typed = Typed(form.text("kind"), form.text("reason").strip(), form.text("reference").strip(), form.text("until"))
    guardian, number = form.text("guardian"), form.text("child")
    wish, faults = _wish(ask, typed)
    if wish is None:
        return _page(ask, guardian, number, Typed(typed.kind, typed.reason, typed.reference, typed.until, "", faults))

    def act(session: Session) -> str:
        found = kin.tied(session, guardian, number, ask.acting.sites)
        pair = (found.guardian_id, found.child_id)
        story.restrict(session, ask.house.keys, pair, wish, by=ask.acting.label, now=ask.now)
        return found.guardian_id

    return see_other(f"/staff/guardianship?guardian={ask.house.db.insist(act)}&child={number}")


def lift(ask: StaffRequest) -> Response:
    """Lift what was laid on a guardianship."""
    guardian, number, reason = ask.form.text("guardian"), ask.form.text("child"), ask.form.text("reason").strip()
    if not reason or len(reason) > _LONGEST:
        fault = (
            sentence("Say it in at most %(most)s letters.", most=_LONGEST)
            if reason
            else sentence("Say why. The reason is kept with it.")
        )
        return _page(ask, guardian, number, Typed(lift_reason=reason, faults={"lift": fault}))
    with ask.house.db.write() as session:
        found = kin.tied(session, guardian, number, ask.acting.sites)
        pair = (found.guardian_id, found.child_id)
        story.lift(session, ask.house.keys, pair, by=ask.acting, reason=reason, now=ask.now)
    return see_other(f"/staff/guardianship?guardian={found.guardian_id}&child={number}")


def leave_paused(ask: StaffRequest) -> Response:
    """Note that letters about a child of age stay paused."""
    number = ask.form.text("child")
    with ask.house.db.write() as session:
        found = kin.child_of_number(session, number, ask.acting.sites)
        story.leave_paused(session, ask.house.keys, found.child_id, by=ask.acting, now=ask.now)
    return see_other("/staff")


def _wish(ask: StaffRequest, typed: Typed) -> tuple[Wish | None, dict[str, str]]:
    faults: dict[str, str] = {}
    if typed.kind not in get_args(Kind):
        faults["kind"] = sentence("Choose what is to happen.")
    if not typed.reason:
        faults["reason"] = sentence("Say why. The reason is kept with it, sealed.")
    for name in ("reason", "reference"):
        if len(getattr(typed, name)) > _LONGEST:
            faults[name] = sentence("Say it in at most %(most)s letters.", most=_LONGEST)
    ends: datetime | None = None
    try:
        ends = _end_of(ask, typed.until) if typed.until else None
    except WrongCall as error:
        faults["until"] = reason(error)
    if faults:
        return None, faults
    kind = cast("Kind", typed.kind)
    if kind == "ended":  # its last day is when it begins to be over
        return Wish(kind, typed.reason, typed.reference, starts_at=ends), {}
    return Wish(kind, typed.reason, typed.reference, ends_at=ends), {}


def _end_of(ask: StaffRequest, text: str) -> datetime:
    """Return the end of a day where the school is. Raises `WrongCall` for what is no day to come."""
    ends = day_begins(text, zone=ask.house.settings.zone, now=ask.now, later=1)
    if ends <= ask.now:
        raise WrongCall(sentence("That day is over. Name a later one, or leave it empty."))
    return ends


def _page(ask: StaffRequest, guardian: str, number: str, typed: Typed) -> Response:
    with ask.house.db.read() as session:
        seen = rights_seen.guardianship_seen(session, ask.house.keys, ask.acting, guardian[:64], number, now=ask.now)
    standing = seen.standing
    may_lift = ask.acting.is_admin or (ask.acting.may_approve and all(one.kind == "of-age" for one in standing))
    return staff_page(
        ask,
        "staff/guardianship.html",
        here="Families",
        status=400 if typed.faults else 200,
        seen=seen,
        typed=typed,
        may_lift=may_lift and bool(standing),
    )
