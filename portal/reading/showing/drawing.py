"""Inside the cage: the pages of a PDF drawn, and what they say."""

import io
import json
import math
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

import pypdfium2 as pdfium
from PIL import Image, ImageChops
from pypdfium2 import raw

from portal.kernel.frames import ABOUT, BYTES, COUNT, TEXT, Frame
from portal.reading.budget import CannotRead
from portal.reading.pdf.aloud import aloud
from portal.reading.showing.viewer import MOST_PAGES, MOST_TEXT, WIDE, Shape

CANNOT: Final = "This cannot be shown."
_SHARP: Final = 2
_MOST_PIXELS: Final = 9_000_000
_MOST_COLOURS: Final = 256
_FAR: Final = 15_000  # points
_GREYS: Final = 16
_TO_SIXTEEN: Final = [(grey * (_GREYS - 1) + 127) // 255 for grey in range(256)]
_SIXTEEN: Final = [part for grey in range(_GREYS) for part in (grey * 17,) * 3]
_HARDLY_A_COLOUR: Final = 12
_ORIENTATION: Final = 0x0112
_UNSAYABLE: Final = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")
"""Control characters, and those that turn the direction of what follows, which could dress one text up as another."""
_NEARLY_FULL: Final = 0.8
_LONG_LINE: Final = 50
_ENDS: Final = ".!?:;…"
_TORN: Final = re.compile(r"[\u0002\ufffe]\n?")
"""How pdfium says that a word goes on in the next line."""


def outline(data: bytes, shape: Shape) -> Iterator[Frame]:
    """Give how many pages there are, then of each its size and its text. Raises `CannotRead`."""
    if shape == "picture":
        yield Frame(COUNT, b"1")
        yield _sized(*_size_of_picture(data), "")
        return
    with pdfium.PdfDocument(data) as document:
        yield Frame(COUNT, b"%d" % len(document))
        yield Frame(ABOUT, json.dumps(_about(document)).encode())
        left = MOST_TEXT
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            text = _text_of(page)[:left]
            left -= len(text)
            scale = _scale_of(page) / _SHARP
            yield _sized(page.get_width() * scale, page.get_height() * scale, text)
            page.close()


def _about(document: pdfium.PdfDocument) -> dict[str, object]:
    found = aloud(document)
    title = " ".join(_UNSAYABLE.sub("", found.title).split())
    return {"tagged": found.is_tagged, "language": found.language, "title": title}


def picture(data: bytes, number: int) -> Iterator[Frame]:
    """Give page `number` (from 1) as a PNG. Raises `CannotRead`."""
    with pdfium.PdfDocument(data) as document:
        if not 0 < number <= len(document):
            raise CannotRead(CANNOT)
        page = document[number - 1]
        scale = _scale_of(page)
        if raw.FPDFPage_GetAnnotCount(page.raw):  # as the guard saw them: what notes and fields show is page text
            raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
            page.close()
            page = document[number - 1]
        drawn = page.render(scale=scale, may_draw_forms=False, rev_byteorder=True).to_pil().convert("RGB")
        page.close()
        yield Frame(BYTES, _as_png(drawn))


def _scale_of(page: pdfium.PdfPage) -> float:
    width, height = page.get_size()
    if not (0 < width < _FAR and 0 < height < _FAR):
        raise CannotRead(CANNOT)
    scale: float = min(WIDE * _SHARP / width, math.sqrt(_MOST_PIXELS / (width * height)))
    return scale


def _as_png(drawn: Image.Image) -> bytes:
    """Return few colours: print in sixteen greys looks like print, at half the bytes on a slow line."""
    red, green, blue = drawn.split()
    differences = (ImageChops.difference(red, green), ImageChops.difference(green, blue))
    if max(int(one.convert("L").getextrema()[1]) for one in differences) <= _HARDLY_A_COLOUR:  # type: ignore[arg-type]  # a grey picture has one band
        few = Image.frombytes("P", drawn.size, drawn.convert("L").point(_TO_SIXTEEN).tobytes())
        few.putpalette(_SIXTEEN)
        return _saved(few, bits=4)
    return _saved(drawn.quantize(_MOST_COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE), bits=8)


def _saved(picture: Image.Image, bits: int) -> bytes:
    held = io.BytesIO()
    picture.save(held, "PNG", bits=bits)
    return held.getvalue()


def _size_of_picture(data: bytes) -> tuple[float, float]:
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as opened:  # the head alone is read
        width, height = opened.size
        if opened.getexif().get(_ORIENTATION, 1) >= 5:
            width, height = height, width
    return (WIDE, WIDE * height / width) if width > WIDE else (width, height)


def _sized(width: float, height: float, text: str) -> Frame:
    size = b"%d %d\n" % (max(1, round(width)), max(1, round(height)))
    return Frame(TEXT, size + text.encode("utf-8", "replace"))


def _text_of(page: pdfium.PdfPage) -> str:
    textpage = page.get_textpage()
    text: str = textpage.get_text_range()
    textpage.close()
    text = _TORN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _joined(_UNSAYABLE.sub("", text).strip().split("\n"))


def _joined(lines: list[str]) -> str:
    """Let a long line that ends in the middle of a sentence go on: a phone breaks lines elsewhere than paper does."""
    full = max(map(len, lines)) * _NEARLY_FULL
    joined = lines[0].strip()
    for before, line in pairwise(map(str.strip, lines)):
        goes_on = len(before) >= max(full, _LONG_LINE) and before[-1] not in _ENDS and line
        joined += (" " if goes_on else "\n") + line
    return joined
