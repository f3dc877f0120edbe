"""Takes what is drawn out of a picture, to look again for blurred words: flags and balloons, and the strings of them.

Even, sharp shapes without a notch side by side go up and down like a line of blurred letters. Only shapes with nothing
within go; letters one a shape stay, and so do shapes as close to others as the dots of a letter on a board. Pure
arithmetic on grey pixels.
"""

from typing import Final

import numpy as np
from PIL import Image, ImageOps

from portal.reading.ocr.marks import Mask, Pixels, dark_of, marks_of
from portal.reading.ocr.shapes import Shape, find_shapes, without_shapes

_APART: Final = 0.6  # of its shorter side: nearer ones are beside it
_BESIDE: Final = 2  # others
_LONG: Final = 24  # pixels
_THIN: Final = 4  # pixels, on average
_STEEP: Final = 7  # pixels of one column
_FLATTEST: Final = 0.5  # of its length: how high a string rises
_AROUND: Final = 2  # pixels


def without_drawn(grey: Image.Image) -> Image.Image | None:
    """Return a picture in full size without its empty shapes and thin curves; None if it has no such shape."""
    found = [shape for shape in find_shapes(grey) if shape.is_empty]
    found = [shape for shape in found if sum(_is_beside(shape, other) for other in found) <= _BESIDE]
    if not found:
        return None
    bare = without_shapes(grey, found)
    pixels = np.asarray(bare).copy()
    for mask in (dark_of(bare), dark_of(ImageOps.invert(bare))):
        _erase_strings(pixels, mask)
    return Image.fromarray(pixels)


def _is_beside(one: Shape, other: Shape) -> bool:
    left, top, right, bottom = one.box
    gap = max(left - other.box[2], other.box[0] - right, top - other.box[3], other.box[1] - bottom)
    return one is not other and gap <= _APART * min(right - left, bottom - top)


def _erase_strings(pixels: Pixels, mask: Mask) -> None:
    """Paint what is above and below over thin curves that go along: nobody reads letters as low as that."""
    marks = marks_of(pixels, mask)
    wide, high = marks.right - marks.left, marks.bottom - marks.top
    is_one = marks.perimeter / 2 - marks.runs == wide  # in each column
    is_string = is_one & (wide >= _LONG) & (marks.area <= _THIN * wide) & (high <= _FLATTEST * wide)
    for at in np.flatnonzero(is_string):
        top, left = int(marks.top[at]), int(marks.left[at])
        ink = mask[top : int(marks.bottom[at]), left : int(marks.right[at])]
        if ink.sum(axis=0).max() <= _STEEP:
            for column, rows in enumerate(ink.T, left):
                first = max(1, top + int(rows.argmax()) - _AROUND)
                last = min(len(pixels) - 1, top + len(rows) - int(rows[::-1].argmax()) + _AROUND)
                pixels[first:last, column] = np.linspace(pixels[first - 1, column], pixels[last, column], last - first)
