"""A small copy of a picture in its colours, kept behind the grey one, to tell drawings in several from letters."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from PIL import Image

_ENOUGH: Final = 400_000  # pixels
_COLOURFUL: Final = 30  # of 255, from the strongest to the weakest of red, green and blue: less is a tint
_CHANNELS: Final = 3


def colours_of(bands: Iterable[Image.Image], size: tuple[int, int], views: int) -> bytes:
    """Return the colours of a picture in RGB that is shown `views` times, below each other, on `size` pixels in all.

    It comes in `bands` from its top, as a large one does not fit into memory twice. Nothing where it has no colours: a
    scan, or a page in black on white.
    """
    wide, high = _size_of(*size)
    tall = max(1, high // views)
    each, top = Image.new("RGB", (wide, tall)), 0.0
    for band in bands:
        foot = top + band.height * wide / band.width
        rows = max(1, round(foot) - round(top))
        each.paste(band.resize((wide, rows), Image.Resampling.BOX), (0, round(top)))
        top = foot
    pixels = np.asarray(each)
    if np.max(pixels.max(axis=2) - pixels.min(axis=2)) < _COLOURFUL:
        return b""
    sheet = Image.new("RGB", (wide, high))
    for number in range(views):
        sheet.paste(each, (0, number * high // views))
    return sheet.tobytes()


def most_of(width: int, height: int) -> int:
    """Return how many bytes grey pixels with their colours are at most."""
    wide, high = _size_of(width, height)
    return width * height + _CHANNELS * wide * high


def parted(data: bytes, width: int, height: int) -> tuple[bytes, Image.Image | None]:
    """Return the grey pixels and the colours that were kept together; None where there are none."""
    size = _size_of(width, height)
    grey, colours = data[: width * height], data[width * height :]
    return grey, Image.frombytes("RGB", size, colours) if colours else None


def _size_of(width: int, height: int) -> tuple[int, int]:
    times = max(1, round((width * height / _ENOUGH) ** 0.5))
    return -(-width // times), -(-height // times)
