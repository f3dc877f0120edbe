"""PDF: the text of all pages with their notes, the strings beside them, and the files attached."""

import re
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from portal.reading.budget import MAX_PAGES, SAVE_AS_PDF, Budget, CannotRead
from portal.reading.office import Inner
from portal.reading.pdf_strings import sweep
from portal.reading.pictures import HOLDS_A_PICTURE, is_exempt
from portal.reading.reader import Part
from portal.reading.text import read_html

_END: Final = re.compile(rb"%%EOF(?=[\s\0]|$)")
_OBJECT: Final = re.compile(rb"\d+\s+\d+\s+obj\b")
_LINEARIZED: Final = re.compile(rb"/Linearized\b")
_NO_LETTERS: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")
_DRAWN: Final = 32  # path segments on a page without text: some lines and boxes, too few for a drawn name
_AFTER_THE_END: Final = 64


def read_pdf(data: bytes, budget: Budget, inner: Inner) -> tuple[list[Part], int, int]:
    """Return parts, pages and exempt pictures. Raises `CannotRead` and `pdfium.PdfiumError` (damaged or locked)."""
    _check_revisions(data)
    document = pdfium.PdfDocument(data)
    try:
        if raw.FPDF_GetSecurityHandlerRevision(document.raw) >= 0:
            raise CannotRead("This PDF is locked. Save it without a password or restrictions and choose it again.")
        if raw.FPDF_GetFormType(document.raw) in {raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND}:
            raise CannotRead("This PDF is a form that only some programs show. Print it to PDF and choose that file.")
        if not 0 < len(document) <= MAX_PAGES:
            raise CannotRead(f"The portal reads a PDF of up to {MAX_PAGES:,} pages. Divide it and choose a part.")
        found = sweep(data, budget)
        parts = [_read_page(document, number, budget) for number in range(len(document))]
        parts.append(Part("properties, notes, bookmarks and form fields", "\n\n".join(found.strings)))
        for text in found.texts:
            parts += [Part("metadata and scripts", part.text) for part in read_html(text)]
        if found.attached > document.count_attachments():
            raise CannotRead(f"A file is attached to a note in this PDF. {SAVE_AS_PDF}")
        parts += _attachments(document, inner)
        return parts, len(document), found.pictures
    finally:
        document.close()


def _check_revisions(data: bytes) -> None:
    ends = [end.end() for end in _END.finditer(data)]
    if not ends:
        raise CannotRead(f"This PDF is damaged: its end is missing. {SAVE_AS_PDF}")
    # A section without objects adds nothing (Word writes one); a linearized file is one version in two sections.
    starts = [0, *ends]
    versions = sum(_OBJECT.search(data, start, end) is not None for start, end in zip(starts, ends, strict=False))
    if versions > (2 if _LINEARIZED.search(data, 0, 2048) else 1):
        raise CannotRead(
            "This PDF still holds earlier versions of itself, or another PDF. "
            "Print it to a new PDF and choose that file."
        )
    if len(data[ends[-1] :].strip(b"\0 \t\r\n")) > _AFTER_THE_END:
        raise CannotRead(f"Something else follows the end of this PDF. {SAVE_AS_PDF}")


def _read_page(document: pdfium.PdfDocument, number: int, budget: Budget) -> Part:
    page = document[number]
    try:
        if raw.FPDFPage_GetAnnotCount(page.raw):
            raw.FPDFPage_Flatten(
                page.raw, raw.FLAT_NORMALDISPLAY
            )  # what notes and fields show becomes page text; only this copy in memory changes
            page.close()
            page = document[number]
        textpage = page.get_textpage()
        text = textpage.get_text_range()
        textpage.close()
        budget.say(text)
        _check_page(page, text, number + 1)
    finally:
        page.close()
    if "\x02" in text or "\ufffe" in text:  # pdfium's signs for a word broken at the end of a line
        text = re.sub("[\x02\ufffe]", "-", text) + "\n\n" + re.sub("[\x02\ufffe]\\s*", "", text)
    return Part(f"page {number + 1}", text)


def _check_page(page: pdfium.PdfPage, text: str, number: int) -> None:
    segments = 0
    for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING]):
        if item.type == raw.FPDF_PAGEOBJ_IMAGE:
            if not is_exempt(item.get_px_size()):
                raise CannotRead(HOLDS_A_PICTURE)
        elif item.type == raw.FPDF_PAGEOBJ_PATH:
            segments += max(raw.FPDFPath_CountSegments(item.raw), 0)
    if not text.strip() and segments > _DRAWN:
        raise CannotRead(f"Page {number} is a drawing or a scan without text. {SAVE_AS_PDF}")
    strange = len(_NO_LETTERS.findall(text.replace("\x02", "")))
    if strange * 10 > len(text):
        raise CannotRead(f"The letters of page {number} cannot be told apart by a program. {SAVE_AS_PDF}")


def _attachments(document: pdfium.PdfDocument, inner: Inner) -> list[Part]:
    parts = []
    for index in range(document.count_attachments()):
        attached = document.get_attachment(index)
        parts.append(Part("attachment names", attached.get_name()))
        parts += inner(bytes(attached.get_data()), f"attachment {index + 1}")
    return parts
