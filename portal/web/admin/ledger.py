"""The ledger as a page: read it, verify it, and take its head outside."""

from contextlib import closing

from starlette.responses import JSONResponse, Response

from portal.flows import verify_ledger as story
from portal.flows.verify_ledger import Broken, Head, HeadNotOurs, Verified
from portal.overviews import record
from portal.web.admin import words
from portal.web.guards import AdminRequest
from portal.web.render_staff import staff_page

_PAGE = 100
_MOST_WALKED = 200_000
_HEAD_BYTES = 16 * 1024


def ledger(ask: AdminRequest) -> Response:
    """Show the newest entries first, of one kind of act or of all."""
    act = ask.query("act")[:60]
    before = int(ask.query("before")) if ask.query("before").isdecimal() and len(ask.query("before")) < 10 else None
    with ask.house.db.read() as session:
        found = record.lines(session, act=act, before=before, limit=_PAGE + 1)
        names = record.names_of_staff(session, [label for line in found for label in words.labels(line)])
        acts = record.acts(session)
    return staff_page(
        ask,
        "admin/ledger.html",
        here="Ledger",
        act=act,
        acts=sorted((words.act_words(name), name) for name in acts),
        lines=[words.told(line, names) for line in found[:_PAGE]],
        before=before,
        older=found[_PAGE - 1].seq if len(found) > _PAGE else None,
    )


def verify(ask: AdminRequest) -> Response:
    """Walk the whole chain, against a head from outside if one was given, and say what was found."""
    found: Verified | Broken | None = None
    outside, fault = None, ""
    try:
        outside = _outside(ask)
    except HeadNotOurs as error:
        fault = str(error)
    else:
        with ask.house.db.read() as session:
            found = story.verify_ledger(session, ask.house.keys, outside=outside, most=_MOST_WALKED)
    return staff_page(
        ask,
        "admin/verified.html",
        here="Ledger",
        status=400 if fault else 200,
        fault=fault,
        verified=found if isinstance(found, Verified) else None,
        broken=found if isinstance(found, Broken) else None,
        outside=outside,
    )


def head(ask: AdminRequest) -> Response:
    """Hand out the signed head of the chain as a file."""
    house = ask.house
    with house.db.read() as session:
        exported = story.export_head(session, house.keys, organisation=house.settings.organisation, now=ask.now)
    name = f"ledger-head-{ask.now:%Y-%m-%d-%H%M%S}.json"
    return JSONResponse(exported, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _outside(ask: AdminRequest) -> Head | None:
    if ask.form.file is None:
        return None
    with closing(ask.form.file.file) as file:
        content = file.read(_HEAD_BYTES)
    return story.read_head(ask.house.keys, content.decode(errors="replace")) if content else None
