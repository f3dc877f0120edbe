"""Where staff begin: what waits, what is on its way and can still be stopped, and every letter so far."""

from starlette.responses import Response

from portal.kernel.ids import is_id
from portal.overviews.arriving import gathered
from portal.overviews.incidents import alarms_seen, incident_readings
from portal.overviews.operation import given_rosters, known_pictures, watched
from portal.overviews.rights import hand_made_seen, rights_seen
from portal.overviews.writing import begun_seen, corrections, desk
from portal.web.guards import StaffRequest
from portal.web.render_staff import staff_page
from portal.web.staff.arriving.gathered_mail import live_facts, on_home

_MOST_TASKS = 5


def home(ask: StaffRequest, *, fault: str = "", status: int = 200) -> Response:
    """Show what lies on somebody's desk; with what kept a letter from being begun, if it was."""
    with ask.house.db.read() as session:
        found = desk.desk_of(session, ask.acting, organisation=ask.house.settings.organisation)
        of_age, of_age_total = rights_seen.to_decide(session, ask.acting, limit=_MOST_TASKS)
        rights, rights_total = hand_made_seen.waiting(session, ask.acting, limit=_MOST_TASKS)
        corrected, corrected_total = corrections.waiting_for(session, ask.acting, limit=_MOST_TASKS)
        alerts = watched.standing_alerts(session, ask.house.settings, now=ask.now) if ask.acting.is_admin else []
        came = on_home(gathered.gathered_by(session, ask.house.keys, ask.acting))
        begun = begun_seen.begun_by(session, ask.house.keys, ask.acting)
        paused = alarms_seen.paused_now(session, ask.acting) if ask.acting.is_admin else []
        askings = incident_readings.waiting(session, by=ask.acting, now=ask.now) if ask.acting.is_admin else []
        pictures = known_pictures.count_waiting(session, ask.acting, now=ask.now)
        is_to_import = ask.acting.is_admin and ask.acting.sites is None and not given_rosters.has_roster(session)
    return staff_page(
        ask, "staff/home.html", here="Home", status=status, fault=fault, begun=begun, desk=found,
        of_age=of_age, of_age_total=of_age_total, alerts=alerts,
        askings=askings, rights=rights, rights_total=rights_total, corrected=corrected, corrected_total=corrected_total,
        is_to_import=is_to_import,
        paused=paused, pictures=pictures, **live_facts(came, now=ask.now),
    )  # fmt: skip


def mailings(ask: StaffRequest) -> Response:
    """List the letters somebody may see, newest first, a page at a time."""
    before = ask.query("before") if is_id(ask.query("before")) else ""
    with ask.house.db.read() as session:
        rows, older = desk.newest_letters(
            session, ask.acting, organisation=ask.house.settings.organisation, before=before
        )
    return staff_page(ask, "staff/mailings.html", here="Mailings", rows=rows, older=older, is_first=not before)
