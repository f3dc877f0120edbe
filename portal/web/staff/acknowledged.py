"""Who said that they have read a letter, and who has not: a page, and the same as a list to save."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime

from starlette.responses import Response

from portal.overviews import acknowledging
from portal.web.files import file_headers
from portal.web.guards import StaffRequest
from portal.web.render_staff import staff_page

_HEAD = ("student number", "child", "guardian", "read on", "read an earlier version on")
_RUNS = ("=", "+", "-", "@", "\t", "\r")
"""With what a cell begins that a spreadsheet would run (OWASP: CSV injection)."""


def acknowledged(ask: StaffRequest) -> Response:
    """Show how many have said it, and the first of those who have not."""
    with ask.house.db.read() as session:
        found = acknowledging.acknowledged_in(session, ask.acting, ask.path("mailing"))
    return staff_page(ask, "staff/acknowledged.html", here="Mailings", found=found)


def as_csv(ask: StaffRequest) -> Response:
    """Answer the whole list as CSV."""
    with ask.house.db.read() as session:
        mailing, rows = acknowledging.all_rows(session, ask.acting, ask.path("mailing"))
    zone = ask.house.settings.zone

    def told(at: datetime | None) -> str:
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M") if at else ""

    cells = ((row.number, row.child, row.guardian, told(row.said.at), told(row.said.earlier)) for row in rows)
    headers = file_headers(f"read-{mailing.id[:8]}.csv", "text/csv; charset=utf-8", is_saved=True)
    return Response(written(cells), headers=headers)


def written(rows: Iterable[Iterable[str]]) -> bytes:
    """Return rows as CSV for spreadsheets: no cell is one that they would run, and names keep their letters."""
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow(_HEAD)
    writer.writerows([f"'{cell}" if cell.startswith(_RUNS) else cell for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + held.getvalue().encode()  # a spreadsheet takes UTF-8 for granted only so
