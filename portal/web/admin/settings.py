"""What is in force and what of it is unsafe, as `portal doctor` says it, and what admins accept of it for a time."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from portal.findings.rules import ACCEPTABLE, LONGEST_REASON, MOST_DAYS
from portal.flows.keeping.accept_finding import accept_finding, end_acceptance
from portal.kernel.errors import WrongCall
from portal.kernel.text.moments import day_begins
from portal.overviews.operation.in_force import ORDER, in_force
from portal.web.guards import AdminRequest
from portal.web.problems import status_of
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.web.signin.anew import is_anew
from portal.wiring import machine_of
from portal.words.sentences import reason


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form of one finding, and what is wrong with it."""

    finding: str = ""
    until: str = ""
    reason: str = ""
    fault: str = ""


def settings(ask: AdminRequest) -> Response:
    """Show what is in force, the unsafe first."""
    return _page(ask, Typed())


def accept(ask: AdminRequest) -> Response:
    """Accept a finding until a day."""
    form, house = ask.form, ask.house
    typed = Typed(form.text("finding"), form.text("until"), form.text("reason").strip())
    machine = machine_of(house)
    try:
        ends_at = day_begins(typed.until, zone=house.settings.zone, now=ask.now, later=1)
        with house.db.write() as session:
            accept_finding(
                session, house.keys, in_force(session, house.settings, machine, now=ask.now), typed.finding,
                seen=form.text("value"), ends_at=ends_at, reason=typed.reason, by=ask.acting, now=ask.now,
            )  # fmt: skip
    except WrongCall as error:
        return _page(ask, Typed(typed.finding, typed.until, typed.reason, reason(error)), status=status_of(error))
    return see_other("/admin/settings")


def end(ask: AdminRequest) -> Response:
    """End an acceptance before its day."""
    with ask.house.db.write() as session:
        end_acceptance(session, ask.house.keys, ask.path("acceptance"), by=ask.acting, now=ask.now)
    return see_other("/admin/settings")


def _page(ask: AdminRequest, typed: Typed, *, status: int = 200) -> Response:
    house = ask.house
    machine = machine_of(house)
    with house.db.read() as session:
        facts = in_force(session, house.settings, machine, now=ask.now)
    today = ask.now.astimezone(house.settings.zone).date()
    return staff_page(
        ask, "admin/settings.html", here="Settings", status=status, facts=facts, typed=typed, order=ORDER,
        is_anew=is_anew(ask),
        may_be_accepted=ACCEPTABLE if ask.acting.sites is None else frozenset(),
        first_day=today, last_day=today + timedelta(days=MOST_DAYS), most_days=MOST_DAYS, most=LONGEST_REASON,
    )  # fmt: skip
