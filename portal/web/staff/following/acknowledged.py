"""Who said that they have read a letter, and who has not: a page, and the same as a list to save."""

from datetime import datetime

from starlette.responses import Response

from portal.flows.writing.view_as_staff import note_list_given
from portal.kernel.text.cells import csv_bytes
from portal.overviews.family import acknowledging
from portal.web.answers.files import file_headers
from portal.web.guards import StaffRequest
from portal.web.render_staff import staff_page

_HEAD = ("student number", "child", "guardian", "read on", "read an earlier version on")


def acknowledged(ask: StaffRequest) -> Response:
    """Show how many have said it, and the first of those who have not."""
    with ask.house.db.read() as session:
        found = acknowledging.acknowledged_in(session, ask.acting, ask.path("mailing"))
    return staff_page(ask, "staff/acknowledged.html", here="Mailings", found=found)


def as_csv(ask: StaffRequest) -> Response:
    """Hand the whole list out as CSV; who takes it is in the ledger first."""
    with ask.house.db.write() as session:
        mailing, rows = acknowledging.all_rows(session, ask.acting, ask.path("mailing"))
        note_list_given(session, ask.house.keys, mailing.id, entries=len(rows), by=ask.acting, now=ask.now)
    zone = ask.house.settings.zone

    def told(at: datetime | None) -> str:
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""

    cells = ((row.number, row.child, row.guardian, told(row.said.at), told(row.said.earlier)) for row in rows)
    headers = file_headers(f"read-{mailing.id[:8]}.csv", "text/csv; charset=utf-8", is_saved=True)
    return Response(csv_bytes(_HEAD, cells), headers=headers)
