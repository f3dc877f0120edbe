"""Inside the cage: the pages of a PDF drawn, and their sizes with what they say."""

import io
import json
import math
import re
from collections.abc import Iterator
from typing import Final

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageStat
from pypdfium2 import raw

from portal.kernel.cage.frames import ABOUT, BYTES, COUNT, TEXT, Frame
from portal.reading.budget import CannotRead
from portal.reading.pdf.aloud import aloud
from portal.reading.showing.blocks import MOST_BLOCKS, packed, pieces_of, text_of
from portal.reading.showing.reflow import Reflowed, reflowed
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


def outline(data: bytes, shape: Shape) -> Iterator[Frame]:
    """Give how many pages there are, then of each its size and what it says. Raises `CannotRead`."""
    if shape == "picture":
        yield Frame(COUNT, b"1")
        yield _sized(*_size_of_picture(data), Reflowed((), is_sure=False))
        return
    with pdfium.PdfDocument(data) as document:
        yield Frame(COUNT, b"%d" % len(document))
        yield Frame(ABOUT, json.dumps(_about(document)).encode())
        left, pieces = MOST_TEXT, MOST_BLOCKS
        for number, read in enumerate(reflowed(document, MOST_PAGES)):
            left -= sum(len(text_of(block)) for block in read.blocks)
            pieces -= sum(map(pieces_of, read.blocks))
            said = read if left >= 0 and pieces >= 0 else Reflowed((), is_sure=False)
            page = document[number]
            scale = _scale_of(page) / _SHARP
            yield _sized(page.get_width() * scale, page.get_height() * scale, said)
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
    if max(ImageStat.Stat(one).extrema[0][1] for one in differences) <= _HARDLY_A_COLOUR:
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


def _sized(width: float, height: float, said: Reflowed) -> Frame:
    told = [max(1, round(width)), max(1, round(height)), said.is_sure, [packed(block) for block in said.blocks]]
    return Frame(TEXT, json.dumps(told).encode())
