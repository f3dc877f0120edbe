"""Guardian by guardian: who has a letter and who opened it, with a search, and the same as a list to save."""

from collections.abc import Iterator
from datetime import datetime

from starlette.responses import Response

from portal.flows.writing.view_as_staff import note_list_given
from portal.kernel.text.cells import csv_bytes
from portal.overviews.sending import who_has_it
from portal.overviews.sending.who_has_it import SHOWN, Has, Shown
from portal.web.answers.files import file_headers
from portal.web.guards import StaffRequest
from portal.web.render_staff import staff_page
from portal.words.sentences import sentence

_LONGEST_SEARCH = 100
_HEAD = ("guardian", "e-mail address", "student numbers", "children", "message", "delivered", "opened")
FATES = {
    "opened": sentence("Opened"),
    "delivered": sentence("Delivered, not opened"),
    "waiting": sentence("Still to go"),
    "failed": sentence("Not delivered"),
    "none": sentence("Nothing was written to them"),
}


def families(ask: StaffRequest) -> Response:
    """Show a page of a mailing's guardians: all, or those of one choice, that match the words."""
    words = ask.query("q").strip()[:_LONGEST_SEARCH]
    typed = ask.query("page")
    page = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1
    shown: Shown = next((choice for choice in SHOWN if choice == ask.query("show")), "all")
    with ask.house.db.read() as session:
        found = who_has_it.who_has_it(session, ask.acting, ask.path("mailing"), words=words, shown=shown, page=page)
    return staff_page(ask, "staff/who_has_it.html", here="Mailings", found=found, words=words, shown=shown, fates=FATES)


def as_csv(ask: StaffRequest) -> Response:
    """Hand the whole list out as CSV; who takes it is in the ledger first."""
    with ask.house.db.write() as session:
        mailing, rows = who_has_it.all_of(session, ask.acting, ask.path("mailing"))
        note_list_given(session, ask.house.keys, mailing.id, entries=len(rows), by=ask.acting, now=ask.now)
    headers = file_headers(f"families-{mailing.id[:8]}.csv", "text/csv; charset=utf-8", is_saved=True)
    return Response(csv_bytes(_HEAD, (tuple(_cells(ask, row)) for row in rows)), headers=headers)


def _cells(ask: StaffRequest, row: Has) -> Iterator[str]:
    zone = ask.house.settings.zone

    def told(at: datetime | None) -> str:
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""

    yield from (row.name, row.address)
    yield from (" ".join(number for number, _ in row.children), ", ".join(name for _, name in row.children))
    yield from (FATES[row.fate], told(row.delivered_at), told(row.opened_at))
