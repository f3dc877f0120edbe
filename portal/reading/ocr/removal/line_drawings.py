"""Takes what is drawn out of a picture, to look again for blurred words: flags and balloons, and the strings of them.

Even, sharp shapes without a notch side by side go up and down like a line of blurred letters. Only shapes with nothing
within go; letters one a shape stay, and so do shapes as close to others as the dots of a letter on a board. Pure
arithmetic on grey pixels.
"""

from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageOps

from portal.reading.ocr.components.connected_components import FINE, Box, Mask, Pixels, dark_of, marks_of
from portal.reading.ocr.components.simple_shapes import Shape, find_shapes, without_shapes
from portal.reading.ocr.removal.dashed_lines import without_dashes

_APART: Final = 0.6  # share of its shorter side: nearer ones are beside it; by eye
_BESIDE: Final = 2  # other shapes that stand beside it, at most; by eye
_LONG: Final = 12  # pixels a string is long, at the least; by eye
_THIN: Final = 4  # pixels a string is thick, on average, at most; by eye
_STEEP: Final = 7  # pixels of one column, at most; by eye
_FLATTEST: Final = 0.5  # share of its length: how high a string rises; by eye
_AROUND: Final = 2  # pixels around it that are painted, too; by eye
_INK: Final = 14  # of 255 grey levels: what differs less from paper is grain; by eye
_STRAY: Final = 24  # pixels: ends of a string; a letter has as many, a name more; by eye


def without_drawn(grey: Image.Image, read: Mask) -> Image.Image | None:
    """Return a picture in full size without its dashes, empty shapes and thin curves; None if it has no such thing.

    Shapes stay near which anything is left but paper, and letters that were `read`, in squares of `FINE` pixels.
    """
    plain = without_dashes(grey, read)
    found = [shape for shape in find_shapes(grey) if shape.is_empty]
    boxes = [shape.box for shape in found]
    found = [
        shape
        for shape, box in zip(found, boxes, strict=True)
        if sum(_is_beside(box, other) for other in boxes) <= _BESIDE
    ]
    while found:
        bare = _without(plain, found)
        alone = [shape for shape in found if _is_alone(shape, bare, read)]
        if len(alone) == len(found):
            return Image.fromarray(bare)
        found = alone
    return plain if ImageChops.difference(plain, grey).getbbox() else None


def _without(grey: Image.Image, shapes: list[Shape]) -> Pixels:
    bare = without_shapes(grey, shapes)
    pixels = np.asarray(bare).copy()
    for mask in (dark_of(bare), dark_of(ImageOps.invert(bare))):
        _erase_strings(pixels, mask)
    return pixels


def _is_alone(shape: Shape, bare: Pixels, read: Mask) -> bool:
    """Whether nothing else is near: a blurred name among flags hides those it touches, and they hide it."""
    left, top, right, bottom = shape.box
    reach = max(right - left, bottom - top)
    rows, columns = (
        np.arange(max(0, first - reach), min(count, last + reach))
        for first, last, count in ((top, bottom, bare.shape[0]), (left, right, bare.shape[1]))
    )
    off = np.abs(bare[rows[:, None], columns].astype(np.float64) - shape.paper) > _INK
    down, along = (np.minimum(at // FINE, last - 1) for at, last in zip((rows, columns), read.shape, strict=True))
    return int(np.sum(off & ~read[down[:, None], along])) <= _STRAY


def _is_beside(one: Box, other: Box) -> bool:
    left, top, right, bottom = one
    gap = max(left - other[2], other[0] - right, top - other[3], other[1] - bottom)
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
