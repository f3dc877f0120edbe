"""What is told to whom about an incident, as drafts to change; and everything in one pack to hand over."""

from typing import cast, get_args

from starlette.responses import Response

from portal import publish
from portal.flows.incidents import decide_in_incident
from portal.incidents.rules import TextKind
from portal.kernel.errors import NotFound, Refused, WrongCall
from portal.mailings.errors import DraftFaults
from portal.overviews.incidents import incident_seen, incident_texts
from portal.publish import Stopped
from portal.web.guards import AdminRequest
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.words.sentences import one_after_another, reason, sentence

_NAMES = {"notice": "notice-to-families.txt", "report": "report-to-authority.txt"}


def text(ask: AdminRequest) -> Response:
    """Show a draft as it stands, to change it."""
    return _page(ask)


def _page(ask: AdminRequest, *, fault: str = "", typed: str | None = None, status: int = 200) -> Response:
    kind, house = _kind(ask), ask.house
    with house.db.read() as session:
        seen = incident_seen.incident_seen(
            session, ask.path("incident"), by=ask.acting, organisation=house.settings.organisation
        )
        written, is_kept = incident_texts.text_of(session, seen, kind, house.settings)
    return staff_page(
        ask,
        "admin/incident_text.html",
        here="Incidents",
        status=status,
        seen=seen,
        kind=kind,
        text=written if typed is None else typed,
        is_kept=is_kept,
        fault=fault,
        said=sentence("It is kept.") if ask.query("said") == "kept" else "",
    )


def keep_text(ask: AdminRequest) -> Response:
    """Keep what was changed, and make a letter of it where that was pressed."""
    kind, incident_id, typed = _kind(ask), ask.path("incident"), ask.form.text("text")
    try:
        with ask.house.db.write() as session:
            decide_in_incident.keep_text(session, incident_id, kind, typed, by=ask.acting, now=ask.now)
    except WrongCall as error:
        if isinstance(error, NotFound):
            raise
        return _page(ask, fault=reason(error), typed=typed, status=400)
    if kind == "notice" and ask.form.text("then") == "letter":
        return _letter(ask, typed)
    return see_other(f"/admin/incidents/{incident_id}/texts/{kind}?said=kept")


def _letter(ask: AdminRequest, typed: str) -> Response:
    try:
        done = publish.draft_incident_notice(ask.house, ask.path("incident"), typed, by=ask.acting, now=ask.now)
    except DraftFaults as error:
        return _page(ask, fault=reason(error), typed=typed, status=422)
    except Refused as error:
        fault = one_after_another(sentence("It is kept, but is no letter yet."), reason(error))
        return _page(ask, fault=fault, typed=typed, status=422)
    if isinstance(done, Stopped):
        fault = one_after_another(sentence("The guard stopped this text."), done.report.reason)
        return _page(ask, fault=fault, typed=typed, status=422)
    return see_other(f"/staff/mailings/{done.mailing_id}")


def text_file(ask: AdminRequest) -> Response:
    """Hand a text out as a file."""
    kind, house = _kind(ask), ask.house
    with house.db.read() as session:
        seen = incident_seen.incident_seen(
            session, ask.path("incident"), by=ask.acting, organisation=house.settings.organisation
        )
        written, _ = incident_texts.text_of(session, seen, kind, house.settings)
    return _saved(written.encode("utf-8", "replace"), _NAMES[kind], "text/plain; charset=utf-8")


def pack(ask: AdminRequest) -> Response:
    """Hand out the pack, after it is in the ledger who takes it."""
    made = publish.incident_pack(ask.house, ask.path("incident"), by=ask.acting, now=ask.now)
    return _saved(made.content, made.file_name, "application/zip")


def _saved(content: bytes, name: str, media_type: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, headers=headers, media_type=media_type)


def _kind(ask: AdminRequest) -> TextKind:
    kind = ask.path("text")
    if kind not in get_args(TextKind):
        raise NotFound
    return cast("TextKind", kind)
