"""A neural net that finds where writing is in a picture, and what of a picture is left without all else.

It learnt from pictures of signs, pages and screens, and gives each pixel how likely it is to be in writing
(differentiable binarisation, Liao et al., AAAI 2020, doi:10.1609/aaai.v34i07.6812).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from PIL import Image, ImageFilter

from portal.reading.ocr.components.connected_components import FINE, Box, Indices, Mask, lightest, marks_of, numbered
from portal.reading.ocr.nets.inpainting import only
from portal.reading.ocr.nets.oriented_boxes import REACH, Patch, patch_around
from portal.reading.ocr.nets.pale_text import stronger
from portal.reading.ocr.nets.sessions import FINDER, Floats, Net

_LARGE, _SMALL, _LEAST = 640_000, 200_000, 64_000  # pixels in all at which a net looks: large, small and least; by eye
_SOFT: Final = 5  # pixels: how far a blurred letter's edge reaches; by eye
_GRAIN, _DOTS = 2, 4  # pixels: what is finer is smoothed away, grain and the dots of print; by eye
ENOUGH: Final = 1_500_000
"""Pixels in all: of a larger picture a smaller one shows what is writing, and a disc with a letter; by eye."""
_ENLARGED: Final = 2  # times a view is enlarged at most; by eye
_STEP: Final = 32  # pixels: what the net's sides are multiples of; by definition of PP-OCR's detector
_SHARPENED: Final = 6  # times the difference from what is around that is added; by eye
_PIXEL: Final = 0.1  # probability, of 1: what is less likely is no writing; by eye
_SPOT, _SURELY = 0.3, 0.85  # probability, of 1: what a spot reaches somewhere, and what is enough in one view; by eye
_AROUND: Final = 3  # squares of paper around writing, at the least; by eye
_WORD: Final = 2  # times as long as high: a shorter spot is a sign, or a drawing; by eye
_UNREAD: Final = 0.8  # share of a spot's thickness: a run of it as long is a letter or two; by eye
_LEAST_UNREAD: Final = 2  # squares: a shorter run is no letter; by eye
_WAYS: Final = (
    (None, (_LARGE, _SMALL, _LEAST)),
    (0, (_LARGE, _SMALL, _LEAST)),
    (_GRAIN, (_SMALL, _LEAST)),
    (_DOTS, (_LARGE,)),
)  # pixels smoothed away before edges are made hard (None: as it is), and pixels in all that are looked at; by eye
_GLANCE: Final = ((0, (_SMALL,)), (_GRAIN, (_SMALL,)))
"""Pixels smoothed away, and pixels in all, where a glance is enough; by eye."""
_CLOSER: Final = (None, (_LARGE,))


@dataclass(frozen=True)
class Spot:
    """A spot of writing, in squares of `FINE` pixels: its box, and which squares of that are writing.

    Letters `reach` so many squares beyond it. It `is_seen` if one view shows it surely or two do likely: a shape may
    look like a letter from afar.
    """

    left: int
    top: int
    reach: int
    is_seen: bool
    inked: Mask

    @property
    def box(self) -> tuple[slice, slice]:
        """Its rows and columns."""
        high, wide = self.inked.shape
        return slice(self.top, self.top + high), slice(self.left, self.left + wide)

    @property
    def is_word(self) -> bool:
        """Whether it is as long as a word, in whatever direction."""
        _, places, thick = self._along
        return self.is_seen and int(places.max()) + 1 >= _WORD * thick

    def is_read(self, read: Mask) -> bool:
        """Whether all along it something was read."""
        _, places, thick = self._along
        was_read = np.zeros(int(places.max()) + 1, dtype=bool)
        was_read[places[read[self.box][self.inked]]] = True
        edges = np.flatnonzero(np.concatenate(([True], was_read, [True])))
        return bool(np.diff(edges).max() - 1 < max(_UNREAD * thick, _LEAST_UNREAD))

    @property
    def patch(self) -> Patch:
        """The patch around it."""
        down, along = np.nonzero(self.inked)
        return patch_around(down + self.top, along + self.left)

    def place_of(self, x: float, y: float) -> float | None:
        """Return how far along it a pixel of the picture is, in squares; None if that is not of it."""
        row, column = int(y / FINE) - self.top, int(x / FINE) - self.left
        if not self.inked[max(0, row - 1) : max(0, row + 2), max(0, column - 1) : max(0, column + 2)].any():
            return None
        angle = self._along[0]
        return float(column * np.cos(angle) + row * np.sin(angle))

    @cached_property
    def _along(self) -> tuple[float, Indices, float]:
        """In which direction it is longest, in radians; how far along that each square of it is; how thick it is."""
        down, along = (places - places.mean() for places in np.nonzero(self.inked))
        angle = 0.5 * np.arctan2(2 * np.sum(along * down), np.sum(along**2) - np.sum(down**2))
        cos, sin = np.cos(angle), np.sin(angle)
        places, across = along * cos + down * sin, down * cos - along * sin
        return (
            float(angle),
            np.round(places - places.min()).astype(np.int64),
            round(float(np.ptp(across)), 3) + 1,
        )


class Writing:
    """Where writing is in a picture."""

    def __init__(self, views: Sequence[Floats]) -> None:
        """Take how likely each square of `FINE` pixels is in writing, from 0 to 1, as it is seen in several ways."""
        self.views = views
        likely: Floats = np.maximum.reduce(views)
        self.cells: Mask = np.zeros(likely.shape, dtype=bool)
        mask = likely >= _PIXEL
        marks = marks_of((likely * 255).astype(np.uint8), mask)
        self.spots: list[Spot] = []
        reaches = np.maximum(_AROUND, np.ceil(REACH * marks.area / marks.perimeter) + 1)
        boxes = np.column_stack((marks.left, marks.top, marks.right, marks.bottom, reaches)).astype(int)
        numbers = numbered(mask)
        for number, (left, top, right, bottom, reach) in enumerate(boxes.tolist(), start=1):
            box = slice(top, bottom), slice(left, right)
            own = numbers[box] == number
            *_, second, surest = sorted(float(view[box][own].max()) for view in views)
            if surest >= _SPOT:
                self.spots.append(Spot(left, top, reach, surest >= _SURELY or second >= _SPOT, own))
                self.cells[box] |= own

    def has_letter(self, box: Box) -> bool:
        """Whether most views show one there, in pixels: an icon may look like a letter in a few of them."""
        left, top, right, bottom = (edge // FINE for edge in box)
        return float(np.median([view[top : bottom + 1, left : right + 1].max() for view in self.views])) >= _SPOT

    def unread(self, read: Mask) -> list[Spot]:
        """Return the spots as long as a word in which nothing was read for a letter or two, in squares of `FINE`."""
        return [spot for spot in self.spots if spot.is_word and not spot.is_read(read)]

    def alone(self, grey: Image.Image) -> Image.Image:
        """Return a picture with nothing but its writing: all else is painted over, as smoothly as may be."""
        return only(grey, self._reached())

    def _reached(self) -> Mask:
        """Return the squares of all spots, each with what its letters reach beyond it."""
        whole = np.zeros_like(self.cells)
        for reach in {spot.reach for spot in self.spots}:
            some = np.zeros_like(self.cells)
            for spot in self.spots:
                if spot.reach == reach:
                    some[spot.box] |= spot.inked
            whole |= lightest(some, 2 * reach + 1)
        return whole


class Finder:
    """The net, loaded. Not safe for threads."""

    def __init__(self) -> None:
        """Load it. Raises what onnxruntime raises for a file that is missing or damaged."""
        self._net = Net(FINDER)
        self._last: tuple[Image.Image, Writing] | None = None

    def find(self, grey: Image.Image) -> Writing:
        """Find it at several sizes, also with soft edges made hard, and also without the grain that makes harder yet.

        A net that learnt from print takes blurred letters between sharp ones for a shadow. Asked about the same picture
        again, it remembers.
        """
        if self._last is None or self._last[0] is not grey:
            self._last = grey, self._seen_in(grey, _WAYS)
        return self._last[1]

    def glance(self, grey: Image.Image, *, is_photo: bool = False) -> Writing:
        """Find most of it, at one size and in an eighth of the time; in a photo also as it is, and closer."""
        return self._seen_in(grey, (*_GLANCE, _CLOSER) if is_photo else _GLANCE)

    def find_pale(self, pale: Image.Image, size: tuple[int, int]) -> Floats:
        """Return how likely each square is in writing in a picture of what is `pale`, `size` squares wide and high."""
        likely = self._seen(stronger(pale), _LARGE)
        return np.asarray(Image.fromarray(likely).resize(size, Image.Resampling.BILINEAR))

    def _seen_in(self, grey: Image.Image, ways: Sequence[tuple[int | None, Sequence[int]]]) -> Writing:
        """Look at a picture in some ways."""
        squares = -(-grey.width // FINE), -(-grey.height // FINE)
        grey = reduced(grey)
        views: list[Floats] = []
        for grain, sizes in ways:
            view = grey if grain is None else _sharpened(grey.filter(ImageFilter.GaussianBlur(grain)))
            seen = (Image.fromarray(self._seen(view, most)) for most in sizes)
            views += [np.asarray(one.resize(squares, Image.Resampling.BILINEAR)) for one in seen]
        return Writing(views)

    def _seen(self, view: Image.Image, most: int) -> Floats:
        """Return how likely each pixel of a view is in writing once that is brought to about `most` pixels.

        On even paper nothing is, so the net is not asked: of half of all pictures no more is left where what is strong
        was taken away.
        """
        scale = min(_ENLARGED, (most / (view.width * view.height)) ** 0.5)
        wide, high = (max(_STEP, round(side * scale / _STEP) * _STEP) for side in view.size)
        if np.ptp(view.getextrema()) == 0:
            return np.zeros((high, wide), np.float32)
        way = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
        likely: Floats = self._net.run(view.resize((wide, high), way))[0]
        return likely


def reduced(grey: Image.Image) -> Image.Image:
    """Return a large picture as small as is `ENOUGH`."""
    return grey.reduce(max(1, round((grey.width * grey.height / ENOUGH) ** 0.5)))


def _sharpened(grey: Image.Image) -> Image.Image:
    pixels, around = (np.asarray(one, np.float32) for one in (grey, grey.filter(ImageFilter.GaussianBlur(_SOFT))))
    return Image.fromarray(np.clip(pixels + _SHARPENED * (pixels - around), 0, 255).astype(np.uint8))
