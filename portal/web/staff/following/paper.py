"""Letters on paper, for families without e-mail: what would be printed, the pages, and what became of each."""

from typing import Final

from starlette.responses import Response

from portal import publish
from portal.flows.sending.print_letters import check_may_mark, check_may_print
from portal.kernel.errors import Conflict, Refused, WrongCall
from portal.mailings.errors import NotNow
from portal.outbox.rules import PaperMark
from portal.overviews.sending import on_paper
from portal.web.answers.files import file_headers
from portal.web.guards import StaffRequest
from portal.web.problems import status_of
from portal.web.render import see_other
from portal.web.render_staff import staff_page
from portal.words.sentences import numbered, reason, sentence

_UNTOLD = 422
_FEW = 50
_MARKS: Final[dict[str, PaperMark | None]] = {
    "handed-out": "handed-out", "posted": "posted", "undeliverable": "undeliverable", "none": None,
}  # fmt: skip
_ALL_SHOWN = "all-handed-out"


def preview(ask: StaffRequest) -> Response:
    """Say how many pages would be printed, for whom, and who is missing."""
    return _preview(ask)


def _preview(ask: StaffRequest, *, problem: str = "", status: int = 200) -> Response:
    with ask.house.db.read() as session:
        mailing = check_may_mark(session, ask.path("mailing"), by=ask.acting)
        found = on_paper.to_print(session, mailing, now=ask.now)
    facts = {
        "mailing": mailing,
        "found": found,
        "few": _FEW,
        "parts": publish.parts_of(found.pages),
        "why_not": _why_not(ask),
    }
    return staff_page(ask, "staff/print.html", here="Mailings", status=status, problem=problem, **facts)


def _why_not(ask: StaffRequest) -> str:
    try:
        with ask.house.db.read() as session:
            check_may_print(session, ask.path("mailing"), ask.house.settings, by=ask.acting, now=ask.now)
    except NotNow as error:
        return reason(error)
    return ""


def print_pages(ask: StaffRequest) -> Response:
    """Make the pages that are not there yet and hand out the PDF; it goes into the ledger first."""
    open_only, part = ask.form.text("which") == "open", ask.form.number("part") or 1
    try:
        done = publish.print_run(
            ask.house, ask.path("mailing"), by=ask.acting, now=ask.now, open_only=open_only, part=part
        )
    except (Refused, Conflict, WrongCall) as error:
        return _preview(ask, problem=reason(error), status=status_of(error))
    headers = file_headers(done.file_name, "application/pdf", is_saved=True)
    return Response(done.pdf, headers=headers | {"Cache-Control": "no-store"})


def marks(ask: StaffRequest) -> Response:
    """List the pages that were printed, and what became of each."""
    page = ask.query("page")
    said = ask.query("said")
    done = int(said) if said.isascii() and said.isdigit() and len(said) < 7 else None
    told = "" if done is None else numbered("%(number)s page marked.", "%(number)s pages marked.", done)
    return _marks(ask, page, said=told)


def _marks(ask: StaffRequest, page: str, *, said: str = "", problem: str = "", status: int = 200) -> Response:
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
    with ask.house.db.read() as session:
        mailing = check_may_mark(session, ask.path("mailing"), by=ask.acting)
        found = on_paper.marks_of(session, mailing, page=number)
    facts = {"mailing": mailing, "found": found, "said": said, "problem": problem}
    return staff_page(ask, "staff/print_marks.html", here="Mailings", status=status, **facts)


def mark(ask: StaffRequest) -> Response:
    """Note what became of the ticked pages, or of all that are shown."""
    wish, page = ask.form.text("mark"), ask.form.text("page")
    notices = tuple(ask.form.all("shown" if wish == _ALL_SHOWN else "notice"))
    wish = "handed-out" if wish == _ALL_SHOWN else wish
    if wish not in _MARKS or not notices:
        return _marks(
            ask, page, problem=sentence("Tick the pages first; then say what became of them."), status=_UNTOLD
        )
    changed = publish.mark_printed(ask.house, ask.path("mailing"), notices, _MARKS[wish], by=ask.acting, now=ask.now)
    at = f"page={page}&" if page.isascii() and page.isdigit() else ""
    return see_other(f"/staff/mailings/{ask.path('mailing')}/print/marks?{at}said={changed}")
