"""Takes the QR codes out of a picture (ISO/IEC 18004): squares of dark and light modules, found by their three corners.

To an eye for letters a code is a hundred marks of letters' size. It names nobody to whoever looks at it; what a phone
makes of it is not read here. Where something else stands among its modules, nobody can say that it is no name. Only
upright ones are found. Pure arithmetic on grey pixels.
"""

from collections.abc import Iterator
from itertools import permutations
from typing import Final

import numpy as np
from PIL import Image

from portal.reading.ocr.components.connected_components import Indices, Marks, Pixels, marks_of

_MIDDLE: Final = 128  # of 255 grey levels: darker is dark; by definition
_LEAST: Final = 2.0  # pixels a module is wide; by eye
_ALIKE: Final = 0.15  # share of a length: how much two may differ; by eye
_RING: Final = 7 / 3  # times as wide as the square within it: 7 modules and 3; ISO/IEC 18004
_MODULES: Final = (21, 177)  # modules a code is wide, at least and at most; ISO/IEC 18004
_INNER: Final = 0.27  # share of a module to either side of its middle: the rest is blurred where it is resized; by eye
_OFF: Final = 40  # of 255 grey levels: what differs more from its module is something else; by eye
_SOFT: Final = 0.08  # share of the inner pixels: where so many are off, a code was enlarged softly, or is none; by eye
_STRAY: Final = 8  # pixels within modules: a corner that packing frayed; by eye
_DARK: Final = (0.3, 0.7)  # share of the modules that is dark, at least and at most; by eye
_AROUND: Final = 1  # pixels around it that are painted, too; by eye
_CORNERS: Final = 3  # corners of a code with a square; ISO/IEC 18004
_MANY: Final = 60  # squares: more are a pattern; by eye

Corner = tuple[float, float, float]
"""Middle, and pixels of a module."""


class Spoiled(Exception):
    """Something stands within a code that is none of its modules: a drawing, or a name."""


def without_codes(grey: Image.Image) -> Image.Image:
    """Return a picture without its QR codes. Raises `Spoiled`."""
    pixels = np.asarray(grey)
    corners = list(_corners(marks_of(pixels, pixels < _MIDDLE)))
    bare = grey if len(corners) < _CORNERS else grey.copy()
    for three in permutations(corners, _CORNERS):
        square = _square(*three)
        if square and _is_code(pixels, *square):
            left, top, module, count = square
            side = count * module
            low, high = round(left) - _AROUND, round(left + side) + _AROUND
            above = round(top) - _AROUND
            paper = int(np.median(pixels[max(0, above), max(0, low) : high]))
            bare.paste(paper, (low, above, high, round(top + side) + _AROUND))
    return bare


def _corners(marks: Marks) -> Iterator[Corner]:
    """Give the finder patterns: a full square of three modules within a ring of seven."""
    wide, high = marks.right - marks.left, marks.bottom - marks.top
    is_square = np.abs(wide - high) <= np.maximum(1, _ALIKE * high)
    fill = marks.area / np.maximum(wide * high, 1)
    inner = np.flatnonzero(is_square & (fill >= 0.9) & (wide >= 3 * _LEAST))
    rings = np.flatnonzero(is_square & (np.abs(fill - 24 / 49) <= 0.08) & (wide >= 7 * _LEAST))
    x, y = (marks.left + marks.right) / 2, (marks.top + marks.bottom) / 2
    for ring in rings[:_MANY]:
        off = np.hypot(x[inner] - x[ring], y[inner] - y[ring])
        size = np.abs(wide[ring] / np.maximum(wide[inner], 1) - _RING)
        if np.any((off <= wide[ring] / 14 + 1) & (size <= _ALIKE * _RING)):
            yield float(x[ring]), float(y[ring]), float(wide[ring] / 7)


def _square(corner: Corner, right: Corner, below: Corner) -> tuple[float, float, float, int] | None:
    """Return left, top, pixels a module and modules a side of a code that has these corners; None if none has."""
    module = float(np.mean([corner[2], right[2], below[2]]))
    along, down = right[0] - corner[0], below[1] - corner[1]
    aside = max(abs(right[1] - corner[1]), abs(below[0] - corner[0]), abs(along - down))
    count = 17 + 4 * round((along / module - 10) / 4)  # 21, 25, 29 ... modules a side
    if along <= 0 or aside > module or not _MODULES[0] <= count <= _MODULES[1]:
        return None
    module = along / (count - 7)
    return corner[0] - 3.5 * module, corner[1] - 3.5 * module, module, count


def _is_code(pixels: Pixels, left: float, top: float, module: float, count: int) -> bool:
    """Whether a square is modules and nothing else, about half of them dark: a name may be written into its middle.

    Each module is asked in its inner part, and has to be as light as all others that are light, or as dark. Of one that
    is not sharp nothing can be told. Raises `Spoiled`.
    """
    rows, columns = (_inner(start, module, count) for start in (top, left))
    if min(rows[0][0], columns[0][0]) < 0 or rows[0][-1] >= pixels.shape[0] or columns[0][-1] >= pixels.shape[1]:
        return False
    inner = pixels[np.ix_(rows[0], columns[0])].astype(np.int16)
    dark = inner < _MIDDLE
    inked, asked = np.zeros((2, count, count))
    where = np.ix_(rows[1], columns[1])
    np.add.at(inked, where, dark)
    np.add.at(asked, where, 1)
    is_dark = inked > asked / 2
    if not _DARK[0] <= is_dark.mean() <= _DARK[1]:
        return False
    should = is_dark[where]
    levels = np.where(should, np.median(inner[should]), np.median(inner[~should]))
    off = np.abs(inner - levels) > _OFF
    if off.mean() >= _SOFT:
        return False
    if np.count_nonzero(off) > _STRAY:
        raise Spoiled
    return True


def _inner(start: float, module: float, count: int) -> tuple[Indices, Indices]:
    """Return the pixels along one side that lie well within a module, and the module of each."""
    pixels = np.arange(round(start), round(start + count * module))
    place = (pixels + 0.5 - start) / module
    within = np.abs(place % 1 - 0.5) <= _INNER
    return pixels[within], np.clip(place[within].astype(np.int64), 0, count - 1)
