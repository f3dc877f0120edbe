"""Pages for signed-in staff: each knows who is looking, and carries their form token."""

from typing import Any

from starlette.responses import Response

from portal.staff.rules import Acting
from portal.web.guards import StaffRequest
from portal.web.render import page

_FOR_ALL = (("Home", "/staff"), ("Mailings", "/staff/mailings"), ("Families", "/staff/families"))
_AT_HAND = (("Incidents", "/admin/incidents"), ("Take back", "/admin/revoke"))
"""What an admin needs with shaking hands stands in the row; the rest of theirs is one press away."""
_MORE = (
    ("Roster", "/admin/roster"),
    ("Ledger", "/admin/ledger"),
    ("Staff", "/admin/staff"),
    ("Pictures", "/admin/pictures"),
    ("Erase", "/admin/erase"),
    ("Settings", "/admin/settings"),
)
_OF_EVERY_SITE = {"Roster", "Ledger", "Erase"}
Pages = tuple[tuple[str, str], ...]


def pages_for(acting: Acting) -> tuple[Pages, Pages]:
    """Return the pages that somebody's role has, as names and paths: those in the row, and those behind “More”."""
    if not acting.is_admin:
        return _FOR_ALL, ()
    return _FOR_ALL + _AT_HAND, tuple(one for one in _MORE if acting.sites is None or one[0] not in _OF_EVERY_SITE)


def staff_page(
    ask: StaffRequest,
    template: str,
    *,
    here: str,
    status: int = 200,
    **facts: Any,  # noqa: ANN401 - templates take any fact
) -> Response:
    """Return a page with the navigation of whoever is signed in; `here` names the page they are on."""
    return page(
        template,
        ask.house.settings,
        status=status,
        acting=ask.acting,
        form_token=ask.form_token,
        here=here,
        pages_for=pages_for,
        **facts,
    )
