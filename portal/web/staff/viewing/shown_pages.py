"""A letter's pages as pictures with their words, for staff: judged, and in the ledger before any of it leaves.

They are made by the same functions as a family's (`reading.showing`), and `family/pages.html` lays them out.
"""

import re
from collections.abc import Sequence
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass

from starlette.responses import Response

from portal.blobs import BlobMissing, BlobsUnreachable, KeyMissing
from portal.flows.writing import view_as_staff
from portal.flows.writing.view_as_staff import LetterFile
from portal.kernel.secrets.keys import SealBroken
from portal.overviews.writing import mailing_seen
from portal.reading.showing.viewer import SHAPES, NotShown, Outline, ShowingBusy
from portal.web.answers.headers import PICTURE_POLICY
from portal.web.guards import StaffRequest
from portal.web.render_staff import staff_page
from portal.words.languages import Language, with_tag

_NUMBER = re.compile(r"[1-9][0-9]{0,3}")
_PICTURE = {"Content-Type": "image/png", "Content-Security-Policy": PICTURE_POLICY}
_PATIENCE = 8.0
"""Seconds that a page waits for the outlines of all letters on it together; what has none by then is a file alone."""
_LONG_PATIENCE = 20.0
_CANNOT = (NotShown, ShowingBusy, BlobMissing, BlobsUnreachable, KeyMissing, SealBroken, TookTooLong)


@dataclass(frozen=True, slots=True)
class PagesShown:
    """A letter as a page of staff shows it; without an outline its file alone can be had.

    `pictures` are addresses of the pages' pictures. The rest is what `family/pages.html` asks of a letter.
    """

    document_id: str
    title: str
    media_type: str
    outline: Outline | None
    pictures: tuple[str, ...]
    language: str = ""
    spoken: Language | None = None
    copy_id: str = ""


def shown_pages(ask: StaffRequest, files: Sequence[LetterFile], *, language: str = "") -> list[PagesShown]:
    """Return letters as pictures and words, after it is in the ledger who looked at them; HEAD is shown none.

    What has no outline says nothing here, so nothing is noted of it: its file is, when somebody opens that.
    """
    if ask.http.method == "HEAD":
        return []
    making = [_outline(ask, found) for found in files]
    wait([one for one in making if one], timeout=_PATIENCE)
    outlines = [_made(one) for one in making]
    told = [found for found, outline in zip(files, outlines, strict=True) if outline]
    if not told:
        return [_shown(ask, found, None, language) for found in files]
    with ask.house.db.write() as session:
        for found in told:
            view_as_staff.note_staff_view(
                session, ask.house.keys, ask.path("mailing"), found.document_id, by=ask.acting, now=ask.now
            )
    return [_shown(ask, found, made, language) for found, made in zip(files, outlines, strict=True)]


def _outline(ask: StaffRequest, found: LetterFile) -> Future[Outline] | None:
    shape = SHAPES.get(found.media_type)
    try:
        if shape is None:
            return None
        _check_opens(ask, found)
        return ask.house.pages.outline(found.document_id, shape, lambda: _whole(ask, found))
    except _CANNOT:
        return None


def _made(making: Future[Outline] | None) -> Outline | None:
    try:
        return making.result(0) if making else None
    except _CANNOT:
        return None


def _shown(ask: StaffRequest, found: LetterFile, outline: Outline | None, language: str) -> PagesShown:
    pages = f"/staff/mailings/{ask.path('mailing')}/documents/{found.document_id}/pages"
    pictures = tuple(f"{pages}/{at + 1}.png" for at in range(len(outline.pages))) if outline else ()
    return PagesShown(
        found.document_id, found.file_name, found.media_type, outline, pictures, language, with_tag(language)
    )


def read(ask: StaffRequest) -> Response:
    """Show the letter for everybody, page by page, or the one file of it that is asked for."""
    language, asked = ask.query("language"), ask.query("document")
    with ask.house.db.read() as session:
        mailing, _ = mailing_seen.how_far(session, ask.acting, ask.path("mailing"))
        if asked:
            found = view_as_staff.own_letter_file(session, mailing.id, asked, by=ask.acting)
        else:
            found = view_as_staff.letter_file(session, mailing.id, language=language, by=ask.acting)
    shown = shown_pages(ask, [found], language=language)
    return staff_page(
        ask, "staff/read.html", here="Mailings", mailing=mailing, shown=shown[0] if shown else None, found=found
    )  # fmt: skip


def picture(ask: StaffRequest) -> Response:
    """Show one page of a PDF. It is made first, judged and noted last, so that a taking back stops it until the end."""
    found = _found(ask)
    if not _NUMBER.fullmatch(ask.path("number")) or SHAPES.get(found.media_type) != "pdf":
        raise NotShown
    _check_opens(ask, found)
    making = ask.house.pages.picture(found.document_id, int(ask.path("number")), lambda: _whole(ask, found))
    try:
        drawn = making.result(_LONG_PATIENCE)
    except TookTooLong:
        raise ShowingBusy from None
    if ask.http.method == "HEAD":
        return Response(headers=_PICTURE)
    with ask.house.db.write() as session:
        view_as_staff.own_letter_file(session, ask.path("mailing"), found.document_id, by=ask.acting)
        view_as_staff.note_staff_view(
            session, ask.house.keys, ask.path("mailing"), found.document_id, by=ask.acting, now=ask.now
        )
    return Response(drawn, headers=_PICTURE)


def _found(ask: StaffRequest) -> LetterFile:
    with ask.house.db.read() as session:
        return view_as_staff.own_letter_file(session, ask.path("mailing"), ask.path("document"), by=ask.acting)


def _check_opens(ask: StaffRequest, found: LetterFile) -> None:
    """See that the letter's key still opens it, as what is kept of its pages needs none. Raises `KeyMissing`."""
    next(ask.house.documents.open(found.document_id, found.size, 0, 1), None)


def _whole(ask: StaffRequest, found: LetterFile) -> bytes:
    return b"".join(ask.house.documents.open(found.document_id, found.size))
