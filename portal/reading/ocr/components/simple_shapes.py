"""Finds the simple shapes of a picture: even in tone, sharp at the edge, without a notch, with even paper all around.

No letter is one: it has strokes, and a blurred word is neither even nor sharp. What stands within a shape, as a figure
does in a disc, is given with it. Pure arithmetic on grey pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from portal.reading.ocr.components.connected_components import Box, Indices, Mask, Numbers, Pixels, marks_of

_FLAT: Final = 20  # of 255 grey levels, within three by three pixels: what varies no more is even; by eye
_MOSTLY: Final = 0.5  # share of a picture with shapes that is even: less is a photo, or the grain of a scan; by eye
_SIDE: Final = 10  # pixels: a smaller one may be a dot, or a letter that melted; by eye
_LARGEST: Final = 0.35  # share of the picture's longer side; by eye
_SLIM: Final = 0.3  # share of its longer side: slimmer ones may be an I, an l or a stroke; by eye
_MANY: Final = 400  # shapes that are looked at, the first ones; by eye
_SEED: Final = 0.2  # share of its box that is even, at the least; by eye
_EVEN: Final = 0.12  # share of its contrast: how much a shape's tone may vary; by eye
_CONTRAST: Final = 30  # of 255 grey levels, between a shape and its paper; by eye
_ALIKE: Final = 12  # of 255 grey levels: what differs so little from a shape is of it; by eye
_SOFT: Final = 0.2  # share of its contrast: how much paper may vary; by eye
_FAR: Final = 0.3  # share of what is all around half its side away that is paper; by eye
_BEYOND: Final = 0.4  # share of that like the shape: more is the page around a letter, within which it is; by eye
_REACH: Final = 5  # pixels beyond the edge: there paper has begun; by eye
_EDGE: Final = 2  # pixels at the edge, within and beyond it, that are left out; by eye
_SHARP: Final = 0.85  # share of what is all around at that distance that is paper; by eye
_CONVEX: Final = 0.93  # share of the least area without a notch that holds it; by eye
_EMPTY: Final = 0.005  # share of the pixels within: fewer that differ are nothing; by eye


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape in the part of the picture that begins at `left` and `top`, with `_REACH` pixels around.

    `whole` are its pixels with all within; `tone` and `paper` are of 255.
    """

    left: int
    top: int
    pixels: Pixels
    whole: Mask
    tone: float
    paper: float

    @property
    def box(self) -> Box:
        """Left, top, and behind right and bottom, in the picture."""
        rows, columns = np.flatnonzero(self.whole.any(axis=1)), np.flatnonzero(self.whole.any(axis=0))
        left, top = self.left + int(columns[0]), self.top + int(rows[0])
        return left, top, self.left + int(columns[-1]) + 1, self.top + int(rows[-1]) + 1

    @property
    def size(self) -> tuple[int, int]:
        """How wide and how high it is."""
        return int(self.whole.any(axis=0).sum()), int(self.whole.any(axis=1).sum())

    @property
    def off(self) -> Numbers:
        """How far each pixel well within differs from its tone, in parts of the contrast."""
        inner = ~grown(~self.whole, _EDGE)
        off: Numbers = np.where(inner, np.abs(self.pixels - self.tone) / abs(self.tone - self.paper), 0)
        return off

    @property
    def is_empty(self) -> bool:
        """Whether nothing is within."""
        return bool(np.mean(self.off[self.whole] > _EVEN) <= _EMPTY)

    def paint(self, pixels: Pixels) -> None:
        """Lay paper over it, as light on each side as what is around."""
        over = grown(self.whole, _REACH - 1)
        rows, columns = np.nonzero(grown(over, 1) & ~over)
        down, along = rows + self.top, columns + self.left
        near = np.abs(self.pixels[rows, columns] - self.paper) <= _SOFT * abs(self.tone - self.paper)
        near &= (down >= 0) & (along >= 0) & (down < len(pixels)) & (along < pixels.shape[1])
        level = np.column_stack((down, along, np.ones(len(down))))[near]
        plane = np.linalg.lstsq(level, self.pixels[rows, columns][near], rcond=None)[0]
        rows, columns = np.nonzero(over)
        down, along = rows + self.top, columns + self.left
        inside = (down >= 0) & (along >= 0) & (down < len(pixels)) & (along < pixels.shape[1])
        down, along = down[inside], along[inside]
        paper = np.column_stack((down, along, np.ones(len(down)))) @ plane
        pixels[down, along] = np.clip(np.round(paper), 0, 255).astype(np.uint8)


