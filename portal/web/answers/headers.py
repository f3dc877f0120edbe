"""What every answer carries, and which requests are answered at all."""

import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.kernel.configuration.settings import Settings
from portal.kernel.ids import new_id
from portal.kernel.log import Asked, tell_what_is_asked
from portal.web.answers.page_style import style_of
from portal.web.answers.static_files import inlined_script

_PRIVATE = {
    "cache-control": "no-store",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "x-accel-buffering": "no",  # a proxy that gathers would hand out what is taken back meanwhile, and write it to disk
    "referrer-policy": "same-origin",  # under no-referrer Chromium posts `Origin: null`
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-robots-tag": "noindex, nofollow",
}
_NO_TEXT_IS_MARKUP = "require-trusted-types-for 'script'; trusted-types 'none'"
_PROBES = {"/healthz", "/readyz", "/metrics"}
"""Asked by address as well, by whoever looks after the site; none of them says more than how it stands."""
_PLAIN = re.compile(r"/[a-z/-]{0,40}")
FILE_POLICY = "default-src 'none'; frame-ancestors 'none'"
PICTURE_POLICY = f"{FILE_POLICY}; style-src 'unsafe-inline'"
"""A picture holds no style. The page that a browser makes around it does, inline, and so fits it to a phone."""


def host_cookie(name: str, *, is_https: bool) -> str:
    """Return the name of a cookie: `__Host-` binds it to this host, which plain http cannot (ASVS 3.3.3)."""
    return f"__Host-{name}" if is_https else name


def page_policy(settings: Settings, *, framed_by: str = "'none'") -> str:
    """Return what a page may load and run: files of this origin, and the very sheet and script that stand in pages.

    No script of ours makes markup or script of text, so the browser refuses it to all (W3C Trusted Types).
    """
    return (
        f"default-src 'none'; style-src 'self' {style_of(settings).source}; "
        f"script-src 'self' {inlined_script('entry.js').source}; img-src 'self' data:; connect-src 'self'; "
        f"form-action 'self'; base-uri 'none'; frame-src 'self'; frame-ancestors {framed_by}; {_NO_TEXT_IS_MARKUP}"
    )


class EveryAnswer:
    """Puts the headers on every answer that does not set its own; refuses a foreign Host (RFC 9110 7.2) and NUL.

    PostgreSQL refuses a text with NUL, and so would everybody be refused who shares that transaction.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        headers = {**_PRIVATE, "content-security-policy": page_policy(settings)}
        if settings.is_https:
            headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
        self._headers = [(name.encode(), value.encode()) for name, value in headers.items()]
        self._base_url = settings.base_url
        self._host = urlsplit(settings.base_url).netloc
        self._is_loopback = settings.is_loopback

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        tell_what_is_asked(_asked(scope))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = message["headers"]
                named = {name for name, _ in own}
                own.extend(header for header in self._headers if header[0] not in named)
            await send(message)

        if self._has_last_dot(scope):
            # a mail program may have escaped a token into the path or the query: neither goes into a header (promise 9)
            place = f"{self._base_url}{scope['path'] if _PLAIN.fullmatch(scope['path']) else '/o'}"
            await RedirectResponse(place, 308)(scope, receive, send_with_headers)
            return
        if not self._is_our_host(Headers(scope=scope)) and scope["path"] not in _PROBES:
            await PlainTextResponse("This is not the address of the portal.", 400)(scope, receive, send_with_headers)
            return
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            await PlainTextResponse("There is no page here.", 400)(scope, receive, send_with_headers)
            return
        await self._app(scope, receive, send_with_headers)

    def _has_last_dot(self, scope: Scope) -> bool:
        """Tell whether our name was written to its last dot, as DNS may and some mail programs do (RFC 3986 3.2.2)."""
        name, _, port = self._host.partition(":")
        dotted = f"{name}.:{port}" if port else f"{name}."
        asked = [host.lower() for host in Headers(scope=scope).getlist("host")]
        return asked == [dotted] and scope["method"] in {"GET", "HEAD"}

    def _is_our_host(self, headers: Headers) -> bool:
        hosts = headers.getlist("host")
        if len(hosts) != 1:
            return False
        host = hosts[0].lower()
        return host == self._host or (self._is_loopback and host.split(":")[0] in {"127.0.0.1", "localhost"})


def _asked(scope: Scope) -> Asked:
    """Return what the log says of a request: an id of its own, and the route, since a path may hold a secret."""
    request = new_id()

    def asked() -> dict[str, str]:
        path = getattr(scope.get("route"), "path", "")
        return {"request": request, "route": f"{scope['method']} {path}" if path else ""}

    return asked
