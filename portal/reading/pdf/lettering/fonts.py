"""PDF fonts: what a font says its glyphs are, and which glyphs draw something else.

A font's map to Unicode is a claim beside its outlines; search and every text extractor believe it (ISO 32000-2,
9.10.2). So each font draws a specimen sheet, one glyph a cell, and every glyph that clearly looks like another
letter than the one it says it is counts against the font. Fancy lettering looks like nothing in particular, so
it passes; a map that was moved, emptied or left out does not.
"""

import binascii
import ctypes
import functools
import io
import itertools
import re
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pikepdf
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from portal.reading.pdf.lettering import sight
from portal.reading.pdf.lettering.glyphs import is_drawn as draws_itself
from portal.reading.pdf.lettering.widths import composite_codes, simple_codes

CELL: Final = 32
COLUMNS: Final = 16
_SIZE: Final = 18
_BASELINE: Final = 9
_HALF: Final = 48
_MOST_LETTERS: Final = 1_024
"""A font has each letter once or a few times, in all its sizes and alternates. A lie may hide behind the others."""
_SIDE: Final = 16
_POINTS: Final = _SIDE * _SIDE
_INK: Final = 96
_MIDDLES: Final = (np.arange(_SIDE) + 0.5) / _SIDE
_AT_ONCE: Final = 24  # glyphs compared at a time: what numpy needs for it stays small, and a new page of memory is dear
_MOST_MET: Final = 8_192
_ALIKE: Final = 0.68
_BETTER_BY: Final = 0.28
_ENOUGH: Final = 3
_MANY: Final = 10
_FEW: Final = 8
_SOME_ABROAD: Final = 5  # a font with more letters of another alphabet has them for that, and some look like Latin ones
_SOME_LETTERS: Final = 3  # a font that draws so many letters as they are is one of letters, and not of signs
_GUESSED_DRAWN: Final = 0.4  # a font that draws its glyphs itself may draw two or three letters as one
_GUESSED: Final = 0.2  # script faces are told right for 28 letters of 100 or more, a moved map for 2

_LETTERS: Final = "ABDEFGHKMNPQRSTUWYZabdefghkmnqrtuy"
"""Letters whose shape tells them from every line, dot and ring."""
_FACES: Final = (
    "Helvetica", "Helvetica-Bold", "Helvetica-Oblique", "Times-Roman", "Times-Bold", "Times-Italic",
    "Courier", "Courier-Bold",
)  # fmt: skip
_SECTION: Final = re.compile(rb"beginbf(char|range)(.*?)endbf", re.DOTALL)
_CHAR: Final = re.compile(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]*)>")
_RANGE: Final = re.compile(
    rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*(?:<([0-9A-Fa-f]*)>|\[([^\]]*)\])",
)

Lines = NDArray[np.uint32]
"""A cell a row, each line of it a number."""
Shapes = NDArray[np.uint64]
"""A glyph a row: sixteen times sixteen points of ink or none, packed."""
Boxes = NDArray[np.uint8]
"""A cell a row: first and last line and column with ink."""
Likeness = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that draws glyphs of several fonts, a cell each: content, fonts, size, each font's cells and kind."""

    content: bytes
    fonts: dict[str, pikepdf.Object]
    size: tuple[int, int]
    spans: tuple[tuple[int, int], ...]
    drawn: tuple[bool, ...]


def sheet_of(fonts: list[pikepdf.Object]) -> Sheet:
    """Return a specimen sheet of these fonts, some of their glyphs each where it has very many."""
    return _laid_out(fonts, [codes_of(font) for font in fonts])


