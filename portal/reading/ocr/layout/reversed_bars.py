"""Bars of one tone with letters on them, as calendars on a screen have: made paper, and the letters dark on it.

Such a bar is hardly higher than its letters, so it looks like a rule with pieces of letters at it. Pure arithmetic.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from portal.reading.ocr.components.connected_components import Box, Grey, Indices, Marks, Mask, find_marks, marks_of
from portal.reading.ocr.nets.oriented_boxes import Patch

_Any = TypeVar("_Any", np.int64, np.bool_)

_HIGH: Final = (10, 40)  # pixels: how high a bar is, at least and at most; by eye
_LONG: Final = 2  # times as long as high; by eye
_FULL: Final = 0.45  # share of its box that is of its tone: letters take the rest; by eye
_EDGE: Final = 0.75  # share of its edge that is of its tone: letters may reach it; by eye
_EVEN: Final = 8  # of 255 grey levels: what a tone, or paper, varies; by eye
_MOSTLY: Final = 0.8  # share of the paper around that is even: a figure may stand near; by eye
_CONTRAST: Final = 40  # of 255 grey levels, between bar and paper; by eye
_LETTERS: Final = 2  # marks on a bar, at the least; by eye
_INK: Final = 1 / 3  # share of what differs most from the tone: what differs more is ink; by eye
_CORNER: Final = 4  # pixels of a corner that may be round; by eye
_DESCENDING: Final = 0.15
"""Share of the columns with ink: so many reach an edge with a g or two; more are letters that are cut off; by eye."""
_NEAR: Final = np.r_[1:4, -4:-1]  # columns at both ends in which no letter may stand; by eye
_AROUND: Final = 4  # pixels to the paper; by eye
_GREY: Final = 128  # of 255 grey levels: paper from here on is light; by definition


class Unbarred(NamedTuple):
    """A picture in full size with its bars as paper, and where these were."""

    picture: Grey
    bars: list[Patch]


def without_bars(grey: Grey) -> Unbarred | None:
    """Return a picture with its bars as paper, and what stands on them as dark as it differed from them.

    None if it has none, or letters may go on beyond the end of one.
    """
    pixels = np.asarray(grey).astype(np.int64)
    bars = [_Bar(pixels, mask, box) for marks, mask, _ in find_marks(grey) for box in _boxes(marks, grey)]
    bars = [bar for bar in bars if bar.is_one]
    if not bars or not all(bar.holds_letters for bar in bars):
        return None
    for bar in bars:
        bar.repaint()
    return Unbarred(Image.fromarray(pixels.astype(np.uint8)), [bar.patch for bar in bars])


def _boxes(marks: Marks, grey: Grey) -> Iterator[Box]:
    """Give the boxes of marks that may be bars, with paper all around."""
    high, wide = marks.bottom - marks.top, marks.right - marks.left
    is_inside = (marks.left >= _AROUND) & (marks.right + _AROUND <= grey.width)
    is_inside &= (marks.top >= _AROUND) & (marks.bottom + _AROUND <= grey.height)
    fits = is_inside & (high >= _HIGH[0]) & (high <= _HIGH[1]) & (wide >= _LONG * high)
    for at in np.flatnonzero(fits & (marks.area >= _FULL * high * wide)):
        yield int(marks.left[at]), int(marks.top[at]), int(marks.right[at]), int(marks.bottom[at])


class _Bar:
    """A box in a picture that may be a bar; the picture is repainted in place."""

    def __init__(self, pixels: Indices, mask: Mask, box: Box) -> None:
        left, top, right, bottom = box
        self.patch = Patch((left + right) / 2, (top + bottom) / 2, right - left, bottom - top, 0.0)
        self._around = pixels[top - _AROUND : bottom + _AROUND, left - _AROUND : right + _AROUND]
        inside, step = pixels[top:bottom, left:right], (bottom - top) // 2
        rows = pixels[top + 1 : bottom - 1]
        self._beyond = np.hstack((rows[:, max(0, left - step) : left - 1], rows[:, right + 1 : right + step]))
        self._ring = _ring_of(self._around, 0)
        self._tone, self._paper = np.median(inside[mask[top:bottom, left:right]]), np.median(self._ring)
        self._off = np.abs(inside - self._tone)
        letters: Mask = self._off > max(_INK * float(self._off.max()), _EVEN)
        corners = _corners_of(letters.shape)
        self._letters: Mask = letters & ~corners & ~_rim_of(letters.shape, 1)
        inked = np.count_nonzero(self._letters.any(axis=0))
        cut = max(np.count_nonzero(self._letters[row]) for row in (1, -2))
        self._touches = bool(cut > _DESCENDING * inked or self._letters[:, _NEAR].any())

    @property
    def is_one(self) -> bool:
        """Whether it is of one tone but for letters, on paper."""
        even = self._off <= _EVEN
        is_even = np.mean(even) >= _FULL and np.mean(_ring_of(even, 1)) >= _EDGE
        is_on_paper = np.mean(np.abs(self._ring - self._paper) <= _EVEN) >= _MOSTLY
        is_bar = is_even and is_on_paper and abs(self._paper - self._tone) >= _CONTRAST
        return bool(is_bar and len(marks_of(self._letters.view(np.uint8), self._letters).area) >= _LETTERS)

    @property
    def holds_letters(self) -> bool:
        """Whether its letters end before it does; beyond it only a rule goes down."""
        ink = np.abs(self._beyond - self._paper) > 2 * _EVEN
        return not (self._touches or (ink.any(axis=0) & ~ink.all(axis=0)).any())

    def repaint(self) -> None:
        """Make it paper, with what is not of its tone as dark, or on a dark page as light, as it differs from that."""
        whole = self._around[_AROUND - 1 : 1 - _AROUND, _AROUND - 1 : 1 - _AROUND]
        off = np.abs(whole - self._tone)
        off[(off <= _EVEN) | _rim_of(off.shape, 2) | np.pad(_corners_of(self._off.shape), 1)] = 0
        whole[...] = (self._paper - off if self._paper >= _GREY else self._paper + off).clip(0, 255)
        self._around[np.abs(self._around - self._paper) <= 2 * _EVEN] = self._paper


def _rim_of(shape: tuple[int, ...], wide: int) -> Mask:
    rim = np.ones(shape, dtype=np.bool_)
    rim[wide:-wide, wide:-wide] = False
    return rim


def _corners_of(shape: tuple[int, ...]) -> Mask:
    """Return the pixels that a round corner may lack."""
    rows, columns = np.indices(shape)
    down, along = np.minimum(rows, shape[0] - 1 - rows), np.minimum(columns, shape[1] - 1 - columns)
    corners: Mask = down + along < _CORNER
    return corners


def _ring_of(pixels: NDArray[_Any], within: int) -> NDArray[_Any]:
    """Return the pixels along the edge of a box, so many within it."""
    return np.concatenate((pixels[within], pixels[-1 - within], pixels[:, within], pixels[:, -1 - within]))
