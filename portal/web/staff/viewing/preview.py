"""What a family will see, in a frame of ours: the family's own page with nothing in it that acts; and the file."""

import re
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import replace
from datetime import timedelta

from markupsafe import Markup
from starlette.responses import HTMLResponse, Response, StreamingResponse

from portal.blobs import BlobMissing, BlobsUnreachable, KeyMissing
from portal.flows.writing.view_as_staff import LetterFile, letter_file, view_as_staff
from portal.kernel.configuration.settings import Settings
from portal.kernel.errors import PortalError
from portal.kernel.secrets.keys import SealBroken
from portal.overviews.family import acknowledging
from portal.overviews.family.letters import Letter
from portal.overviews.writing import drafting, samples
from portal.reading.showing.viewer import SHAPES, NotShown, Outline, ShowingBusy
from portal.web.answers.files import SMALL, CutOff, file_headers, page_of
from portal.web.answers.headers import page_policy
from portal.web.guards import StaffRequest
from portal.web.render import text_of
from portal.words.languages import ENGLISH, languages, with_tag
from portal.words.pages import letter_words

_WAY_OUT = re.compile(r'(<a\b[^>]*?) href="[^"]*"')
_PRESS = re.compile(r'(<button\b[^>]*?) type="submit"')
_FORM = re.compile(r"<(/?)form\b[^>]*>")
_FIRST = 3
"""How many pages staff see in the frame; the file itself has all."""
_PATIENCE = 8.0


def preview(ask: StaffRequest) -> Response:
    """Show the family's page with a sample child; it mints nothing, and nothing in it leads anywhere."""
    settings, reader = ask.house.settings, with_tag(ask.query("language")) or ENGLISH
    hold = timedelta(seconds=settings.hold_seconds)
    with ask.house.db.read() as session:
        shown = samples.sample_letter(session, ask.acting, ask.path("mailing"), reader=reader, hold=hold, now=ask.now)
        said = acknowledging.said_of(session, shown.letter)
        is_shared = drafting.so_far(session, ask.path("mailing"), ask.acting).way == "shared"
    outline, pictures = _drawn(ask, shown.letter) if is_shared else (None, ())
    written = _written(ask, shown.letter)
    page = text_of(
        "family/letter.html", settings, language=reader, shown=shown, letter=shown.letter, written=written,
        outline=outline, pictures=pictures, said=said, words=letter_words(reader),
        form_token="", languages=languages(), here="/o",
    )  # fmt: skip  # nosec B106  # its forms post nothing
    return HTMLResponse(inert(page), headers=_frame(settings))


def _frame(settings: Settings) -> dict[str, str]:
    """Return the headers of a frame: what it shows comes from this very origin; scripts and forms stay out."""
    policy = page_policy(settings, framed_by="'self'")
    return {"Content-Security-Policy": f"{policy}; sandbox allow-same-origin", "X-Frame-Options": "SAMEORIGIN"}


def _drawn(ask: StaffRequest, letter: Letter) -> tuple[Outline | None, tuple[str, ...]]:
    """Return the first pages of a letter for everybody, in the page itself, after it is in the ledger who looked."""
    if SHAPES.get(letter.media_type) != "pdf" or letter.page_id is not None or ask.http.method == "HEAD":
        return None, ()
    house, document_id = ask.house, letter.document_id

    def opened() -> bytes:
        return b"".join(house.documents.open(document_id, letter.size))

    try:
        outline = house.pages.outline(document_id, "pdf", opened).result(_PATIENCE)
        making = [house.pages.picture(document_id, at + 1, opened) for at in range(min(_FIRST, outline.total))]
        drawn = [one.result(_PATIENCE) for one in making]
    except (NotShown, ShowingBusy, BlobMissing, BlobsUnreachable, KeyMissing, SealBroken, TookTooLong):
        return None, ()
    _note(ask, letter)
    pictures = tuple(f"data:image/png;base64,{b64encode(one).decode()}" for one in drawn)
    return replace(outline, pages=outline.pages[:_FIRST]), pictures


def _note(ask: StaffRequest, letter: Letter) -> None:
    with ask.house.db.write() as session:
        view_as_staff(
            session, ask.house.keys, ask.path("mailing"), language=letter.language, by=ask.acting, now=ask.now
        )


def _written(ask: StaffRequest, letter: Letter) -> Markup:
    """Return the letter's own page, after it is in the ledger who looked."""
    if letter.page_id is None or ask.http.method == "HEAD":
        return Markup()
    _note(ask, letter)
    return page_of(ask.house, letter)


def inert(page: str) -> str:
    """Return one of our own pages with its links, buttons and forms made of words alone."""
    page = _WAY_OUT.sub(r"\1", page)
    page = _PRESS.sub(r'\1 type="button"', page)
    return _FORM.sub(r"<\1div>", page)


def file(ask: StaffRequest) -> Response:
    """Show the letter's file, after it is in the ledger who looked; HEAD asks the same and writes nothing."""
    mailing_id, house, language = ask.path("mailing"), ask.house, ask.query("language")
    if ask.http.method == "HEAD":
        with house.db.read() as session:
            return Response(headers=_headers(letter_file(session, mailing_id, language=language, by=ask.acting)))
    with house.db.write() as session:
        found = view_as_staff(session, house.keys, mailing_id, language=language, by=ask.acting, now=ask.now)
    chunks = house.documents.open(found.document_id, found.size)
    if found.size <= SMALL:
        return Response(b"".join(chunks), headers=_headers(found))
    return StreamingResponse(_while_held(ask, mailing_id, chunks), headers=_headers(found))


def _headers(found: LetterFile) -> dict[str, str]:
    return file_headers(found.file_name, found.media_type) | {"Content-Length": str(found.size)}


def _while_held(ask: StaffRequest, mailing_id: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield chunk after chunk, looking again before each: what is taken back stops in the middle."""
    for chunk in chunks:
        try:
            with ask.house.db.read() as session:
                letter_file(session, mailing_id, language=ask.query("language"), by=ask.acting)
        except PortalError:
            raise CutOff from None
        yield chunk
