"""One page of a PDF: its text in the order it is drawn and in the order it is seen, and what draws without text."""

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from portal.reading.budget import SAVE_AS_PDF, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.pdf.pages.curves import along_curves, is_torn
from portal.reading.pdf.pages.drawn import Box, could_be_letters, pieces
from portal.reading.pdf.pages.lines import backwards, in_rows, turned_lines, words_apart
from portal.reading.pdf.pages.placed import WRITTEN_FROM_THE_RIGHT, as_placed
from portal.reading.reader import WORDS_APART

SHARP: Final = 200 / 72
"""Pixels to a point: letters of 8 points are some 16 pixels high."""
MOST_PIXELS: Final = 9_000_000
_STRANGE: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_CONTROL: Final = re.compile("[\x00\x01\x03-\x08\x0b\x0e-\x1f\x7f-\x9f]")
_SOME: Final = 3
_SPECK: Final = 0.1
_BROKEN_WORD: Final = re.compile("[\x02\ufffe]")
_DRAWN: Final = 32  # path segments on a page without text: some lines and boxes, too few for a drawn name
_LINES: Final = frozenset((raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING))
_PICTURES: Final = frozenset((raw.FPDF_PAGEOBJ_IMAGE,))
_FAR: Final = 1_000_000.0
_MOST_NESTED: Final = 12
_SIGN: Final = 1_600
"""Pixels of a glyph's longer side: letters of a page full of them are still some 20 high."""
_SMALL_SIGN: Final = 300
_ALL_SIGNS: Final = 24_000_000
_COLUMN: Final = 4_000
_LEAST: Final = 0.001
_BOX: Final = 5  # points
_MEASURED: Final = 400  # points of a path that are enough to tell its size
_MOST_OBJECTS: Final = 200_000

