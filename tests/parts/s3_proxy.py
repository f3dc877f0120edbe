"""A proxy in front of an S3 server that is slow, refuses, cuts what it hands out, or hands out another object."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

from tests.parts.s3 import S3Server

How = Literal["well", "slowly", "refusing", "shut", "cut", "short", "another", "silent"]
_REFUSAL = b"<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class S3Proxy(ThreadingHTTPServer):
    """Hands every request on as it was signed; `how` says what becomes of the answer."""

    daemon_threads = True

    def __init__(self, behind: S3Server) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = urlsplit(behind.endpoint).netloc
        self.how: How = "well"
        self.other = b""
        """What is handed out in the place of any object."""

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: S3Proxy

    def _hand_on(self) -> None:
        sent, how = self.rfile.read(int(self.headers.get("Content-Length", 0))), self.server.how
        if how == "shut":
            self.close_connection = True
            return
        if how == "refusing":
            self._answer(503, {}, _REFUSAL)
            return
        if how == "slowly":
            time.sleep(0.3)
        behind = HTTPConnection(self.server.behind, timeout=30)
        behind.request(self.command, self.path, sent, dict(self.headers.items()))
        answer = behind.getresponse()
        body = answer.read()
        behind.close()
        if how == "silent":  # what was asked is done, and nobody hears of it
            self.close_connection = True
            return
        headers = {name: value for name, value in answer.getheaders() if name.lower() not in _HOP}
        if self.command == "HEAD":
            self._answer(answer.status, headers, b"", length=int(answer.headers.get("Content-Length", 0)))
            return
        is_object = self.command == "GET" and answer.status in {200, 206} and "list-type" not in self.path
        self._answer(answer.status, headers, *(self._spoilt(body, how) if is_object else (body,)))

    def _spoilt(self, body: bytes, how: How) -> tuple[bytes, int]:
        """Return what is handed out for an object, and the length that is told."""
        if how == "another":
            return self.server.other[: len(body)], len(body)
        half = body[: len(body) // 2]
        return {"cut": (half, len(body)), "short": (half, len(half))}.get(how, (body, len(body)))

    def _answer(self, status: int, headers: dict[str, str], body: bytes, length: int | None = None) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        told = len(body) if length is None else length
        self.send_header("Content-Length", str(told))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = len(body) < told and self.command != "HEAD"

    do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = _hand_on  # noqa: N815 - as http.server calls them

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - as http.server calls it
        """Say nothing."""


@contextmanager
def s3_proxy(behind: S3Server) -> Iterator[S3Proxy]:
    """Run a proxy until the block ends."""
    with S3Proxy(behind) as proxy:
        threading.Thread(target=proxy.serve_forever, args=(0.05,), daemon=True).start()
        yield proxy
        proxy.shutdown()
