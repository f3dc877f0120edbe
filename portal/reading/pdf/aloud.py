"""What a PDF says of itself that a screen reader needs: what is a heading, its language, its title (ISO 14289-1)."""

import ctypes
from dataclasses import dataclass

import pypdfium2 as pdfium
from pypdfium2 import raw

from portal.reading.reader import LONGEST_TITLE, TAG, Unheard


@dataclass(frozen=True, slots=True)
class Aloud:
    """Whether it is tagged; its language as a tag and its title, empty where it says none."""

    is_tagged: bool
    language: str
    title: str


def aloud(document: pdfium.PdfDocument) -> Aloud:
    """Return what an open PDF says of itself; its title on one line."""
    title: str = document.get_metadata_value("Title")
    size = raw.FPDFCatalog_GetLanguage(document.raw, None, 0)
    held = ctypes.create_string_buffer(size)
    raw.FPDFCatalog_GetLanguage(document.raw, ctypes.cast(held, ctypes.POINTER(raw.FPDF_WCHAR)), size)
    language = held.raw.decode("utf-16-le", "replace").rstrip("\0")
    return Aloud(
        bool(raw.FPDFCatalog_IsTagged(document.raw)),
        language if TAG.fullmatch(language) else "",
        " ".join(title.split())[:LONGEST_TITLE],
    )


def unheard_in(document: pdfium.PdfDocument, *, has_text: bool) -> tuple[Unheard, ...]:
    """Return what is missing for those who listen to it: all of its text, or any of tags, language and title."""
    if not has_text:
        return ("text",)
    found = aloud(document)
    missing: dict[Unheard, bool] = {
        "tags": not found.is_tagged,
        "language": not found.language,
        "title": not found.title,
    }
    return tuple(what for what, is_missing in missing.items() if is_missing)