def _laid_out(fonts: list[pikepdf.Object], codes: list[list[bytes]]) -> Sheet:
    ends = list(itertools.accumulate(map(len, codes), initial=0))
    rows = -(-ends[-1] // COLUMNS)
    drawn = ["BT"]
    themselves = tuple(map(draws_itself, fonts))
    for number, some in enumerate(codes):
        drawn.append(f"/F{number} {_SIZE} Tf")
        upright = -1 if _is_upside_down(fonts[number]) else 1
        for index, code in enumerate(some, start=ends[number]):
            x, y = index % COLUMNS * CELL + 7, (rows - 1 - index // COLUMNS) * CELL + _BASELINE
            shown = f"1 0 0 {upright} {x} {y} Tm <{code.hex()}> Tj"
            if themselves[number]:  # such a glyph may draw over the whole sheet
                cell = f"{x - 7} {y - _BASELINE} {CELL} {CELL} re W n"
                shown = f"ET q {cell} BT /F{number} {_SIZE} Tf {shown} ET Q BT"
            drawn.append(shown)
    return Sheet(
        "\n".join([*drawn, "ET"]).encode(),
        {f"/F{number}": font for number, font in enumerate(fonts)},
        (COLUMNS * CELL, rows * CELL),
        tuple(itertools.pairwise(ends)),
        themselves,
    )


def _is_upside_down(font: pikepdf.Object) -> bool:
    """Whether a font of drawings counts on text being turned over (TeX's bitmaps, say).

    Its letters then hang below the line, as far as its box tells: one that is drawn downwards, as by Chromium, is put
    upright by its own matrix.
    """
    matrix, box = font.get("/FontMatrix"), font.get("/FontBBox")
    if not isinstance(matrix, pikepdf.Array) or len(matrix) != 6:
        return False
    up = float(matrix.as_list()[3])
    sides = [float(side) * up for side in box.as_list()[1::2]] if isinstance(box, pikepdf.Array) else []
    return -min(sides) > max(sides) if any(sides) else up < 0


def codes_of(font: pikepdf.Object) -> list[bytes]:
    """Return the codes worth drawing, as they stand in a content stream."""
    mapped = _mapped(font.get("/ToUnicode"))
    if not mapped and (told := _told_by_encoding(font)):
        return told
    letters = [code for code, text in mapped.items() if len(text) == 1 and text.isascii() and text.isalpha()]
    are_letters = frozenset(letters)
    near = [code for code, text in mapped.items() if code not in are_letters and text.isascii()]
    are_near = are_letters.union(near)
    rest = [code for code in mapped if code not in are_near]
    chosen = [*letters[:_MOST_LETTERS], *near[:_MOST_LETTERS]]
    if font.get("/Subtype") != "/Type0":
        return [*chosen, *_unmapped(font, mapped), *_some(rest)]
    return [*chosen, *([] if mapped else _some(_unmapped(font, mapped))), *_some(rest)]


def _some(codes: list[bytes]) -> list[bytes]:
    """Return some of very many, from first to last."""
    return codes[:: -(-len(codes) // _HALF) or 1]


def _told_by_encoding(font: pikepdf.Object) -> list[bytes]:
    """Return letters as a font without a map has them whose encoding is one that programs know (9.7.5.2)."""
    encoding = font.get("/Encoding")
    if font.get("/Subtype") != "/Type0" or not isinstance(encoding, pikepdf.Name) or str(encoding).startswith("/Id"):
        return []
    is_wide = any(name in str(encoding) for name in ("UCS2", "UTF16"))
    return [letter.encode("utf-16-be" if is_wide else "ascii") for letter in _LETTERS]


def is_partly_mapped(font: pikepdf.Object) -> bool:
    """Whether a font holds glyphs that its map to Unicode leaves out."""
    return font.get("/Subtype") == "/Type0" and bool(_unmapped(font, _mapped(font.get("/ToUnicode"))))


def _unmapped(font: pikepdf.Object, mapped: dict[bytes, str]) -> list[bytes]:
    is_composite = font.get("/Subtype") == "/Type0"
    drawn = composite_codes(font) if is_composite else simple_codes(font)
    packed = [code.to_bytes(2 if is_composite else 1, "big") for code in drawn]
    return [code for code in packed if code not in mapped]


def _mapped(to_unicode: pikepdf.Object | None) -> dict[bytes, str]:
    """Return code and text of a ToUnicode map, ranges cut short after 256 codes."""
    return _mapping(to_unicode.read_bytes()) if isinstance(to_unicode, pikepdf.Stream) else {}


@functools.lru_cache(maxsize=64)
def _mapping(content: bytes) -> dict[bytes, str]:
    mapped: dict[bytes, str] = {}
    for kind, body in _SECTION.findall(content):
        if kind == b"char":
            mapped |= {_unhex(code): _text(text) for code, text in _CHAR.findall(body)}
            continue
        for first, last, text, texts in _RANGE.findall(body):
            start, width = int(first, 16), (len(first) + 1) // 2
            listed = re.findall(rb"<([0-9A-Fa-f]*)>", texts)
            for step in range(min(int(last, 16) - start + 1, 256)):
                said = _text(listed[step]) if step < len(listed) else _moved(text, step)
                mapped[((start + step) % 256**width).to_bytes(width, "big")] = said
    return mapped


def _unhex(digits: bytes) -> bytes:
    return binascii.unhexlify(b"0" + digits if len(digits) % 2 else digits)


def _text(digits: bytes) -> str:
    return _unhex(digits).decode("utf-16-be", "replace")


def _moved(digits: bytes, step: int) -> str:
    if not digits:
        return ""
    text = _text(digits)
    return text[:-1] + chr(min(ord(text[-1]) + step, 0x10FFFF)) if text else ""


def liars(page: pdfium.PdfPage, sheet: Sheet) -> list[bool]:
    """Return for each font of a specimen sheet whether it says other letters than it draws."""
    lines, said = specimens(page)
    glyphs = _judged(_shapes(lines), sight.boxes(lines), np.flatnonzero(lines.any(axis=1)), said)
    return [
        _lies([glyphs[cell] for cell in range(start, end) if cell in glyphs], is_drawn=is_drawn)
        for (start, end), is_drawn in zip(sheet.spans, sheet.drawn, strict=True)
    ]


def specimens(page: pdfium.PdfPage) -> tuple[Lines, list[str]]:
    """Return what each cell of a specimen sheet draws, and what it says."""
    lines = _lines(page)
    return lines, _said(page, len(lines))


def seen_in(lines: Lines) -> NDArray[np.float32]:
    """Return what the net looks at of each cell."""
    return sight.points(_shapes(lines), sight.boxes(lines), CELL - _BASELINE)


@dataclass(frozen=True, slots=True)
class _Glyph:
    """How a glyph stands to what it says: the letter it clearly is instead, if any, by likeness and by sight."""

    instead: str
    says_letter: bool
    says_nothing: bool
    is_best: bool
    is_abroad: bool
    seen: str = ""
    is_sure: bool = False


_met: dict[tuple[str, bytes], _Glyph] = {}
"""Glyphs by what they say and how they look: letters of one batch are set in the same faces."""


def _judged(shapes: Shapes, around: Boxes, drawn: NDArray[np.intp], said: list[str]) -> dict[int, _Glyph]:
    """Return how each drawn glyph stands to what it says; one that said and looked the same before stands the same."""
    told = {cell: (said[cell], shapes[cell].tobytes() + around[cell].tobytes()) for cell in drawn.tolist()}
    new = [cell for cell, key in told.items() if key not in _met]
    if len(_met) + len(new) > _MOST_MET:
        _met.clear()
        new = list(told)
    _, references, _ = _references()
    for start in range(0, len(new), _AT_ONCE):
        some = new[start : start + _AT_ONCE]
        likeness = _likeness(shapes[some], references)
        for cell, best, row in zip(some, likeness.argmax(axis=1).tolist(), likeness, strict=True):
            _met[told[cell]] = _judge(said[cell], best, row)
        unsure = [cell for cell in some if said[cell] and not _met[told[cell]].is_best]
        seen = _seen(shapes[unsure], around[unsure], [said[cell] for cell in unsure])
        for cell, (letter, is_sure) in zip(unsure, seen, strict=True):
            _met[told[cell]] = replace(_met[told[cell]], seen=letter, is_sure=is_sure)
    return {cell: _met[key] for cell, key in told.items()}


def _seen(shapes: Shapes, around: Boxes, said: list[str]) -> list[tuple[str, bool]]:
    return sight.others(sight.points(shapes, around, CELL - _BASELINE), said) if said else []


def _judge(text: str, best: int, likeness: Likeness) -> _Glyph:
    letters, _, where = _references()
    own = where.get(text.casefold())
    looks_like, how_much = letters[best], float(likeness[best])
    is_best = looks_like.casefold() == text.casefold()
    nothing = not any(char.isalpha() and not "\ue000" <= char <= "\uf8ff" for char in text) and own is None
    is_clear = looks_like in _LETTERS and how_much >= _ALIKE and not is_best
    is_other = is_clear and (nothing if own is None else float(likeness[own].max()) < how_much - _BETTER_BY)
    return _Glyph(looks_like if is_other else "", own is not None, nothing, is_best, sight.is_abroad(text))


def _lies(glyphs: list[_Glyph], *, is_drawn: bool) -> bool:
    is_abroad = sum(glyph.is_abroad for glyph in glyphs) > _SOME_ABROAD
    is_text = sum(glyph.is_best and glyph.says_letter for glyph in glyphs) >= _SOME_LETTERS
    seen = [glyph for glyph in glyphs if glyph.seen and not (is_abroad and glyph.is_abroad)]
    if any(glyph.is_sure or is_text for glyph in seen):
        return True
    if len({glyph.instead.casefold() for glyph in glyphs if glyph.instead}) >= _ENOUGH:
        return True
    letters = [glyph for glyph in glyphs if glyph.says_letter]
    right = sum(glyph.is_best for glyph in letters)
    if right < _GUESSED * (len(letters) - _FEW) or (is_drawn and right < _GUESSED_DRAWN * len(letters)):
        return True
    nothing = sum(glyph.says_nothing for glyph in glyphs)
    return nothing >= _MANY and nothing > 0.7 * len(glyphs)


def _lines(page: pdfium.PdfPage) -> Lines:
    """Return where the lines of each cell have ink: a bit for a point, the leftmost in front."""
    sheet = _grey(page)
    rows, columns = sheet.shape[0] // CELL, sheet.shape[1] // CELL
    is_inked = np.less(sheet, 255 - _INK, out=sheet.view(np.bool_))  # where it stood: nobody needs the greys again
    ink: Lines = np.packbits(is_inked, axis=1).view(">u4").astype(np.uint32)
    return ink.reshape(rows, CELL, columns).swapaxes(1, 2).reshape(-1, CELL)


def _grey(page: pdfium.PdfPage) -> NDArray[np.uint8]:
    """Return a specimen sheet in grey, a point a pixel.

    By calls of pdfium itself: a picture of pypdfium2, seen through numpy, takes the child that reads 50 pages more.
    """
    width, height = map(int, page.get_size())
    pixels = bytearray(b"\xff") * (width * height)
    first = ctypes.byref(ctypes.c_ubyte.from_buffer(pixels))
    bitmap = raw.FPDFBitmap_CreateEx(width, height, raw.FPDFBitmap_Gray, first, width)
    raw.FPDF_RenderPageBitmap(bitmap, page.raw, 0, 0, width, height, 0, raw.FPDF_GRAYSCALE | raw.FPDF_ANNOT)
    raw.FPDFBitmap_Destroy(bitmap)
    return np.frombuffer(pixels, np.uint8).reshape(height, width)


def _shapes(lines: Lines) -> Shapes:
    """Return the glyph of each cell stretched to one size."""
    columns = np.unpackbits(np.bitwise_or.reduce(lines, axis=1).astype(">u4").view(np.uint8).reshape(-1, 4), axis=1)
    down, across = _steps(lines != 0), _steps(columns)
    picked = lines[np.arange(len(lines))[:, None], down]
    bits = (picked[:, :, None] >> (CELL - 1 - across)[:, None, :]).astype(np.uint8)
    return np.packbits((bits & 1).reshape(-1, _POINTS), axis=1).view(np.uint64)


def _steps(inked: NDArray[Any]) -> NDArray[np.uint32]:
    """Return sixteen steps from the first to the last place with ink of each row, none of them beyond."""
    first = inked.argmax(axis=1)
    length = CELL - inked[:, ::-1].argmax(axis=1) - first
    steps: NDArray[np.uint32] = (first[:, None] + _MIDDLES * length[:, None]).astype(np.uint32)
    return steps


def _likeness(shapes: Shapes, references: Shapes) -> Likeness:
    """Return the correlation of every shape with every reference, counted in bits.

    No matrix product of numpy: its library starts threads, and the cage has none.
    """
    both = np.zeros((len(shapes), len(references)), dtype=np.uint16)
    for ours, theirs in zip(shapes.T, references.T, strict=True):
        both += np.bitwise_count(ours[:, None] & theirs[None, :])
    inked, unlike = _ink_of(shapes)
    black, unlike_black = _ink_of(references)
    likeness: Likeness = both.astype(np.float32)
    likeness *= _POINTS
    likeness -= inked[:, None] * black
    likeness *= unlike[:, None]
    likeness *= unlike_black
    return likeness


def _ink_of(shapes: Shapes) -> tuple[Likeness, Likeness]:
    """Return how many points of each shape have ink, and what a likeness to it is divided by, upside down."""
    inked: Likeness = np.bitwise_count(shapes).sum(axis=1, dtype=np.float32)
    spread = np.maximum(inked * (_POINTS - inked), np.float32(1))
    return inked, 1 / np.sqrt(spread)


def _said(page: pdfium.PdfPage, cells: int) -> list[str]:
    """Return what the glyph of each cell says it is."""
    said = [""] * cells
    width, height = page.get_size()
    columns = int(width) // CELL
    textpage = page.get_textpage()
    x, y = ctypes.c_double(), ctypes.c_double()
    for index in range(textpage.count_chars()):
        if raw.FPDFText_IsGenerated(textpage.raw, index) == 1:
            continue
        raw.FPDFText_GetCharOrigin(textpage.raw, index, x, y)
        cell = int(height - y.value) // CELL * columns + int(x.value) // CELL
        if 0 <= cell < cells:
            said[cell] += chr(raw.FPDFText_GetUnicode(textpage.raw, index))
    textpage.close()
    return said


@functools.cache
def _references() -> tuple[str, Shapes, dict[str, NDArray[np.intp]]]:
    """Return letters, several faces of each; their shapes; and where each letter, folded, stands among them.

    Drawn once for all files (some 15 ms): the first PDF with a font does it, which a cell reads to warm up.
    """
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    made = pikepdf.new()
    fonts: list[pikepdf.Object] = [
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name(f"/{face}"))
        for face in _FACES
    ]
    sheet = _laid_out(fonts, [[letter.encode() for letter in letters]] * len(fonts))
    page = made.add_blank_page(page_size=sheet.size)
    page.obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(sheet.fonts))
    page.obj.Contents = made.make_stream(sheet.content)
    held = io.BytesIO()
    made.save(held)
    document = pdfium.PdfDocument(held.getvalue())
    shapes = _shapes(_lines(document[0]))
    document.close()
    all_letters = letters * len(_FACES)
    folded = np.array(list(all_letters.casefold()))
    where = {letter: np.flatnonzero(folded == letter) for letter in set(all_letters.casefold())}
    return all_letters, shapes[: len(all_letters)], where