Matrix = tuple[float, float, float, float, float, float]
_UNMOVED: Final[Matrix] = (1, 0, 0, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class Looks:
    """What to look for on a page, told by what is in the file: replaced text, drawings, pictures, unmapped letters."""

    replaced: bool = False
    drawn: bool = False
    pictures: bool = False
    inline: bool = False
    unmapped: bool = False
    doubtful: bool = False
    shaded: bool = False


@dataclass(frozen=True, slots=True)
class _Thing:
    """An object of a page or of a form on it: its kind and handle, the form it is in, and where that stands."""

    kind: int
    handle: Any
    form: Any
    matrix: Matrix


def read_page(
    document: pdfium.PdfDocument, number: int, place: str, to: Gathering, looks: Looks, *, known: set[str]
) -> set[str]:
    """Hand over what page `number` (from 0) shows, and says beyond the `known` lines; return its lines."""
    page = document[number]
    try:
        if raw.FPDFPage_GetAnnotCount(page.raw):
            page = flattened(document, page, number)
        text = _text(page, place, to, known)
        is_unclear = looks.doubtful or is_strange(page, text, looks)
        if is_unclear:
            to.show(place, picture_of(page))
        if looks.replaced:
            _say_as_drawn(page, text, place, to)
        if looks.inline:
            _show_inline(page, place, to)
    finally:
        page.close()
    if (looks.drawn or looks.pictures) and not is_unclear:
        _look_at_drawing(document, number, place, to, has_text=bool(text.strip()), shaded=looks.shaded)
    return set(text.split("\r\n"))


def flattened(document: pdfium.PdfDocument, page: pdfium.PdfPage, number: int) -> pdfium.PdfPage:
    """Let what notes and fields show become page text. Only this copy in memory changes."""
    raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
    page.close()
    return document[number]


def _text(page: pdfium.PdfPage, place: str, to: Gathering, known: set[str]) -> str:
    textpage = page.get_textpage()
    try:
        text: str = textpage.get_text_range()
        if known.issuperset(text.split("\r\n")):
            return text
        to.say(place, _joined(text))
        is_from_right = bool(WRITTEN_FROM_THE_RIGHT.search(text))
        if is_from_right:  # pdfium turns such words round, as if they were drawn as they read
            to.say(f"{place}, backwards", "\n".join(map(backwards, _joined(text).split("\n"))))
        turned = turned_lines(textpage, text, page.get_rotation())
        if len(turned) > 1:  # a name broken over two of them stands together in one of both orders
            to.say(f"{place}, from below", _joined("\r\n".join(reversed(turned))))
        if turned or is_from_right:
            to.say(f"{place}, as it is seen", as_placed(textpage, page.get_rotation()))
        if is_torn(text):
            letters = (thing.handle for thing in _things(page) if thing.kind == raw.FPDF_PAGEOBJ_TEXT)
            torn = along_curves(textpage, letters)
            to.say(f"{place}, letter by letter", torn)
            if WRITTEN_FROM_THE_RIGHT.search(torn):  # such letters may stand one above the other, the last on top
                to.say(f"{place}, letter by letter backwards", torn[::-1])
        rows, parted = in_rows(textpage, text)
    finally:
        textpage.close()
    if rows or parted:
        to.say(f"{place}, rows", "\n\n".join(filter(None, (rows, parted))))
        to.say(f"{place}{WORDS_APART}", words_apart(rows))
    return text


def _joined(text: str) -> str:
    """Return text with words broken at the end of a line, as pdfium marks them, broken and joined."""
    text = _CONTROL.sub(" ", text)
    if not _BROKEN_WORD.search(text):
        return text
    return _BROKEN_WORD.sub("-", text) + "\n\n" + re.sub("[\x02\ufffe]\\s*", "", text)


def is_strange(page: pdfium.PdfPage, text: str, looks: Looks) -> bool:
    """Whether some of the text is no letters at all: private, unknown or missing characters."""
    if looks.unmapped:
        return _unmapped(page) > _SOME
    strange = len(_STRANGE.findall(_BROKEN_WORD.sub("", text)))
    return strange > _SOME and strange * 10 > len(text)


def _unmapped(page: pdfium.PdfPage) -> int:
    """Count the letters that no map tells; a space that is left out of it is seen all the same."""
    textpage = page.get_textpage()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    letters = 0
    for index in range(textpage.count_chars()):
        if raw.FPDFText_HasUnicodeMapError(textpage.raw, index) == 1:
            raw.FPDFText_GetCharBox(textpage.raw, index, left, right, bottom, top)
            letters += top.value - bottom.value > _SPECK
    textpage.close()
    return letters


def _say_as_drawn(page: pdfium.PdfPage, text: str, place: str, to: Gathering) -> None:
    """Say the text without /ActualText, which takes the place of what is drawn (ISO 32000-2, 14.9.4)."""
    for thing in _things(page):
        if thing.kind != raw.FPDF_PAGEOBJ_TEXT:
            continue
        for index in reversed(range(raw.FPDFPageObj_CountMarks(thing.handle))):
            mark = raw.FPDFPageObj_GetMark(thing.handle, index)
            if raw.FPDFPageObjMark_CountParams(mark) > 0:
                raw.FPDFPageObj_RemoveMark(thing.handle, mark)
    textpage = page.get_textpage()
    try:
        drawn = textpage.get_text_range()
        if drawn != text:
            to.say(f"{place}, as drawn", _joined(drawn))
        rotation = page.get_rotation()
        if WRITTEN_FROM_THE_RIGHT.search(drawn) or turned_lines(textpage, drawn, rotation):
            # of letters with a text in their place, pdfium tells other places than those where they stand
            to.say(f"{place}, as drawn and as it is seen", as_placed(textpage, rotation))
    finally:
        textpage.close()


def _show_inline(page: pdfium.PdfPage, place: str, to: Gathering) -> None:
    for thing in list(_things(page)):
        if thing.kind == raw.FPDF_PAGEOBJ_IMAGE:
            width, height = ctypes.c_uint(), ctypes.c_uint()
            raw.FPDFImageObj_GetImagePixelSize(thing.handle, width, height)
            within(to, width.value * height.value)
            bitmap = raw.FPDFImageObj_GetBitmap(thing.handle)
            if bitmap:
                to.show(place, pdfium.PdfBitmap.from_raw(bitmap).to_pil().convert("L"))


def within(to: Gathering, pixels: int) -> None:
    """Refuse a picture before it is decoded, if there is no room for it. What is shown is then counted."""
    to.budget.unpack(pixels)
    to.budget.unpacked += pixels


def _look_at_drawing(
    document: pdfium.PdfDocument, number: int, place: str, to: Gathering, *, has_text: bool, shaded: bool
) -> None:
    """Show the lines of a page when they could be letters, and pictures that were cut into pieces."""
    page = document[number]
    try:
        things = list(_things(page))
        drawn = [
            (max(raw.FPDFPath_CountSegments(thing.handle), 0), _box(thing))
            for thing in things
            if thing.kind == raw.FPDF_PAGEOBJ_PATH
        ]
        shaded = shaded and any(thing.kind in _LINES for thing in things)
        cut_out = _cut_out(things)
        cut = pieces([_box(thing) for thing in things if thing.kind == raw.FPDF_PAGEOBJ_IMAGE])
    finally:
        page.close()
    is_cut_out = could_be_letters(cut_out)
    is_drawn = could_be_letters(drawn) or (not has_text and sum(points for points, _ in drawn) > _DRAWN)
    if shaded or is_cut_out or is_drawn:
        shown, _ = _only(document, number, _LINES | _PICTURES if is_cut_out else _LINES, [])
        ink = Image.eval(shown, lambda grey: 255 - grey).getbbox()
        if ink:
            to.show(f"{place}, drawing", shown.crop(ink))
    if cut:
        shown, boxes = _only(document, number, _PICTURES, cut)
        for box in boxes:
            to.show(f"{place}, pictures", shown.crop(box))


def _cut_out(things: list[_Thing]) -> list[tuple[int, Box]]:
    """Return the shapes that colours, shades and pictures are cut out by, which may be those of letters.

    Each once, however many things it cuts. (ISO 32000-2, 8.5.4.)
    """
    shapes: set[tuple[int, Box]] = set()
    for thing in things:
        held = raw.FPDFPageObj_GetClipPath(thing.handle) if thing.kind != raw.FPDF_PAGEOBJ_TEXT else None
        for number in range(max(raw.FPDFClipPath_CountPaths(held), 0) if held else 0):
            points = raw.FPDFClipPath_CountPathSegments(held, number)
            if points > _BOX:
                shapes.add((points, _around(held, number, points)))
    return list(shapes)


def _around(held: Any, number: int, points: int) -> Box:  # noqa: ANN401 - a handle of pdfium has no type of its own
    x, y = ctypes.c_float(), ctypes.c_float()
    places = []
    for index in range(min(points, _MEASURED)):
        raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(held, number, index), x, y)
        places.append((x.value, y.value))
    across, up = zip(*places, strict=True)
    return min(across), min(up), max(across), max(up)


