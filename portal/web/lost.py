"""What went astray on the way in: a bent address leads where it was meant to, a blocked cookie is told."""

import re
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from portal.flows.opening.open_link import session_id_of
from portal.kernel.errors import PortalError
from portal.overviews.family.letters import is_any_open
from portal.web.guards import cookie_of
from portal.web.render_family import family_page
from portal.wiring import House

_BENT = re.compile(r"/(o|about|renew|letters)[\s.,;:!?)\]>\"'»”/]*", re.IGNORECASE)
_AFTER_OPENING = re.compile(r"/o/verify|/letters(?:/[0-9a-f]{32})?")
_SLASHED = re.compile(r"(/(?:staff|admin|setup)(?:/[a-z-]{1,20}|/[0-9a-f]{32})*)/+")
"""Only what our own addresses are made of goes into a header, and never two slashes first: that is another host."""


def found_again(request: Request) -> Response | None:
    """Return what an unknown address was meant to be; None where it was meant for nothing here.

    With the mark of the fragment escaped (`/o%23…`) a secret has come here by the path. It goes into no answer: the
    page's script takes it out of the address bar, and without scripts there is the field for the code.
    """
    if request.method != "GET":
        return None
    path = str(request.scope["path"])
    if path.lower().startswith("/o#"):
        return family_page(request, "family/entry.html", status=404)
    if meant := _BENT.fullmatch(path):
        return RedirectResponse(f"/{meant[1].lower()}", status_code=308)
    slashed = _SLASHED.fullmatch(path)
    return RedirectResponse(slashed[1], status_code=308) if slashed else None


def has_lost_its_cookie(request: Request) -> bool:
    """Tell whether a browser comes right from opening a link and brings none of the cookies it was handed.

    Only our own pages' addresses are in its Referer (`same-origin`), and the entry page leads here by its button alone.
    """
    if request.method != "GET" or not _AFTER_OPENING.fullmatch(request.url.path):
        return False
    came_from = urlsplit(request.headers.get("referer", "")).path
    brings = cookie_of(request, "family") or cookie_of(request, "code")
    return not brings and (came_from in {"/o", "/o/verify"} or came_from.startswith("/o%23"))


def has_nothing_open(request: Request) -> bool:
    """Tell whether no letter is open in a browser: it idled too long, was closed, or never had one. We cannot tell."""
    cookie = cookie_of(request, "family")
    if cookie is None:
        return True
    house: House = request.state.house
    try:
        session_id = session_id_of(cookie)
        with house.family_db.read(session_id) as session:
            return not is_any_open(session, session_id, now=house.clock())
    except PortalError:  # a page that says what went wrong must not go wrong itself
        return False
