"""Takes the QR codes out of a picture (ISO/IEC 18004): squares of dark and light modules, found by their three corners.

To an eye for letters a code is a hundred marks of letters' size. It names nobody to whoever looks at it; what a phone
makes of it is not read here. Only upright ones whose modules are all even are taken for codes. Pure arithmetic on
grey pixels.
"""

from collections.abc import Iterator
from itertools import permutations
from typing import Final

import numpy as np
from PIL import Image

from portal.reading.ocr.marks import Marks, Numbers, Pixels, marks_of

_MIDDLE: Final = 128  # of 255
_LEAST: Final = 2.0  # pixels a module
_ALIKE: Final = 0.15  # of a length
_RING: Final = 7 / 3  # times as wide as the square within it
_MODULES: Final = (21, 177)
_EVEN: Final = 0.9  # of the modules are dark or light through and through
_MIXED: Final = (0.2, 0.8)  # of a module: ink that makes it neither
_DARK: Final = (0.3, 0.7)  # of the modules
_QUIET: Final = 1  # modules around it that are painted, too
_MANY: Final = 60  # squares: more are a pattern

Corner = tuple[float, float, float]
"""Middle, and pixels of a module."""


def without_codes(grey: Image.Image) -> Image.Image | None:
    """Return a picture without its QR codes; None if it has none."""
    pixels = np.asarray(grey).copy()
    dark = pixels < _MIDDLE
    corners = list(_corners(marks_of(pixels, dark)))
    found = False
    for corner, right, below in permutations(corners, 3):
        if box := _square(corner, right, below, pixels):
            left, top, side, module = box
            reach = round(_QUIET * module)
            rows, columns = (slice(max(0, edge - reach), edge + side + reach) for edge in (top, left))
            pixels[rows, columns] = np.median(pixels[max(0, top - reach) : top + 1, columns])
            found = True
    return Image.fromarray(pixels) if found else None


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


def _square(corner: Corner, right: Corner, below: Corner, pixels: Pixels) -> tuple[int, int, int, int] | None:
    """Return left, top, side and module in pixels of a code with these corners; None if it is none."""
    module = float(np.mean([corner[2], right[2], below[2]]))
    along, down = right[0] - corner[0], below[1] - corner[1]
    aside = max(abs(right[1] - corner[1]), abs(below[0] - corner[0]), abs(along - down))
    count = 17 + 4 * round((along / module - 10) / 4)  # 21, 25, 29 ... modules a side
    if along <= 0 or aside > module or not _MODULES[0] <= count <= _MODULES[1]:
        return None
    module = along / (count - 7)
    left, top = corner[0] - 3.5 * module, corner[1] - 3.5 * module
    if not _is_code(pixels, left, top, module, count):
        return None
    return round(left), round(top), round(count * module), max(1, round(module))


def _is_code(pixels: Pixels, left: float, top: float, module: float, count: int) -> bool:
    """Whether nearly every module of a square is dark or light as a whole, and about half are dark."""
    edges = np.arange(count)
    within = 0.5 + 0.25 * np.array([-1.0, 0.0, 1.0])
    columns, rows = ((start + (edges[:, None] + within) * module).astype(np.int64).ravel() for start in (left, top))
    if min(rows[0], columns[0]) < 0 or rows[-1] >= pixels.shape[0] or columns[-1] >= pixels.shape[1]:
        return False
    dark = pixels[np.ix_(rows, columns)] < _MIDDLE
    ink: Numbers = dark.reshape(count, len(within), count, len(within)).mean(axis=(1, 3))
    is_even = (ink <= _MIXED[0]) | (ink >= _MIXED[1])
    return bool(is_even.mean() >= _EVEN and _DARK[0] <= ink.mean() <= _DARK[1])
