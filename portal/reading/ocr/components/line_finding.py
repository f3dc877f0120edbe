"""Where a picture has something like writing: marks of like height, stroke and ink side by side, with room around.

Found at every scale, dark on light and light on dark, in any direction. What has all signs of writing is
`is_clear`: somebody wrote it, so somebody has to read it. What has some is worth a try and no more; photos are
full of it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from portal.reading.ocr.components.connected_components import Indices, Marks, Mask, Numbers, find_marks, joined, median
from portal.reading.ocr.components.line_features import LEAST, Row, Signs, signs_of

_LOWEST: Final = 5  # pixels: lower letters are not legible; by eye
_HIGHEST: Final = 72  # pixels: higher letters are found at the next smaller scale; by eye
_SMALL: Final = 500_000  # pixels in all: a smaller picture is doubled, for letters of 8 pixels; by eye
_LAST: Final = 300  # pixels a side: letters on a still smaller one would fill it; by eye
_TEXTURE: Final = 30_000  # marks: no page has so many letters; sand, leaves and noise do; by eye
_MANY: Final = 4_000  # marks: with more, slanted lines are not looked for; by eye
_SHORT: Final = 0.3  # share of its height: the length of a figure; by eye
_LONG: Final = 2  # times its height: what is shorter may be a sign of any kind; by eye
_BRIEF: Final = 0.8  # times its height: the length of a word such as "Li"; by eye
_ASLANT, _MANY_ASLANT = 4, 6  # marks of a line that runs so, and of one that is nearly level; by eye
_SLANTED: Final = (12, -12, 24, -24, 36, -36, 48, -48, 60, -60, 72, -72)
"""Degrees at which slanted lines are looked for, by turns; by eye."""
_NO_SIGNS: Final = Signs(0, *[0.0] * 13)  # of what was found to be a line by others


@dataclass(frozen=True, slots=True)
class Line:
    """A line that may be writing, in pixels of the whole picture.

    `x` and `y` are its middle; `angle` its direction in degrees (0 goes right, 90 down; writing may run either
    way); `letter` the height of a middling mark, `height` that of all; `xs` and `ys` the middles of its marks.
    """

    x: float
    y: float
    angle: float
    length: float
    height: float
    letter: float
    is_light: bool
    signs: Signs
    xs: Numbers
    ys: Numbers

    @property
    def is_clear(self) -> bool:
        """Whether it has all signs of writing."""
        return self.signs.are_clear

    @property
    def slant(self) -> float:
        """How many degrees it is off running along the picture, either way: 0 to 90."""
        return abs((self.angle + 90) % 180 - 90)

    @property
    def is_brief(self) -> bool:
        """Whether it is too short to be surely writing, outside a form: "Hill"."""
        return self.length < _LONG * self.letter

    @property
    def places(self) -> Numbers:
        """Where its marks stand along it, from 0 to 1."""
        return self.places_of(self.xs, self.ys)

    def places_of(self, xs: Numbers, ys: Numbers) -> Numbers:
        """Return where along it some pixels of the picture are, from 0 to 1."""
        cos, sin = np.cos(np.radians(self.angle)), np.sin(np.radians(self.angle))
        places: Numbers = ((xs - self.x) * cos + (ys - self.y) * sin) / self.length + 0.5
        return places

    def spot(self, place: float) -> tuple[float, float]:
        """Return the pixel of the picture at a place along it."""
        along = (place - 0.5) * self.length
        cos, sin = np.cos(np.radians(self.angle)), np.sin(np.radians(self.angle))
        return float(self.x + along * cos), float(self.y + along * sin)


def line_at(middle: tuple[float, float], size: tuple[float, float], angle: float, *, is_light: bool) -> Line:
    """Return what was found otherwise as a line: its letters are as high as it is, and its marks are not known."""
    nowhere = np.zeros(0)
    return Line(*middle, angle, *size, size[1], is_light, _NO_SIGNS, nowhere, nowhere)


@dataclass(frozen=True, slots=True)
class _Level:
    """The marks of one colour at one scale, and the pixels they are made of."""

    scale: float
    marks: Marks
    mask: Mask
    is_light: bool

    def inked(self, xs: Numbers, ys: Numbers) -> float:
        """Return the part of some points that is inked; there is no ink beyond the picture."""
        inside = (xs >= 0) & (ys >= 0) & (xs < self.mask.shape[1]) & (ys < self.mask.shape[0])
        return float(np.sum(self.mask[ys[inside].astype(np.int64), xs[inside].astype(np.int64)])) / len(xs)


def scales_of(grey: Image.Image) -> Iterator[tuple[float, Image.Image]]:
    """Give a picture at every scale to look at it, halved from one to the next, each with its scale."""
    scale = 1.0
    if grey.width * grey.height < _SMALL:
        scale = 2.0
        grey = grey.resize((grey.width * 2, grey.height * 2), Image.Resampling.BICUBIC)
    yield scale, grey
    while max(grey.size) > _LAST:
        scale /= 2
        grey = grey.resize((max(1, grey.width // 2), max(1, grey.height // 2)), Image.Resampling.BOX)
        yield scale, grey


def find_lines(scales: Iterable[tuple[float, Image.Image]], *, also_short: bool = False) -> list[Line]:
    """Return the lines at every scale, and brief words; on wish what is shorter still, as in forms: "Fri", "7"."""
    lines: list[Line] = []
    for scale, grey in scales:
        for marks, mask, is_light in find_marks(grey):
            likely = _like_letters(marks)
            if 0 < len(likely.left) <= _TEXTURE:
                level = _Level(scale, likely, mask, is_light)
                lines += _lines_at(level)
                if not is_light and len(likely.left) <= _MANY:
                    lines += _lines_along(level, 0, 1, shortest=_SHORT) if also_short else _brief_lines(level)
    return lines


def _brief_lines(level: _Level) -> Iterator[Line]:
    return (line for line in _lines_along(level, 0, 2, shortest=_BRIEF) if line.is_brief or not line.signs.may_be)


def _like_letters(marks: Marks) -> Marks:
    width, height = marks.right - marks.left, marks.bottom - marks.top
    fits = (np.maximum(width, height) >= _LOWEST) & (np.minimum(width, height) <= _HIGHEST) & (marks.area >= 8)
    return marks.only(fits & (np.abs(marks.ink - marks.paper) >= 14))


def _lines_at(level: _Level) -> list[Line]:
    """Look along both sides of the picture; slantwise only where that leaves marks."""
    lines = [*_lines_along(level, 0, 1), *_lines_along(level, 90, 3)]
    count = len(level.marks.left)
    if count <= _MANY and sum(len(line.xs) for line in lines if line.is_clear) < 0.7 * count:
        for angle in _SLANTED:
            found = (line for line in _lines_along(level, angle, _ASLANT) if line.is_clear)
            lines += [line for line in found if len(line.xs) >= _MANY_ASLANT or line.slant > abs(_SLANTED[0])]
    return lines


def _lines_along(level: _Level, angle: float, least: int, shortest: float = _LONG) -> Iterator[Line]:
    """Give the lines of `least` marks or more, `shortest` times as long as high; only shorter ones if that is less."""
    row = _seen_along(level.marks, angle)
    width = row.end - row.start
    fits = (row.height >= _LOWEST) & (row.height <= _HIGHEST) & (width <= 16 * row.height) & (width >= 2)
    marks, row = level.marks.only(fits), row.only(fits)
    if len(marks.left) < max(least, 1):
        return
    pairs = _side_by_side(row, marks)
    if len(pairs[0]) < least - 1:  # they join no `least` marks: along most slants of most pictures
        return
    for group in _long_groups(row, joined(len(marks.left), *pairs), least, 0.8 * shortest):
        line = _line(level, marks.only(group), row.only(group), angle, shortest)
        if line is not None:
            yield line


def _seen_along(marks: Marks, angle: float) -> Row:
    """Look along a direction; a slanted mark is taken for a square, of which only the middle is sure."""
    if angle == 0:
        return Row(marks.left, marks.right, marks.top, marks.bottom)
    if angle == 90:
        return Row(marks.top, marks.bottom, -marks.right, -marks.left)
    x, y = (marks.left + marks.right) / 2, (marks.top + marks.bottom) / 2
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    half = 0.4 * np.sqrt((marks.right - marks.left) * (marks.bottom - marks.top))
    along, across = x * cos + y * sin, y * cos - x * sin
    return Row(along - half, along + half, across - half, across + half)


def _side_by_side(row: Row, marks: Marks) -> tuple[Indices, Indices]:
    """Return the pairs of marks that could stand side by side in one line, found in bands of 24 pixels."""
    bands = np.floor(row.across / 24).astype(np.int64)
    origin = row.start.min()
    far = float(row.end.max() - origin) + 500
    key = bands * far + (row.start - origin)
    order = np.argsort(key, kind="stable")
    ordered, pairs = key[order], []
    for step in (-2, -1, 0, 1, 2):
        base = (bands + step) * far - origin + row.end
        first = np.searchsorted(ordered, base - 0.35 * row.height, "left")
        count = np.maximum(np.searchsorted(ordered, base + 1.5 * row.height, "right") - first, 0)
        one = np.repeat(np.arange(len(bands)), count)
        pairs.append((one, order[np.arange(len(one)) - np.repeat(np.cumsum(count) - count - first, count)]))
    one, other = (np.concatenate(side) for side in zip(*pairs, strict=True))
    height, stroke, contrast = row.height, marks.area / marks.perimeter, np.abs(marks.ink - marks.paper)
    low, high = np.minimum(height[one], height[other]), np.maximum(height[one], height[other])
    overlap = np.minimum(row.foot[one], row.foot[other]) - np.maximum(row.top[one], row.top[other])
    fits = (row.start[other] > row.start[one]) & (overlap >= 0.5 * low) & (high <= 2.6 * low)
    fits &= np.abs(marks.ink[one] - marks.ink[other]) <= 0.45 * np.maximum(contrast[one], contrast[other])
    fits &= np.maximum(stroke[one], stroke[other]) <= 2.5 * np.minimum(stroke[one], stroke[other])
    return one[fits], other[fits]


def _long_groups(row: Row, label: Indices, least: int, shortest: float) -> Iterator[Indices]:
    """Give the marks of each label that has enough of them, in a row at least about so many times as long as high."""
    label = np.unique(label, return_inverse=True)[1]
    count = np.bincount(label)
    height = np.bincount(label, weights=row.height) / count
    first, last = np.full(len(count), np.inf), np.full(len(count), -np.inf)
    np.minimum.at(first, label, row.start)
    np.maximum.at(last, label, row.end)
    order = np.argsort(label, kind="stable")
    ends = np.cumsum(count)
    for number in np.flatnonzero((count >= least) & (last - first >= shortest * height)):
        yield order[ends[number] - count[number] : ends[number]]


def _line(level: _Level, marks: Marks, row: Row, angle: float, shortest: float) -> Line | None:
    letter, length = median(row.height), float(row.end.max() - row.start.min())
    if length < shortest * letter or letter < LEAST:
        return None
    stands_on = row.foot if angle in {0, 90} else row.across  # a slanted mark's foot is not known
    slope, base = np.polyfit(row.along, stands_on, 1) if len(row.start) > 2 else (0.0, median(stands_on))
    top, foot = float(np.min(row.top - slope * row.along)), float(np.max(row.foot - slope * row.along))
    cos, sin = (0.0, 1.0) if angle == 90 else (np.cos(np.radians(angle)), np.sin(np.radians(angle)))

    def place(along: Numbers, across: Numbers) -> tuple[Numbers, Numbers]:
        return along * cos - across * sin, along * sin + across * cos

    steps = np.linspace(row.start.min(), row.end.max(), max(8, int(4 * length / letter)))
    border = np.concatenate([edge + slope * steps for edge in (top - 0.2 * letter - 1, foot + 0.2 * letter + 1)])
    crowd = level.inked(*place(np.tile(steps, 2), border))
    signs = signs_of(marks, row, stands_on - base - slope * row.along, crowd)
    is_brief = length < _LONG * letter
    if not (signs.may_be if shortest >= _LONG else signs.may_be_short or (is_brief and signs.may_be)):
        return None
    middle = np.array([(row.start.min() + row.end.max()) / 2])
    x, y = place(middle, (top + foot) / 2 + slope * middle)
    xs, ys = place(row.along, row.across)
    scale = level.scale
    return Line(
        float(x[0]) / scale, float(y[0]) / scale, angle + float(np.degrees(np.arctan(slope))), length / scale,
        (foot - top) / scale, letter / scale, level.is_light, signs, xs / scale, ys / scale,
    )  # fmt: skip
