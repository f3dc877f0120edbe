"""Loose leaves: a second PDF with a leaf for each thing that no page need show, so that the same eyes read it.

A picture without its mask, a drawing no page uses, the letters of each font: each gets a page of its own, written
by qpdf from the very objects of the file, nothing unpacked.
"""

import hashlib
import io
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import pikepdf
import pypdfium2 as pdfium

from portal.reading.pdf.lettering.fonts import Sheet, liars, sheet_of
from portal.reading.pdf.pages.page import MOST_PIXELS
from portal.reading.pdf.plan import Key

_FONTS_A_SHEET: Final = 40
_DRAWING_SIZE: Final = (0.0, 0.0, 612.0, 792.0)
_MOST_REMEMBERED: Final = 16
_remembered: dict[bytes, list[bool]] = {}
"""Which fonts lie, in their order, by all the bytes that show them: a stripped file that is read again has the same."""


@dataclass(frozen=True, slots=True)
class _Leaf:
    content: bytes | pikepdf.Object
    resources: pikepdf.Object
    box: tuple[float, ...]


@dataclass(slots=True)
class Leaves:
    """Put leaves in, then `open` them: pictures first, then all that has a name, specimens of fonts last.

    `drawings` are forms and loose contents; `pages` and `signs` dictionaries of contents, resources and a size.
    """

    pictures: list[pikepdf.Object] = field(default_factory=list)
    drawings: list[pikepdf.Object] = field(default_factory=list)
    pages: list[pikepdf.Object] = field(default_factory=list)
    signs: list[pikepdf.Object] = field(default_factory=list)
    fonts: dict[Key, pikepdf.Object] = field(default_factory=dict)
    resources: pikepdf.Object | None = None
    _sheets: list[tuple[Sheet, list[Key]]] = field(default_factory=list)
    _print: bytes = b""

    def named(self) -> Iterator[tuple[str, pikepdf.Object]]:
        """Give name and object of every leaf that may hold text, in their order."""
        for number, drawing in enumerate(self.drawings, start=1):
            yield f"drawing {number}", drawing
        for page in self.pages:
            yield "page that is not shown", page
        for sign in self.signs:
            yield "sign", sign

    def open(self, pdf: pikepdf.Pdf) -> pdfium.PdfDocument | None:
        """Return the leaves as a document; `pdf` has only them for pages afterwards. None without any leaf."""
        leaves = [_picture_leaf(picture) for picture in self.pictures]
        leaves += [self._drawing_leaf(drawing) for drawing in self.drawings]
        leaves += [_page_leaf(page) for page in (*self.pages, *self.signs)]
        keys = list(self.fonts)
        for at in range(0, len(keys), _FONTS_A_SHEET):
            chunk = keys[at : at + _FONTS_A_SHEET]
            sheet = sheet_of([self.fonts[key] for key in chunk])
            if sheet.size[1]:
                self._sheets.append((sheet, chunk))
                fonts = pikepdf.Dictionary(Font=pikepdf.Dictionary(sheet.fonts))
                leaves.append(_Leaf(sheet.content, fonts, (0, 0, *sheet.size)))
        if not leaves:
            return None
        bound = _bound(pdf, leaves)
        self._print = hashlib.blake2b(bound[: bound.rfind(b"trailer")]).digest()  # what follows is the file's name
        return pdfium.PdfDocument(bound)

    def lying_fonts(self, document: pdfium.PdfDocument) -> set[Key]:
        """Return the keys of the fonts whose letters are not what they say."""
        lies = _remembered.get(self._print)
        if lies is None:
            lies = self._judged(document)
            if len(_remembered) >= _MOST_REMEMBERED:
                _remembered.clear()
            _remembered[self._print] = lies
        keys = (key for _, keys in self._sheets for key in keys)
        return {key for key, is_lying in zip(keys, lies, strict=True) if is_lying}

    def _judged(self, document: pdfium.PdfDocument) -> list[bool]:
        return [is_lying for page, sheet in self.specimens(document) for is_lying in liars(page, sheet)]

    def specimens(self, document: pdfium.PdfDocument) -> Iterator[tuple[pdfium.PdfPage, Sheet]]:
        """Give the pages that draw letters of fonts, each open until the next."""
        first = len(self.pictures) + len(self.drawings) + len(self.pages) + len(self.signs)
        for number, (sheet, _) in enumerate(self._sheets, start=first):
            page = document[number]
            yield page, sheet
            page.close()

    def _drawing_leaf(self, drawing: pikepdf.Object) -> _Leaf:
        if drawing.get("/Subtype") == "/Form":
            size = _DRAWING_SIZE if "/Matrix" in drawing else _size(drawing.get("/BBox"))
            return _Leaf(b"/X Do", pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=drawing)), size)
        resources = drawing.get("/Resources", self.resources)
        return _Leaf(drawing, pikepdf.Dictionary() if resources is None else resources, _DRAWING_SIZE)


def _page_leaf(page: pikepdf.Object) -> _Leaf:
    return _Leaf(page.Contents, page.get("/Resources", pikepdf.Dictionary()), _size(page.get("/MediaBox")))


def _size(box: pikepdf.Object | None) -> tuple[float, ...]:
    if not isinstance(box, pikepdf.Array) or len(box) != 4:
        return _DRAWING_SIZE
    return tuple(float(side) for side in box.as_list())


def _picture_leaf(picture: pikepdf.Object) -> _Leaf:
    """A leaf that shows every pixel: masks are pictures of their own, and hide something of this one."""
    for mask in ("/SMask", "/Mask", "/SMaskInData"):
        if mask in picture:
            del picture[mask]
    picture.Type, picture.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    width, height = int(picture.Width), int(picture.Height)
    shrunk = min(1.0, math.sqrt(MOST_PIXELS / (width * height)))
    size = (max(1, round(width * shrunk)), max(1, round(height * shrunk)))
    content = b"%d 0 0 %d 0 0 cm /X Do" % size
    return _Leaf(content, pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=picture)), (0, 0, *size))


def _bound(pdf: pikepdf.Pdf, leaves: list[_Leaf]) -> bytes:
    tree = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Pages, Count=len(leaves)))
    tree.Kids = pikepdf.Array(
        [
            pdf.make_indirect(
                pikepdf.Dictionary(
                    Type=pikepdf.Name.Page,
                    Parent=tree,
                    MediaBox=pikepdf.Array(leaf.box),
                    Resources=leaf.resources,
                    Contents=pdf.make_stream(leaf.content) if isinstance(leaf.content, bytes) else leaf.content,
                )
            )
            for leaf in leaves
        ]
    )
    pdf.trailer.Root = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Catalog, Pages=tree))
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    held = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", pikepdf.exceptions.PageCopyWarning
        )  # the pages of before are left out on purpose
        pdf.save(
            held,
            fix_metadata_version=False,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    return held.getvalue()
