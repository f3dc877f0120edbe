"""One connection: uvicorn's own, with bounds on what it may hold and on how long it may have us wait.

Uvicorn with httptools bounds neither the size of a head nor the time for it, and one of 40 MB took it 14 seconds. Its
classes are not promised to stay as they are: `tests/hostile/test_bounds_of_connections.py` tries each bound (ADR 31).
"""

import asyncio
import fcntl
import struct
import termios
from enum import Enum, auto
from typing import Any

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from portal.web.server.crowd import Crowd, network_of
from portal.web.server.guests import put_connection

_PIECE = 16 * 1024
"""So much is read before the bounds are looked at again."""
_SHARE_OF_FRAMES = 16
_ANSWERS = {
    400: b"HTTP/1.1 400 Bad Request\r\n",
    408: b"HTTP/1.1 408 Request Timeout\r\n",
    431: b"HTTP/1.1 431 Request Header Fields Too Large\r\n",
    503: b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\n",
}
_WHY = {400: "not HTTP", 408: "slow to ask", 431: "large heads", 503: "no room"}
_NOTHING_MORE = b"cache-control: no-store\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class _TooMuch(Exception):
    """A head is larger than it may be."""


class _Part(Enum):
    """What of a request is to come."""

    HEAD = auto()
    BODY = auto()
    NOTHING = auto()


