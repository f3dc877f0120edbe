"""Rectangles around words, in any direction, cut out as a net wants them.

What a net takes for writing is the inner half of the letters of a word; how far they reach beyond it follows from its
area and its edge (differentiable binarisation, Liao et al., AAAI 2020, doi:10.1609/aaai.v34i07.6812).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import hypot
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from portal.reading.ocr.components.connected_components import FINE, Grey, Indices, Mask, Numbers, groups_of
from portal.reading.ocr.components.line_finding import Line, line_at
from portal.reading.ocr.nets.sessions import Floats

ROWS: Final = 48  # pixels a cut is high; by definition of PP-OCR's recogniser
REACH: Final = 1.6
"""Times its area by its edge: how far letters reach beyond what a net sees; as PP-OCR's detector has it."""
_LONGEST: Final = 1600  # pixels of a cut: a longer one is pressed, as the net takes 20 kB for each; by eye, for memory
_LIKELY, _SOMEWHERE = 0.3, 0.5
"""Probability, of 1: what is in writing, and what its likeliest square needs; as PP-OCR's detector has it."""
_LEAST: Final = 9  # squares of 4 pixels that make a patch; by eye
_LEVEL: Final = 1.05  # times as large a rectangle would be if it lay level: most words do; by eye
_WORD, _WORD_DOWN = 1.8, 2.6  # times as long as high: a word that runs along, and one that runs down; by eye
_DOWN: Final = 60  # degrees: what is steeper runs down; by eye
_LINE: Final = 10  # times as long as high: a line, or a row of drawings that may hide one; by eye
_FEW: Final = 2  # of 100 pixels at either end that are left out where contrast is measured; by eye
_ASKEW: Final = 12  # degrees between two patches of one line; by eye
_OFF, _GAP = 0.4, 1.2  # times as high: how far off a line and from its end the rest of it may be; by eye
_AS_HIGH: Final = (0.55, 1.8)  # times as high as the other patch of one line, at least and at most; by eye
_ALIKE, _NEAR = (0.75, 1.33), 0.3
"""Times as long and as high, and how far off: what two views show of one thing; by eye."""
_APART: Final = 6  # times as high: how far apart letters of a word may stand; by eye
_UPRIGHT: Final = 1.5  # times as high as long: such a word runs down; by eye
_LOWEST, _HIGHEST = 1.5, 15  # squares: how high a word in ink is; by eye
_FULL: Final = 0.35  # share of its rectangle that is ink; by eye
_ROOM: Final = 3  # squares around letters, both sides together, that a net wants; by eye


