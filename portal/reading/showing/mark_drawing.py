"""Inside the cage: a school's mark, made small. What a district sets is a file from somewhere like any other."""

import io
from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageOps

from portal.kernel.cage.frames import BYTES, Frame
from portal.reading.budget import CannotRead
from portal.reading.showing.viewer import MARK_BYTES, MARK_HIGH, MARK_WIDE

_CANNOT: Final = "This is no picture in PNG or JPEG."
_MOST_PIXELS: Final = 40_000_000
_SIZES: Final = ((1, 1), (3, 4), (1, 2))
_COLOURS: Final = (128, 32, 16)


def mark(data: bytes) -> Iterator[Frame]:
    """Give the mark as a PNG that is light enough for a slow line. Raises `CannotRead`."""
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as opened:
        if opened.width * opened.height > _MOST_PIXELS:
            raise CannotRead(_CANNOT)
        whole = ImageOps.exif_transpose(opened).convert("RGBA")
    around = whole.getchannel("A").getbbox()  # what is clear around a mark would make it small
    if around is None:
        raise CannotRead(_CANNOT)
    yield Frame(BYTES, _light(whole.crop(around)))


def _light(whole: Image.Image) -> bytes:
    """Return it at the largest size, with the most colours, that is light enough."""
    made = b""
    for part, parts in _SIZES:
        small = whole.copy()
        small.thumbnail((MARK_WIDE * part // parts, MARK_HIGH * part // parts), Image.Resampling.LANCZOS)
        for colours in _COLOURS:
            held = io.BytesIO()
            small.quantize(colours, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
                held, "PNG", optimize=True
            )
            made = held.getvalue()
            if len(made) <= MARK_BYTES:
                return made
    return made
