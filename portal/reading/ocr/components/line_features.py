"""The signs by which a row of marks is told from anything else in a picture. Pure arithmetic.

Nothing here knows a letter: the same signs hold for Latin, Arabic and Chinese, print and hand. The numbers were
found with some 250 pictures of text, photos and drawings (tests/reading/test_ocr.py keeps a sample of them).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from portal.reading.ocr.components.connected_components import Indices, Marks, Mask, Numbers, median, spread

LEAST: Final = 6
"""Pixels: where the middling mark is lower, nothing is worth trying to read; by eye, with some 250 pictures."""


@dataclass(frozen=True, slots=True)
class Row:
    """Marks seen along one direction: from `start` to `end` along it, from `top` to `foot` across it."""

    start: Numbers
    end: Numbers
    top: Numbers
    foot: Numbers

    def only(self, chosen: Mask | Indices) -> "Row":
        """Return some of them."""
        return Row(self.start[chosen], self.end[chosen], self.top[chosen], self.foot[chosen])

    @property
    def height(self) -> Numbers:
        """How high each mark is."""
        return self.foot - self.top

    @property
    def along(self) -> Numbers:
        """Where the middle of each mark is along the direction."""
        return (self.start + self.end) / 2

    @property
    def across(self) -> Numbers:
        """Where the middle of each mark is across the direction."""
        return (self.top + self.foot) / 2


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells writing from other things, lengths as parts of a letter's height, greys as parts of the contrast.

    `count` marks, the middling one `letter` pixels high at this scale; all together `width` wide, with so many
    `strokes` crossed on the way. `shape` is edge² / area of the middling mark: 16 is a square, letters have 30 to
    200. `unlike` is how much shape and filling differ from mark to mark: those of bricks and dots do not. `bars` is
    the part of a mark in strokes as long as it is high: grids, not letters. `uneven` is how much strokes differ,
    `ink` how much the marks' grey does, `paper` how much the grey around a mark does; `contrast` is of 255.
    `wobble` is how far the feet are off a straight line. `crowd` is the part of the border just above and below
    that is inked: writing has room there, leaves and bricks have not.
    """

    count: int
    letter: float
    width: float
    strokes: float
    shape: float
    unlike: float
    bars: float
    stroke: float
    uneven: float
    ink: float
    paper: float
    contrast: float
    wobble: float
    crowd: float

    @property
    def may_be(self) -> bool:
        """Whether it is worth trying to read."""
        if not (self.letter >= LEAST and self.stroke <= 0.42 and self.ink <= 0.3 and self.crowd <= 0.5):
            return False
        if self.count >= 3:
            fits = self.width >= 2.4 and 28 <= self.shape <= 220 and self.uneven <= 0.5 and self.wobble <= 0.3
            is_row = self.unlike >= (0.07 if self.shape >= 60 else 0.15)  # `6:30 pm`: figures are all round
            return fits and is_row and self.paper <= 1.3
        return self.width >= 2 and 50 <= self.shape <= 2500 and self.contrast >= 25 and self.strokes >= 3

    @property
    def may_be_short(self) -> bool:
        """Whether it is worth trying to read although it is shorter than most words: "Hill", or a figure in a form."""
        fits = self.letter >= 8 and self.stroke <= 0.42 and self.ink <= 0.3 and self.crowd <= 0.1
        return fits and self.count <= 5 and self.contrast >= 40 and not self.may_be

    @property
    def are_clear(self) -> bool:
        """Whether it can hardly be anything but writing. The fewer the marks, the more each has to show."""
        if self.strokes < 4 or self.bars > 0.35:
            return False
        if self.count >= 5:
            fits = self.crowd <= 0.08 and self.paper <= 0.42 and self.ink <= 0.2 and self.contrast >= 22
        else:
            fits = self.crowd <= 0.04 and self.paper <= 0.3 and self.ink <= 0.12 and self.contrast >= 40
        if self.count >= 3:
            even = self.stroke >= 0.06 and self.uneven <= 0.4 and self.wobble <= 0.15
            return fits and even and self.shape >= 32 and self.letter >= 8 and self.width >= 3
        return fits and self.letter >= 10 and self.width >= 2.6 and self.strokes >= 5

    @property
    def may_be_few(self) -> bool:
        """Whether these are clean strokes of one pen, though too few to be clear: three letters that fill a square."""
        clean = self.crowd <= 0.03 and self.paper <= 0.3 and self.ink <= 0.12 and self.contrast >= 80
        even = 0.06 <= self.stroke <= 0.24 and self.uneven <= 0.25 and self.wobble <= 0.3
        drawn = self.strokes >= 3.3 and self.bars <= 0.5 and self.shape >= 32
        return clean and even and drawn and self.count >= 2 and self.letter >= 9

    @property
    def may_be_filled(self) -> bool:
        """Whether these may be a few letters of many strokes, melted into each other: only the rest is even."""
        clean = self.crowd <= 0.05 and self.paper <= 1.1 and self.ink <= 0.25 and self.contrast >= 40
        return clean and self.uneven <= 0.3 and self.stroke <= 0.3 and self.count <= 14 and self.letter >= 7


def signs_of(marks: Marks, row: Row, off: Numbers, crowd: float) -> Signs:
    """Measure; `off` is how far each mark is off the line they stand on."""
    width, letter = row.end - row.start, median(row.height)
    contrast = median(np.abs(marks.ink - marks.paper))
    shape, stroke = marks.perimeter**2 / marks.area, 2 * marks.area / marks.perimeter
    filling = marks.area / (width * row.height)
    return Signs(
        count=len(width), letter=letter, width=float(np.sum(width)) / letter,
        strokes=float(np.sum(marks.runs)) / letter, shape=median(shape),
        unlike=max(spread(shape) / _mean(shape), 3 * spread(filling)),
        bars=median(marks.bars / marks.area), stroke=median(stroke) / letter,
        uneven=spread(stroke) / _mean(stroke), ink=spread(marks.ink) / contrast,
        paper=median(marks.rough) / contrast, contrast=contrast,
        wobble=median(np.abs(off)) / letter, crowd=crowd,
    )  # fmt: skip


def _mean(values: Numbers) -> float:
    return float(np.add.reduce(values)) / len(values)
