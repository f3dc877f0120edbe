"""Tells letters that fill a square, as Han and Hangul do, from Latin ones. Pure arithmetic.

On the way down through a Latin letter there are one to three strokes, and a fourth only in a `g` or below an accent.
In a square letter there are often four, all along the word. A model for Latin reads something into it nevertheless.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from portal.reading.ocr.components.connected_components import Indices, Levels, Mask
from portal.reading.ocr.components.line_crops import EDGE, MARGIN, cut_out
from portal.reading.ocr.components.line_finding import Line

_INK: Final = 150  # of 255 grey levels: darker is ink, in a strip whose paper is white; by eye
_ROWS: Final = 60  # pixels a strip is high; by eye
_NEAR: Final = 3  # pixels above and below a line; by eye
_DEEP: Final = 4  # strokes on the way down that make a column dense; by eye
_BAR: Final = 1.25  # times the letters' height: a longer run is a bar; by eye


@dataclass(frozen=True, slots=True)
class Density:
    """How a piece of a line is filled.

    `length` is in heights of the line, `strokes` the mean crossed on the way down, `along` the mean crossed on the
    way along, for each height; `deep` is the part of the columns with four strokes or more in the first half and in
    the second one; `ink` is the inked part of all, `gaps` the part of the columns without any, `bars` the part of
    the ink in strokes along that are longer than a letter is; `pen` is how thick strokes are, in heights.
    """

    length: float
    strokes: float
    along: float
    deep: tuple[float, float]
    ink: float
    pen: float
    bars: float
    gaps: float

    @property
    def is_square(self) -> bool:
        """Whether these can hardly be Latin letters, whatever they were read as."""
        return self.strokes >= 2.6 and sum(self.deep) >= 0.4

    @property
    def is_square_all_along(self) -> bool:
        """Whether that is so in both halves: one alone may be the `g` of a fine face."""
        return self.is_square and min(self.deep) >= 0.06

    @property
    def may_be_square(self) -> bool:
        """Whether these are Latin letters only if they were read so with confidence; one accent does not count."""
        return self.is_square or (self.strokes >= 2 and (min(self.deep) >= 0.06 or sum(self.deep) >= 0.5))

    @property
    def is_row_of_squares(self) -> bool:
        """Whether a whole line that nobody could read is two such letters or more."""
        is_deep = sum(self.deep) >= 0.2 and self.along >= 1.1
        return self._is_row and self.strokes >= 2 and (is_deep or self.strokes * self.along >= 4.5)

    @property
    def may_be_row_of_squares(self) -> bool:
        """Whether it may be, unless it was read as a figure: `$4.50` has as many strokes."""
        return self._is_row and self.strokes >= 1.8 and self.strokes * self.along >= 2.8

    @property
    def is_island(self) -> bool:
        """Whether it is two to four such letters, if it stands alone: screws, windows and tables are not so dense."""
        fits = 1.5 <= self.length <= 4.3 and self.gaps <= 0.22 and self.bars <= 0.1
        drawn = 0.2 <= self.ink <= 0.65 and 0.04 <= self.pen <= 0.165 and self.strokes <= 5
        return fits and drawn and self.strokes >= 1.8 and self.along >= 1.1 and self.strokes * self.along >= 2.7

    @property
    def _is_row(self) -> bool:
        return self.ink <= 0.36 and 1.7 <= self.length <= 12


class Drawn:
    """What is drawn where a line is."""

    def __init__(self, line: Line, levels: Levels) -> None:
        strip = cut_out(line, levels, _ROWS, is_turned=False, is_bare=True)
        self._inked = np.asarray(strip)[EDGE:-EDGE, EDGE:-EDGE] < _INK
        self._margin = MARGIN * line.letter / (line.height + 2 * MARGIN * line.letter) * self._inked.shape[0]

    def between(self, start: float, end: float) -> Density:
        """Measure from one place along the line to another, from 0 to 1."""
        margin, (rows, columns) = self._margin, self._inked.shape
        width, height = columns - 2 * margin, rows - 2 * margin
        across = slice(max(0, int(margin) - _NEAR), int(rows - margin) + _NEAR)
        piece = self._inked[across, max(0, int(margin + start * width)) : max(0, int(margin + end * width)) + 1]
        return density_of(piece, height)


def density_of(piece: Mask, height: float) -> Density:
    """Measure a piece of a line that is so many of its pixels high: which of them are inked."""
    if not piece.any():
        return Density(0, 0, 0, (0, 0), 0, 0, 0, 0)
    starts = np.diff(np.pad(piece.astype(np.int8), 1), axis=1), np.diff(np.pad(piece.astype(np.int8), 1), axis=0)
    along, down = (starts[0] == 1).sum(axis=1)[1:-1], (starts[1] == 1).sum(axis=0)[1:-1]
    length, half, area = piece.shape[1] / height, len(down) // 2, int(piece.sum())
    first, last = (np.nonzero((starts[0] == step).ravel())[0] for step in (1, -1))
    runs = last - first
    return Density(
        length=length,
        strokes=float(down[down > 0].mean()),
        along=float(along[along > 0].mean()) / length,
        deep=(_deep(down[:half]), _deep(down[half:])),
        ink=area / piece.size,
        pen=area / int(down.sum() + along.sum()) / height,
        bars=float(runs[runs > _BAR * height].sum()) / area,
        gaps=float((down == 0).mean()),
    )


def _deep(down: Indices) -> float:
    inked = down[down > 0]
    return float((inked >= _DEEP).mean()) if len(inked) else 0.0
