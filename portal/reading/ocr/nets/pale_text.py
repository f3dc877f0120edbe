"""What is pale in a picture: what is left of it once all that is strong, and the shade behind it, is taken away.

A net that finds writing looks at what is strong. A name in pencil over the rule of a table is a part of that rule to
it, but stands by itself here.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from portal.reading.ocr.components.connected_components import FINE, Grey, Mask, groups_of, lightest
from portal.reading.ocr.components.simple_shapes import grown
from portal.reading.ocr.nets.inpainting import filled
from portal.reading.ocr.nets.oriented_boxes import Patch, word_around
from portal.reading.ocr.nets.sessions import Floats
from portal.reading.ocr.removal.ruling_lines import in_runs, wavering

EVEN: Final = 128  # of 255 grey levels: what is even there, or strong; by definition
NEAR, FAR = 60, 100
"""Of 255 grey levels: what is as far off the ground is strong, where rules are pale, and where they are not; by eye."""
_INK: Final = 30  # of 255 grey levels: what of rules differs so much from the ground; by eye
_EDGE: Final = 5  # pixels: what is strong, and its soft edges; by eye
_COARSE: Final = 4  # pixels a side of what the ground is measured in; by eye
_GROUND, _SHADE = 9, 11  # squares of 4 pixels: what is wider is ground, or shade; by eye
_STRONGER, _PAPER = 2, 230  # times, and of 255 grey levels: how what is pale is shown; by eye
_MARK: Final = 7  # of 255 grey levels: what is no grain; by eye
_GRAIN: Final = 4  # times as much as grain: what differs as much is a mark; by eye
_SHADED: Final = 10  # of 255 grey levels: what of the ground differs so much from the sheet; by eye
_INKED: Final = 4  # pixels of a square that count: the most inked; by eye
_LEFT: Final = 0.15  # share of a word that is left without what is as thin as a rule; by eye
_THICK: Final = 6  # pixels: no rule is as thick; by eye
_SQUARE: Final = np.ones((FINE, FINE), dtype=bool)
_RULE: Final = 20  # squares: what a rule is long at least; by eye
_AT: Final = 2  # squares: so near to it a name is across it; by eye
_LEAST: Final = 9  # squares of a word, at the least; by eye
_SEEN, _MOSTLY = 0.5, 90
"""Probability, of 1, and percentile: so likely a tenth of a word is in writing, as nets see its inner half; by eye."""

T = TypeVar("T", bound=np.generic)


def pale_of(grey: Grey, strong: int = FAR) -> Grey:
    """Return what is pale in a picture: by how much it is lighter or darker than what is around it, from `EVEN`."""
    pixels = np.asarray(grey, np.float32)
    is_strong: Mask = lightest(np.abs(pixels - _ground(grey, _GROUND)) > strong, _EDGE)
    known = (~is_strong).astype(np.float32)
    rest = np.where(is_strong, filled(pixels * known, known), pixels)
    off = rest - _ground(Image.fromarray(rest.clip(0, 255).astype(np.uint8)), _SHADE)
    return Image.fromarray((EVEN + off).clip(0, 255).astype(np.uint8))


def stronger(pale: Grey) -> Grey:
    """Return what is pale as on paper, and made stronger."""
    off = np.asarray(pale.filter(ImageFilter.GaussianBlur(1)), np.float32) - EVEN
    return Image.fromarray((_PAPER + _STRONGER * off).clip(0, 255).astype(np.uint8))


class Crossed(NamedTuple):
    """The squares of `FINE` pixels at a rule or on a shade, and those that level rules and upright ones go through.

    The former are of the whole picture, the latter of a smaller one.
    """

    cells: Mask
    level: Mask
    upright: Mask


def crossed_in(grey: Grey, shape: tuple[int, ...]) -> Crossed:
    """Return what is at a rule or on a shade of a picture, which may be smaller than the one of that `shape`."""
    level, upright = _rules_of(grey)
    cells = grown(_squares(level | upright, shape), _AT) | _squares(_shaded(grey), shape)
    return Crossed(cells, level, upright)


def pale_words(pale: Grey, likely: Floats, crossed: Crossed) -> Iterator[Patch]:
    """Give a patch for each pale word at a rule or on a shade that is `likely` writing, from 0 to 1.

    What is left of a rule whose ink varies is no word: it is as thin as a rule.
    """
    pixels = np.abs(np.asarray(pale, np.float32) - EVEN)
    off = _strongest(pixels)
    least = max(_MARK, _GRAIN * float(np.median(off)))
    marks = _squares(off >= least, likely.shape)
    pixels[_rests_of_rules(crossed, pixels >= _MARK)] = 0
    letters = _squares(_strongest(pixels) >= least, likely.shape)
    for rows, columns in groups_of(grown(marks, 1)):
        inked = np.count_nonzero(marks[rows, columns])
        if (
            len(rows) >= _LEAST
            and crossed.cells[rows, columns].any()
            and np.percentile(likely[rows, columns], _MOSTLY) >= _SEEN
            and np.count_nonzero(letters[rows, columns]) >= _LEFT * inked
        ):
            yield from word_around(rows, columns, int(inked))


def _strongest(pixels: Floats) -> Floats:
    """Return how much the strongest pixels of each square differ."""
    strongest: Floats = np.sort(_blocks(pixels))[..., -_INKED:].mean(axis=-1)
    return strongest


def _ground(grey: Grey, wide: int) -> Floats:
    """Return what is around each pixel."""
    small = grey.resize([max(1, side // _COARSE) for side in grey.size], Image.Resampling.BOX)
    return np.asarray(
        small.filter(ImageFilter.MedianFilter(wide)).resize(grey.size, Image.Resampling.BILINEAR), np.float32
    )


def _rules_of(grey: Grey) -> tuple[Mask, Mask]:
    """Return the squares that level rules go through, and upright ones, pale ones too."""
    off = np.abs(np.asarray(grey, np.float32) - _ground(grey, _GROUND)) > _INK
    squares: Mask = np.count_nonzero(_blocks(off), axis=-1) >= _INKED
    return _long_in(squares), _long_in(squares.T).T


def _rests_of_rules(crossed: Crossed, ink: Mask) -> Mask:
    """Return the ink on rules that is as thin as a rule, and its edges; a letter across one is higher."""
    level, upright = (np.kron(each, _SQUARE)[: len(ink), : len(ink[0])] for each in (crossed.level, crossed.upright))
    return grown((level & ink & ~_thick(ink)) | (upright & ink & ~_thick(ink.T).T), 1)


def _thick(ink: Mask) -> Mask:
    """Return what of the ink goes on down for longer than a rule is thick."""
    return in_runs(ink.T, _THICK).T


def _shaded(grey: Grey) -> Mask:
    """Return the squares whose ground is not that of the page."""
    ground = _blocks(_ground(grey, _GROUND)).mean(axis=-1)
    shaded: Mask = np.abs(ground - np.median(ground)) >= _SHADED
    return shaded


def _long_in(squares: Mask) -> Mask:
    """Return those that are in a long row, which may waver by one."""
    return squares & in_runs(wavering(squares), _RULE)


def _blocks(pixels: NDArray[T]) -> NDArray[T]:
    """Return the pixels of each square of `FINE`, behind its row and column."""
    high, wide = (-(-side // FINE) for side in pixels.shape)
    whole = np.pad(pixels, ((0, high * FINE - pixels.shape[0]), (0, wide * FINE - pixels.shape[1])))
    return whole.reshape(high, FINE, wide, FINE).transpose(0, 2, 1, 3).reshape(high, wide, FINE * FINE)


def _squares(squares: Mask, shape: tuple[int, ...]) -> Mask:
    """Return the squares of a smaller picture as those of the whole."""
    size = shape[1], shape[0]
    return np.asarray(Image.fromarray(squares.view(np.uint8)).resize(size, Image.Resampling.NEAREST)) > 0
