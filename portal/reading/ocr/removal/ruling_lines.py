"""Takes thin straight lines out of a picture: those that forms have to write on, and those of tables.

Side by side they go up and down like letters do, and a scanner gives them grain, tilts them by a degree and joins
those of a table into one mark. What stands on such a line, or crosses it, stays. Pure arithmetic on grey pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image, ImageChops, ImageFilter

from portal.reading.ocr.components.background_levels import all_levelled, row_sums
from portal.reading.ocr.components.connected_components import FINE, Mask, Numbers, Pixels, dark_of
from portal.reading.ocr.components.ruling_grid import Rule, are_no_letters, mended
from portal.reading.ocr.components.tick_boxes import erase_boxes

_THIN: Final = 3  # pixels: nobody reads letters as low as that; by eye
_PAGE: Final = 500  # parts of a page's width in pixels, one of which is what one of its rules is high; by eye
_SHORTEST: Final = 48  # pixels: no stroke of a letter whose neighbours a line of text has is as long; by eye
_OF_PAGE: Final = 14  # times a rule goes into the page's longer side, if it is longer than `_SHORTEST`; by eye
_GLANCE: Final = 24  # pixels: even a tilted rule is as long in one row, of small letters hardly a stroke; by eye
_STEEPEST: Final = 0.06  # rows for each column: 3.5 degrees; by eye
_BLOCK: Final = 16  # pixels along a rule that are counted together to find out how it is tilted; by eye
_ALONE: Final = 0.6  # share of a rule that has nothing above and below; by eye
_BARE: Final = 0.3  # share of a rule that has nothing above or below; by eye
_CELL: Final = 8  # pixels along a rule that are measured together; by eye
_EVEN: Final = 0.06  # share of its contrast: how much the ink of a rule may vary; by eye
_EDGE: Final = 0.01  # share of a rule's strongest row: fainter rows are paper; by eye
_TAKEN: Final = 0.5  # share of a run: another one beside it is the same rule; by eye
_LONGER: Final = 3  # times a line's height; by eye
_MANY_RUNS: Final = 10_000  # runs of pixels: each rule has some; with more it is a pattern; by eye
_MANY: Final = 600  # rules of a page: more are a pattern; by eye
_MOST: Final = 0.33  # share of a page: more would be a pattern; by eye
_INK: Final = 6  # of 255 grey levels, on average in a square: what differs so much from the page is no paper; by eye
_SPECKS: Final = 6  # squares: dust; by eye
_WIDE: Final = 4  # squares to either side, to measure what is blurred or pale; by eye
_FAINT: Final = 2.5  # of 255 grey levels, on average there; by eye
_SHADE: Final = 5  # times as wide and high: what a page's shade is measured in; by eye
_WORD: Final = 3  # times as wide: what is a little off all along it is a pale word; by eye
_FAINT_WORD: Final = 0.8  # of 255 grey levels, on average there; by eye
_BESIDE: Final = 3  # pixels beside a rule that are looked at; by eye
_TOUCH: Final = 40
"""Of 255 grey levels: what differs so much from the page right beside a rule is ink that touches it; by eye."""
_GRAIN, _GRAINS, _SQUARE = 14, 3.5, 16
"""Of 255 grey levels, pixels, and pixels a side: so many that differ as much in a square as large are grain; by eye."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """A picture without its rules: squares of `FINE` pixels in which some were, and the length of the shortest."""

    bare: Image.Image
    erased: Mask
    shortest: float

    def is_all_beside(self, read: Mask, highest: float) -> bool:
        """Whether there is nothing but even paper beside rules and the squares that were read.

        A rule that is not much longer than the highest line of text may have been the stem of a letter of it.
        """
        if self.shortest < _LONGER * highest or self.erased.mean() > _MOST:
            return False
        cells = np.asarray(self.bare.reduce(FINE), dtype=np.float64)
        free = ~(read[: cells.shape[0], : cells.shape[1]] | self.erased)[1:-1, 1:-1]
        off = np.where(free, (cells - np.median(cells))[1:-1, 1:-1], 0)
        return int(np.sum(np.abs(off) > _INK)) <= _SPECKS and not _is_pale(_in_fours(off), _in_fours(free))

    def without(self, read: Mask) -> Image.Image:
        """Return the picture with paper over what was read."""
        size = (read.shape[1] * FINE, read.shape[0] * FINE)
        squares = Image.fromarray(read).convert("L").resize(size, Image.Resampling.NEAREST)
        sheet = int(np.median(np.asarray(self.bare)[::FINE, ::FINE]))
        return Image.composite(Image.new("L", self.bare.size, sheet), self.bare, squares.crop((0, 0, *self.bare.size)))


@dataclass(frozen=True, slots=True)
class Tangled:
    """A picture with rules that stay: they may be strokes of letters, letters touch them, or it is no page."""


def _in_fours(squares: Numbers | Mask) -> Numbers:
    """Return the sums of four by four."""
    rows, columns = squares.shape[0] // _WIDE, squares.shape[1] // _WIDE
    inside = squares[: rows * _WIDE, : columns * _WIDE].reshape(rows, _WIDE, columns, _WIDE)
    total: Numbers = inside.sum(axis=(1, 3), dtype=np.float64)
    return total


def _is_pale(off: Numbers, free: Numbers) -> bool:
    """Whether something is too pale or blurred for a single square, on a page whose shade may change little by little.

    `off` is how far four by four squares differ from the page all together, `free` in how many of them that counts.
    """
    off = np.where(2 * free >= _WIDE**2, off / np.maximum(free, 1), 0)
    near = np.median(sliding_window_view(np.pad(off, _SHADE // 2, mode="edge"), (_SHADE, _SHADE)), axis=(2, 3))
    beyond = np.where(free > 0, off - near, 0)[1:-1, 1:-1]  # the edge of a scan may be a little darker
    if min(beyond.shape) < _WORD:
        return True
    along = np.abs(sliding_window_view(beyond, (1, _WORD)).mean(axis=(2, 3)))
    return bool(np.any(np.abs(off[1:-1, 1:-1]) > _FAINT) or np.any(along > _FAINT_WORD))


def find_rules(grey: Image.Image) -> Ruled | Tangled | None:
    """Take the thin straight lines out of a picture in full size; None if it has none."""
    thin, least = sides_of_rules(grey.size, _OF_PAGE)
    mask = dark_of(grey)
    if not (has_long(mask) or has_long(mask.T)):
        return None
    pixels, slope = np.asarray(grey).copy(), tilt_of(mask)
    across = _erase_across(pixels, mask, slope, thin, least)
    down = _erase_across(pixels.T, mask.T, -slope, thin, least)
    found = [*_laid_level(across, slope, is_down=False), *_laid_level(down, -slope, is_down=True)]
    if len(found) > _MANY:
        return Tangled()
    rules = list(mended(found, grey.size))
    if rules and not are_no_letters(rules, grey.size):
        return Tangled()
    erase_boxes(pixels, slope)
    bare = Image.fromarray(pixels)
    erased = ImageChops.difference(bare, grey).point([0] + [255] * 255)
    if not erased.getbbox():
        return None
    if not is_page(bare) or _is_touched(bare, erased):
        return Tangled()
    shortest = min((rule.length for rule in rules), default=max(grey.size))
    return Ruled(bare, np.asarray(erased.reduce(FINE)) > 0, shortest)


def is_page(grey: Image.Image) -> bool:
    """Whether most of a picture is even paper: it is no photo, and has no pattern."""
    cells = np.asarray(grey.reduce(FINE), dtype=np.int16)
    return bool(np.mean(np.abs(cells - np.median(cells)) > _INK) <= _MOST)


def sides_of_rules(size: tuple[int, int], of_page: int) -> tuple[int, int]:
    """Return how thick the rules of a page are at most, and how long at least, if so many go into its longer side."""
    return max(_THIN, size[0] // _PAGE), max(_SHORTEST, max(size) // of_page)


def has_long(mask: Mask) -> bool:
    """Whether some ink goes on along a row for longer than in small letters: a cheap look before all others."""
    return bool(runs_along(mask[::2], _GLANCE))


def _laid_level(runs: Sequence[tuple[int, int, int]], slope: float, *, is_down: bool) -> Iterator[Rule]:
    for row, left, right in runs:
        start, end = (along + slope * (row + slope * along) for along in (left, right))
        yield Rule(row, start, end, is_down)


def _is_touched(bare: Image.Image, erased: Image.Image) -> bool:
    """Whether something is left right beside what was erased: a letter may have been cut, and be read as another."""
    pixels = np.asarray(bare, dtype=np.int16)
    around = np.asarray(erased.filter(ImageFilter.BoxBlur(_BESIDE))) > np.asarray(erased)
    off = np.where(around, np.abs(pixels - np.median(pixels[::FINE, ::FINE])), 0)
    marks = np.asarray(Image.fromarray((off > _GRAIN) * np.uint8(255)).reduce(_SQUARE))
    return bool(np.any(off > _TOUCH) or np.any(marks > 255 * _GRAINS / _SQUARE**2))


def tilt_of(mask: Mask) -> float:
    """Return the slope along which a page's lines, and its rules, lie: what is inked then fills the fewest rows."""
    whole = mask.shape[1] // _BLOCK
    blocks = mask[:, : whole * _BLOCK].reshape(len(mask), whole, _BLOCK).sum(axis=2, dtype=np.int32)
    blocks = np.asfortranarray(blocks)

    def sharpness(slope: float) -> int:
        rows = row_sums(blocks, slope * _BLOCK)
        return int(np.sum(rows * rows))

    coarse = max(np.arange(-_STEEPEST, _STEEPEST + 1e-9, 0.002), key=sharpness, default=0.0)
    return float(max(coarse + np.arange(-0.0015, 0.002, 0.0005), key=sharpness))


