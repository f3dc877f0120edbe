"""Which language somebody reads: chosen by hand and kept in the browser, else what the browser asks for."""

import re
from urllib.parse import urlencode

from starlette.requests import Request

from portal.web.answers.headers import host_cookie
from portal.words.languages import Language, preferred, staff_languages, with_tag

_OF_FAMILIES = re.compile(r"/(?:o|o/verify|about|renew|devices|letters(?:/[0-9a-f]{32})?)")
_CARRIED = frozenset({"kind", "id", "since", "until", "next", "page", "show"})
"""Parts of an address that a choice of language keeps. What somebody searched for may be a name, and is left out."""
_OF_STAFF = re.compile(r"/(?:staff|admin)(?:/[\w.~-]+)*(?:\?[\w.~%+=&/-]*)?", re.ASCII)


def page_to_return_to(place: str) -> str:
    """Return a page of ours as it is, and the families' way in for anything else: nobody is sent anywhere else."""
    return place if _OF_FAMILIES.fullmatch(place) or _OF_STAFF.fullmatch(place) else "/o"


def language_cookie(request: Request) -> str:
    """Return the name of the cookie that keeps a language."""
    return host_cookie("language", is_https=request.state.house.settings.is_https)


def chosen_by_hand(request: Request) -> Language | None:
    """Return the language that was chosen in this browser."""
    return with_tag(request.cookies.get(language_cookie(request), ""))


def staff_language_of(request: Request) -> Language:
    """Return the language that somebody reads staff pages in: one that has what staff read, else English."""
    ours, by_hand = staff_languages(), chosen_by_hand(request)
    return by_hand if by_hand in ours else preferred(request.headers.get("accept-language", ""), ours)


def staff_place(request: Request) -> str:
    """Return the page of staff that a choice of language leads back to; nothing where it would lose what was posted."""
    kept = urlencode([one for one in request.query_params.multi_items() if _is_carried(*one)])
    place = f"{request.url.path}?{kept}" if kept else request.url.path
    return place if request.method == "GET" and _OF_STAFF.fullmatch(place) else ""


def _is_carried(name: str, value: str) -> bool:
    return name in _CARRIED and (name != "next" or _OF_STAFF.fullmatch(value) is not None)
