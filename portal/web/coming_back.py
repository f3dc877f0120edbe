"""Whoever was signed out while they typed is led back to what they typed, once they have signed in again."""

from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from portal.kernel.ids import is_id
from portal.web.guards import AnyRequest, cookie_name, set_session_cookie

_LASTS: Final = timedelta(hours=12)
_BEGUN: Final = "/staff/begun/"


def note_place(request: Request, response: Response) -> None:
    """Have a browser remember which letter was being written: an id, which opens to its author alone."""
    path = request.url.path
    begun_id = path.removeprefix(_BEGUN).partition("/")[0] if path.startswith(_BEGUN) else ""
    begun_id = begun_id or request.query_params.get("begun", "")
    if is_id(begun_id):
        set_session_cookie(response, request.state.house, "back", begun_id, lasts=_LASTS)


def place_of(ask: AnyRequest) -> str:
    """Return where a browser was when it was signed out: a letter that was being written, or the start."""
    begun_id = ask.http.cookies.get(cookie_name(ask.house, "back"), "")
    return f"{_BEGUN}{begun_id}" if is_id(begun_id) else "/staff"
