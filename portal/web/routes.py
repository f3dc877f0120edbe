"""The whole URL map on one screen, and who may pass at each door."""

from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from portal.kernel.migrations import shipped
from portal.web import operator
from portal.web.family import entry, letters
from portal.web.family.file import file
from portal.web.forms import FORM_BYTES
from portal.web.guards import Endpoint, anyone, family

GET, POST = ("GET",), ("POST",)


def _route(path: str, endpoint: Endpoint, methods: tuple[str, ...], *, most_bytes: int = FORM_BYTES) -> Route:
    return Route(path, endpoint, methods=methods, max_body_size=most_bytes)


def routes() -> list[BaseRoute]:
    """Return every route of the portal."""
    return [
        _route("/o", anyone(entry.entry), GET),
        _route("/o", anyone(entry.open_it), POST),
        _route("/about", anyone(entry.about), GET),
        _route("/leave", anyone(entry.leave), POST),
        _route("/letters", family(letters.letters), GET),
        _route("/letters/{copy}", family(letters.letter), GET),
        _route("/letters/{copy}/file", file, GET),
        _route("/letters/{copy}/not-mine", family(letters.not_mine), POST),
        _route("/healthz", anyone(operator.healthz), GET),
        _route("/readyz", anyone(operator.readyz), GET),
        _route("/robots.txt", anyone(operator.robots), GET),
        _route("/.well-known/security.txt", anyone(operator.security_txt), GET),
        Mount("/static", StaticFiles(directory=shipped("static"))),
    ]
