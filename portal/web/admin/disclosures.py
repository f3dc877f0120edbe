"""The disclosure record of a child: on screen, as a file to hand out, and with what should not have been marked."""

from starlette.responses import Response

from portal import publish
from portal.flows.keeping import mark_disclosure as story
from portal.kernel.errors import WrongCall
from portal.overviews.records import disclosure_record
from portal.web.answers.files import file_headers
from portal.web.guards import AdminRequest
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.words.sentences import reason

_PAGE = 100


def disclosures(ask: AdminRequest) -> Response:
    """Show who was shown what of a child, a page at a time."""
    return _page(ask, ask.query("child"))


def mark(ask: AdminRequest) -> Response:
    """Mark one view or download as one that should not have been."""
    number = ask.form.text("child")
    try:
        with ask.house.db.write() as session:
            story.mark_erroneous(
                session, ask.house.keys, ask.form.text("disclosure"), by=ask.acting, reason=ask.form.text("reason"),
                now=ask.now,
            )  # fmt: skip
    except WrongCall as error:
        return _page(ask, number, fault=reason(error), marking=ask.form.text("disclosure"))
    return see_other(f"/admin/disclosures?child={number}")


def give(ask: AdminRequest) -> Response:
    """Hand the record out as a file; it is noted in the ledger first."""
    what: publish.RecordFile = "csv" if ask.form.text("as") == "csv" else "pdf"
    given = publish.give_record(ask.house, ask.form.text("child"), what=what, by=ask.acting, now=ask.now)
    return Response(given.content, headers=file_headers(given.file_name, given.media_type, is_saved=True))


def _page(ask: AdminRequest, number: str, *, fault: str = "", marking: str = "") -> Response:
    typed = ask.query("page")
    page = max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1
    with ask.house.db.read() as session:
        found = disclosure_record.record_of(
            session, ask.house.keys, ask.acting, number, limit=_PAGE, skip=_PAGE * (page - 1)
        )
    return staff_page(
        ask,
        "admin/disclosures.html",
        here="Families",
        status=400 if fault else 200,
        found=found,
        page=page,
        pages=max(1, -(-found.total // _PAGE)),
        fault=fault,
        marking=marking,
    )
