"""Where a picture has bands that look like lines of text though no letter of them may be told from the next.

Blur melts letters into words, faint ink stays below what `marks` takes for a mark, and noise gives more marks
than letters. What is left of a line of text in all three is a low band in which brightness goes up and down along
the line, unevenly, on one side of a paper that is even just above and below it. Pure arithmetic on grey pixels.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageFilter

from portal.reading.ocr.components.background_levels import levelled
from portal.reading.ocr.components.connected_components import Box, Indices, Levels, Mask, Numbers, Pixels, find_marks
from portal.reading.ocr.removal.dashed_lines import enlarged, erase_dashes

_CELL: Final = 8  # pixels along a line that are measured together; by eye
_ROWS: Final = 5  # pixels: small letters (without stems) of 4 to 10 are found, higher ones at the next scale; by eye
_REACH: Final = 7  # rows above and below in which there must be quiet ones; by eye
_ALONG: Final = 5  # cells of 8 pixels along a line that are averaged; by eye
_LEAST: Final = 7  # cells: some eight letters; by eye
WORDS: Final = 6  # cells with ink that may be a name: some eight letters; by eye
_ASLANT: Final = 8  # cells: shorter slanted bands are found in printed patterns, too; by eye
_GAIN: Final = 4  # times as fine as the whole steps that `reduce` rounds to; by eye
_NOISY: Final = 8  # of 255 grey levels: steps between neighbours where the paper should be even; by eye
_EVEN: Final = (0.46, 0.33)  # share of the spread along a band, and of its contrast: how much paper may vary; by eye
_STAINED: Final = (0.7, 0.45)  # share of the same where noise is left; by eye
_SLOPES: Final = (0.07, -0.07)  # rows for each column: 4 degrees; bands are found some 2 to either side; by eye
_LARGE: Final = 700_000
"""Pixels in all: of a larger picture slanted bands are looked for at the next smaller scale; by eye."""
_MANY: Final = 300  # bands of one scale that are looked at closer, the strongest first; by eye
_SWING: Final = 0.15  # share of the spread along a band: smaller ups and downs are grain; by eye
_PALE: Final = 0.15  # share of the strongest ink; by eye
_APART: Final = 8  # pixels: between letters, and words, of a line there are fewer; by eye
_MOSTLY: Final = 0.5  # share of a column that is ink; by eye
_THIN: Final = 3  # pixels: nobody reads letters as low as that; by eye
_PAGE: Final = 500  # parts of a page's width in pixels, one of which is what one of its rules is high; by eye
_RULE: Final = (20, 0.65)  # times as wide as high, at least, and share of it that is ink; by eye
_STRAIGHT: Final = 0.9  # share of a tilted one's length that is ink on a straight line; by eye

Grid = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Band:
    """A band like a line of text: the middles of its inked cells, in pixels of the whole picture.

    `reach` is half its height.
    """

    xs: Numbers
    ys: Numbers
    reach: float
    is_aslant: bool = False

    def moved(self, end: int) -> tuple[Numbers, Numbers]:
        """Return where its cells begin (-1) or end (1)."""
        by = end * 0.5 * _CELL * self.reach / (0.5 * _ROWS)
        return (self.xs + by, self.ys) if np.ptp(self.xs) >= np.ptp(self.ys) else (self.xs, self.ys + by)


def find_bands(scales: Levels, is_wanted: Callable[[Band], bool] = lambda _: True) -> Iterator[Band]:
    """Give the bands at every scale but an enlarged one, running right, a little aslant too, and running down.

    Only those wanted, which costs less than to look whether they are bands.
    """
    for scale, grey in scales:
        if scale > 1:
            continue
        steps = _steps(grey)
        is_noisy = _quietest(steps) >= _NOISY
        if is_noisy:
            grey = grey.filter(ImageFilter.MedianFilter(3)).filter(ImageFilter.BoxBlur(1))  # noqa: PLW2901 - calmer from here
            steps = _steps(grey)
        paper = _STAINED if is_noisy else _EVEN
        pixels = np.asarray(grey)
        for slope in (0.0, *(_SLOPES if pixels.size <= _LARGE else ())):
            for xs, ys, strip in _bands_across(steps, pixels, slope):
                band = Band(xs / scale, ys / scale, _ROWS / 2 / scale, is_aslant=slope != 0)
                if is_wanted(band) and _is_like_writing(*strip, paper):
                    yield band
        turned = grey.transpose(Image.Transpose.TRANSPOSE)
        for ys, xs, strip in _bands_across(_steps(turned), np.asarray(turned), 0.0):
            band = Band(xs / scale, ys / scale, _ROWS / 2 / scale)
            if is_wanted(band) and _is_like_writing(*strip, paper) and not _is_column(*strip):
                yield band


def without_rules(scales: Levels, read: Mask | None = None) -> list[tuple[float, Image.Image]]:
    """Return the same pictures without the thin lines that forms have to write on, to look again.

    Underscores side by side go up and down like letters. What stands on such a line, or crosses it, stays; but what
    was `read` beside dashes, in squares, is no unread name.
    """
    return [(scale, _bare(grey, read=enlarged(read, scale, grey.size))) for scale, grey in scales if scale <= 1]


def ruled_out(grey: Image.Image) -> Image.Image | None:
    """Return a picture in full size without the lines that forms have to write on; None if it has none."""
    bare = _bare(grey, max(_THIN, grey.width // _PAGE))
    return bare if ImageChops.difference(bare, grey).getbbox() else None


def _bare(grey: Image.Image, thin: int = _THIN, read: Mask | None = None) -> Image.Image:
    pixels = np.asarray(grey).copy()
    read = np.zeros(pixels.shape, dtype=bool) if read is None else read
    longer, filled = _RULE
    for marks, mask, _ in find_marks(grey):
        width, height = marks.right - marks.left, marks.bottom - marks.top
        is_long = width >= longer * height
        is_rule = is_long & (height <= thin) & (marks.area >= filled * width * height)
        erase_dashes(pixels, marks, thin, read)
        for at in np.flatnonzero(is_rule):
            rows = slice(max(0, int(marks.top[at]) - 1), int(marks.bottom[at]) + 1)
            columns = slice(max(0, int(marks.left[at]) - 1), int(marks.right[at]) + 1)
            pixels[rows, columns] = pixels[max(0, int(marks.top[at]) - 3), columns]  # what is above it
        for at in np.flatnonzero(is_long & (height > thin) & (marks.area <= thin * width)):
            left, top, right, bottom = (int(edge[at]) for edge in (marks.left, marks.top, marks.right, marks.bottom))
            _erase_aslant(pixels, mask, (left, top, right, bottom), thin)
    return Image.fromarray(pixels)


def _erase_aslant(pixels: Pixels, mask: Mask, box: Box, thin: int) -> None:
    """Paint what is above it over a mark that goes straight from one corner of its box to another: a tilted rule."""
    left, top, right, bottom = box
    across, beside = np.arange(left, right), np.arange(-thin, thin + 1)[:, None]
    for first, last in ((top, bottom - 1), (bottom - 1, top)):
        middle = np.round(np.linspace(first, last, len(across))).astype(np.int64)
        rows = np.clip(middle + beside, 0, len(pixels) - 1)
        if mask[rows, across].any(axis=0).mean() >= _STRAIGHT:
            pixels[rows, across] = pixels[np.maximum(middle - thin - 2, 0), across]
            return


def _steps(grey: Image.Image) -> Grid:
    """Return how much brightness changes along the rows, on average in each cell; strong edges count little more."""
    width, height = grey.size
    if width < (_LEAST + 1) * _CELL or height < 3 * _ROWS:
        return np.zeros((0, 0), dtype=np.float32)
    change = ImageChops.difference(grey.crop((2, 0, width, height)), grey.crop((0, 0, width - 2, height)))
    finer = change.point([min(255, value * _GAIN) for value in range(256)])
    steps: Grid = np.asarray(finer.reduce((_CELL, 1)), dtype=np.float32)[:, : (width - 2) // _CELL] / np.float32(_GAIN)
    return steps


def _quietest(steps: Grid) -> float:
    """Return what grain alone does: the steps that three cells of ten stay below."""
    some = steps[::3, ::2].ravel()
    return float(np.partition(some, 3 * len(some) // 10)[3 * len(some) // 10]) if len(some) else 0.0


def _bands_across(steps: Grid, pixels: Pixels, slope: float) -> Iterator[tuple[Numbers, Numbers, tuple[Pixels, int]]]:
    """Give where bands may be: along and across, with pixels of and around each and the row of these it begins at."""
    if not steps.size or steps.max() < 1:
        return
    grain = _quietest(steps)
    level = levelled(steps, slope * _CELL) if slope else steps
    inside, around = _strength(level)
    inside, around = inside - grain, np.maximum(around - grain, 0)
    stands_out = (inside >= 0.9) & (inside >= 0.4 * grain) & (around <= 0.34 * inside)
    if not stands_out.any():
        return
    for top, first, last in _runs(stands_out, inside):
        cells = level[top : top + _ROWS, first:last].mean(axis=0) - grain
        inked = first + np.flatnonzero(cells >= 0.4 * cells.mean())
        start, end = int(inked[0]) * _CELL, (int(inked[-1]) + 1) * _CELL
        if len(inked) < max(_ASLANT if slope else WORDS, 0.6 * (end - start) / _CELL):
            continue
        above = min(top, 6)
        strip = levelled(pixels, slope, (top - above, top + _ROWS + 6), (start, end))
        middles: Numbers = (inked.astype(np.float64) + 0.5) * _CELL
        yield middles, top + _ROWS / 2 + np.round(slope * middles), (strip, above)


def _strength(steps: Grid) -> tuple[Grid, Grid]:
    """Return the steps in each band of some rows and cells, and those of the noisier of its two quiet sides."""
    across = steps.shape[1] - _ALONG + 1
    along = _mean([steps[:, at : at + across] for at in range(_ALONG)])
    count = len(along) - _ROWS + 1
    inside, pair = _mean([along[at : at + count] for at in range(_ROWS)]), _mean([along[:-1], along[1:]])
    padded = np.pad(pair, ((_REACH, _REACH), (0, 0)), mode="edge")
    above = np.minimum.reduce([padded[at : at + count] for at in range(_REACH - 2)])
    below = np.minimum.reduce([padded[at : at + count] for at in range(_REACH + _ROWS + 1, 2 * _REACH + _ROWS - 1)])
    around: Grid = np.maximum(above, below)
    return inside, around


def _mean(grids: Sequence[Grid]) -> Grid:
    """Return the mean of shifted views; running sums would lose faint ink at the far end of a long picture."""
    total = grids[0].copy()
    for grid in grids[1:]:
        total += grid
    total /= len(grids)
    return total


def _runs(stands_out: Mask, inside: Grid) -> Iterator[tuple[int, int, int]]:
    """Give row, first and behind last cell of the strongest runs, one of each band."""
    edges = np.diff(np.pad(stands_out.astype(np.int8), ((0, 0), (1, 1))), axis=1)
    (rows, first), (_, last) = np.nonzero(edges == 1), np.nonzero(edges == -1)
    long = last - first > _LEAST - _ALONG
    rows, first, last = rows[long], first[long], last[long]
    sums = np.cumsum(np.pad(np.where(stands_out, inside, 0), ((0, 0), (1, 0))), axis=1)
    taken = np.zeros(stands_out.shape, dtype=bool)
    for at in np.argsort(sums[rows, first] - sums[rows, last], kind="stable")[:_MANY]:
        row, start, end = int(rows[at]), int(first[at]), int(last[at])
        here = taken[max(0, row - 3) : row + 4, start:end]
        if np.count_nonzero(here) <= 0.1 * here.size:
            taken[row, start:end] = True
            yield row, start, end + _ALONG - 1


def _is_like_writing(strip: Pixels, top: int, even: tuple[float, float]) -> bool:
    """Whether the rows from `top` on have ink as letters do, and those at its edges are even paper."""
    ink = strip[top : top + _ROWS].mean(axis=0)
    beside = [part.mean(axis=0) for part in (strip[: max(1, top - 1)], strip[top + _ROWS + 1 :]) if len(part)]
    paper = np.concatenate(beside)
    off = ink - np.median(paper)
    off = off if off.mean() >= 0 else -off
    spread = float(off.std())
    if spread < 1.5 or paper.std() > min(even[0] * spread, even[1] * off.mean()) or off.mean() < 0.6 * spread:
        return False  # no ink, no paper, or some spots far apart
    if np.mean(off > -0.15 * off.max()) < 0.93:
        return False
    turns = _turns(off, max(0.8, _SWING * spread))
    gaps = np.diff(turns[::2])
    return len(turns) >= 0.07 * len(off) and len(gaps) > 1 and float(np.std(gaps)) >= 0.25 * float(np.mean(gaps))


def _is_column(strip: Pixels, top: int) -> bool:
    """Whether it is paper for the most part, in gaps higher than letters: a table's column of grades or times."""
    ink = strip[top : top + _ROWS].mean(axis=0)
    off = np.abs(ink - np.median(ink))
    edges = np.diff(np.pad((off <= _PALE * off.max()).astype(np.int8), 1))
    gaps = np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)
    return float(np.sum(gaps[gaps >= _APART])) >= _MOSTLY * len(off)


def _turns(off: Numbers, swing: float) -> Indices:
    """Return where it goes from up to down and back, by more than `swing` each time."""
    found, at, upward = [], 0, True
    for here in range(1, len(off)):
        if (off[here] > off[at]) == upward and off[here] != off[at]:
            at = here
        elif abs(off[here] - off[at]) > swing:
            found.append(at)
            at, upward = here, not upward
    return np.array(found, dtype=np.int64)
