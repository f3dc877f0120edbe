"""Finds letters that nobody read beside a line that runs aslant: the next line of the same block.

Of lines aslant the marks themselves are measured roughly, and where several stand below each other they may be joined
crosswise, so that one is read and its neighbours are no line at all. No row of paper parts them on the page, either.
Pure arithmetic.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from portal.reading.ocr.components.connected_components import Levels, Marks, Mask, Numbers, find_marks
from portal.reading.ocr.components.line_finding import Line
from portal.reading.ocr.layout.coverage import Chart

_ASLANT: Final = (12, 78)  # degrees: lines that run so, at least and at most; by eye
_LOWEST, _HIGHEST = 7, 72  # pixels of a letter at the scale at which it is looked at; by eye
_SQUARE: Final = 0.8
"""Share of the side of a square as large as its box, as `Line.letter` is measured of marks aslant; by eye."""
_SMALLER, _LARGER = 0.5, 1.7  # times a letter's height: how high its neighbours are, at least and at most; by eye
_PALER: Final = 0.35  # share of the line's contrast: how much the grey of its marks may differ; by eye
_ACROSS: Final = 4.5  # letters' heights: two lines of a block, with room between; by eye
_BEYOND: Final = 6  # letters' heights: a line may begin and end further out than its neighbour; by eye
_OFF: Final = 0.9  # share of a letter's height: how far marks of one line are off it; by eye
_APART: Final = 2.5  # letters' heights: from the middle of one to that of the next; by eye
_WORD: Final = 3  # letters that make a word; by eye
_BENT: Final = (12, 80)  # degrees between two lines that were joined crosswise, at least and at most; by eye
_TOUCHING: Final = 6
"""Letters' heights: some between may be unread, and a letter aslant is taken for a small one; by eye."""


def is_left_aslant(read: Chart, levels: Levels) -> bool:
    """Whether letters like those of a line that was read aslant stand in a row beside it, and nobody read them.

    Or it goes on in another direction: letters along a curve, which are read in pieces and each piece badly.
    """
    aslant = [line for line in read.lines if _ASLANT[0] < line.slant < _ASLANT[1]]
    if any(_is_bent(line, other) for line in aslant for other in read.lines):
        return True
    for scale, grey in levels if aslant else ():
        lines = [line for line in aslant if _LOWEST <= line.letter * scale <= _HIGHEST]
        for marks, _, is_light in find_marks(grey) if lines else ():
            seen = _Seen.of(marks, scale, read)
            if any(seen.has_word_beside(line) for line in lines if line.is_light == is_light):
                return True
    return False


def _is_bent(line: Line, other: Line) -> bool:
    """Whether one line ends about where the other, of letters as high, begins, and runs in another direction."""
    low, high = sorted((line.letter, other.letter))
    turned = abs((line.angle - other.angle + 90) % 180 - 90)
    if line.is_light != other.is_light or high > _LARGER * low or not _BENT[0] < turned < _BENT[1]:
        return False
    ends = ((line.spot(end), other.spot(1 - end)) for end in (0, 1))
    return any(math.dist(*both) <= _TOUCHING * high for both in ends)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Marks in pixels of the whole picture: their middles, their size as that of a letter, and which were read."""

    xs: Numbers
    ys: Numbers
    size: Numbers
    marks: Marks
    are_read: Mask

    @classmethod
    def of(cls, marks: Marks, scale: float, read: Chart) -> "_Seen":
        width, height = marks.right - marks.left, marks.bottom - marks.top
        xs, ys = (marks.left + marks.right) / (2 * scale), (marks.top + marks.bottom) / (2 * scale)
        return cls(xs, ys, _SQUARE * np.sqrt(width * height) / scale, marks, read.are_read_at(xs, ys))

    def has_word_beside(self, line: Line) -> bool:
        """Whether some marks like the letters of a line stand in a row along it, and were not read."""
        along = line.places_of(self.xs, self.ys) * line.length
        cos, sin = np.cos(np.radians(line.angle)), np.sin(np.radians(line.angle))
        across = (self.ys - line.y) * cos - (self.xs - line.x) * sin
        fits = (self.size >= _SMALLER * line.letter) & (self.size <= _LARGER * line.letter)
        own = fits & self.are_read & (np.abs(across) <= line.height / 2) & (along >= 0) & (along <= line.length)
        if not own.any():
            return False
        ink, contrast = np.median(self.marks.ink[own]), np.median(np.abs(self.marks.ink - self.marks.paper)[own])
        fits &= ~self.are_read & (np.abs(self.marks.ink - ink) <= _PALER * contrast)
        fits &= np.abs(across) <= _ACROSS * line.letter
        fits &= (along >= -_BEYOND * line.letter) & (along <= line.length + _BEYOND * line.letter)
        return any(run >= _WORD for run in _runs(along[fits] / line.letter, across[fits] / line.letter))


def _runs(along: Numbers, across: Numbers) -> Iterator[int]:
    """Give how many marks go on from each to the next at about one height."""
    for height in across:
        row = np.sort(along[np.abs(across - height) <= _OFF / 2])
        breaks = np.flatnonzero(np.diff(row) > _APART)
        yield int(np.diff(np.concatenate(([-1], breaks, [len(row) - 1]))).max())
