"""What is in force and what of it is unsafe, as `portal doctor` says it; no secret is shown."""

from starlette.responses import Response

from portal.overviews.operation.in_force import in_force
from portal.web.guards import AdminRequest
from portal.web.render_staff import staff_page
from portal.wiring import machine_of


def settings(ask: AdminRequest) -> Response:
    """Show what is in force, the unsafe first."""
    machine = machine_of(ask.house)
    with ask.house.db.read() as session:
        facts = in_force(session, ask.house.settings, machine, now=ask.now)
    return staff_page(ask, "admin/settings.html", here="Settings", facts=facts)