class BoundedConnection(HttpToolsProtocol):
    """A connection that has its share and no more."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        crowd: Crowd,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.crowd, self.limits = crowd, crowd.limits
        self.network, self.is_kept, self._is_genuine = "", False, False
        self._awaits = _Part.HEAD
        self._heads = self._head_bytes = self._head_named = self._head_lines = 0
        self._head_began: float | None = self.loop.time()
        self._came = self._carried = 0  # bytes of a body: all, and those that are not its frames
        self._pace: tuple[str, float, int] | None = None  # what we wait for, since when, and how much was done then
        self._lingers_from: float | None = None

    # --- who comes and goes

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Come in, if there is room."""
        super().connection_made(transport)
        host = self.client[0] if self.client else ""
        self.network, self.is_kept = network_of(host), self.crowd.is_proxy(host)
        if self.crowd.enter(self):
            self._settle()
        else:
            self._refuse(503)

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave."""
        self.crowd.leave(self)
        super().connection_lost(exc)

    def keep(self) -> None:
        """Be one of those who go last."""
        self.is_kept = self._is_genuine = True
        self._settle()

    def cut(self, why: str) -> None:
        """End it now, with whatever is unsent."""
        self.crowd.told[why] += 1
        self.transport.abort()

    # --- what comes

    def data_received(self, data: bytes) -> None:
        """Read on, piece by piece, as long as it stays within bounds."""
        self._unset_keepalive_if_required()
        if self._head_began is None and self._awaits is _Part.HEAD:
            self._head_began = self.loop.time()
        for start in range(0, len(data), _PIECE):
            if self.transport.is_closing():
                return
            self._read(data[start : start + _PIECE])
        self._settle()

    def _read(self, piece: bytes) -> None:
        heads = self._heads
        try:
            self.parser.feed_data(piece)
        except httptools.HttpParserUpgrade:  # nothing of ours is spoken in another way: it is answered, and that is all
            self.shutdown()
        except httptools.HttpParserError as error:
            self._refuse(431 if isinstance(error.__context__, _TooMuch) else 400)
        else:
            self._look_at_size(len(piece), is_same_head=heads == self._heads)

    def _look_at_size(self, more: int, *, is_same_head: bool) -> None:
        if self._awaits is _Part.HEAD:
            self._head_bytes += more if is_same_head else 0
            if self._head_bytes > self.limits.head_bytes:
                self._refuse(431)
        elif self._awaits is _Part.BODY:
            self._came += more if is_same_head else 0
            frames = self._came - self._carried
            if frames > self.limits.head_bytes + self._carried // _SHARE_OF_FRAMES:
                self._refuse(400)
        if len(self.pipeline) > self.limits.queued:
            self.cut("requests at once")

    def on_message_begin(self) -> None:
        """Begin another request."""
        super().on_message_begin()
        self._is_genuine = False  # a proxy brings one after another
        put_connection(self.scope, self)  # type: ignore[arg-type]  # a TypedDict is a mapping
        self._awaits = _Part.HEAD
        self._head_bytes = self._head_named = self._head_lines = 0
        self._heads += 1

    def on_url(self, url: bytes) -> None:
        """Take a piece of the URL."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header. What follows a body in chunks is none: it would be read as if it had come before."""
        self._count(len(name) + len(value) + 4)
        if self._awaits is _Part.HEAD:
            super().on_header(name, value)

    def _count(self, size: int) -> None:
        self._head_named += size
        self._head_lines += 1
        if self._head_named > self.limits.head_bytes or self._head_lines > self.limits.head_lines:
            raise _TooMuch

    def on_headers_complete(self) -> None:
        """Begin the body, and the answer."""
        self._awaits, self._head_began = _Part.BODY, None
        self._came = self._carried = 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._carried += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Expect nothing more of this request."""
        self._awaits = _Part.NOTHING
        super().on_message_complete()
        if self.cycle.response_complete:  # the answer did not wait for all that was sent: begin anew with another
            self.transport.close()

    # --- what goes

    def on_response_complete(self) -> None:
        """Expect another request, or the rest of one that was answered early."""
        super().on_response_complete()
        now = self.loop.time()
        if self._awaits is _Part.BODY:
            self._lingers_from = now
        elif self._awaits is _Part.HEAD:
            self._head_began = now
        elif self.cycle.response_complete:
            self._awaits, self._head_began, self._head_bytes = _Part.HEAD, None, 0
        self._settle()

    def pause_writing(self) -> None:
        """Wait for a browser to take what we have sent."""
        super().pause_writing()
        self._pace = None
        self._settle()

    def resume_writing(self) -> None:
        """Go on: it has taken it."""
        super().resume_writing()
        self._pace = None
        self._settle()

    # --- who keeps us waiting

    @property
    def may_go(self) -> bool:
        """Whether it is in the midst of a stranger's request and has us wait."""
        has_us_wait = self._awaits is _Part.BODY and not self._has_them_wait()
        return (has_us_wait or self.flow.write_paused) and not self._is_genuine

    def _settle(self) -> None:
        waits = (self._is_idle() or self._lingers_from is not None) and not self.flow.write_paused
        if not self.is_kept:
            waits = waits or self._awaits is _Part.BODY or self.flow.write_paused
        self.crowd.settle(self, waits=waits)

    def look(self, now: float) -> None:
        """End it if it has had us wait for longer than it may."""
        if self.transport.get_write_buffer_size():
            if self._is_slow("to read", now, -self._untaken(), self.limits.read_seconds):
                self.cut("slow to read")
        elif self._lingers_from is not None and now >= self._lingers_from + self.limits.linger_seconds:
            self.cut("slow to send")
        elif self._awaits is _Part.BODY and not self._has_them_wait():
            if self._is_slow("to send", now, self._carried, self.limits.rate_seconds):
                self._refuse(408)
        else:
            self._pace = None
            if self._is_idle() and self._head_began is not None and now >= self._head_began + self.limits.head_seconds:
                self._refuse(408)

    def _untaken(self) -> int:
        """Return how many bytes of an answer have not arrived: those here, and those in the system.

        It holds megabytes, and takes more only when a third of them have gone: at 50 kB a second that is a minute.
        """
        held = fcntl.ioctl(self.transport.get_extra_info("socket").fileno(), termios.TIOCOUTQ, bytes(4))
        return self.transport.get_write_buffer_size() + int(struct.unpack("i", held)[0])

    def _has_them_wait(self) -> bool:
        """Tell whether it is we who do not take more of a body, or have not asked for it yet."""
        return self.flow.read_paused or self.cycle.waiting_for_100_continue

    def _is_slow(self, what: str, now: float, done: int, within: float) -> bool:
        """Tell whether too little was done since we last looked; look again only after a while."""
        if self._pace is None or self._pace[0] != what:
            self._pace = what, now, done
            return False
        _, began, before = self._pace
        if now - began < within:
            return False
        self._pace = what, now, done
        return done - before < self.limits.rate * within

    def _is_idle(self) -> bool:
        return self._awaits is _Part.HEAD and not self._is_answering()

    def _is_answering(self) -> bool:
        return not getattr(self.cycle, "response_complete", True)  # uvicorn has no cycle before the first request

    def _refuse(self, status: int) -> None:
        """Say why and end it. Where an answer is on its way it is only ended, for ours would be read as part of it."""
        self.crowd.told[_WHY[status]] += 1
        is_silent = status == 408 and self._heads == 0
        is_midway = bool(self.pipeline) or (self._is_answering() and self.cycle.response_started)
        if is_silent or is_midway or self.transport.get_write_buffer_size():
            self.transport.abort()
            return
        self.transport.write(_ANSWERS[status] + _NOTHING_MORE)
        self.transport.close()
