"""Takes rows of dashes out of a picture: lines to cut along, and the frames of coupons and cells.

Across or down, they are as long as each other and as far apart, which no letters are. A row near which is anything but
even paper stays: a name there, however pale, makes a difference. Pure arithmetic on grey pixels.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from PIL import Image

from portal.reading.ocr.components.connected_components import FINE, Indices, Marks, Mask, Numbers, Pixels, find_marks

_THIN: Final = 3  # pixels a dash is thick, at most; by eye
_DASH: Final = (2, 5)  # times as long as thick, and pixels long: a dot is not; by eye
_HALF: Final = 0.5  # share of its box that is ink: packing frays it; by eye
_SOFT: Final = 4  # pixels around a dash that packing made uneven; by eye
_NEAR: Final = 14  # pixels to either side of one: a name on a line is higher than that, or ends within; by eye
_FAINT: Final = 1.0  # of 255 grey levels, on average: more is ink; by eye
_DASHES: Final = 8  # dashes in a row, at the least; by eye
_UNLIKE: Final = 0.2  # share of the usual one: how much their lengths and steps differ; by eye
_MOSTLY_ALIKE: Final = 0.8  # share of the steps: the others are from one frame to the next; by eye
_GAP: Final = 28  # pixels more than two steps: a word over some dashes leaves a larger gap; by eye
_ON: Final = 1.6  # steps from dash to dash within which a side goes on; by eye
_ENDS: Final = 2  # sides that each side of a frame meets; by definition
_PAPER: Final = 24  # of 255 grey levels: how much paper varies, packed; by eye
_FRAYED: Final = 2  # pixels that packing adds to a dash, among others; by eye


def without_dashes(grey: Image.Image, read: Mask) -> Image.Image:
    """Return a picture in full size without its rows of dashes; `read` has one square for each of `FINE` pixels."""
    pixels = np.asarray(grey).copy()
    known = enlarged(read, 1, grey.size)
    for marks, _, _ in find_marks(grey):
        erase_dashes(pixels, marks, _THIN, known)
    return Image.fromarray(pixels)


def are_bare(grey: Image.Image, read: Mask) -> bool:
    """Whether all rows of dashes in a picture in full size have nothing but even paper and what was read beside them.

    Where none go down, so that none meet at a corner, nothing may stand where a row would go on either.
    """
    pixels, known = np.asarray(grey), enlarged(read, 1, grey.size)
    for marks, _, _ in find_marks(grey):
        boxes = _boxes(marks)
        across, down = list(_rows(boxes, _THIN)), list(_rows(boxes[:, (1, 0, 3, 2)], _THIN))
        for turned, kept, rows in ((pixels, known, across), (pixels.T, known.T, down)):
            beside = ((row, _beside(turned, kept, row)) for row in rows)
            if not all(_are_letters(paper) or _is_bare(row[1:-1], paper[1:-1]) for row, paper in beside):
                return False
        if not down and not all(_ends(pixels, row) for row in across):
            return False
    return True


def _ends(pixels: Pixels, row: Indices) -> bool:
    """Whether nothing but paper is where the next dash would stand at both ends."""
    step = round(float(np.median(np.diff(row[:, 0]))))
    for (left, top, right, bottom), onward in ((row[0].tolist(), -step), (row[-1].tolist(), step)):
        next_one = pixels[top - 1 : bottom + 1, max(0, left + onward) : max(0, right + onward)].astype(np.float64)
        if next_one.size and np.ptp(next_one) > _PAPER:
            return False
    return True


def enlarged(squares: Mask | None, scale: float, size: tuple[int, int]) -> Mask:
    """Return in which pixels of a picture at some scale letters were read; it was told in squares of `FINE` pixels."""
    if squares is None:
        return np.zeros(size[::-1], dtype=bool)
    sides = zip(size[::-1], squares.shape, strict=True)
    down, along = (np.minimum(np.arange(pixels) / scale / FINE, last - 1).astype(np.int64) for pixels, last in sides)
    read: Mask = squares[down[:, None], along]
    return read


def erase_dashes(pixels: Pixels, marks: Marks, thin: int, read: Mask) -> None:
    """Paint paper over the dashes no thicker than `thin` and a pixel, and over what packing left around them.

    Those that go down only where all are closed frames: a side that is missing may be under a name.
    """
    boxes = _boxes(marks)
    across, down = list(_rows(boxes, thin)), list(_rows(boxes[:, (1, 0, 3, 2)], thin))
    beside = [_beside(pixels, read, row) for row in across], [_beside(pixels.T, read.T, row) for row in down]
    are_frames = _are_closed(across, down) and all(map(_is_bare, down, beside[1]))
    for row, paper in zip(across, beside[0], strict=True):
        if _is_bare(row, paper, is_level=bool(down) and not are_frames):
            _paint(pixels, row, paper)
    for row, paper in zip(down, beside[1], strict=True) if are_frames else ():
        _paint(pixels.T, row, paper)


def _boxes(marks: Marks) -> Indices:
    boxes = np.column_stack((marks.left, marks.top, marks.right, marks.bottom)).astype(np.int64)
    filled: Indices = boxes[marks.area >= _HALF * (marks.right - marks.left) * (marks.bottom - marks.top)]
    return filled


def _paint(pixels: Pixels, row: Indices, beside: Numbers) -> None:
    for (left, top, right, bottom), paper in zip(row.tolist(), beside.mean(axis=1), strict=True):
        where = slice(max(0, top - _SOFT), bottom + _SOFT), slice(max(0, left - _SOFT), right + _SOFT)
        pixels[where] = np.uint8(round(paper))


def _are_closed(across: Sequence[Indices], down: Sequence[Indices]) -> bool:
    """Whether each side ends at one other, which goes on from there, at both ends."""
    sides = [side for row in across for side in _sides(row)], [side for row in down for side in _sides(row)]
    return all(
        sum(_meet(side, other) for other in others) == _ENDS for some, others in (sides, sides[::-1]) for side in some
    )


def _sides(row: Indices) -> Iterator[tuple[float, float, float, float]]:
    """Give the sides of frames in a row of dashes: where each is across the row, its start and end, and its reach."""
    steps = np.diff(row[:, 0])
    reach = _ON * float(np.median(steps))
    for side in np.split(row, np.flatnonzero(steps > reach) + 1):
        yield float(side[:, (1, 3)].mean()), float(side[0, 0]), float(side[-1, 2]), reach


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    """Whether two sides, each along its own direction, end at the same corner."""
    (at, start, end, reach), (at_other, first, last, _) = one, other
    is_end = 0 <= start - at_other <= reach or 0 <= at_other - end <= reach
    return is_end and (0 <= first - at <= reach or 0 <= at - last <= reach)


def _rows(boxes: Indices, thin: int) -> Iterator[Indices]:
    """Give the boxes of many thin marks in a row that are as long as each other and as far apart; each row once."""
    long, thick = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    is_dash = (thick <= thin + 1) & (long >= _DASH[0] * thick) & (long >= _DASH[1])
    middle = (boxes[:, 1] + boxes[:, 3]) // 2
    taken = np.zeros(len(boxes), dtype=bool)
    for at in np.unique(middle[is_dash]):
        is_near = np.abs(middle - at) <= 1
        near = is_near & is_dash & ~taken
        usual = np.median(long[near]) if near.any() else 0
        is_alike = is_near & ~taken & (thick <= thin + _FRAYED) & _alike(long, usual)
        if np.count_nonzero(is_alike & is_dash) < _DASHES:
            continue
        row = boxes[is_alike][np.argsort(boxes[is_alike][:, 0])]
        steps = np.diff(row[:, 0])
        if _alike(steps, np.median(steps)).mean() >= _MOSTLY_ALIKE and steps.max() <= _GAP + 2 * np.median(steps):
            taken |= is_alike
            yield row


def _beside(pixels: Pixels, read: Mask, row: Indices) -> Numbers:
    """Return how light it is on average above and below each dash, and what is just beyond its ends, but for letters.

    Where all was read, it is as light as beside the others. On a dash on which letters were read there may be half a
    name, so there it is as light as nowhere.
    """
    light = np.full((len(row), 2), np.nan)
    for number, (left, top, right, bottom) in enumerate(row.tolist()):
        if read[top:bottom, left:right].any():
            light[number] = np.inf
            continue
        where = slice(max(0, left - _SOFT), right + _SOFT)
        for side, rows in enumerate((slice(max(0, top - _NEAR), max(1, top - 2)), slice(bottom + 2, bottom + _NEAR))):
            free = pixels[rows, where][~read[rows, where]]
            light[number, side] = free.mean() if free.size else np.nan
    middling = [np.median(side[~np.isnan(side)]) if not np.isnan(side).all() else 0.0 for side in light.T]
    return np.where(np.isnan(light), middling, light)


def _is_bare(row: Indices, beside: Numbers, *, is_level: bool = False) -> bool:
    """Whether all dashes have even paper beside them, whose shade may change along the row unless it `is_level`."""
    if not is_level and np.isfinite(beside).all():
        along = row[:, 0].astype(np.float64)
        half = len(along) // 2  # far apart, so that grain counts little; the middling one, so that a name does not
        steps = (beside[half:] - beside[:-half]) / (along[half:] - along[:-half])[:, None]
        beside = beside - np.median(steps, axis=0) * (along - along[0])[:, None]
    return bool(np.isfinite(beside).all() and np.all(np.abs(beside - np.median(beside, axis=0)) <= _FAINT))


def _are_letters(beside: Numbers) -> bool:
    """Whether letters were read on all of them: the figures 1 of a column."""
    return bool(np.isinf(beside).all())


def _alike(lengths: Indices, usual: float) -> Mask:
    """Return which lengths are about as long as is usual."""
    alike: Mask = np.abs(lengths - usual) <= max(1, _UNLIKE * usual)
    return alike
