"""Takes the thin straight lines out of a picture, to see what they kept from being read.

A line breaks the quiet rows above and below a blurred name, and joins the letters that touch it into one mark. All of
its own ink is within a few pixels of one straight line, and nobody reads letters as low as that. More is taken than is
surely a line: the picture as it is has been looked at before. Pure arithmetic on grey pixels.
"""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from portal.reading.ocr.components.connected_components import Indices, Mask, Numbers, Pixels, joined

_THIN: Final = 3  # pixels: nobody reads letters as low as that; by eye
_PAGE: Final = 500  # parts of a page's width in pixels, one of which is what one of its rules is high; by eye
_CELL: Final = 8  # pixels along a line that are measured together; by eye
_LEAST: Final = 7  # cells a line is long, at the least; by eye
_GRAIN: Final = 4  # of 255 grey levels: less is grain; by eye
_OFF: Final = 1.5  # pixels: how far the middle of a cell may be off the line; by eye
_MOSTLY: Final = 0.8  # share of the cells that are as near as that; by eye
_SLOPES: Final = np.arange(-24, 25)[:, None] * 0.02  # rows from one cell to the next: up to 3.5 degrees; by eye
_IN_CHAIN: Final = 3  # lines that one chain of cells is taken for, at most; by eye
_UNEVEN: Final = 0.06  # share of a line's contrast: how much paper beside it may vary; by eye
_SOFT: Final = 2  # pixels to either side that blur and packing took; by eye


