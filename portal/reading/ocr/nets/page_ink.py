"""The ink of a page without its rules, and what of it touches one: a name across it, or right above or below.

A reader loses the letters that a rule goes through, or reads them as others, and a net takes them for a part of it.
Words of print keep off the rules around them. Pure arithmetic on grey pixels.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from portal.reading.ocr.components.background_levels import all_levelled
from portal.reading.ocr.components.connected_components import FINE, Grey, Mask, dark_of, groups_of, lightest, numbered
from portal.reading.ocr.components.simple_shapes import grown
from portal.reading.ocr.nets.oriented_boxes import Patch, word_around
from portal.reading.ocr.removal.ruling_lines import has_long, in_runs, sides_of_rules, tilt_of, wavering

_OF_PAGE: Final = 30  # times a rule goes into the page's longer side, at most: one of a single cell, too; by eye
_THICKER: Final = 3  # pixels that its edges add to a rule; by eye
_THICK: Final = 4  # times as thick: a rule that is dark may be; by eye
_NEAR: Final = 2  # pixels: what is as near touches it; by eye
_INK, _GRAIN = 16, 6
"""Of 255 grey levels, and times as much as paper mostly varies: what is as much darker is ink; by eye."""
_PIECE: Final = 8  # pixels that are further away: a piece of a letter; by eye
_DARK: Final = 128  # of 255 grey levels: on a darker page the ink is light, and a lid is no darker; by eye
_ENOUGH: Final = 5_000_000  # pixels in all: of a larger picture half as large a one is looked at; by eye, for memory
_WIDE: Final = 25  # pixels: no stroke is, and a shade is wider; by eye


class Ink:
    """The ink of a picture in full size, without its rules, and which pieces of that touch one."""

    def __init__(self, grey: Grey) -> None:
        """Find it: what is narrow, and darker than what is around, beyond the grain of paper."""
        self._times = 1 if grey.width * grey.height <= _ENOUGH else 2
        grey = grey.reduce(self._times)
        if np.median(np.asarray(grey)[::FINE, ::FINE]) < _DARK:
            grey = ImageOps.invert(grey)
        off = _paper_of(grey) - np.asarray(grey, np.int16)
        even = float(np.median(off[::FINE, ::FINE]))
        grain = float(np.median(np.abs(off[::FINE, ::FINE] - even)))
        ink: Mask = off > even + max(_INK, _GRAIN * grain)
        self._rules = _rules_in(ink, dark_of(Image.fromarray((255 - off.clip(0, 255)).astype(np.uint8))))
        self._all: Mask = ink & ~grown(self._rules, 1)

    @cached_property
    def _touching(self) -> Mask:
        """What of it touches a rule, and is more than the edge of that."""
        numbers, near = numbered(self._all), grown(self._rules, _NEAR)
        beyond = np.bincount(numbers[self._all & ~near], minlength=int(numbers.max()) + 1) >= _PIECE
        touching = np.zeros_like(beyond)
        touching[numbers[self._all & near]] = True
        pieces: Mask = (touching & beyond)[numbers]
        return pieces

    @property
    def touches_rule(self) -> bool:
        """Whether there is a piece of a letter at a rule, or more."""
        return bool(self._touching.any())

    def words_at_rules(self) -> Iterator[Patch]:
        """Give a patch for all that may be a word and touches a rule somewhere, or all along."""
        touching = self._squares(self._touching)
        for ink in (self._squares(self._all), touching) if self.touches_rule else ():
            yield from _words_of(ink, touching)

    def _squares(self, mask: Mask) -> Mask:
        """Return the squares of `FINE` pixels of the whole picture that have some of it."""
        return np.asarray(Image.fromarray(mask.view(np.uint8) * np.uint8(255)).reduce(FINE // self._times)) > 0

    def words_beside(self, read: Mask) -> Iterator[Patch]:
        """Give a patch for all that may be a word beside the squares that were read."""
        left = self._squares(self._all) & ~grown(read, 1)
        yield from _words_of(left, left)


def _words_of(ink: Mask, wanted: Mask) -> Iterator[Patch]:
    """Give a patch for all squares beside each other that may be a word, if some of them are wanted."""
    for rows, columns in groups_of(grown(ink, 1)):
        if wanted[rows, columns].any():
            yield from word_around(rows, columns, int(np.count_nonzero(ink[rows, columns])))


def _rules_in(ink: Mask, dark: Mask) -> Mask:
    """Return the ink of all rules; what is dark among it has gaps between letters of print."""
    if not (has_long(ink) or has_long(ink.T)):
        return np.zeros_like(ink)
    slope = tilt_of(dark)
    sides = sides_of_rules(ink.shape[::-1], _OF_PAGE)
    level, upright = _rules_across(ink, dark, slope, sides), _rules_across(ink.T, dark.T, -slope, sides).T
    along, down = level.T, upright
    for _ in range(_THICK * sides[0]):  # a corner is as thick as both
        along, down = wavering(along), wavering(down)
    return level | upright | (ink & along.T & down)


def _rules_across(ink: Mask, dark: Mask, slope: float, sides: tuple[int, int]) -> Mask:
    """Return the ink of the rules that go across, where it is as thin as one: what is thicker is more than a rule."""
    thin, least = sides
    level = all_levelled(ink, slope)
    fine, thick = (level & ~in_runs(level.T, most).T for most in (thin + _THICKER, _THICK * thin))
    fine &= wavering(in_runs(wavering(fine), least))
    thick &= wavering(in_runs(wavering(all_levelled(dark, slope)), least))
    return all_levelled(fine | thick, -slope)


def _paper_of(grey: Grey) -> NDArray[np.int16]:
    """Return how light paper is around each pixel, or a shade: the picture without what is dark and narrow.

    What is pale along an edge may be wide beyond it: where a sheet lies askew, a scanner shows a wedge of its lid.
    """
    pixels = np.asarray(grey)
    beyond = np.pad(np.where(pixels < _DARK, np.uint8(255), pixels), _WIDE, mode="edge")
    beyond[_WIDE:-_WIDE, _WIDE:-_WIDE] = pixels
    paper = 255 - lightest(255 - lightest(beyond, _WIDE), _WIDE)
    return paper[_WIDE:-_WIDE, _WIDE:-_WIDE].astype(np.int16)
