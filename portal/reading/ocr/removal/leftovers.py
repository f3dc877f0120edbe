"""Finds what is left beside the thin lines of a page and may be a word, however blurred. Pure arithmetic.

A line right below a blurred name, or a frame around it, is joined with its letters into one mark and leaves no quiet
rows beside them, so they are neither a line nor a band. Without the lines, and made small, a word is one dark spot.
"""

from typing import Final

import numpy as np
from PIL import Image, ImageChops

from portal.reading.ocr.components.connected_components import FINE, Mask, Numbers, find_marks, lightest
from portal.reading.ocr.components.drawings import is_drawn

_FAINT: Final = 4  # of 255 grey levels: what taking out lines changes less was paper; by eye
_NEAR: Final = 6  # squares of 4 pixels: what is as near to an erased line is looked at; by eye
_LOWEST, _HIGHEST = 2, 20  # squares: how high a word is, at least and at most; by eye
_WIDE: Final = 6  # squares a word is wide, at the least; by eye
_LONGER: Final = 1.5  # times as wide as high: two letters; by eye
_UNREAD: Final = 0.5  # share of its ink that nobody read; by eye
_UNEVEN: Final = 0.08  # share of its ink: how much the columns of a word differ, and those of a bar do not; by eye
_ROUND: Final = 7  # squares at either end: no name is as short; by eye
_LONG: Final = 12  # squares between these; by eye
_EVEN: Final = 4  # of 255 grey levels, with more contrast: grain; by eye
_SOFT: Final = 2  # pixels around what was erased; by eye
_GAIN: Final = 2  # times as much contrast: a pale word is paler still when made small; by eye
_CONTRAST: Final = 14  # of 255 grey levels, between a mark and its paper, at the least; by eye
_INK: Final = 6  # of 255 grey levels, on average in a square; by eye
_MOST: Final = 0.33  # share of a page: more would be a photo; by eye


def leaves_word(grey: Image.Image, bare: Image.Image, read: Mask) -> bool:
    """Whether there is a dark spot of a word's size near the lines that `bare` lacks, and nobody read it."""
    small = bare.reduce(FINE)
    cells = np.asarray(small, dtype=np.float64)
    sheet = float(np.median(cells))
    if np.mean(np.abs(cells - sheet) > _INK) > _MOST:
        return False
    erased = ImageChops.difference(bare, grey).point([0] * (_FAINT + 1) + [255] * (255 - _FAINT))
    near = lightest(np.asarray(erased.reduce(FINE)) > 0, 2 * _NEAR + 1)
    unread = ~read[: cells.shape[0], : cells.shape[1]]
    stronger = small.point([max(0, min(255, round(sheet + _GAIN * (value - sheet)))) for value in range(256)])
    marks, mask, _ = next(find_marks(stronger))
    width, height = marks.right - marks.left, marks.bottom - marks.top
    fits = (height >= _LOWEST) & (height <= _HIGHEST) & (width >= _WIDE) & (width >= _LONGER * height)
    pixels, painted = np.asarray(grey), lightest(np.asarray(erased) > 0, 2 * _SOFT + 1)
    for at in np.flatnonzero(fits & (marks.paper - marks.ink >= _CONTRAST)):
        left, top, right, bottom = (int(edge[at]) for edge in (marks.left, marks.top, marks.right, marks.bottom))
        box = slice(top, bottom), slice(left, right)
        ink = mask[box]
        if near[box].any() and np.sum(ink & unread[box]) >= _UNREAD * np.sum(ink):
            off = marks.paper[at] - np.asarray(stronger, dtype=np.float64)[box]
            edges = FINE * left, FINE * top, FINE * right, FINE * bottom
            if not is_bar(off, ink) and not is_drawn(pixels, painted, edges):
                return True
    return False


def is_bar(off: Numbers, ink: Mask) -> bool:
    """Whether ink is the same all along: a bar, or in each row of it the shadow of a card, which is round at its ends.

    `off` is how much darker than paper each square is, whether it is ink or not.
    """
    bar, shadow = np.where(ink, off, 0).mean(axis=0)[1:-1], off[:, _ROUND:-_ROUND]
    if shadow.shape[1] >= _LONG and np.all(np.abs(shadow - np.median(shadow, axis=1, keepdims=True)) <= _EVEN):
        return True
    return float(bar.std()) < _UNEVEN * float(bar.mean())