def _only(
    document: pdfium.PdfDocument, number: int, kinds: frozenset[int], boxes: list[Box]
) -> tuple[Image.Image, list[tuple[int, int, int, int]]]:
    """Return a page drawn with these kinds of things alone, and where on it some boxes are."""
    page = document[number]
    try:
        for thing in list(_things(page)):
            if thing.kind not in kinds:
                taken = (
                    raw.FPDFFormObj_RemoveObject(thing.form, thing.handle)
                    if thing.form
                    else raw.FPDFPage_RemoveObject(page.raw, thing.handle)
                )
                if taken:
                    raw.FPDFPageObj_Destroy(thing.handle)
        shown = picture_of(page)
        return shown, [_on_paper(page, box, shown.size) for box in boxes]
    finally:
        page.close()


def _on_paper(page: pdfium.PdfPage, box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return where a box is on a picture of the page."""
    across, down = ctypes.c_int(), ctypes.c_int()
    corners = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        raw.FPDF_PageToDevice(page.raw, 0, 0, *size, 0, x, y, across, down)
        corners.append((min(max(across.value, 0), size[0]), min(max(down.value, 0), size[1])))
    (x0, y0), (x1, y1) = corners
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def show_leaf(document: pdfium.PdfDocument, number: int, place: str, to: Gathering) -> None:
    """Show page `number` (from 0), a point a pixel: one picture. Raises `CannotRead` when it cannot be decoded."""
    page = document[number]
    try:
        shown = picture_of(page, sharp=1)
        darkest, brightest = shown.getextrema()
        if darkest == brightest and not _is_decoded(page):
            raise CannotRead(f"A picture in this PDF is damaged or of a kind the portal cannot show. {SAVE_AS_PDF}")
        to.show(place, shown)
    finally:
        page.close()


def show_signs(document: pdfium.PdfDocument, numbers: range, place: str, to: Gathering) -> None:
    """Show what these pages draw, wherever and however large, below each other: glyphs, in units of their own."""
    side = min(_SIGN, max(_SMALL_SIGN, math.isqrt(_ALL_SIGNS // max(len(numbers), 1))))
    column: list[Image.Image] = []
    for number in numbers:
        sign = _sign(document, number, side)
        if column and sum(each.height for each in column) + sign.height > _COLUMN:
            to.show(place, _below_each_other(column))
            column = []
        column.append(sign)
    if column:
        to.show(place, _below_each_other(column))


def _sign(document: pdfium.PdfDocument, number: int, side: int) -> Image.Image:
    """Return what a page draws, its longer side that many pixels."""
    page = document[number]
    try:
        boxes = [_box(thing) for thing in _things(page)]
        lefts, bottoms, rights, tops = zip(*boxes or [(0.0, 0.0, 1.0, 1.0)], strict=True)
        left, bottom, right, top = min(lefts), min(bottoms), max(rights), max(tops)
        edge = max(right - left, top - bottom) / 20
        raw.FPDFPage_SetMediaBox(page.raw, left - edge, bottom - edge, right + edge, top + edge)
        page.close()
        page = document[number]
        return picture_of(page, sharp=side / max(*page.get_size(), _LEAST))
    finally:
        page.close()


def _below_each_other(pictures: list[Image.Image]) -> Image.Image:
    column = Image.new("L", (max(each.width for each in pictures), sum(each.height for each in pictures)), 255)
    top = 0
    for each in pictures:
        column.paste(each, (0, top))
        top += each.height
    return column


def _is_decoded(page: pdfium.PdfPage) -> bool:
    """Whether the picture of a leaf of one colour is so because it holds one colour, and not for want of a decoder."""
    for thing in _things(page):
        bitmap = raw.FPDFImageObj_GetBitmap(thing.handle) if thing.kind == raw.FPDF_PAGEOBJ_IMAGE else None
        if bitmap:
            raw.FPDFBitmap_Destroy(bitmap)
            return True
    return False


def picture_of(page: pdfium.PdfPage, sharp: float = SHARP) -> Image.Image:
    """Return the page in grey, `sharp` pixels to a point or as many as nine million pixels allow."""
    width, height = page.get_size()
    if not (0 < width < _FAR and 0 < height < _FAR):
        raise CannotRead(f"A page of this PDF has no size that makes sense. {SAVE_AS_PDF}")
    scale = min(sharp, math.sqrt(MOST_PIXELS / (width * height)))
    shown: Image.Image = page.render(scale=scale, grayscale=True, may_draw_forms=False).to_pil()
    return shown if shown.mode == "L" else shown.convert("L")


def _things(page: pdfium.PdfPage) -> Iterator[_Thing]:
    """Give every object of a page and of the forms on it. Raises `CannotRead` for more than any letter has."""
    left = _MOST_OBJECTS
    containers: list[tuple[Any, Matrix, int]] = [(None, _UNMOVED, 0)]
    while containers:
        form, matrix, depth = containers.pop()
        count = raw.FPDFFormObj_CountObjects(form) if form else raw.FPDFPage_CountObjects(page.raw)
        left -= count
        if left < 0 or depth > _MOST_NESTED:
            raise CannotRead(f"A page of this PDF is drawn with far too many parts. {SAVE_AS_PDF}")
        for index in range(count):
            handle = raw.FPDFFormObj_GetObject(form, index) if form else raw.FPDFPage_GetObject(page.raw, index)
            kind = raw.FPDFPageObj_GetType(handle)
            if kind == raw.FPDF_PAGEOBJ_FORM:
                containers.append((handle, _times(_matrix(handle), matrix), depth + 1))
            else:
                yield _Thing(kind, handle, form, matrix)


def _matrix(handle: Any) -> Matrix:  # noqa: ANN401 - a handle of pdfium has no type of its own
    held = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(handle, held)
    return held.a, held.b, held.c, held.d, held.e, held.f


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    p, q, r, s, t, u = other
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _box(thing: _Thing) -> Box:
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    raw.FPDFPageObj_GetBounds(thing.handle, left, bottom, right, top)
    if thing.form is None:
        return left.value, bottom.value, right.value, top.value
    a, b, c, d, e, f = thing.matrix
    across = [a * x + c * y + e for x in (left.value, right.value) for y in (bottom.value, top.value)]
    up = [b * x + d * y + f for x in (left.value, right.value) for y in (bottom.value, top.value)]
    return min(across), min(up), max(across), max(up)
