"""What a washed letter shows, and whether all of it came out on the pages of its PDF. For the cage alone."""

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

import pikepdf
import pypdfium2
from lxml import etree

from portal.press.office.cleaning.odf_washing import OFFICE
from portal.press.office.cleaning.packages import Package
from portal.press.office.cleaning.word_fields import is_shown_anew
from portal.press.office.cleaning.word_washing import W, local

_WORD: Final = re.compile(r"[^\W_]+")
_LAM_ALEF: Final = re.compile("[\u0644\u0622\u0623\u0625\u0627\u0671]")
_MARKS: Final = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0640\u0670\u00ad]")
_BREAKS: Final = frozenset(("tab", "br", "cr", "line-break", "s", "noBreakHyphen"))
_WORD_BODIES: Final = ("word/document.xml", "word/footnotes.xml", "word/endnotes.xml")
_ASIDE: Final = frozenset(("Fallback", "instrText", "delText", "posOffset", "pctWidth", "pctHeight"))
_NOT_SHOWN_IN_ODF: Final = frozenset(
    (
        "page-number",
        "page-count",
        "sequence",
        "bookmark-ref",
        "reference-ref",
        "note-ref",
        "chapter",
        "table-of-content",
        "title",
        "desc",
        "forms",
        "page-continuation",
        "soft-page-break",
    )
)


def texts_of_word(package: Package) -> list[str]:
    """Return what a Word letter's body shows, but for what fields work out anew."""
    return [_text_of_word(package.tree(name)) for name in _WORD_BODIES if name in package.parts]


def texts_of_odf(package: Package) -> list[str]:
    """Return what an OpenDocument letter's body shows, but for what fields work out anew."""
    body = package.tree("content.xml").find(f"{OFFICE}body")
    return ["".join(_told_by_odf(body))] if body is not None else []


def _text_of_word(root: etree._Element) -> str:
    """Return a part's text; what a field shows that is worked out anew is passed over."""
    pieces: list[str] = []
    codes: list[list[str]] = []
    passed: list[bool] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = local(element)
        if event == "start" and name == "fldChar":
            kind = element.get(f"{W}fldCharType")
            if kind == "begin":
                codes.append([])
                passed.append(False)
            elif codes and kind == "separate":
                passed[-1] = _is_passed("".join(codes[-1]))
            elif codes and kind == "end":
                codes.pop()
                passed.pop()
        elif event == "start" and name == "instrText" and codes:
            codes[-1].append(element.text or "")
        elif event == "start" and name == "t" and not any(passed) and not _is_aside(element):
            pieces.append(element.text or "")
        elif (event == "end" and name == "p") or (event == "start" and name in _BREAKS):
            pieces.append("\n")
    return "".join(pieces)


def _is_passed(code: str) -> bool:
    return is_shown_anew(code) and not code.strip().upper().startswith(("HYPERLINK", "FORM"))


def _is_aside(element: etree._Element) -> bool:
    """Whether it stands in what only older programs draw, or is a picture's own words."""
    return any(local(one) in _ASIDE for one in element.iterancestors())


def _told_by_odf(element: etree._Element) -> Iterator[str]:
    if local(element) not in _NOT_SHOWN_IN_ODF:
        yield element.text or ""
        for child in element:
            yield from _told_by_odf(child)
            yield child.tail or ""
    if local(element) in {"p", "h", *_BREAKS}:
        yield "\n"


def words_in(texts: Iterable[str]) -> list[str]:
    """Return every word of some texts, as it is looked for on pages."""
    return sorted({word for text in texts for word in _folded_words(text)})


def _folded_words(text: str) -> list[str]:
    return [folded for word in _WORD.findall(unicodedata.normalize("NFKC", text)) if (folded := fold(word))]


def fold(text: str) -> str:
    """Return a text's letters and figures alone, as a line that is set may show them."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())
    return _LAM_ALEF.sub("", unicodedata.normalize("NFKC", "".join(_WORD.findall(plain))))


def missing_from(pdf: bytes, words: Iterable[str]) -> int:
    """Return how many words stand nowhere in a PDF's text; a word may be parted at the end of a line."""
    with pypdfium2.PdfDocument(pdf) as document:
        pages = [page.get_textpage().get_text_range() for page in document]
    shown = fold("".join(pages))
    return sum(word not in shown and word[::-1] not in shown for word in words)


def pages_of(pdf: bytes) -> int:
    """Return how many pages a PDF has."""
    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def fonts_of_pdf(pdf: bytes) -> set[str]:
    """Return the names of the fonts in a PDF, without what tells parts of them apart."""
    found: set[str] = set()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for one in document.objects:
            if isinstance(one, pikepdf.Dictionary) and "/BaseFont" in one:
                found.add(plain_font(str(one["/BaseFont"]).lstrip("/").rpartition("+")[2]))
    return found


def plain_font(name: str) -> str:
    """Return a font's name by which it is compared."""
    return "".join(_WORD.findall(name)).casefold()
