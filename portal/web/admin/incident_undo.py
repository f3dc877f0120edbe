"""Undoing a freeze that was a mistake: first whom it would mail, then the press."""

from starlette.responses import Response

from portal import publish
from portal.overviews.sending.sending_seen import round_page
from portal.web.guards import AdminRequest
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.words.sentences import numbered, sentence


def before_undo(ask: AdminRequest) -> Response:
    """Show whom fresh links would go to. Looking sends nothing."""
    house, incident_id = ask.house, ask.path("incident")
    mailing, planned = publish.look_at_undo(house, incident_id, ask.path("letter"), by=ask.acting, now=ask.now)
    with house.db.read() as session:
        shown = round_page(session, planned.recipients, page=1)
    minutes = house.settings.hold_seconds // 60
    return staff_page(
        ask,
        "admin/undo.html",
        here="Incidents",
        incident_id=incident_id,
        mailing=mailing,
        planned=planned,
        links=planned.links,
        missing=planned.missing,
        pages=len(planned.paper),
        rows=shown.rows,
        hold=numbered("in %(number)s minute", "in %(number)s minutes", minutes) if minutes else sentence("at once"),
    )


def undo(ask: AdminRequest) -> Response:
    """Send fresh links, and send the browser to the log of decisions."""
    incident_id = ask.path("incident")
    publish.undo_freeze(
        ask.house, incident_id, ask.path("letter"),
        reason=ask.form.text("reason"), by=ask.acting, now=ask.now, version=ask.form.number("version"),
    )  # fmt: skip
    return see_other(f"/admin/incidents/{incident_id}#log")
