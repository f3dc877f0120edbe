"""Finds the simple shapes of a picture: even in tone, sharp at the edge, without a notch, with even paper all around.

No letter is one: it has strokes, and a blurred word is neither even nor sharp. What stands within a shape, as a figure
does in a disc, is given with it. Pure arithmetic on grey pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageFilter

from portal.reading.ocr.marks import Indices, Mask, Numbers, Pixels, marks_of

_FLAT: Final = 20  # of 255, within three by three pixels
_MOSTLY: Final = 0.5  # of a picture with shapes
_SIDE: Final = 10  # pixels: a smaller one may be a dot, or a letter that melted
_LARGEST: Final = 0.35  # of the picture's longer side
_SLIM: Final = 0.3  # of its longer side: slimmer ones may be an I, an l or a stroke
_MANY: Final = 400
_SEED: Final = 0.2  # of the box
_EVEN: Final = 0.12  # of its contrast
_CONTRAST: Final = 30  # of 255
_ALIKE: Final = 12  # of 255: what differs so little from a shape is of it
_SOFT: Final = 0.2  # of its contrast: how much paper may vary
_FAR: Final = 0.3  # of what is all around half its side away is paper
_BEYOND: Final = 0.4  # of that is like the shape: more is the page around a letter, within which it is
_REACH: Final = 5  # pixels beyond the edge: there paper has begun
_EDGE: Final = 2  # pixels within the edge
_SHARP: Final = 0.85  # of what is all around at that distance is paper
_CONVEX: Final = 0.93  # of the least area without a notch that holds it
_EMPTY: Final = 0.005  # of what is within


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
    def box(self) -> tuple[int, int, int, int]:
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
    change = ImageChops.difference(grey.filter(ImageFilter.MaxFilter(3)), grey.filter(ImageFilter.MinFilter(3)))
    flat = np.asarray(change) <= _FLAT
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


def without_shapes(grey: Image.Image, shapes: Sequence[Shape]) -> Image.Image:
    """Return a picture with paper over some of its shapes."""
    pixels = np.asarray(grey).copy()
    for shape in shapes:
        shape.paint(pixels)
    return Image.fromarray(pixels)


def _shape(pixels: Pixels, flat: Mask, box: tuple[int, int, int, int], tone: float) -> Shape | None:
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
    whole = _filled(_spread(seed & alike, alike))
    if not whole.any() or _is_at_edge(grown(whole, far)):
        return None
    ring = _ring(whole, _REACH) & is_inside
    paper = float(np.median(piece[ring])) if ring.any() else tone
    contrast = abs(paper - tone)
    if contrast < _CONTRAST or whole.sum() < _CONVEX * hull_area(whole):
        return None
    is_paper = (np.abs(piece - paper) <= _SOFT * contrast) & is_inside
    near = grown(is_paper & grown(whole, _REACH) & ~grown(whole, _EDGE - 1), _REACH // 2)
    edge, beyond = (_ring(whole, at) & is_inside for at in (_REACH // 2 + 1, far))
    if _part(near, edge) < _SHARP or _part(is_paper, beyond) < _FAR or _part(alike, beyond) > _BEYOND:
        return None  # it is blurred, or what is around it is the stroke of a letter
    return Shape(left, top, piece, whole, tone, paper)


def _spread(seed: Mask, mask: Mask) -> Mask:
    """Return all of a mask that hangs together with a seed."""
    while True:
        more = grown(seed, 1) & mask
        if more.sum() == seed.sum():
            return seed
        seed = more


def _filled(piece: Mask) -> Mask:
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


def _ring(whole: Mask, at: int) -> Mask:
    """Return the pixels that are so far from some others."""
    return grown(whole, at) & ~grown(whole, at - 1)


def _is_at_edge(mask: Mask) -> bool:
    return bool(mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any())


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
