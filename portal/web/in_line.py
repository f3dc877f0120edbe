"""The page of an act that waits in line: it tells its place while it waits, and ends with the answer itself.

One answer is sent bit by bit, so it needs no script, and no other process has to know about it.
"""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from portal.web.line import Turn
from portal.web.render import text_of

_MARK: Final = "\ue000"
"""Where what comes later goes, in a page that is made at once: a character that no text of ours holds."""
_LOOKS_AGAIN: Final = 1.0
_SAYS_AGAIN: Final = 15
"""After so many looks a place is said again, so that nobody in between takes the connection for dead."""
_SCRIPT: Final = re.compile(r'<script src="[^"]+"[^>]*></script>')
_INSIDE: Final = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)

_ON: Final = Markup(
    '<meta http-equiv="refresh" content="0; url={}"><p class="place"><a href="{}">It is done. Go on.</a></p>'
)


class InLine(StreamingResponse):
    """Tells a turn's place until it comes, then has the act done and sends its answer. Ends by `close`."""

    def __init__(
        self,
        request: Request,
        turn: Turn,
        act: Callable[[], Awaitable[Response]],
        close: Callable[[], Awaitable[None]],
    ) -> None:
        """`act` is begun when the turn has come; whoever goes away before has it not done."""
        self._close = close
        super().__init__(_told(request, turn, act), media_type="text/html", headers={"X-Accel-Buffering": "no"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the page; let go of the form and of the turn however that ends."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._close()


async def _told(request: Request, turn: Turn, act: Callable[[], Awaitable[Response]]) -> AsyncIterator[str]:
    begin, after_places, end = text_of("staff/in_line.html", request.state.house.settings, mark=_MARK).split(_MARK)
    yield begin
    async with aclosing(_places(turn)) as places:
        async for place in places:
            yield place
    yield '<p class="place">Your turn has come. The file is being read.</p>\n'
    yield after_places
    yield _answer_of(await _done(request, act))
    yield end


async def _places(turn: Turn) -> AsyncGenerator[str, None]:
    told, looks = 0, 0
    while not await turn.wait(_LOOKS_AGAIN if told else 0):
        place, looks = turn.place, looks + 1
        if place != told or looks % _SAYS_AGAIN == 0:
            told = place
            yield f'<p class="place">You are number <strong>{place}</strong> in line.</p>\n'


async def _done(request: Request, act: Callable[[], Awaitable[Response]]) -> Response:
    """Return the answer of the act, or the page of what stopped it: its status was sent before anybody knew."""
    try:
        return await act()
    except Exception as error:
        handlers = request.app.exception_handlers
        handler = next((handlers[kind] for kind in type(error).__mro__ if kind in handlers), None)
        if handler is None:
            raise
        problem: Response = await handler(request, error)
        return problem


def _answer_of(answer: Response) -> str:
    """Return an answer as the rest of a page: its own inside, or a way on to where it leads."""
    to = answer.headers.get("location")
    if to is not None:
        return _ON.format(to, to)
    page = bytes(answer.body).decode()
    inside = _INSIDE.search(page)
    assert inside is not None, "an act that waits in line is answered by a page or leads to one"
    return "".join(_SCRIPT.findall(page[: inside.start()])) + inside[1]
