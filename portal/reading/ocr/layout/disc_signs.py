"""Finds what is written one sign a disc: the numbers of a list's steps, and letters of a name.

To an eye for letters these are a line that runs down, or nothing. Set side by side, the signs can be read. Discs that
count up from one name nobody; no letters of a name are read so. Pure arithmetic on grey pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from PIL import Image, ImageChops, ImageOps

from portal.reading.ocr.components.connected_components import Box, Indices, Mask, marks_of
from portal.reading.ocr.components.line_crops import EDGE
from portal.reading.ocr.components.simple_shapes import Shape, hull_area
from portal.reading.ocr.components.square_scripts import density_of

_LEAST: Final = 3  # signs of one row, at the least; by eye
_MOST: Final = 30  # signs of one row that are looked at, the first ones; by eye
_ALIKE: Final = 2  # pixels, in width and height; by eye
_ROUND: Final = 0.1  # share of a side: how much wider than high; by eye
_INK: Final = 0.5  # share of the contrast between a shape and what is within; by eye
_FAINT: Final = 0.2  # share of that, or of the one between a shape and its paper: less is grain; by eye
_LOW, _HIGH = 0.25, 0.85  # share of a shape's height: how high a sign is, at least and at most; by eye
_AS_HIGH: Final = 0.8  # share of a sign's height: each of its marks is as high; by eye
_HEIGHT: Final = 0.6  # share of the highest sign's height: lower ones are none; by eye
_PEN: Final = 0.22  # share of its height: drawings are thicker; by eye
_FIGURES: Final = 2  # figures of a number on a disc, at most; by eye
_SOFT: Final = 3  # pixels around a sign; by eye
_STRAY: Final = 6  # pixels: more beside a figure is no grain; by eye
_CONVEX: Final = 0.9  # share of the least area without a notch that holds it: an O within an O; by eye
_SAME: Final = 24  # of 255 grey levels, on average: the same drawing again; by eye
_ROWS: Final = 32  # pixels a sign is high for tesseract; by eye
_APART: Final = 14  # pixels between two signs that are set side by side for tesseract; by eye


@dataclass(frozen=True, slots=True)
class Sign:
    """A shape with what is within, dark on light; `is_figure` if that is one or two marks and nothing else.

    It `is_blot` without a notch: what is within a letter O, or an I.
    """

    shape: Shape
    image: Image.Image
    height: int
    is_figure: bool
    is_blot: bool


def find_signs(shapes: Sequence[Shape]) -> Iterator[list[list[Sign]]]:
    """Give shapes that are alike with signs that are not, each time in all orders in which they may be read."""
    left = [sign for shape in shapes if (sign := _sign(shape)) is not None]
    while left:
        first = left[0].shape
        group = [sign for sign in left if _are_alike(first, sign.shape)]
        left = [sign for sign in left if not _are_alike(first, sign.shape)]
        highest = max(sign.height for sign in group)
        group = [sign for sign in group if sign.height >= _HEIGHT * highest][:_MOST]
        is_drawing = all(sign.is_blot for sign in group) or all(_are_same(*pair) for pair in pairwise(group))
        if len(group) >= _LEAST and not is_drawing:
            orders = {tuple(order.tolist()) for order in _orders([sign.shape.box for sign in group])}
            yield [[group[at] for at in order] for order in sorted(orders)]


def side_by_side(signs: Sequence[Sign]) -> Image.Image:
    """Return signs as one line for tesseract."""
    rows = [_resized(sign.image, round(sign.image.width * _ROWS / sign.image.height)) for sign in signs]
    strip = Image.new("L", (sum(sign.width + _APART for sign in rows), _ROWS), 255)
    at = 0
    for sign in rows:
        strip.paste(sign, (at, 0))
        at += sign.width + _APART
    return ImageOps.expand(strip, EDGE, 255)


def _resized(image: Image.Image, width: int) -> Image.Image:
    return image.resize((max(1, width), _ROWS), Image.Resampling.BICUBIC)


def _orders(boxes: Sequence[Box]) -> Iterator[Indices]:
    """Give the orders row by row and column by column."""
    left, top, right, bottom = np.array(boxes).T
    for along, across, size in ((left, top, bottom - top), (top, left, right - left)):
        order = np.argsort(across, kind="stable")
        row = np.empty_like(order)
        row[order] = np.cumsum(np.diff(across[order], prepend=across[order[0]]) > size.min() / 2)
        yield np.lexsort((along, row))


def _are_alike(one: Shape, other: Shape) -> bool:
    sizes = zip(one.size, other.size, strict=True)
    return all(abs(length - length_of_other) <= _ALIKE for length, length_of_other in sizes)


def _are_same(one: Sign, other: Sign) -> bool:
    drawn = (_resized(sign.image, _ROWS) for sign in (one, other))
    return float(np.mean(np.asarray(ImageChops.difference(*drawn)))) <= _SAME


def _sign(shape: Shape) -> Sign | None:
    """Return what is within a round or square shape if it is as large and drawn as letters are."""
    wide, high = shape.size
    off = shape.off
    if abs(wide - high) > max(_ALIKE, _ROUND * high) or off.max() < _FAINT:
        return None
    ink = off >= _INK * off.max()
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    top, bottom, left, right = int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1
    tall = bottom - top
    piece = ink[top:bottom, left:right]
    if not _LOW * high <= tall <= _HIGH * high or density_of(piece, tall).pen > _PEN:
        return None
    box = slice(max(0, top - _SOFT), bottom + _SOFT), slice(max(0, left - _SOFT), right + _SOFT)
    image = Image.fromarray((255 - np.clip(255 * off[box] / off.max(), 0, 255)).astype(np.uint8))
    return Sign(shape, image, tall, _is_figure(piece, off > _FAINT * max(1, off.max()), box), _is_blot(piece))


def _is_blot(piece: Mask) -> bool:
    return bool(piece.sum() >= _CONVEX * hull_area(piece))


def _is_figure(piece: Mask, faint: Mask, box: tuple[slice, slice]) -> bool:
    marks = marks_of(piece.view(np.uint8), piece)
    beside = faint.copy()
    beside[box] = False
    is_high = marks.bottom - marks.top >= _AS_HIGH * len(piece)
    stray = float(marks.area[~is_high].sum()) + float(beside.sum())
    return 1 <= int(is_high.sum()) <= _FIGURES and stray <= _STRAY
