"""A stopped file of one or two families, or of strangers in a list: a second person looks at it, and may release it."""

import json

from starlette.responses import Response, StreamingResponse

from portal import publish
from portal.documents.errors import ReasonTooShort
from portal.documents.rules import REASON_LEAST, REASON_MOST
from portal.flows.writing.release_file import Releasing, check_may_release
from portal.kernel.errors import Conflict, Refused
from portal.kernel.text.counts import count_of
from portal.overviews.people.staff_mail import name_of
from portal.publish.checking.stops import places_of
from portal.web.answers.files import file_headers
from portal.web.guards import StaffRequest
from portal.web.problems import status_of
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.words.sentences import reason

_UNTOLD = 422


def stopped(ask: StaffRequest) -> Response:
    """Show what was stopped and where, to somebody who may release it."""
    return _page(ask)


def file(ask: StaffRequest) -> Response:
    """Hand out the stopped file, after it is in the ledger who looked; HEAD asks the same and writes nothing."""
    mailing_id = ask.path("mailing")
    if ask.http.method == "HEAD":
        with ask.house.db.read() as session:
            return Response(headers=_headers(check_may_release(session, mailing_id, by=ask.acting, now=ask.now)))
    held, chunks = publish.held_chunks(ask.house, mailing_id, by=ask.acting, now=ask.now)
    return StreamingResponse(chunks, headers=_headers(held))


def _headers(held: Releasing) -> dict[str, str]:
    return file_headers(held.file_name, held.media_type) | {"Content-Length": str(held.size)}


def release(ask: StaffRequest) -> Response:
    """Release it with a reason; the letter is then checked, and its writer asks for approval."""
    mailing_id, form = ask.path("mailing"), ask.form
    try:
        publish.release(
            ask.house, mailing_id, form.text("held"), reason=form.text("reason"), by=ask.acting, now=ask.now
        )
    except ReasonTooShort as error:
        return _page(ask, fault=reason(error), status=_UNTOLD)
    except (Refused, Conflict) as error:
        return _page(ask, problem=reason(error), status=status_of(error))
    return see_other(f"/staff/mailings/{mailing_id}?said=released")


def _page(ask: StaffRequest, *, fault: str = "", problem: str = "", status: int = 200) -> Response:
    with ask.house.db.read() as session:
        held = check_may_release(session, ask.path("mailing"), by=ask.acting, now=ask.now)
        tried_by = name_of(session, held.tried_by_id)
    told = json.loads(held.findings)
    facts = {
        "held": held,
        "mailing": held.mailing,
        "tried_by": tried_by,
        "children": count_of(told["children"], "child", "children"),
        "is_list": not told["children"],
        "places": places_of((one["where"], one["kind"], one["count"]) for one in told["findings"]),
        "least": REASON_LEAST,
        "most": REASON_MOST,
        "reason": ask.form.text("reason"),
    }
    return staff_page(ask, "staff/release.html", here="Mailings", status=status, fault=fault, problem=problem, **facts)
