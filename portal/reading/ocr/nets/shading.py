"""Makes the paper of a page as light everywhere: a scanner, or a lamp, leaves it darker at one side.

Such a page is none to rules that know paper by its one tone. How light it is follows a surface that bends once at the
most, which no letter does. Nothing is made lighter, so what differs still does: pure arithmetic on grey pixels.
"""

from typing import Final

import numpy as np
from PIL import Image

from portal.reading.ocr.components.connected_components import FINE, Grey, Numbers
from portal.reading.ocr.nets.detector import reduced

_REACHES: Final = (40, 20, 10, 6, 6)
"""Of 255 grey levels: what is as near to the surface that was found before is paper; by eye."""
_MOSTLY: Final = 0.67  # share of a page that is paper; by eye
_DARKEST: Final = 0.8  # share of the lightest: paper that is darker is a drawing; by eye
_EACH: Final = 2  # squares: one in so many, along and down, is enough to know the surface; by eye
_EVEN: Final = 6  # of 255 grey levels: paper that differs less is even to all rules about it; by eye


def evened(grey: Grey) -> Grey:
    """Return a page with its paper as light as where it is darkest; a picture that is none, or is even, as it is."""
    small = np.asarray(reduced(grey).reduce(FINE), np.float64)[::_EACH, ::_EACH]
    down, along = np.indices(small.shape)
    terms = _terms(along.ravel() / small.shape[1], down.ravel() / small.shape[0])
    cells = small.ravel()
    paper = np.full_like(cells, np.median(cells))
    for reach in _REACHES:
        near = np.abs(cells - paper) <= reach
        some = terms[near]
        surface = np.linalg.lstsq(some.T @ some, some.T @ cells[near])[0].astype(np.float64)
        paper = terms @ surface
    least, most = float(paper.min()), float(paper.max())
    is_page = np.mean(np.abs(cells - paper) <= _REACHES[-1]) >= _MOSTLY
    if not is_page or most - least < _EVEN or least < _DARKEST * most:
        return grey
    return _scaled(grey, surface, least)


def _terms(x: Numbers, y: Numbers) -> Numbers:
    """Return what a surface is made of that bends once, at some places from 0 to 1."""
    return np.stack(np.broadcast_arrays(np.ones_like(x), x, y, x * x, x * y, y * y), axis=-1)


def _scaled(grey: Grey, surface: Numbers, least: float) -> Grey:
    """Return it with as much light taken away from each pixel as from paper there."""
    x = ((np.arange(grey.width) + 0.5) / FINE - 0.5) / (grey.width / FINE)
    pixels = np.asarray(grey)
    level = np.empty_like(pixels)
    for row in range(grey.height):
        y = ((row + 0.5) / FINE - 0.5) / (grey.height / FINE)
        paper = _terms(x, np.full_like(x, y)) @ surface
        level[row] = np.round(pixels[row] * np.minimum(1, least / paper)).astype(np.uint8)
    return Image.fromarray(level)
