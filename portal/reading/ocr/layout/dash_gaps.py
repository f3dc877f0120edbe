"""Finds the dashes beside words of a line: `Lunch menu — April` is two lines to whoever looks for letters.

A dash is no letter of any alphabet but for one stroke of Chinese, which is no name by itself. Pure arithmetic.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from portal.reading.ocr.components.connected_components import Grey, Indices, Marks, Mask, find_marks
from portal.reading.ocr.components.line_finding import Line, line_at

_LEVEL: Final = 3  # degrees: a line that is no more aslant is level; by eye
_THIN: Final = 0.25  # share of a letter's height: how thick a dash is, at most; by eye
_LENGTHS: Final = (0.25, 2.5)  # times a letter's height: how long a dash is, at least and at most; by eye
_FULL: Final = 0.7  # share of its box that is ink; by eye
_OFF: Final = 0.3  # share of a line's height: how far off its middle; by eye
_GAP: Final = 1.2  # times a line's height, from its end; by eye
_AROUND: Final = 0.7  # share of a line's height, above and below: nothing else may stand there; by eye


def hyphens_beside(lines: Sequence[Line], grey: Grey) -> Iterator[Line]:
    """Give each dash right before or behind one of some level lines, with nothing above or below, as a line."""
    level = [line for line in lines if line.slant <= _LEVEL]
    for marks, _, is_light in find_marks(grey):
        long, thick = marks.right - marks.left, marks.bottom - marks.top
        dashes = np.flatnonzero((long >= 2 * thick) & (marks.area >= _FULL * long * thick))
        found = {at for line in level for at in _beside(line, marks, dashes) if _is_alone(marks, at, line)}
        for at in sorted(found):
            x, y = (marks.left[at] + marks.right[at]) / 2, (marks.top[at] + marks.bottom[at]) / 2
            yield line_at((float(x), float(y)), (float(long[at]), float(thick[at])), 0, is_light=is_light)


def _beside(line: Line, marks: Marks, dashes: Indices) -> list[int]:
    """Return which of some marks are as thin and as long as dashes, and right before or behind a line."""
    some = marks.only(dashes)
    long, thick = some.right - some.left, some.bottom - some.top
    x, y = (some.left + some.right) / 2, (some.top + some.bottom) / 2
    are_dashes = (thick <= max(2, _THIN * line.letter)) & (np.abs(y - line.y) <= _OFF * line.height)
    are_dashes &= (long >= _LENGTHS[0] * line.letter) & (long <= _LENGTHS[1] * line.letter)
    gap = np.abs(x - line.x) - (line.length + long) / 2
    near: list[int] = dashes[are_dashes & (gap > -long) & (gap <= _GAP * line.height)].tolist()
    return near


def _is_alone(marks: Marks, at: int, line: Line) -> bool:
    """Whether no other mark is above or below it."""
    over: Mask = (marks.left < marks.right[at]) & (marks.right > marks.left[at])
    near = (marks.bottom > line.y - _AROUND * line.height) & (marks.top < line.y + _AROUND * line.height)
    return int(np.count_nonzero(over & near)) == 1
