"""The page of an act that takes long: it tells its place in line, then how far it is, and ends with the answer itself.

One answer is sent bit by bit, so it needs no script, and no other process has to know about it. Whoever leaves the page
leaves the act to go on.
"""

import re
from collections.abc import AsyncIterator
from typing import Final

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from portal.web.reader_language import staff_language_of
from portal.web.render import text_of
from portal.web.waiting.doing import Doing
from portal.words.languages import Language
from portal.words.sentences import filled, sentence

_MARK: Final = "\ue000"
"""Where what comes later goes, in a page that is made at once: a character that no text of ours holds."""
_LOOKS_AGAIN: Final = 0.5
_SAYS_AGAIN: Final = 30
"""After so many looks it is said again, so that nobody in between takes the connection for dead."""
_SCRIPT: Final = re.compile(r'<script src="[^"]+"[^>]*></script>')
_INSIDE: Final = re.compile(r"<body[^>]*>(.*)</body>", re.DOTALL)
_PAGE: Final = re.compile(r"page (\d+)")

_ON: Final = Markup('<meta http-equiv="refresh" content="0; url={}"><p class="place"><a href="{}">{}</a></p>')
_PLACE: Final = Markup('<p class="place">{}</p>\n')
_YOUR_PLACE: Final = str(sentence("You are number %(place)s in line.", place="%(place)s"))
_STEP: Final = Markup('<div class="place"><p>{}</p>\n<progress aria-label="{}"{}></progress></div>\n')
_COUNTED: Final = Markup(' max="{}" value="{}"')


class InLine(StreamingResponse):
    """Tells how far an act is until it is over, and sends its answer."""

    def __init__(self, request: Request, doing: Doing) -> None:
        """Take an act that is waited for, or being done."""
        super().__init__(_told(request, doing), media_type="text/html", headers={"X-Accel-Buffering": "no"})


async def _told(request: Request, doing: Doing) -> AsyncIterator[str]:
    settings, language = request.state.house.settings, staff_language_of(request)
    is_read = doing.turn.has_begun.is_set()
    begin, after_places, end = text_of(
        "staff/in_line.html", settings, mark=_MARK, is_read=is_read, language=language
    ).split(_MARK)
    yield begin
    told, looks = "", 0
    while not await doing.is_over_within(_LOOKS_AGAIN if told else 0):
        said, looks = how_far(doing, language), looks + 1
        if said != told or looks % _SAYS_AGAIN == 0:
            told = said
            yield said
    yield after_places
    yield _answer_of(await _done(request, doing), language)
    yield end


def how_far(doing: Doing, language: Language) -> str:
    """Say how far an act is: its place in line, or the page or picture that is being read, with a bar."""
    if not doing.turn.has_begun.is_set():
        place = Markup("<strong>{}</strong>").format(language.number(doing.turn.place))
        return _PLACE.format(filled(Markup(language.gettext(_YOUR_PLACE)), {"place": place}, language))  # noqa: S704 - words hold no markup
    step, done, total = doing.step
    page = _PAGE.match(step)
    told = sentence("Reading page %(page)s.", page=page[1]) if page else sentence("The file is being read.")
    if total:
        at = {"number": done + 1, "total": total}
        told = (
            sentence("Reading picture %(number)s of %(total)s.", **at)
            if done < total
            else sentence("Every picture is read.")
        )
    words = told.said_in(language)
    return _STEP.format(words, words, _COUNTED.format(total, done) if total > 1 else "")


async def _done(request: Request, doing: Doing) -> Response:
    """Return the answer of the act, or the page of what stopped it: its status was sent before anybody knew."""
    try:
        return doing.task.result()
    except Exception as error:
        handlers = request.app.exception_handlers
        handler = next((handlers[kind] for kind in type(error).__mro__ if kind in handlers), None)
        if handler is None:
            raise
        problem: Response = await handler(request, error)
        return problem


def _answer_of(answer: Response, language: Language) -> str:
    """Return an answer as the rest of a page: its own inside, or a way on to where it leads."""
    to = answer.headers.get("location")
    if to is not None:
        return _ON.format(to, to, sentence("It is done. Go on.").said_in(language))
    page = bytes(answer.body).decode()
    inside = _INSIDE.search(page)
    assert inside is not None, "an act that waits in line is answered by a page or leads to one"
    return "".join(_SCRIPT.findall(page[: inside.start()])) + inside[1]
