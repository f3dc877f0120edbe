"""The file itself: judged, recorded, then opened chunk by chunk, judged again before each chunk."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from portal.flows.opening.disclose_document import Kind, Wish, judged_letter
from portal.links.errors import LinkDead, NotOpened
from portal.overviews.family.letters import Letter
from portal.web.answers.files import SMALL, CutOff, file_headers
from portal.web.guards import family_session, not_closed
from portal.web.server.guests import note_genuine
from portal.web.waiting.lanes import Lanes, run_in_lane
from portal.wiring import House

_RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})")


@dataclass(frozen=True, slots=True)
class Slice:
    """Which bytes of a file are asked for: from `start` up to `end`, exclusive."""

    start: int
    end: int
    is_part: bool


def wanted_slice(header: str | None, size: int, *, conditional: bool) -> Slice | None:
    """Return what a Range header asks for, or None where no byte of it exists (RFC 9110 14.1.2).

    One range is answered; several, or one bound to a validator that we do not give, get the whole file.
    """
    found = _RANGE.fullmatch(header.strip()) if header and not conditional and len(header) < 64 else None
    if found is None or found[0] == "bytes=-":
        return Slice(0, size, is_part=False)
    first, last = found.groups()
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
    return Slice(start, end, is_part=True) if start < end <= size else None


async def file(request: Request) -> Response:
    """Answer GET with bytes, after the disclosure is durable; HEAD with headers alone."""
    house: House = request.state.house
    request.state.lanes.enter("family", request.scope)
    kind: Kind = "download" if request.query_params.get("as") == "download" else "view"
    await not_closed(house, house.clock())
    wish = Wish(family_session(request), request.path_params["copy"], kind, house.clock())
    if request.method == "HEAD":
        letter = await run_in_lane(_look, house, wish)
    else:
        letter = await asyncio.wrap_future(house.disclosures.submit(wish))
    note_genuine(request.scope)
    conditional = "if-range" in request.headers
    part = wanted_slice(request.headers.get("range"), letter.size, conditional=conditional)
    headers = _headers(letter, kind)
    if part is None:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{letter.size}"})
    headers["Content-Length"] = str(part.end - part.start)
    if part.is_part:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{letter.size}"
    status = 206 if part.is_part else 200
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers)
    if part.end - part.start <= SMALL:
        if house.documents.is_near:  # measured: handing it to a thread costs more than opening it
            return Response(_whole(house, letter, part), status, headers)
        return Response(await run_in_lane(_whole, house, letter, part), status, headers)
    chunks = await run_in_lane(house.documents.open, letter.document_id, letter.size, part.start, part.end)
    return StreamingResponse(_while_open(house, wish, chunks, request.state.lanes), status, headers)


file.guard = "family"  # type: ignore[attr-defined]  # guarded by its own first line: it streams, so it runs in the loop


def _whole(house: House, letter: Letter, part: Slice) -> bytes:
    return b"".join(house.documents.open(letter.document_id, letter.size, part.start, part.end))


def _look(house: House, wish: Wish) -> Letter:
    with house.family_db.read(wish.session_id) as session:
        return judged_letter(session, wish)


def _headers(letter: Letter, kind: Kind) -> dict[str, str]:
    headers = file_headers(letter.family_name, letter.media_type, is_saved=kind == "download")
    return headers | {"Accept-Ranges": "bytes"}


async def _while_open(house: House, wish: Wish, chunks: Iterator[bytes], lanes: Lanes) -> AsyncIterator[bytes]:
    """Yield chunk after chunk, looking again before each: a taking back cuts a running download.

    Only a few are opened at once, and not by the threads that answer everybody else: measured, the press of a freeze
    waited four seconds behind the chunks of 200 downloads, and waits a quarter of one beside them.
    """
    while True:
        chunk = await lanes.run("download", _next_chunk, house, wish, chunks)
        if chunk is None:
            return
        yield chunk


def _next_chunk(house: House, wish: Wish, chunks: Iterator[bytes]) -> bytes | None:
    now = Wish(wish.session_id, wish.copy_id, wish.kind, house.clock())
    try:
        _look(house, now)
    except (LinkDead, NotOpened):
        raise CutOff from None
    return next(chunks, None)
