"""Tells what is drawn from what is written, where no letter can be told from the next: even shapes with sharp edges.

A word too blurred to be read has no even ink and no sharp edge, one that is sharp has strokes with notches between
them. A flag, a disc or a card is one tone up to its edge and has no notch; an arc is one stroke. Pure arithmetic.
"""

from typing import Final

import numpy as np

from portal.reading.ocr.components.connected_components import Box, Marks, Mask, Numbers, Pixels, marks_of
from portal.reading.ocr.components.simple_shapes import grown, hull_area

_AROUND: Final = 6  # pixels of paper around; by eye
_INK: Final = (8, 0.12)
"""Of 255 grey levels, and share of the strongest ink: what differs less from paper is grain; by eye."""
_SPECK: Final = 6  # pixels: what packing left; by eye
_THIN: Final = 4  # pixels: nobody reads letters as low as that; by eye
_LONG: Final = 12  # pixels: how long a thin one is, at least; by eye
_SIDE: Final = 8  # pixels: a shape with a smaller side may be a letter; by eye
_SLIM: Final = 0.3  # share of its longer side: slimmer ones may be an I, an l or a stroke; by eye
_NOTCH: Final = 0.4
"""Pixels for each pixel of its edge: what it lacks of the least area without a notch that holds it; by eye."""
_EDGE: Final = 3  # pixels within the edge: there its tone has begun; by eye
_EVEN: Final = (6, 0.12)  # of 255 grey levels, and share of its contrast: how much a shape's tone may vary; by eye
_STRAY: Final = 0.005  # share of the pixels within that may be off; by eye
_STROKES: Final = 2  # strokes across one row or column; by eye
_SOFT: Final = 2  # pixels beyond the edge: there paper has begun; by eye
_FULL: Final = 0.8  # share of its tone: a pixel within the edge of a thin stroke; by eye
_ROW: Final = 0.5  # share of the lower one's height: dots above each other may make up a letter; by eye


def is_drawn(pixels: Pixels, painted: Mask, box: Box) -> bool:
    """Whether there are a few shapes side by side in a box, or one stroke, and nothing else but even paper.

    What was `painted` over counts as paper.
    """
    left, top, right, bottom = box
    where = slice(max(0, top - _AROUND), bottom + _AROUND), slice(max(0, left - _AROUND), right + _AROUND)
    piece, known = pixels[where].astype(np.float64), ~painted[where]
    rim = known.copy()
    rim[1:-1, 1:-1] = False
    if not rim.any():
        return False
    off = np.where(known, np.abs(piece - np.median(piece[rim])), 0)
    ink = off > max(_INK[0], _INK[1] * off.max())
    marks = marks_of(ink.view(np.uint8), ink)
    marks = marks.only((marks.area > _SPECK) & ~_are_thin(marks))
    boxes = [_slices(marks, at) for at in range(len(marks.area))]
    if len(boxes) == 1 and _is_stroke(off[boxes[0]]):
        return True
    return _are_in_row(marks) and all(_is_shape(ink[each], off[each]) for each in boxes)


def _slices(marks: Marks, at: int) -> tuple[slice, slice]:
    return slice(int(marks.top[at]), int(marks.bottom[at])), slice(int(marks.left[at]), int(marks.right[at]))


def _are_thin(marks: Marks) -> Mask:
    """Return which marks are a thin curve that goes along, as a string does."""
    wide, high = marks.right - marks.left, marks.bottom - marks.top
    thin: Mask = (wide >= _LONG) & (marks.area <= _THIN * wide) & (marks.perimeter / 2 - marks.runs == wide)
    return thin & (high <= wide / 2)


def _are_in_row(marks: Marks) -> bool:
    tops, feet = np.maximum.outer(marks.top, marks.top), np.minimum.outer(marks.bottom, marks.bottom)
    high = marks.bottom - marks.top
    return bool(np.all(feet - tops >= _ROW * np.minimum.outer(high, high)))


def _is_shape(ink: Mask, off: Numbers) -> bool:
    """Whether a mark has no notch, is no stroke, and even up to its edge."""
    low, high = sorted(ink.shape)
    border = int(np.sum(ink & ~_within(ink, 1)))
    if low < max(_SIDE, _SLIM * high) or hull_area(ink) - ink.sum() > _NOTCH * border:
        return False
    inner = _within(ink, _EDGE)
    tone = float(np.median(off[inner])) if inner.any() else 0.0
    return tone > 0 and _are_alike(off[inner], tone)


def _is_stroke(off: Numbers) -> bool:
    """Whether a single mark is one sharp, even stroke, which crosses no row and no column more than twice."""
    tone = float(np.percentile(off, 98))
    ink = off > tone / 2
    edges = [np.diff(np.pad(ink.astype(np.int8), 1), axis=axis) == 1 for axis in (0, 1)]
    if any(edge.sum(axis=axis).max() > _STROKES for axis, edge in enumerate(edges)):
        return False
    inner, well_within = _within(ink, 1), _within(ink, _EDGE)
    beyond = off[~grown(ink, _SOFT)]
    is_sharp = np.sum(beyond > max(_INK[0], _INK[1] * tone)) <= _SPECK and _are_alike(off[well_within], tone)
    return bool(inner.any() and is_sharp and np.mean(off[inner] > _FULL * tone) >= 1 - _STRAY)


def _are_alike(off: Numbers, tone: float) -> bool:
    return bool(np.sum(np.abs(off - tone) > max(_EVEN[0], _EVEN[1] * tone)) <= _STRAY * len(off))


def _within(ink: Mask, by: int) -> Mask:
    """Return the pixels that are so far from the edge."""
    within: Mask = ~grown(np.pad(~ink, 1, constant_values=True), by)[1:-1, 1:-1]
    return within
