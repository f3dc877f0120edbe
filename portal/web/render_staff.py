"""Pages for signed-in staff: each knows who is looking, and carries their form token."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from portal.staff.rules import Acting
from portal.web.guards import StaffRequest
from portal.web.reader_language import staff_language_of, staff_place
from portal.web.render import page
from portal.words.languages import staff_languages
from portal.words.sentences import said, sentence

_FIRST_PROBLEM = 400
_FOR_ALL = (
    (sentence("Home"), "/staff"),
    (sentence("Mailings"), "/staff/mailings"),
    (sentence("Families"), "/staff/families"),
)
_AT_HAND = ((sentence("Incidents"), "/admin/incidents"), (sentence("Take back"), "/admin/revoke"))
"""What an admin needs with shaking hands stands in the row; the rest of theirs is one press away."""
_MORE_FOR_ALL = (
    (sentence("Mail programs"), "/staff/mail-programs"),
    (sentence("Gathered"), "/staff/gathered"),
    (sentence("Your sign-ins"), "/staff/sign-ins"),
)
_MORE = (
    (sentence("Roster"), "/admin/roster"),
    (sentence("Ledger"), "/admin/ledger"),
    (sentence("Staff"), "/admin/staff"),
    (sentence("Pictures"), "/admin/pictures"),
    (sentence("Erase"), "/admin/erase"),
    (sentence("Settings"), "/admin/settings"),
)
_OF_EVERY_SITE = {"Roster", "Ledger", "Erase"}
Pages = tuple[tuple[str, str], ...]


ROLE_WORDS = {"publisher": sentence("publisher"), "approver": sentence("approver"), "admin": sentence("admin")}


def pages_for(acting: Acting) -> tuple[Pages, Pages]:
    """Return the pages that somebody's role has, as names and paths: those in the row, and those behind “More”."""
    if not acting.is_admin:
        return _FOR_ALL, _MORE_FOR_ALL
    its_own = tuple(one for one in _MORE if acting.sites is None or one[0] not in _OF_EVERY_SITE)
    return _FOR_ALL + _AT_HAND, its_own + _MORE_FOR_ALL


def staff_page(
    ask: StaffRequest,
    template: str,
    *,
    here: str,
    status: int = 200,
    **facts: Any,  # noqa: ANN401 - templates take any fact
) -> Response:
    """Return a page with the navigation of whoever is signed in; `here` names the page they are on."""
    known = {"acting": ask.acting, "form_token": ask.form_token, "here": here, "pages_for": pages_for}
    return page_for_staff(ask.http, template, status=status, **known, **facts)


def page_for_staff(request: Request, template: str, *, status: int = 200, **facts: Any) -> Response:  # noqa: ANN401 - as above
    """Return a page for somebody who may not be signed in yet, with the choice between languages."""
    return page(template, request.state.house.settings, status=status, **languages_for(request, status), **facts)


def for_script(request: Request, facts: Mapping[str, Any]) -> Response:
    """Return facts for a script of a page, with every sentence among them in its reader's language."""
    language = staff_language_of(request)
    return JSONResponse({name: said(fact, language) for name, fact in facts.items()})


def of_words(total: int) -> str:
    """Return of how many something is done; nothing where nobody knows."""
    return sentence("of %(total)s", total=total) if total else ""


def languages_for(request: Request, status: int) -> dict[str, Any]:
    """Return what every template for staff needs to know of languages; a refusal offers no choice."""
    return {
        "language": staff_language_of(request),
        "staff_languages": staff_languages(),
        "staff_place": staff_place(request) if status < _FIRST_PROBLEM else "",
        "role_words": ROLE_WORDS,
    }
