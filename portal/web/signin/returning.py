"""Where a sign-in leads: back to the page somebody came for, where that is one of ours; else to where staff begin."""

import re
from urllib.parse import quote, urlsplit

from starlette.requests import Request

from portal.kernel.ids import is_id

BEGIN = "/staff"
_WAY_IN = "/staff/sign-in"
_BEGUN = "/staff/begun/"
_PAGE = re.compile(r"/(?:staff|admin)(?:/[A-Za-z0-9_-]{1,80}){0,7}")
_NO_PAGE = re.compile(r"/staff/sign-(?:in|out)(?:/.*)?|.*/progress")
_NAMED = re.compile(r"kind=[a-z]{1,20}&id=[0-9a-f]{32}")
"""The one query that is kept: it says by ids what a page is about. Words that were looked for are not carried on."""


def page_after_sign_in(wanted: str) -> str:
    """Return the page of ours that somebody wanted, or where staff begin: a planted address leads nowhere else."""
    path, _, query = wanted.partition("?")
    if not _PAGE.fullmatch(path) or _NO_PAGE.fullmatch(path):
        return BEGIN
    return f"{path}?{query}" if _NAMED.fullmatch(query) else path


def way_in(request: Request) -> str:
    """Return the address of the sign-in page that leads back to what was asked for.

    Whoever pressed a button goes back to the page it stood on: a press is never done again by itself. Whoever was
    writing goes back to what was typed, which was kept by the same press.
    """
    url = urlsplit(str(request.url))
    begun_id = request.query_params.get("begun", "")
    if url.path.startswith(_BEGUN) or is_id(begun_id):
        begun_id = url.path.removeprefix(_BEGUN).partition("/")[0] if url.path.startswith(_BEGUN) else begun_id
        return sign_in_page(page_after_sign_in(f"{_BEGUN}{begun_id}"))
    if request.method not in {"GET", "HEAD"}:
        url = urlsplit(request.headers.get("referer", ""))
        if f"{url.scheme}://{url.netloc}" != request.state.house.settings.base_url:
            return _WAY_IN
    return sign_in_page(page_after_sign_in(f"{url.path}?{url.query}"))


def sign_in_page(leads_to: str) -> str:
    """Return the address of the sign-in page, with where it leads unless that is where staff begin."""
    return _WAY_IN if leads_to == BEGIN else f"{_WAY_IN}?next={quote(leads_to)}"