def _erase_across(pixels: Pixels, mask: Mask, slope: float, thin: int, least: int) -> list[tuple[int, int, int]]:
    """Paint paper over each rule of `least` pixels or more that goes across, tilted as all of the page.

    Return row, first and behind last pixel of each.
    """
    found: list[tuple[int, int, int]] = []
    level, grey = all_levelled(mask, slope), all_levelled(pixels, slope)
    for row, left, right in _long_runs(level, least):
        rule = _rule_at(level, grey, (row, left, right), thin)
        if rule is None:
            continue
        top, foot, paper = rule
        across = np.arange(max(0, left - 2), min(level.shape[1], right + 2))
        drift = np.round(slope * (across + 0.5)).astype(np.int64)
        rows = np.clip(np.arange(top, foot)[:, None] + drift, 0, len(pixels) - 1)
        pixels[rows, across] = paper[np.clip(across - left, 0, len(paper) - 1)]
        found.append((row, left, right))
    return found


def _long_runs(level: Mask, least: int) -> Iterator[tuple[int, int, int]]:
    """Give row, first and behind last pixel of unbroken ink, where a rule may waver by a pixel; each rule once."""
    found = runs_along(wavering(level), least)
    if len(found) > _MANY_RUNS:
        return
    taken = np.zeros(level.shape, dtype=bool)
    for row, left, right in sorted(found, key=lambda run: -int(np.sum(level[run[0], run[1] : run[2]]))):
        if taken[max(0, row - 2) : row + 3, left:right].any(axis=0).mean() < _TAKEN:
            taken[row, left:right] = True
            yield row, left, right


