"""Addresses that a mail program or a keyboard bent: they lead where they were meant to."""

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from portal.web.render_family import family_page

_BENT = re.compile(r"/(o|about|renew|letters)[\s.,;:!?)\]>\"'»”/]*", re.IGNORECASE)


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
    meant = _BENT.fullmatch(path)
    return RedirectResponse(f"/{meant[1].lower()}", status_code=308) if meant else None
