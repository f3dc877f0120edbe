"""The site as a browser sees it, each request in one step.

Starlette's client crosses to the thread of the event loop seven times a request, so that a body can be read while it
is being made. That takes longer than many of our answers do, and only `stream` needs it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

import anyio
from httpx2 import ByteStream, Request, Response
from starlette.testclient import TestClient, _TestClientTransport
from starlette.types import ASGIApp, Message, Scope

_PIECEMEAL = "piecemeal"


class _Answer:
    """What the application says to one request, and what it is told."""

    def __init__(self, body: bytes) -> None:
        self._body: bytes | None = body
        self._is_complete = anyio.Event()
        self.status: int | None = None
        self.headers: list[tuple[str, str]] = []
        self.content = bytearray()

    async def receive(self) -> Message:
        if self._body is None:
            await self._is_complete.wait()
            return {"type": "http.disconnect"}
        body, self._body = self._body, None
        return {"type": "http.request", "body": body}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            assert self.status is None, "an answer begins once"
            self.status = message["status"]
            self.headers = [(key.decode(), value.decode()) for key, value in message.get("headers", [])]
        elif message["type"] == "http.response.body":
            assert self.status is not None, "an answer begins before its body"
            assert not self._is_complete.is_set(), "an answer ends once"
            self.content += message.get("body", b"")
            if not message.get("more_body", False):
                self._is_complete.set()


class _InOneStep(_TestClientTransport):
    def handle_request(self, request: Request) -> Response:
        if request.extensions.get(_PIECEMEAL):
            return super().handle_request(request)
        with self.portal_factory() as portal:
            return portal.call(self._answered, request, request.read())

    async def _answered(self, request: Request, body: bytes) -> Response:
        answer = _Answer(body)
        try:
            await self.app(self._scope_of(request), answer.receive, answer.send)
        except Exception:
            if self.raise_server_exceptions:
                raise
        if answer.status is None:
            assert not self.raise_server_exceptions, "the application said nothing"
            return Response(500, request=request)
        content = b"" if request.method == "HEAD" else bytes(answer.content)
        return Response(answer.status, headers=answer.headers, stream=ByteStream(content), request=request)

    def _scope_of(self, request: Request) -> Scope:
        """Describe a request as Starlette's client does."""
        url = request.url
        return {
            "type": "http",
            "http_version": "1.1",
            "method": request.method,
            "path": unquote(url.path),
            "raw_path": url.raw_path.split(b"?", 1)[0],
            "root_path": self.root_path,
            "scheme": url.scheme,
            "query_string": url.query,
            "headers": [(key.lower().encode(), value.encode()) for key, value in request.headers.multi_items()],
            "client": self.client,
            "server": [url.raw_host.decode("ascii"), url.port or {"http": 80, "https": 443}[url.scheme]],
            "extensions": {"http.response.debug": {}, "http.response.trailers": {}},
            "state": self.app_state.copy(),
        }


class Site(TestClient):
    """A browser at the site: same-origin posts, redirects not followed, the application's errors raised."""

    def __init__(self, app: ASGIApp, *, base_url: str) -> None:
        """Be used in a `with`, in which the application runs."""
        headers = {"Sec-Fetch-Site": "same-origin"}
        super().__init__(app, base_url=base_url, headers=headers, follow_redirects=False)
        self._steps = _InOneStep(
            self.app, portal_factory=self._portal_factory, client=("testclient", 50_000), app_state=self.app_state
        )
        self._transport = self._steps

    def answer_faults(self) -> None:
        """Answer what the application raises with a 500, as a browser sees it, instead of raising it."""
        self._steps.raise_server_exceptions = False

    @contextmanager
    def stream(self, *given: Any, **more: Any) -> Iterator[Response]:  # noqa: ANN401 - as httpx2 takes them
        """Give an answer whose body is read while it is being made."""
        with super().stream(*given, **more, extensions={_PIECEMEAL: True}) as answer:
            yield answer
