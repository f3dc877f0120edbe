"""Takes the frames of tick boxes out of a picture: empty squares in a column or a row, before what they are ticked for.

A square may be a letter O or a figure of some fonts. So there have to be two alike, one above the other or side by
side, with paper all around and far to the left. What stands within one stays. Pure arithmetic on grey pixels.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image, ImageChops

from portal.reading.ocr.components.connected_components import FINE, Box, Mask, Pixels, find_marks

_SIDE: Final = (14, 90)  # pixels: a side of a box, at least and at most; by eye
_SQUARE: Final = 1.2  # times as long as high, or as high as long; by eye
_FILLED: Final = 0.5  # share of its area that is ink, at most; by eye
_FRAME: Final = 0.2  # share of a side: no frame is thicker; by eye
_CORNER: Final = 3  # pixels at each corner, in which there has to be ink; by eye
_WAVERS: Final = 2  # pixels: what a frame's thickness differs by, askew and with grain; by eye
_AROUND: Final = 0.3  # share of a side: paper above and below; by eye
_AFTER: Final = 0.2  # share of a side: paper to the right; by eye
_BEFORE: Final = 1.5  # times a side: paper to the left, more than between letters that are spaced; by eye
_ALIKE: Final = 0.15  # share of a side: how much two boxes may differ in size and in place; by eye
_MANY: Final = 400  # marks that are looked at, the first ones; by eye
_ROWS: Final = 0.5  # times the height of a box: rows above the first and below the last that are looked at; by eye
_WIDE: Final = 3  # squares of 4 pixels that are looked at together; by eye
_PALE: Final = 2.0  # of 255 grey levels, on average there: what differs more from the page is no paper; by eye


def without_boxes(grey: Image.Image) -> Image.Image | None:
    """Return a picture in full size without the frames of tick boxes; None if it has none."""
    pixels = np.asarray(grey).copy()
    return Image.fromarray(pixels) if erase_boxes(pixels, 0.0) else None


def erase_boxes(pixels: Pixels, slope: float) -> bool:
    """Paint paper over the frame of each tick box on a page whose lines rise or fall by `slope`; say if it has any."""
    found = list(_with_others(list(_boxes(Image.fromarray(pixels))), slope))
    for left, top, right, bottom in found:
        frame = round(_FRAME * (right - left))
        whole = slice(top - 2, bottom + 2), slice(left - 2, right + 2)
        inside = slice(top + frame, bottom - frame), slice(left + frame, right - frame)
        within, paper = pixels[inside].copy(), np.median(pixels[top - 4 : top - 2, left:right])
        pixels[whole] = paper.astype(np.uint8)
        pixels[inside] = within
    return bool(found)


def is_left_among(boxed: Image.Image, bare: Image.Image, read: Mask) -> bool:
    """Whether something but even paper is left unread, however pale, beside or between the boxes that `bare` lacks.

    `read` has one square for each of `FINE` pixels. A box that a name touches is none of those, but others are near.
    """
    cells = np.asarray(bare.reduce(FINE), dtype=np.float64)
    erased = np.asarray(ImageChops.difference(boxed, bare).reduce(FINE)) > 0
    rows = np.flatnonzero(erased.any(axis=1))
    free = ~read[: cells.shape[0], : cells.shape[1]]
    free[:, (0, -1)] = False
    reach = round(_ROWS * int(np.argmin(np.append(np.diff(rows) == 1, False)) + 1))
    found = np.zeros(free.shape, dtype=bool)
    found[max(0, int(rows[0]) - reach) : int(rows[-1]) + reach + 1] = True
    off = np.where(free & found, cells - np.median(cells[found]), 0)
    near = sliding_window_view(off, (_WIDE, _WIDE)).mean(axis=(2, 3))
    return bool(np.any(np.abs(near) > _PALE))


def _boxes(grey: Image.Image) -> Iterator[Box]:
    """Give the squares that stand alone."""
    marks, mask, _ = next(find_marks(grey))
    width, height = marks.right - marks.left, marks.bottom - marks.top
    low, high = np.minimum(width, height), np.maximum(width, height)
    fits = (low >= _SIDE[0]) & (high <= _SIDE[1]) & (high <= _SQUARE * low) & (marks.area <= _FILLED * width * height)
    for at in np.flatnonzero(fits)[:_MANY]:
        box = int(marks.left[at]), int(marks.top[at]), int(marks.right[at]), int(marks.bottom[at])
        if _stands_alone(mask, box) and _is_frame(mask[box[1] : box[3], box[0] : box[2]]):
            yield box


def _stands_alone(mask: Mask, box: Box) -> bool:
    left, top, right, bottom = box
    side = bottom - top
    near, far, after = max(5, round(_AROUND * side)), round(_BEFORE * side), max(4, round(_AFTER * side))
    if min(top, left) < near or bottom + near > mask.shape[0] or right + near > mask.shape[1]:
        return False
    around = mask[top - near : bottom + near, left - near : right + after].sum()
    return not mask[top:bottom, max(0, left - far) : left].any() and around == mask[top:bottom, left:right].sum()


def _is_frame(square: Mask) -> bool:
    """Whether ink is at the four corners, and as thick all along each of the four sides."""
    for turned in (square, square.T[:, ::-1], square[::-1], square.T[::-1]):
        frame = round(_FRAME * len(turned))
        thick = turned[:frame, frame:-frame].sum(axis=0)
        if not turned[:_CORNER, :_CORNER].any() or thick.min() < 1 or thick.max() - thick.min() > _WAVERS:
            return False
        if turned[frame - 1, frame:-frame].any():
            return False
    return True


def _with_others(boxes: list[Box], slope: float) -> Iterator[Box]:
    """Give those that have another one as large above or below, or in the same row."""
    for box in boxes:
        side = box[2] - box[0]
        for other in boxes:
            along, down = other[0] - box[0], other[1] - box[1]
            aside = min(abs(along + slope * down), abs(down - slope * along))
            sizes = (abs(other[2] - other[0] - side), abs(other[3] - other[1] - (box[3] - box[1])))
            if other != box and max(aside, *sizes) <= max(3, _ALIKE * side):
                yield box
                break