def without_straight(grey: Image.Image) -> Image.Image | None:
    """Return a picture in full size without its thin straight lines; None if it has none."""
    pixels = np.asarray(grey).copy()
    thin = max(_THIN, grey.width // _PAGE)
    changed = [_erase(turned, thin, sign) for turned in (pixels, pixels.T) for sign in (1, -1)]
    return Image.fromarray(pixels) if any(changed) else None


def _erase(pixels: Pixels, thin: int, sign: int) -> bool:
    """Paint what is above and below over each line that goes across, dark (1) or light (-1); say whether there is one.

    A line may be twice as high as `thin` where it is solid.
    """
    apart = 2 * thin + 2
    count = pixels.shape[1] // _CELL
    if count < _LEAST or len(pixels) < 4 * apart:
        return False
    cells = pixels[:, : count * _CELL].reshape(len(pixels), count, _CELL).mean(axis=2, dtype=np.float32) * sign
    is_changed = False
    for slope, base, whole in _lines(*_ridges(cells, apart)):
        middle = np.clip(np.round(base + slope * whole).astype(np.int64), apart, len(pixels) - apart - 1)
        line = cells[middle + np.arange(-apart, apart + 1)[:, None], whole]
        height = _height(line)
        if height > 2 * thin:
            continue
        is_bare, is_solid = _bare(line, height), _solid(pixels, middle, whole, sign)
        is_rule = is_solid.mean() >= _MOSTLY  # of dots, only those with no letter in their row go
        if height > thin and not is_rule:
            continue
        _paint(pixels, (slope, base), whole[is_bare | (is_solid & is_rule)], (height + 1) // 2 + _SOFT)
        is_changed = True
    return is_changed


def _ridges(cells: NDArray[np.floating], apart: int) -> tuple[Indices, Indices]:
    """Return row and column of the cells that are darker than those so far above and below, the darkest of a few."""
    cells = cells.copy()
    cells[1:-1] = (cells[:-2] + cells[1:-1] + cells[2:]) / 3  # the middle of a line, not the strongest of its rows
    inner = cells[apart:-apart]
    is_ridge = np.minimum(cells[: -2 * apart], cells[2 * apart :]) - inner >= _GRAIN
    for step in range(1, apart // 2 + 1):
        is_ridge &= inner <= cells[apart - step : -apart - step]
        is_ridge &= inner < cells[apart + step : len(cells) - apart + step]
    columns, rows = np.nonzero(is_ridge.T)
    return rows + apart, columns


def _chains(rows: Indices, columns: Indices) -> Iterator[tuple[Indices, Indices]]:
    """Give the cells that go on from one column to one of the next three, two rows higher or lower at most."""
    if not len(rows):
        return
    high = int(rows.max()) + 6
    key = columns * high + rows + 2
    pairs = []
    for step in (1, 2, 3):
        for by in (-2, -1, 0, 1, 2):
            wanted = key + step * high + by
            at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
            one = np.flatnonzero(key[at] == wanted)
            pairs.append((one, at[one]))
    one, other = (np.concatenate(side) for side in zip(*pairs, strict=True))
    label = np.unique(joined(len(rows), one, other), return_inverse=True)[1]
    order = np.argsort(label, kind="stable")
    for group in np.split(order, np.cumsum(np.bincount(label))[:-1]):
        if len(group) >= _LEAST:
            yield rows[group], columns[group]


def _lines(rows: Indices, columns: Indices) -> Iterator[tuple[float, float, Indices]]:
    """Give the straight lines: how many rows each goes down a column, its row at the first, and its columns.

    Letters that touch one make another chain of it; there may be a second one in it.
    """
    for across, along in _chains(rows, columns):
        left = np.ones(len(across), dtype=bool)
        for _ in range(_IN_CHAIN):
            slope, base = _straight(across[left], along[left])
            near = left & (np.abs(across - base - slope * along) <= _OFF)
            first, last = int(along[near].min(initial=len(columns))), int(along[near].max(initial=-1))
            if last - first >= _LEAST and len(np.unique(along[near])) >= _MOSTLY * (last - first + 1):
                yield slope, base, np.arange(max(0, first - 1), min(int(columns.max()), last + 1) + 1)
            left &= ~near
            if np.count_nonzero(left) < _LEAST:
                break


def _straight(rows: Indices, columns: Indices) -> tuple[float, float]:
    """Return the line that most cells are on: how many rows it goes down for each column, and its row at the first."""
    levels = np.round(rows - _SLOPES * columns).astype(np.int64)
    levels -= levels.min()
    high = int(levels.max()) + 1
    counts = np.bincount((levels + high * np.arange(len(levels))[:, None]).ravel(), minlength=high * len(levels))
    best, most = divmod(int(counts.argmax()), high)
    on = np.abs(levels[best] - most) <= 1
    if np.ptp(columns[on]) == 0:
        return 0.0, float(np.median(rows[on]))
    slope, base = np.polyfit(columns[on], rows[on], 1)
    return float(slope), float(base)


def _height(line: Numbers) -> int:
    """Return in how many rows a line has half of its ink or more; it is in the middle row of what is given."""
    profile = line.mean(axis=1)
    off = max(profile[0], profile[-1]) - profile
    return int(np.sum(off >= off[len(off) // 2] / 2))


def _bare(line: Numbers, height: int) -> Mask:
    """Return where there is even paper above and below a line: no letter stands on it, or goes through it."""
    half, beyond = len(line) // 2, height // 2 + _SOFT
    sides = line[: half - beyond], line[half + beyond + 1 :]
    ink = np.minimum(*(side.mean(axis=0) for side in sides)) - line[half]
    uneven = np.maximum(*(np.ptp(side, axis=0) for side in sides))
    bare: Mask = uneven <= np.maximum(2 * _GRAIN, _UNEVEN * ink)
    return bare


def _solid(pixels: Pixels, middle: Indices, whole: Indices, sign: int) -> Mask:
    """Return where a line goes on in every pixel: it is none of the feet of letters, which have gaps."""
    columns = whole[:, None] * _CELL + np.arange(_CELL)
    ink, *around = (pixels[middle[:, None] + by, columns].astype(np.int16) * sign for by in (0, -1, 1))
    ink = np.minimum(ink, np.minimum(*around))
    level = np.median(ink)
    paper = np.median(pixels[np.maximum(middle - _CELL, 0)[:, None], columns].astype(np.int16) * sign)
    solid: Mask = (ink <= (level + paper) / 2).all(axis=1)
    return solid


def _paint(pixels: Pixels, line: tuple[float, float], whole: Indices, reach: int) -> None:
    """Let what is above and below some cells of a line run into each other over it."""
    slope, base = line
    along = (whole[:, None] * _CELL + np.arange(_CELL)).ravel()
    middle = np.round(base + slope * ((along + 0.5) / _CELL - 0.5)).astype(np.int64)
    above, below = np.clip(middle - reach - 1, 0, len(pixels) - 1), np.clip(middle + reach + 1, 0, len(pixels) - 1)
    upper, lower = pixels[above, along].astype(np.float64), pixels[below, along].astype(np.float64)
    for row in range(-reach, reach + 1):
        part = (row + reach + 1) / (2 * reach + 2)
        at = np.clip(middle + row, 0, len(pixels) - 1)
        pixels[at, along] = ((1 - part) * upper + part * lower).astype(np.uint8)
