"""One letter: its page, and the pictures of its pages. Each is judged, and in the ledger before a byte leaves."""

import asyncio
import re
from concurrent.futures import Future
from typing import TypeVar

from markupsafe import Markup
from starlette.responses import Response

from portal.blobs import BlobMissing, BlobsUnreachable
from portal.flows.opening.disclose_document import Wish, judged_letter
from portal.kernel.secrets.keys import SealBroken
from portal.links.rules import Open
from portal.overviews.family import acknowledging
from portal.overviews.family import letters as letters_view
from portal.overviews.family.letter_languages import letter_in
from portal.overviews.family.letters import Letter
from portal.reading.showing.viewer import SHAPES, NotShown, Outline, ShowingBusy
from portal.web.answers.files import page_of
from portal.web.answers.headers import PICTURE_POLICY
from portal.web.guards import FamilyRequest
from portal.web.render_family import family_page, language_of
from portal.web.waiting.lanes import run_in_lane
from portal.wiring import House
from portal.words.pages import letter_words

_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_PICTURE = {"Content-Type": "image/png", "Content-Security-Policy": PICTURE_POLICY}
_PATIENCE = 8.0
"""Seconds that a letter's page waits for its outline; without one it offers the file alone."""
_LONG_PATIENCE = 30.0
Made = TypeVar("Made")


async def letter(ask: FamilyRequest) -> Response:
    """Show one letter, after its disclosure is in the ledger. HEAD asks the same question and writes nothing."""
    found = await run_in_lane(_judged, ask)
    if ask.http.method == "HEAD":
        return await run_in_lane(_page, ask, found, Markup(), None)
    outline = await _outline(ask.house, found)
    found = await _disclosed(ask)
    written = await run_in_lane(page_of, ask.house, found)
    return await run_in_lane(_page, ask, found, written, outline)


async def picture(ask: FamilyRequest) -> Response:
    """Show one page of a PDF. It is made first and judged last, so that a taking back stops it until the end."""
    found = await run_in_lane(_judged, ask)
    number = _number(ask.path("number"), found)
    await run_in_lane(_check_opens, ask.house, found)
    pages, house = ask.house.pages, ask.house
    making = pages.picture(found.document_id, number, lambda: _whole(house, found))
    try:
        drawn = await _made(making, _LONG_PATIENCE)
    except TimeoutError:
        raise ShowingBusy from None
    if ask.http.method == "HEAD":  # it answers as GET would, and discloses nothing
        return Response(headers=_PICTURE)
    await _disclosed(ask)
    return Response(drawn, headers=_PICTURE)


def _wish(ask: FamilyRequest) -> Wish:
    return Wish(ask.session_id, ask.path("copy"), "view", ask.house.clock())


def _judged(ask: FamilyRequest) -> Letter:
    with ask.house.family_db.read(ask.session_id) as session:
        return judged_letter(session, _wish(ask))


async def _disclosed(ask: FamilyRequest) -> Letter:
    """Judge once more and have the disclosure durable; what follows may leave."""
    return await asyncio.wrap_future(ask.house.disclosures.submit(_wish(ask)))


def _number(typed: str, found: Letter) -> int:
    is_there = _NUMBER.fullmatch(typed) and SHAPES.get(found.media_type) == "pdf" and int(typed) <= (found.pages or 0)
    if not is_there:
        raise NotShown
    return int(typed)


async def _outline(house: House, found: Letter) -> Outline | None:
    """Return what a letter is shown as; None for one that has a page of its own, or can be had as a file alone."""
    shape = SHAPES.get(found.media_type)
    if shape is None or found.page_id is not None:
        return None
    try:
        await run_in_lane(_check_opens, house, found)
        making = house.pages.outline(found.document_id, shape, lambda: _whole(house, found))
        return await _made(making, _PATIENCE)
    except (NotShown, ShowingBusy, BlobMissing, BlobsUnreachable, SealBroken, TimeoutError):
        return None


async def _made(making: Future[Made], seconds: float) -> Made:
    """Wait for what others may wait for too: who gives up does not end it. Raises `TimeoutError`."""
    return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(making)), seconds)


def _check_opens(house: House, found: Letter) -> None:
    """See that the letter's key still opens it, as what is kept of its pages needs none. Raises `KeyMissing`."""
    next(house.documents.open(found.document_id, found.size, 0, 1), None)


def _whole(house: House, found: Letter) -> bytes:
    return b"".join(house.documents.open(found.document_id, found.size))


def _page(ask: FamilyRequest, found: Letter, written: Markup, outline: Outline | None) -> Response:
    reader = language_of(ask.http)
    with ask.house.family_db.read(ask.session_id) as session:
        all_found = letters_view.letters_of_session(session, ask.session_id, now=ask.now)
        live = [one for one in all_found if isinstance(one.verdict, Open)]
        shown = letter_in(session, found, live, reader)
        said = acknowledging.said_of(session, found)
    return family_page(
        ask.http,
        "family/letter.html",
        language=reader,
        shown=shown,
        letter=shown.letter,
        written=written,
        outline=outline,
        pictures=(),
        said=said,
        words=letter_words(reader),
        form_token=ask.form_token,
    )