def runs_along(mask: Mask, least: int) -> list[tuple[int, int, int]]:
    """Return row, first and behind last pixel of each unbroken run of `least` pixels or more."""
    edges = np.diff(np.pad(mask.view(np.int8), ((0, 0), (1, 1))), axis=1)
    (rows, first), (_, last) = np.nonzero(edges == 1), np.nonzero(edges == -1)
    long = last - first >= least
    return list(zip(rows[long].tolist(), first[long].tolist(), last[long].tolist(), strict=True))


def wavering(mask: Mask) -> Mask:
    """Return it with one pixel more above and below: where a rule goes on that wavers."""
    near = mask.copy()
    near[1:] |= mask[:-1]
    near[:-1] |= mask[1:]
    return near


def in_runs(mask: Mask, least: int) -> Mask:
    """Return what is in an unbroken run of `least` pixels or more along its row."""
    found = np.zeros_like(mask)
    for row, first, last in runs_along(mask, least):
        found[row, first:last] = True
    return found


def _rule_at(level: Mask, grey: Pixels, run: tuple[int, int, int], thin: int) -> tuple[int, int, Pixels] | None:
    """Return a rule's first row, the one behind its last, and what to paint over it; None if it may be writing.

    Where something stands on it or crosses it, that is what is just above; elsewhere it is what is around.
    """
    row, left, right = run
    reach = thin + 1  # as tilted as another rule of the page it may waver by a pixel
    first, behind = max(0, row - reach), min(len(level), row + reach + 1)
    above, below = slice(max(0, first - thin - 2), first), slice(behind, behind + thin + 2)
    is_above, is_below = (level[rows, left:right].any(axis=0) for rows in (above, below))
    is_bare = ~(is_above | is_below)
    if np.mean(is_above & is_below) > 1 - _ALONE or is_bare.mean() < _BARE:
        return None
    beside = np.concatenate((grey[above, left:right], grey[below, left:right]))
    around = beside.mean(axis=0)
    off = grey[first:behind, left:right].astype(np.float64)[:, is_bare] - np.median(around[is_bare])
    each = np.abs(off.mean(axis=1))
    rows = np.flatnonzero(each >= _EDGE * each.max())
    top, foot = first + int(rows[0]), first + int(rows[-1]) + 1
    ink = off[top - first : foot - first].mean(axis=0)  # paper would add its grain
    cells = ink[: len(ink) // _CELL * _CELL].reshape(-1, _CELL).mean(axis=1)
    sheet = float(np.median(grey[::8, ::8]))
    is_paper = abs(np.median(around[is_bare]) + ink.mean() - sheet) < abs(np.median(around[is_bare]) - sheet)
    grain = beside[:, is_bare].std(axis=0).mean() / np.sqrt(_CELL * (foot - top))
    if not len(cells) or is_paper or cells.std() > np.hypot(_EVEN * cells.mean(), grain):
        return None  # between light letters, the paper is what is dark
    paper = np.where(is_bare, around, grey[max(0, first - 1), left:right]).astype(np.uint8)
    return top, foot, paper