def find_shapes(grey: Image.Image) -> Iterator[Shape]:
    """Give the shapes of a picture in full size."""
    pixels = np.asarray(grey)
    flat = _extreme_around(np.maximum, pixels) - _extreme_around(np.minimum, pixels) <= _FLAT
    if flat.mean() < _MOSTLY:
        return  # a photo, or the grain of a scan
    marks = marks_of(pixels, flat)
    low = np.minimum(marks.right - marks.left, marks.bottom - marks.top)
    high = np.maximum(marks.right - marks.left, marks.bottom - marks.top)
    fits = (low >= _SIDE - 4) & (high <= _LARGEST * max(grey.size)) & (low >= _SLIM * high)
    fits &= marks.area >= _SEED * (marks.right - marks.left) * (marks.bottom - marks.top)
    for at in np.flatnonzero(fits)[:_MANY]:
        box = int(marks.left[at]), int(marks.top[at]), int(marks.right[at]), int(marks.bottom[at])
        shape = _shape(pixels, flat, box, float(marks.ink[at]))
        if shape is not None:
            yield shape


def _extreme_around(extreme: np.ufunc, pixels: Pixels) -> Pixels:
    """Return the lightest or darkest of each pixel and the eight around it."""
    near = np.pad(pixels, 1, mode="edge")
    near = extreme(extreme(near[:-2], near[1:-1]), near[2:])
    found: Pixels = extreme(extreme(near[:, :-2], near[:, 1:-1]), near[:, 2:])
    return found


def without_shapes(grey: Image.Image, shapes: Sequence[Shape]) -> Image.Image:
    """Return a picture with paper over some of its shapes."""
    pixels = np.asarray(grey).copy()
    for shape in shapes:
        shape.paint(pixels)
    return Image.fromarray(pixels)


