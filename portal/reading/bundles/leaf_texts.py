"""What each page of a big PDF says, quickly: enough to find whose page it is, not all that the file holds.

A page's text layer counts where its fonts say what they draw, as in `pdf.page`; else the page is to be looked at.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

import pikepdf
import pypdfium2 as pdfium
from pypdfium2 import raw

from portal.kernel.cage.frames import COUNT, PARSED, TEXT, UNSEEN, Frame
from portal.reading.answers import pack_parsed
from portal.reading.budget import Budget, CannotRead
from portal.reading.bundles.cut import DAMAGED, LOCKED, opened
from portal.reading.bundles.receiving import WHOLE, Share, pages_of
from portal.reading.gathering import Gathering
from portal.reading.pdf.leaves import Leaves
from portal.reading.pdf.pages.page import Looks, flattened, is_strange, picture_of
from portal.reading.pdf.plan import Key, Plan, Used, inherited, used_by_page
from portal.reading.reader import Reading
from portal.reading.seeing import Parsed

_FONTS_AT_ONCE: Final = 400
_PAGES_AT_ONCE: Final = 250
_NOT_PDF: Final = "This is no PDF. Choose the PDF that holds all the letters."


def page_texts(data: bytes, share: Share = WHOLE, *, at_their_word: bool = False) -> Iterator[Frame]:
    """Give how many pages there are, then the text of each or that it has none to trust. Raises `CannotRead`.

    Of the pages only a `share`; fonts are not tried where pages are taken `at_their_word`.
    """
    if not data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"%PDF-"):
        raise CannotRead(_NOT_PDF)
    try:
        with opened(data) as pdf:
            count = len(pdf.pages)
        yield Frame(COUNT, b"%d" % count)
        pages = pages_of(share, count)
        for first in pages[::_PAGES_AT_ONCE]:  # both libraries keep all they have met of a document
            some = range(first, min(first + _PAGES_AT_ONCE, pages.stop))
            trusted = [Looks()] * len(some) if at_their_word else _trust_in(data, some)
            with pdfium.PdfDocument(data) as document:
                if len(document) != count:
                    raise CannotRead(DAMAGED)
                for number, looks in zip(some, trusted, strict=True):
                    yield _text_of(document, number, looks)
    except pikepdf.PasswordError:
        raise CannotRead(LOCKED) from None
    except (pikepdf.PdfError, pdfium.PdfiumError, ValueError, TypeError, KeyError, AttributeError):
        raise CannotRead(DAMAGED) from None


def page_pictures(data: bytes, numbers: Sequence[int]) -> Iterator[Frame]:
    """Give a picture of each of these pages (from 0), or none for a blank one. Raises `CannotRead`."""
    with pdfium.PdfDocument(data) as document:
        for number in numbers:
            to = Gathering(Budget(), _nothing_inside)
            page = document[number]
            if raw.FPDFPage_GetAnnotCount(page.raw):
                page = flattened(document, page, number)
            shown = picture_of(page)
            page.close()
            if len(set(shown.getextrema())) > 1:
                to.show(f"page {number + 1}", shown)
            parsed = Parsed(Reading("pdf", ()), tuple(to.pictures.values()))
            yield Frame(PARSED, b"".join(pack_parsed(parsed)))


def _text_of(document: pdfium.PdfDocument, number: int, looks: Looks) -> Frame:
    page = document[number]
    try:
        if raw.FPDFPage_GetAnnotCount(page.raw):
            page = flattened(document, page, number)
        textpage = page.get_textpage()
        text: str = textpage.get_text_range()
        textpage.close()
        if not text.strip():
            return Frame(UNSEEN if raw.FPDFPage_CountObjects(page.raw) else TEXT)
        is_unclear = looks.doubtful or is_strange(page, text, looks)
        return Frame(UNSEEN) if is_unclear else Frame(TEXT, text.encode("utf-8", "replace"))
    finally:
        page.close()


def _trust_in(data: bytes, numbers: range) -> list[Looks]:
    """Return how far the fonts of each of these pages may be trusted."""
    with opened(data) as pdf:
        known: dict[Key, Used] = {}
        pages = pdf.pages[numbers.start : numbers.stop]
        plan = Plan(used_by=[used_by_page(inherited(page.obj, "/Resources"), known) for page in pages])
        lying = _lying_fonts(pdf, plan)
        return [
            Looks(unmapped=not plan.unmapped.isdisjoint(used.fonts), doubtful=not lying.isdisjoint(used.fonts))
            for used in plan.used_by
        ]


def _lying_fonts(pdf: pikepdf.Pdf, plan: Plan) -> set[Key]:
    """Return the fonts whose letters are not what they say; `pdf` has no pages afterwards."""
    lying: set[Key] = set()
    fonts = iter(plan.fonts([]).items())
    while some := dict(islice(fonts, _FONTS_AT_ONCE)):
        leaves = Leaves(fonts=some)
        document = leaves.open(pdf)
        if document:
            lying |= leaves.lying_fonts(document)
            document.close()
    return lying


def _nothing_inside(_data: bytes, _to: Gathering) -> None:
    raise CannotRead(DAMAGED)