@dataclass(frozen=True, slots=True)
class Patch:
    """A rectangle by its middle, its length and its height, in pixels, and the degrees it is turned (90 runs down).

    What a net takes for writing ends `beyond` so many pixels within it, two sides together.
    """

    x: float
    y: float
    length: float
    height: float
    angle: float
    beyond: float = 0.0

    def times_as_high(self, times: float) -> "Patch":
        """Return the same with more or less above and below."""
        return replace(self, height=self.height * times)

    def cut(self, grey: Grey, *, is_turned: bool = False) -> Grey:
        """Cut it out of a picture, `ROWS` high; on its head if `is_turned`."""
        columns = int(np.clip(round(self.length / self.height * ROWS), ROWS // 3, _LONGEST))
        smaller = max(1, int(self.height / ROWS))
        grey = grey.reduce(smaller) if smaller > 1 else grey
        down, along = self.height / ROWS / smaller, self.length / columns / smaller
        angle = np.radians(self.angle + 180 * is_turned)
        cos, sin = np.cos(angle), np.sin(angle)
        left = self.x / smaller - columns / 2 * cos * along + ROWS / 2 * sin * down
        top = self.y / smaller - columns / 2 * sin * along - ROWS / 2 * cos * down
        way = (cos * along, -sin * down, left, sin * along, cos * down, top)
        return grey.transform((columns, ROWS), Image.Transform.AFFINE, way, Image.Resampling.BICUBIC)

    def softness(self, cut: Grey) -> float:
        """Return how many pixels an edge takes in a cut of it, or in the picture, where that has fewer."""
        pixels = np.asarray(cut, np.float64)
        steps = np.maximum(np.abs(np.diff(pixels, axis=1))[:-1], np.abs(np.diff(pixels, axis=0))[:, :-1])
        least, most = np.percentile(pixels, (_FEW, 100 - _FEW))
        steepest = np.percentile(steps, 100 - _FEW) / min(1, self.height / ROWS)
        return float((most - least) / max(steepest, 1e-6))

    def cells(self, shape: tuple[int, ...], part: float = 1) -> Mask:
        """Return which squares of `FINE` pixels it covers, or the middle `part` of its height."""
        angle = np.radians(self.angle)
        cos, sin = np.cos(angle), np.sin(angle)
        long, high = self.length / 2, part * self.height / 2
        corners = [
            ((self.x + a * long * cos - b * high * sin) / FINE, (self.y + a * long * sin + b * high * cos) / FINE)
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]
        sheet = Image.new("1", (shape[1], shape[0]))
        ImageDraw.Draw(sheet).polygon(corners, fill=1)
        return np.asarray(sheet)

    def core(self, shape: tuple[int, ...]) -> Mask:
        """Return the squares of the rectangle that the net takes for writing, and one around."""
        less = max(0.0, self.beyond - 2 * FINE)
        return replace(self, length=self.length - less, height=self.height - less).cells(shape)

    def follows(self, other: "Patch") -> bool:
        """Whether it goes on where another ends, on the same line and about as high: the rest of that, no drawing."""
        if abs((self.angle - other.angle + 90) % 180 - 90) > _ASKEW:
            return False
        angle = np.radians(other.angle)
        cos, sin = np.cos(angle), np.sin(angle)
        along, down = self.x - other.x, self.y - other.y
        high, its_high = self.height - self.beyond, max(1.0, other.height - other.beyond)
        off = abs(down * cos - along * sin)
        gap = abs(along * cos + down * sin) - (self.length - self.beyond + other.length - other.beyond) / 2
        is_level = off < _OFF * its_high and _AS_HIGH[0] <= high / its_high <= _AS_HIGH[1]
        return is_level and -its_high < gap < _GAP * other.height

    def is_beside(self, other: "Patch") -> bool:
        """Whether it is about as high as another, and near enough, in any direction, for a word of both."""
        high = max(self.height, other.height)
        is_alike = _AS_HIGH[0] <= self.height / other.height <= _AS_HIGH[1]
        return is_alike and hypot(self.x - other.x, self.y - other.y) <= _APART * high

    def is_like(self, other: "Patch") -> bool:
        """Whether it is at the same place as another, and about as long and as high."""
        sides = (self.length / other.length, self.height / other.height)
        is_alike = all(_ALIKE[0] <= side <= _ALIKE[1] for side in sides)
        return is_alike and hypot(self.x - other.x, self.y - other.y) <= _NEAR * max(self.height, other.height)

    @property
    def is_word(self) -> bool:
        """Whether what the net takes for writing is as long as a word, of two letters that fill a square.

        What runs down has to be longer: an arrow, a pin and a tick box do.
        """
        least = _WORD_DOWN if self.slant > _DOWN else _WORD
        return self.length - self.beyond >= least * (self.height - self.beyond)

    @property
    def is_long(self) -> bool:
        """Whether that is as long as a line, or a row of drawings that may hide one."""
        return self.length - self.beyond >= _LINE * (self.height - self.beyond)

    @property
    def slant(self) -> float:
        """How many degrees it is off running along the picture, either way: 0 to 90."""
        return self.line.slant

    @property
    def line(self) -> Line:
        """It as a line, to be put in the order of reading."""
        return line_at((self.x, self.y), (self.length, self.height), self.angle, is_light=False)


def patches_in(likely: Floats) -> Iterator[Patch]:
    """Give a patch for each word in squares of `FINE` pixels by how likely each is in writing, from 0 to 1."""
    for rows, columns in groups_of(likely >= _LIKELY):
        if len(rows) >= _LEAST and likely[rows, columns].max() >= _SOMEWHERE:
            yield patch_around(rows, columns)


def patch_of(line: Line) -> Patch:
    """Return the patch that a line fills, with as much room around as nets have learnt to read with."""
    return Patch(line.x, line.y, line.length + 0.4 * line.letter, 1.3 * line.height, line.angle)


def patch_around(rows: Indices, columns: Indices) -> Patch:
    """Return the smallest of a level rectangle and one along some squares, with what letters reach beyond."""
    xs, ys = columns.astype(np.float64) + 0.5, rows.astype(np.float64) + 0.5
    along, down = xs - xs.mean(), ys - ys.mean()
    leaning = 0.5 * np.arctan2(2 * np.sum(along * down), np.sum(along**2) - np.sum(down**2))
    ways = [(0.0, 1.0), (float(leaning), _LEVEL), (np.pi / 2, _LEVEL)]
    angle = min(ways, key=lambda way: way[1] * _area(_edges(xs, ys, way[0])))[0]
    left, right, top, foot = _edges(xs, ys, angle)
    if foot - top > _UPRIGHT * (right - left):
        angle += np.pi / 2 if angle <= 0 else -np.pi / 2
        left, right, top, foot = _edges(xs, ys, angle)
    long, high = right - left, foot - top
    beyond = REACH * long * high / (long + high)  # on both sides
    middle, across = (left + right) / 2, (top + foot) / 2
    cos, sin = np.cos(angle), np.sin(angle)
    x, y = (middle * cos - across * sin) * FINE, (middle * sin + across * cos) * FINE
    sides = (long + beyond) * FINE, (high + beyond) * FINE
    return Patch(float(x), float(y), *sides, float(np.degrees(angle)), beyond * FINE)


def word_around(rows: Indices, columns: Indices, inked: int) -> Iterator[Patch]:
    """Give the patch around some squares and those beside them, if it may be a word: it is full, and a frame is not."""
    whole = patch_around(rows, columns)
    long, high = ((side - whole.beyond) / FINE - 2 for side in (whole.length, whole.height))  # less what was grown
    if inked >= _FULL * long * high and _LOWEST <= high <= _HIGHEST and long >= _WORD * high:
        length, height = ((side + _ROOM) * FINE for side in (long, high))
        yield replace(whole, length=length, height=height, beyond=_ROOM * FINE)


def _edges(xs: Numbers, ys: Numbers, angle: float) -> tuple[float, float, float, float]:
    """Return from where to where some squares reach along a direction, and across it."""
    along, across = xs * np.cos(angle) + ys * np.sin(angle), ys * np.cos(angle) - xs * np.sin(angle)
    return float(along.min()) - 0.5, float(along.max()) + 0.5, float(across.min()) - 0.5, float(across.max()) + 0.5


def _area(edges: tuple[float, float, float, float]) -> float:
    left, right, top, foot = edges
    return (right - left) * (foot - top)
