"""Where in a picture letters were read, and what that leaves out."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from PIL import Image, ImageDraw

from portal.reading.ocr.components.connected_components import FINE, Levels, Mask, Numbers
from portal.reading.ocr.components.line_finding import Line
from portal.reading.ocr.layout.text_bands import WORDS, Band, find_bands
from portal.reading.ocr.removal.leftovers import leaves_word

_LEVEL: Final = 3  # degrees: a line that is no more aslant is level; by eye
_FAINT: Final = 14  # of 255 grey levels: what differs less from paper is no ink; by eye
_PALE: Final = 0.15  # share of the strongest ink: what is paler than that is paper, or an edge; by eye
_ALL: Final = 0.97  # share of the ink of a line that was read, where all of it was; by eye


class Chart:
    """Where in the picture letters were read."""

    def __init__(self, size: tuple[int, int], read: Sequence[Line] = ()) -> None:
        self._chart = Image.new("1", (size[0] // FINE + 1, size[1] // FINE + 1))
        self._pixels = np.asarray(self._chart)
        self.lines: list[Line] = []
        for line in read:
            self.note(line)

    def note(self, line: Line) -> None:
        """Mark a line as read."""
        self.lines.append(line)
        cos, sin = np.cos(np.radians(line.angle)), np.sin(np.radians(line.angle))
        along, across = line.length / 2 + 0.4 * line.letter, line.height / 2 + 0.2 * line.letter
        corners = [
            (
                (line.x + a * along * cos - b * across * sin) / FINE,
                (line.y + a * along * sin + b * across * cos) / FINE,
            )
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))
        ]
        ImageDraw.Draw(self._chart).polygon(corners, fill=1)
        self._pixels = np.asarray(self._chart)

    @property
    def cells(self) -> Mask:
        """Where letters were read, one for each square of `FINE` pixels."""
        return self._pixels

    def has(self, line: Line) -> bool:
        """Whether a line was read, all but one mark or a tenth: the rest of it may be half a name."""
        read = self.are_read_at(line.xs, line.ys)
        return len(read) - int(np.sum(read)) <= max(1, 0.1 * len(read)) and bool(np.any(read))

    def has_ink_of(self, line: Line, grey: Image.Image) -> bool:
        """Whether all ink in the box of a level line was read: two lines that melt when made small are one mark."""
        left, top = max(0, round(line.x - line.length / 2)), max(0, round(line.y - line.height / 2))
        box = np.asarray(grey)[top : round(line.y + line.height / 2), left : round(line.x + line.length / 2)]
        if line.slant > _LEVEL or not box.size:
            return False
        off = np.abs(box.astype(np.float64) - np.median(box))
        ys, xs = (edge.astype(np.float64) for edge in np.nonzero(off >= max(_FAINT, _PALE * off.max())))
        return len(xs) > 0 and float(self.are_read_at(xs + left, ys + top).mean()) >= _ALL

    def misses(self, band: Band) -> bool:
        """Whether so much of a band like a line of text was not read that it may be a name."""
        return self._is_name(band, self.are_read_at(band.xs, band.ys))

    def misses_all_of(self, band: Band) -> bool:
        """Whether so many cells of it were read neither in their middle nor at an end: words far apart are read."""
        read = self.are_read_at(band.xs, band.ys)
        for end in (-1, 1):
            read |= self.are_read_at(*band.moved(end))
        return self._is_name(band, read)

    def _is_name(self, band: Band, read: Mask) -> bool:
        if band.is_aslant and not read.all():  # no line crosses another: what it touches is the line that was read
            read |= self.are_read_at(band.xs, band.ys - band.reach) | self.are_read_at(band.xs, band.ys + band.reach)
        return int(np.sum(~read)) >= WORDS

    def leaves(self, picture: Image.Image, bare: Image.Image, levels: Levels) -> bool:
        """Whether something was not read on a picture `bare` of its thin lines, given at all scales, too."""
        is_left = any(True for _ in find_bands(levels, self.misses_all_of))
        return is_left or leaves_word(picture, bare, self._pixels)

    def misses_any(self, scales: Levels) -> bool:
        """Whether a band in one of these was not read."""
        return any(True for _ in find_bands(scales, self.misses))

    def are_read_at(self, xs: Numbers, ys: Numbers) -> Mask:
        """Return which of some pixels of the picture were read."""
        height, width = self._pixels.shape
        column, row = (xs / FINE).astype(np.int64), (ys / FINE).astype(np.int64)
        read: Mask = self._pixels[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)]
        return read
