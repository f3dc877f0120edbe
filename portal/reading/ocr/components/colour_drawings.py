"""Finds what is drawn in several colours, as emoji are: a word has one, and what its edges share with the paper.

Every part of it touches the next, with even paper all around and nothing apart within. Pure arithmetic on colours.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from portal.reading.ocr.components.connected_components import Indices, Mask, groups_of, numbered
from portal.reading.ocr.components.simple_shapes import grown, with_holes

Colours = NDArray[np.int16]
"""Red, green and blue of each pixel."""
_STEP: Final = 24
"""Of 255 levels: colours that differ by more from one pixel to the next have an edge between them; by eye."""
_LEAST: Final = 14  # pixels a side: nobody draws in several colours on less; by eye
_MOST: Final = 0.3  # share of the longer side of the picture: in a larger drawing something may be written; by eye
_LONG: Final = 3  # times as long as high, or as high as long: what is longer may be a word; by eye
_APART: Final = 3
"""Things (marks) within it that touch nothing else, as the eyes and the mouth of a face do not; by eye."""
_AROUND: Final = 2  # pixels of paper around it; by eye
_EVEN: Final = (95, 40)  # percentile of that paper, and how far it may be off, of 255 levels; by eye
_EDGE: Final = 2  # pixels: where letters and paper share a colour; by eye
_PART: Final = 0.03  # share of a drawing: less is no colour of it; by eye
_FEWEST: Final = 6  # pixels: fewer are no colour of it; by eye
_ALIKE: Final = 22  # of 255 levels, between two colours without brightness: they are one colour; by eye
_UNLIKE: Final = 35  # of 255 levels, between the same: what no light and no packing makes of one colour; by eye
_BINS: Final = 10  # of 255 levels: colours without brightness are counted in steps as wide; by eye
_BLUE: Final = (-0.169, -0.331, 0.5)  # share of red, green and blue in what blue is without brightness; ITU-R BT.601
_RED: Final = (0.5, -0.419, -0.081)  # share of red, green and blue in what red is without brightness; ITU-R BT.601


class Drawing(NamedTuple):
    """Where something is drawn: rows, columns, and which pixels of them it covers."""

    rows: slice
    columns: slice
    inside: Mask

    def squares(self, colours: Image.Image, size: tuple[int, int]) -> Mask:
        """Return the squares it covers of a page so many of them wide and high, and those around."""
        sheet = np.zeros(colours.size[::-1], dtype=np.bool_)
        sheet[self.rows, self.columns] = self.inside
        covered = Image.fromarray(sheet.view(np.uint8) * 255).resize(size, Image.Resampling.BOX)
        return grown(np.asarray(covered) > 0, 1)


def find_drawings(colours: Image.Image) -> Iterator[Drawing]:
    """Give what is drawn in several colours in a small picture."""
    pixels = np.asarray(colours, dtype=np.int16)
    steps = _steps(pixels)
    busy = grown(steps > _STEP, 1)
    for rows, columns in groups_of(busy):
        place = _place_of(rows, columns, busy.shape)
        if place is None:
            continue
        part = np.zeros(busy[place].shape, dtype=np.bool_)
        part[rows - place[0].start, columns - place[1].start] = True
        inside = with_holes(part)
        apart = int(numbered(inside & busy[place] & ~part).max())
        if apart <= _APART and _is_colourful(pixels[place], steps[place], inside):
            yield Drawing(*place, inside)


def _place_of(rows: Indices, columns: Indices, shape: tuple[int, ...]) -> tuple[slice, slice] | None:
    """Return where a group of pixels is with the paper around it; None if that is no size of an emoji, or cut off."""
    top, foot, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    short, long = sorted((foot - top, right - left))
    if short < _LEAST or long > _MOST * max(shape) or long > _LONG * short:
        return None
    place = slice(top - _AROUND, foot + _AROUND), slice(left - _AROUND, right + _AROUND)
    is_whole = all(side.start >= 0 and side.stop <= most for side, most in zip(place, shape, strict=True))
    return place if is_whole else None


def _is_colourful(pixels: Colours, steps: NDArray[np.int16], inside: Mask) -> bool:
    """Whether it has even paper around, and within its edges two colours that are no shades of one."""
    around = pixels[grown(inside, _AROUND) & ~inside]
    paper = np.median(around, axis=0)
    share, most = _EVEN
    if np.percentile(np.abs(around - paper).max(axis=1), share) > most:
        return False
    inner = inside & ~grown(~inside, _EDGE)
    inked = inner & (np.abs(pixels - paper).max(axis=2) > _STEP) & (steps <= _STEP)
    hues = _hues(pixels[inked], max(_FEWEST, _PART * np.count_nonzero(inner)))
    return any(np.hypot(*(one - other)) > _UNLIKE for at, one in enumerate(hues) for other in hues[:at])


def _hues(pixels: Colours, least: float) -> Sequence[NDArray[np.float64]]:
    """Return the colours without brightness that at least so many pixels have, each with those alike."""
    left = pixels @ np.array((_BLUE, _RED)).T
    found = []
    while len(left) >= least:
        bins, counts = np.unique(np.round(left / _BINS), axis=0, return_counts=True)
        near = np.hypot(*(left - _BINS * bins[counts.argmax()]).T) <= _ALIKE
        if np.count_nonzero(near) < least:
            break
        found.append(left[near].mean(axis=0))
        left = left[~near]
    return found


def _steps(pixels: Colours) -> NDArray[np.int16]:
    """Return by how much each pixel differs from a neighbour, in the colour that differs most."""
    steps = np.zeros(pixels.shape[:2], dtype=np.int16)
    for own, turned in ((steps, pixels), (steps.T, pixels.transpose(1, 0, 2))):
        differ = np.abs(np.diff(turned, axis=0)).max(axis=2)
        own[1:] = np.maximum(own[1:], differ)
        own[:-1] = np.maximum(own[:-1], differ)
    return steps
