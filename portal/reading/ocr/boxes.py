"""Takes the frames of tick boxes out of a picture: empty squares in a column, before what they are ticked for.

A square may be a letter O or a figure of some fonts. So there have to be two alike, one above the other, with paper
all around and far to the left. What stands within one stays. Pure arithmetic on grey pixels.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from PIL import Image

from portal.reading.ocr.marks import Mask, Pixels, find_marks

_SIDE: Final = (14, 90)  # pixels
_SQUARE: Final = 1.2  # times as long as high, or as high as long
_FILLED: Final = 0.5  # of it
_FRAME: Final = 0.2  # of a side: no thicker
_CORNER: Final = 3  # pixels
_WAVERS: Final = 2  # pixels: what a frame's thickness differs by, askew and with grain
_AROUND: Final = 0.3  # of a side: paper above, below and to the right
_BEFORE: Final = 3  # sides: to the left
_ALIKE: Final = 0.15  # of a side
_MANY: Final = 400

Box = tuple[int, int, int, int]
"""Left, top, and behind right and bottom."""


def erase_boxes(pixels: Pixels, slope: float) -> None:
    """Paint paper over the frame of each tick box on a page whose lines rise or fall by `slope`."""
    found = list(_boxes(Image.fromarray(pixels)))
    for left, top, right, bottom in _in_columns(found, slope):
        frame = round(_FRAME * (right - left))
        whole = slice(top - 2, bottom + 2), slice(left - 2, right + 2)
        inside = slice(top + frame, bottom - frame), slice(left + frame, right - frame)
        within, paper = pixels[inside].copy(), np.median(pixels[top - 4 : top - 2, left:right])
        pixels[whole] = paper.astype(np.uint8)
        pixels[inside] = within


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
    near, far = max(5, round(_AROUND * side)), round(_BEFORE * side)
    if min(top, left) < near or bottom + near > mask.shape[0] or right + near > mask.shape[1]:
        return False
    around = mask[top - near : bottom + near, left - near : right + near].sum()
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


def _in_columns(boxes: list[Box], slope: float) -> Iterator[Box]:
    """Give those that have another one as large above or below."""
    for box in boxes:
        side = box[2] - box[0]
        for other in boxes:
            aside = other[0] - box[0] + slope * (other[1] - box[1])
            sizes = (abs(other[2] - other[0] - side), abs(other[3] - other[1] - (box[3] - box[1])))
            if other[1] != box[1] and max(abs(aside), *sizes) <= max(3, _ALIKE * side):
                yield box
                break
