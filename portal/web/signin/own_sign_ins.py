"""Where a staff member is signed in, each browser to be ended by a press."""

from starlette.responses import Response

from portal.flows.people import end_own_sign_ins
from portal.web.guards import StaffRequest
from portal.web.render import see_other
from portal.web.render_staff import staff_page


def own_sign_ins(ask: StaffRequest) -> Response:
    """List the browsers in which whoever asks is signed in."""
    with ask.house.db.read() as session:
        found = end_own_sign_ins.own_sign_ins(session, ask.acting, here=ask.session_id, now=ask.now)
    has_ended = ask.query("said") == "ended"
    return staff_page(ask, "staff/own_sign_ins.html", here="Your sign-ins", found=found, has_ended=has_ended)


def end(ask: StaffRequest) -> Response:
    """End one other sign-in of whoever asks, or all others; one that is over already is over."""
    only = ask.form.text("sign_in") or None
    with ask.house.db.write() as session:
        end_own_sign_ins.end_elsewhere(session, ask.house.keys, ask.acting, here=ask.session_id, only=only, now=ask.now)
    return see_other("/staff/sign-ins?said=ended")
