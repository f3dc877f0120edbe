"""Whether a PDF is one that a screen reader can read, asked of a checker that did not make it (and of its tags)."""

from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pdfua
import pikepdf
import pypdfium2

# pdfua 0.1.3 trips over array-valued children in its check of headings, so headings are looked at here.
_TRIPS = frozenset({"UA-14-001"})


def check_pdf_ua(pdf: bytes, folder: Path) -> None:
    """Assert PDF/UA-1 as far as `pdfua` checks it, and headings without gaps that say something."""
    path = folder / "letter.pdf"
    path.write_bytes(pdf)
    report = pdfua.validate(str(path))
    assert not report.findings, report.findings
    assert {outcome.rule_id for outcome in report.skipped} <= _TRIPS
    levels = headings_of(pdf)
    assert levels
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels)), levels


def headings_of(pdf: bytes) -> list[int]:
    """The levels of the headings, in the order they are read."""
    return [int(kind[2:]) for kind, _ in tags_of(pdf) if kind[:2] == "/H" and kind[2:].isdigit()]


def alternatives_of(pdf: bytes) -> list[str]:
    """What is said instead of each picture."""
    return [words for kind, words in tags_of(pdf) if kind == "/Figure"]


def tags_of(pdf: bytes) -> list[tuple[str, str]]:
    """What each part is, and what is said instead of it, in the order they are read."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        return [(str(element.S), str(element.get("/Alt", ""))) for element in _walk(opened.Root.StructTreeRoot)]


def language_of(pdf: bytes) -> str:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return str(opened.Root.Lang)


def title_of(pdf: bytes) -> str:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return str(opened.docinfo["/Title"])


def texts_of(pdf: bytes) -> list[str]:
    """What each page shows, read by a reader that did not make it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def text_of(pdf: bytes) -> str:
    return "\n".join(texts_of(pdf))


def _walk(element: pikepdf.Object) -> Iterator[pikepdf.Object]:
    if isinstance(element, pikepdf.Array):
        for child in element:
            yield from _walk(child)
    elif isinstance(element, pikepdf.Dictionary):
        if "/S" in element:
            yield element
        if "/K" in element:
            yield from _walk(element.K)
