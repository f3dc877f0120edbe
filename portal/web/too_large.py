"""A body that is too large is told in a page like every other problem, in the family's language.

The framework answers it from its own three words of English before any handler of ours is asked.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from portal.web.problems import answer_http
from portal.web.waiting.lanes import run_in_lane

_TOO_LARGE = 413
_WORDS = b"text/plain"


class TooLargeInAPage:
    """Puts our page in the place of the framework's words, and lets every other answer through."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand between the framework's own layers and those that every answer passes."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand everything on; where the answer is that the body is too large, give another in its place."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_too_large = False

        async def pass_on(message: Message) -> None:
            nonlocal is_too_large
            is_too_large = is_too_large or _says_too_large(message)
            if not is_too_large:
                await send(message)

        await self._app(scope, receive, pass_on)
        if is_too_large:
            answer = await run_in_lane(answer_http, Request(scope), HTTPException(_TOO_LARGE))
            await answer(scope, receive, send)


def _says_too_large(message: Message) -> bool:
    if message["type"] != "http.response.start" or message["status"] != _TOO_LARGE:
        return False
    return any(name == b"content-type" and value.startswith(_WORDS) for name, value in message["headers"])
