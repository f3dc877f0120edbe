"""The bounded server in a thread, with a small site behind it; and clients that misbehave."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from portal.kernel.configuration.settings import Settings
from portal.web.server.config import BoundedConfig
from portal.web.server.guests import note_genuine
from portal.web.server.limits import Limits
from portal.web.too_busy import NotTooMany

MANY = 64 * 1024 * 1024


async def hello(_: Request) -> Response:
    return PlainTextResponse("hello")


async def early(_: Request) -> Response:
    """Answer without a look at the body."""
    return PlainTextResponse("early")


async def size(request: Request) -> Response:
    """Tell how much came, and which headers were seen when it had."""
    body = await request.body()
    return PlainTextResponse(f"{len(body)} {sorted(request.headers)}")


async def large(request: Request) -> Response:
    await request.body()

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(MANY // 2**20):
            yield bytes(2**20)

    return StreamingResponse(chunks())


async def signed_in(request: Request) -> Response:
    note_genuine(request.scope)
    return PlainTextResponse("welcome")


async def later(request: Request) -> Response:
    """Ask for the body after a while."""
    await asyncio.sleep(1)
    await request.body()
    return PlainTextResponse("later")


async def slow(_: Request) -> Response:
    await asyncio.sleep(1)
    return PlainTextResponse("at last")


@asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[dict[str, object]]:
    yield {"house": SimpleNamespace(settings=Settings())}  # all that the page needs which says that there is no room


_SITE = Starlette(
    lifespan=_lifespan,
    routes=[
        Route("/", hello),
        Route("/early", early, methods=["POST"]),
        Route("/size", size, methods=["POST"]),
        Route("/large", large, methods=["GET", "POST"]),
        Route("/signed-in", signed_in),
        Route("/slow", slow),
        Route("/later", later, methods=["POST"]),
    ],
)


SITE = NotTooMany(_SITE)


@dataclass(frozen=True, slots=True)
class Served:
    """A server that runs."""

    port: int
    doors: list[socket.socket] = field(default_factory=list)

    def connect(self, host: str = "127.0.0.1") -> socket.socket:
        """Connect from an address of loopback."""
        door = socket.socket()
        self.doors.append(door)
        door.settimeout(10)
        door.bind((host, 0))
        door.connect(("127.0.0.1", self.port))
        return door

    def ask(self, sent: bytes, host: str = "127.0.0.1") -> bytes:
        """Return all that comes back until the server ends the connection."""
        with self.connect(host) as door:
            return said(door, sent)


def said(door: socket.socket, sent: bytes = b"") -> bytes:
    """Send, and return what comes until the end; what was not read before the end may take the rest with it."""
    heard = b""
    try:
        door.sendall(sent)
        while more := door.recv(2**16):
            heard += more
    except (ConnectionResetError, BrokenPipeError):
        pass
    return heard


def hears(door: socket.socket, word: bytes) -> bool:
    """Read until a word comes, which may be in a later packet than the head; False if the server ends first."""
    heard = b""
    while word not in heard and (more := door.recv(2**16)):
        heard += more
    return word in heard


def is_over(door: socket.socket, within: float = 5) -> bool:
    """Tell whether the server ends a connection within so many seconds."""
    door.settimeout(within)
    try:
        return door.recv(2**16) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


@contextmanager
def served(limits: Limits, site: ASGIApp = SITE, **more: object) -> Iterator[Served]:
    """Run the server for a while."""
    config = BoundedConfig(
        site, port=0, log_level="error", access_log=False, ws="none", timeout_graceful_shutdown=1, **more
    )
    config.limits = limits
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    doors: list[socket.socket] = []
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.005)
        yield Served(server.servers[0].sockets[0].getsockname()[1], doors)
    finally:
        for door in doors:
            door.close()
        server.should_exit = True
        thread.join(10)
