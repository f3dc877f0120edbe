"""Finds islands: a few letters that fill squares, as Han and Hangul do, with paper all around. Pure arithmetic.

Two or three such letters are no line and no band: their parts are of all sizes, stand at all heights and melt into
each other. Seen from afar they are one spot, longer than high; seen from near, it is full of thin strokes, of one pen
on even paper, closer than those of Latin letters are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from portal.reading.ocr.components.connected_components import (
    FINE,
    Box,
    Levels,
    Mask,
    Numbers,
    Pixels,
    dark_and_light,
    lightest,
    marks_of,
)
from portal.reading.ocr.components.line_finding import Line, line_at
from portal.reading.ocr.components.square_scripts import density_of

_FROM_AFAR: Final = 8  # pixels a side of the squares in which a spot is looked for; by eye
_LOW, _HIGH = 3, 12  # squares that a spot is high; by eye
_LOWEST: Final = 11  # pixels an island is high, at the least; by eye
_INK: Final = 1.5  # pixels of ink in a square: fewer are grain; by eye
_APART: Final = 3  # squares: nearer ones are one spot; by eye
_SHORT, _LONG = 1.4, 6  # times as long as high, at least and at most; measured closer below; by eye
_READ: Final = 0.1  # share of its ink that was read, at most; by eye
_AROUND: Final = 3  # pixels of paper on each side; by eye
_CONTRAST: Final = 40  # of 255 grey levels, between its ink and its paper; by eye
_UNEVEN: Final = 0.15  # share of the contrast: how much the paper around varies; by eye
_BLURRED: Final = 0.5  # share of the contrast: how much the ink varies; by eye
_SIDE: Final = 0.8  # share of a row or column that is ink: a side of a frame; by eye
_MANY: Final = 200  # spots of one kind: more are texture; by eye
_AS_HIGH: Final = 0.9  # share of an island's height: a letter in it is as high; by eye
_LARGE: Final = 24  # pixels: lower capitals are read as any small marks are; by eye
_WIDEST: Final = 1.1  # times an island's height: no letter in it is wider; by eye
_NARROW: Final = 0.85  # share of its height: how wide a Latin letter is; those of Han and Hangul fill a square; by eye


@dataclass(frozen=True, slots=True)
class Island:
    """An island as a line to be read, whose letters are as high as it is.

    `letters` is of how many marks it is made if each is as high as all and about as wide at the most, else 0; if they
    `are_narrow` they may be nothing but Latin capitals and figures.
    """

    line: Line
    letters: int
    are_narrow: bool


def find_islands(levels: Levels, read: Mask) -> Iterator[Island]:
    """Give the islands of which nothing was read, on a picture given at all scales, darker or lighter than it."""
    for number, (scale, grey) in enumerate(levels):
        sides = (_FROM_AFAR, _FROM_AFAR // 2) if number == 0 else (_FROM_AFAR,)
        pixels = np.asarray(grey)
        for is_light, mask in enumerate(dark_and_light(grey)):
            for box in (box for side in sides for box in _spots(mask, side)):
                if _is_unread(mask, box, scale, read) and _are_letters(pixels, mask, box):
                    yield Island(_line(box, scale, is_light=bool(is_light)), *_letters(mask, box))


def _line(box: Box, scale: float, *, is_light: bool) -> Line:
    left, top, right, bottom = (edge / scale for edge in box)
    height, length = sorted((right - left, bottom - top))
    angle = 0.0 if right - left == length else 90.0
    return line_at(((left + right) / 2, (top + bottom) / 2), (length, height), angle, is_light=is_light)


def _letters(mask: Mask, box: Box) -> tuple[int, bool]:
    left, top, right, bottom = box
    piece = mask[top:bottom, left:right]
    marks = marks_of(piece.view(np.uint8), piece)
    high, wide = marks.bottom - marks.top, marks.right - marks.left
    are_whole = len(piece) >= _LARGE and bool(np.all(high >= _AS_HIGH * len(piece)))
    count = len(high) if are_whole and wide.max() <= _WIDEST * len(piece) else 0
    return count, bool(wide.max() <= _NARROW * len(piece))


def _spots(mask: Mask, side: int) -> Iterator[Box]:
    """Give where the ink in squares so many pixels a side is one spot of the size of a short name."""
    least = int(255 * _INK / side**2) + 1
    inked = np.asarray(Image.fromarray(mask.view(np.uint8)).point([0, *[255] * 255]).reduce(side))
    grown = lightest(inked >= least, _APART)
    marks = marks_of(grown.view(np.uint8) * np.uint8(255), grown)
    width, height = marks.right - marks.left - 2, marks.bottom - marks.top - 2  # as large as before it was grown
    low, high = np.minimum(width, height), np.maximum(width, height)
    edges = (marks.left <= 0, marks.top <= 0, marks.right >= grown.shape[1], marks.bottom >= grown.shape[0])
    is_inside = sum(edge.astype(np.int64) for edge in edges) <= 1  # what fills the picture is a drawing
    fits = is_inside & (low >= _LOW) & (low <= _HIGH) & (high >= _SHORT * low) & (high <= _LONG * low + 2)
    for at in np.flatnonzero(fits)[:_MANY]:
        left, top = int(marks.left[at]) * side, int(marks.top[at]) * side
        right, bottom = int(marks.right[at]) * side, int(marks.bottom[at]) * side
        whole = _within(mask, (left, top, right, bottom), _is_blank)
        framed = _within(mask, _within(mask, whole, _is_side), _is_blank)
        yield from {whole, framed}


def _within(mask: Mask, box: Box, is_cut: Callable[[Numbers], Mask]) -> Box:
    """Return what is left of a box when rows and columns at its sides are cut."""
    left, top, right, bottom = box
    if left < right:
        piece = mask[top:bottom, left:right]
        rows, columns = (np.flatnonzero(~is_cut(piece.mean(axis=axis))) for axis in (1, 0))
        if not len(rows) or not len(columns):
            return left, top, left, top
        left, right = left + int(columns[0]), left + int(columns[-1]) + 1
        top, bottom = top + int(rows[0]), top + int(rows[-1]) + 1
    return left, top, right, bottom


def _is_blank(inked: Numbers) -> Mask:
    blank: Mask = inked == 0
    return blank


def _is_side(inked: Numbers) -> Mask:
    side: Mask = inked >= _SIDE
    return side


def _is_unread(mask: Mask, box: Box, scale: float, read: Mask) -> bool:
    left, top, right, bottom = box
    rows, columns = np.nonzero(mask[top:bottom, left:right])
    if not len(rows):
        return False
    down, along = ((edge / scale / FINE).astype(np.int64) for edge in (rows + top, columns + left))
    return bool(np.mean(read[np.minimum(down, len(read) - 1), np.minimum(along, read.shape[1] - 1)]) <= _READ)


def _are_letters(pixels: Pixels, mask: Mask, box: Box) -> bool:
    """Whether a spot is full of strokes, and as even as print."""
    left, top, right, bottom = box
    ink = mask[top:bottom, left:right]
    level = ink if ink.shape[1] >= len(ink) else ink.T
    if len(level) < _LOWEST or not density_of(level, len(level)).is_island:
        return False
    whole = pixels[max(0, top - _AROUND) : bottom + _AROUND, max(0, left - _AROUND) : right + _AROUND].astype(
        np.float64
    )
    around = np.ones(whole.shape, dtype=bool)
    around[min(_AROUND, top) :, min(_AROUND, left) :][: bottom - top, : right - left] = False
    inside, paper = pixels[top:bottom, left:right][ink].astype(np.float64), whole[around]
    contrast = abs(float(np.median(paper) - np.median(inside))) if len(paper) else 0.0
    if contrast < _CONTRAST:
        return False
    return bool(paper.std() <= _UNEVEN * contrast and inside.std() <= _BLURRED * contrast)