def _shape(pixels: Pixels, flat: Mask, box: Box, tone: float) -> Shape | None:
    """Return the shape of this tone in a box; None if it has a notch, a soft edge, or something beside it."""
    far = _REACH + max(_REACH, min(box[2] - box[0], box[3] - box[1]) // 2)
    around = far + _REACH
    left, top = box[0] - around, box[1] - around
    rows, columns = np.arange(top, box[3] + around), np.arange(left, box[2] + around)
    is_inside = ((rows >= 0) & (rows < len(pixels)))[:, None] & (columns >= 0) & (columns < pixels.shape[1])
    piece = pixels[np.clip(rows, 0, len(pixels) - 1)[:, None], np.clip(columns, 0, pixels.shape[1] - 1)]
    piece = piece.astype(np.float64)
    alike = (np.abs(piece - tone) <= _ALIKE) & is_inside
    seed = np.zeros_like(alike)
    inner = slice(around, around + box[3] - box[1]), slice(around, around + box[2] - box[0])
    seed[inner] = flat[box[1] : box[3], box[0] : box[2]]
    whole = with_holes(_spread(seed & alike, alike))
    if not whole.any() or not _leaves_around(whole, far):
        return None
    away = _steps_to(whole)
    ring = (away == _REACH) & is_inside
    paper = float(np.median(piece[ring])) if ring.any() else tone
    contrast = abs(paper - tone)
    if contrast < _CONTRAST or whole.sum() < _CONVEX * hull_area(whole):
        return None
    is_paper = (np.abs(piece - paper) <= _SOFT * contrast) & is_inside
    near = grown(is_paper & (away <= _REACH) & (away >= _EDGE), _REACH // 2)
    edge, beyond = ((away == at) & is_inside for at in (_REACH // 2 + 1, far))
    if _part(near, edge) < _SHARP or _part(is_paper, beyond) < _FAR or _part(alike, beyond) > _BEYOND:
        return None  # it is blurred, or what is around it is the stroke of a letter
    return Shape(left, top, piece, whole, tone, paper)


def _spread(seed: Mask, mask: Mask) -> Mask:
    """Return all of a mask that hangs together with a seed within it: a run of pixels with a seed is all of it."""
    across, down = _runs(mask), _runs(mask.T)
    while True:
        more = _all_of_runs(_all_of_runs(seed, *across).T, *down).T
        if more.sum() == seed.sum():
            return more
        seed = more


def _runs(mask: Mask) -> tuple[Indices, Indices]:
    """Return where the runs of each row begin, and where they have ended, counted through rows with a gap behind."""
    flat = _in_a_row(mask)
    edges = np.flatnonzero(np.diff(flat, prepend=False))
    return edges[::2], edges[1::2]


def _in_a_row(mask: Mask) -> Mask:
    flat = np.zeros((mask.shape[0], mask.shape[1] + 1), np.bool_)
    flat[:, :-1] = mask
    return flat.ravel()


def _all_of_runs(seed: Mask, starts: Indices, ends: Indices) -> Mask:
    """Return the runs that have a seed."""
    if not len(starts):
        return seed
    flat = _in_a_row(seed)
    have = np.logical_or.reduceat(flat, starts)
    steps = np.zeros(len(flat), np.int8)
    steps[starts[have]], steps[ends[have]] = 1, -1
    found: Mask = np.cumsum(steps, dtype=np.int8).view(np.bool_).reshape(len(seed), -1)[:, :-1]
    return found


def with_holes(piece: Mask) -> Mask:
    """Return a piece with its holes."""
    free = np.pad(~piece, 1, constant_values=True)
    edge = np.zeros_like(free)
    edge[0] = True
    return ~_spread(edge, free)[1:-1, 1:-1]


def grown(mask: Mask, by: int) -> Mask:
    """Return a mask with so many pixels more around."""
    for _ in range(by):
        more = mask.copy()
        more[1:] |= mask[:-1]
        more[:-1] |= mask[1:]
        more[:, 1:] |= mask[:, :-1]
        more[:, :-1] |= mask[:, 1:]
        mask = more
    return mask


def _steps_to(mask: Mask) -> Indices:
    """Return how many steps each pixel is away from a mask, up, down and sidewards."""
    away = np.where(mask, 0, sum(mask.shape))
    for axis in (0, 1):
        along = np.arange(mask.shape[axis]).reshape((-1, 1) if axis == 0 else (1, -1))
        before = np.minimum.accumulate(away - along, axis=axis) + along
        behind = np.flip(np.minimum.accumulate(np.flip(away + along, axis), axis=axis), axis) - along
        away = np.minimum(before, behind)
    return away


def _leaves_around(mask: Mask, far: int) -> bool:
    """Whether no pixel of a mask is within so many of the edge."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return all(
        some[0] > far and some[-1] < size - 1 - far for some, size in zip((rows, columns), mask.shape, strict=True)
    )


def _part(mask: Mask, of: Mask) -> float:
    return float(np.sum(mask & of)) / max(1, int(np.sum(of)))


def hull_area(whole: Mask) -> float:
    """Return how many pixels the least area without a notch has that holds all of these."""
    rows = np.flatnonzero(whole.any(axis=1))
    first, last = whole[rows].argmax(axis=1), whole.shape[1] - whole[rows, ::-1].argmax(axis=1)
    return float(np.sum(_band_around(rows, last) + _band_around(rows, -first)))


def _band_around(rows: Indices, edge: Indices) -> Numbers:
    """Return how far to the right a rubber band around an edge reaches in each row."""
    bends: list[tuple[int, int]] = []
    for here in zip(rows.tolist(), edge.tolist(), strict=True):
        while len(bends) > 1 and _is_within(bends[-2], bends[-1], here):
            bends.pop()
        bends.append(here)
    at, reach = np.array(bends, dtype=np.float64).T
    band: Numbers = np.interp(rows, at, reach)
    return band


def _is_within(before: tuple[int, int], bend: tuple[int, int], here: tuple[int, int]) -> bool:
    """Whether a bend is no further to the right than a straight line from the one before to here."""
    down, to_right = here[0] - before[0], here[1] - before[1]
    return (bend[1] - before[1]) * down <= to_right * (bend[0] - before[0])
