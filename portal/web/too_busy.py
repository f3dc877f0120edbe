"""So many requests at a time and no more, some of them for those who are signed in."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.web.problems import answer_http
from portal.web.server.crowd import network_of
from portal.web.server.guests import connection_of, cookies_of

_BUSY = 503
_PROBE = "/healthz"
"""It costs less than to say that there is no room, and an operator's proxy would take the whole site away for that."""
_SOON = {"Retry-After": "5"}


class NotTooMany:
    """Answers a request that is one too many with a page that says so, and lets every other through.

    Who asks is told by the proxies of our own, so that a network has its share behind them too.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Stand before everything that takes time."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what there is room for."""
        connection = connection_of(scope) if scope["type"] == "http" else None
        if connection is None or scope["path"] == _PROBE:
            await self._app(scope, receive, send)
            return
        crowd, cookies = connection.crowd, cookies_of(scope["headers"])
        network = network_of(scope["client"][0]) if scope["client"] else ""
        is_known = crowd.knows(cookies)
        if is_known:
            connection.keep()
        asking = crowd.begin(connection, network, is_known=is_known, shows_cookie=bool(cookies))
        if asking is None:
            answer = answer_http(Request(scope), HTTPException(_BUSY, headers=_SOON))  # here: every thread is taken
            await answer(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        finally:
            crowd.end(asking)
