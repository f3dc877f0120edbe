"""Tables by their ruling lines: where lines across and down a page cross, they make a grid of cells."""

import ctypes
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from portal.reading.showing.blocks import Cell, Table
from portal.reading.showing.layout import FoundTable
from portal.reading.showing.page_words import Paper, Word
from portal.reading.showing.text_lines import Edges, TextLine, rows_of, runs_of

_THIN: Final = 3.0
"""Points: a longer shape no thicker than that is a ruling line."""
_LONG: Final = 8.0
_TOUCH: Final = 3.0
_MOST_PATHS: Final = 3_000
_MOST_RULINGS: Final = 1_500
_MOST_JOINED: Final = 600
_MOST_SEGMENTS: Final = 400
_RECTANGLE: Final = 5
_FEWEST: Final = 3
_MOST_WORDS: Final = 120
"""A cell with more words is a part of the page's layout rather than a cell."""

Words = Sequence[tuple[list[Word], int]]
"""The words of each cell of a row, and over how many columns it stretches."""


@dataclass(slots=True)
class Ruling:
    """A ruling line: where it lies across its direction, and from where to where it goes."""

    at: float
    start: float
    end: float


class Rulings:
    """The ruling lines of a page."""

    def __init__(self, page: pdfium.PdfPage, paper: Paper) -> None:
        """Look at the page's paths."""
        self.across: list[Ruling] = []
        self.down: list[Ruling] = []
        for number, path in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=1)):
            if number >= _MOST_PATHS or len(self.across) + len(self.down) > _MOST_RULINGS:
                self.across, self.down = [], []  # a drawing
                return
            for box in _boxes(path.raw):
                self._note(*paper.box(*box))
        self.across, self.down = _joined(self.across), _joined(self.down)
        if len(self.across) + len(self.down) > _MOST_JOINED:
            self.across, self.down = [], []

    def _note(self, left: float, top: float, right: float, bottom: float) -> None:
        wide, high = right - left, bottom - top
        if high <= _THIN and wide >= _LONG:
            self.across.append(Ruling((top + bottom) / 2, left, right))
        elif wide <= _THIN and high >= _LONG:
            self.down.append(Ruling((left + right) / 2, top, bottom))
        elif wide >= _LONG and high >= _LONG:
            self.across += [Ruling(top, left, right), Ruling(bottom, left, right)]
            self.down += [Ruling(left, top, bottom), Ruling(right, top, bottom)]


def _boxes(path: Any) -> Iterator[tuple[float, float, float, float]]:  # noqa: ANN401 - a handle of pdfium
    count = raw.FPDFPath_CountSegments(path)
    if count <= _RECTANGLE or count > _MOST_SEGMENTS:
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        if count <= _RECTANGLE and raw.FPDFPageObj_GetBounds(path, left, bottom, right, top):
            yield left.value, bottom.value, right.value, top.value
        return
    matrix, x, y = raw.FS_MATRIX(), ctypes.c_float(), ctypes.c_float()
    raw.FPDFPageObj_GetMatrix(path, matrix)
    before = (0.0, 0.0)
    for at in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, at)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        point = (
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        is_straight = min(abs(point[0] - before[0]), abs(point[1] - before[1])) < 1
        if is_straight and raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_LINETO:
            yield min(before[0], point[0]), min(before[1], point[1]), max(before[0], point[0]), max(before[1], point[1])
        before = point


def _joined(rulings: list[Ruling]) -> list[Ruling]:
    """Return rulings with pieces of one line as one."""
    joined: list[Ruling] = []
    for ruling in sorted(rulings, key=lambda one: (round(one.at / _TOUCH), one.start)):
        last = joined[-1] if joined else None
        if last and abs(ruling.at - last.at) <= _TOUCH and ruling.start <= last.end + _TOUCH:
            last.end = max(last.end, ruling.end)
        else:
            joined.append(ruling)
    return joined


def ruled_tables(rulings: Rulings, words: list[Word]) -> tuple[list[FoundTable], list[Word]]:
    """Return the tables that ruling lines make, and the words that stand in none of them."""
    tables = []
    for across, down in _grids(rulings):
        left, right = min(one.start for one in across), max(one.end for one in across)
        top, bottom = min(one.start for one in down), max(one.end for one in down)
        inside = [
            word for word in words if left <= (word.left + word.right) / 2 <= right and top <= word.middle <= bottom
        ]
        table = _table(across, down, inside)
        if table:
            tables.append(FoundTable(table, left, top, right, bottom))
            taken = set(map(id, inside))
            words = [word for word in words if id(word) not in taken]
    return tables, words


def _grids(rulings: Rulings) -> Iterator[tuple[list[Ruling], list[Ruling]]]:
    """Give the groups of rulings that touch each other."""
    across, down = list(rulings.across), list(rulings.down)
    while across:
        rows, columns, new = [across.pop()], list[Ruling](), True
        while new:
            found = [one for one in down if any(_cross(row, one) for row in rows)]
            columns += found
            down = [one for one in down if not any(one is each for each in found)]
            more = [one for one in across if any(_cross(one, column) for column in columns)]
            rows += more
            across = [one for one in across if not any(one is each for each in more)]
            new = bool(more)
        if len(_places(rows)) >= _FEWEST and len(_places(columns)) >= _FEWEST:
            yield rows, columns


def _cross(across: Ruling, down: Ruling) -> bool:
    return (
        across.start - _TOUCH <= down.at <= across.end + _TOUCH
        and down.start - _TOUCH <= across.at <= down.end + _TOUCH
    )


def _places(rulings: Sequence[Ruling]) -> list[float]:
    places: list[float] = []
    for at in sorted(one.at for one in rulings):
        if not places or at - places[-1] > _TOUCH * 1.5:
            places.append(at)
    return places


def _table(across: list[Ruling], down: list[Ruling], words: list[Word]) -> Table | None:
    """Return the words of a grid in its cells; None where it is no table."""
    ys, xs = _places(across), _places(down)
    edges = Edges(line for row in rows_of(words) for line in row)
    rows = []
    for top, bottom in pairwise(ys):
        cells: list[tuple[list[Word], int]] = []
        for column, left in enumerate(xs[:-1]):
            if column and not any(
                abs(one.at - left) <= _TOUCH and one.start <= (top + bottom) / 2 <= one.end for one in down
            ):
                cells[-1] = (cells[-1][0], cells[-1][1] + 1)
            else:
                cells.append(([], 1))
        rows.append(cells)
    for word in words:
        row, column = bisect_right(ys, word.middle) - 1, bisect_right(xs, (word.left + word.right) / 2) - 1
        row, column = min(max(row, 0), len(rows) - 1), min(max(column, 0), len(xs) - 2)
        for held, across_columns in rows[row]:
            column -= across_columns
            if column < 0:
                held.append(word)
                break
    filled = [cells for cells in rows if any(held for held, _ in cells)]
    counts = [len(held) for cells in filled for held, _ in cells if held]
    is_table = len(filled) > 1 and len(counts) > _FEWEST and max(counts) <= _MOST_WORDS
    if not is_table or max(sum(bool(held) for held, _ in cells) for cells in filled) < 2:
        return None
    return Table(as_rows(_without_blank_columns(filled), edges))


def _without_blank_columns(rows: Sequence[Words]) -> list[Words]:
    """Return rows without the columns in which nothing begins, which some programs draw as the space between others."""
    begun = {at for cells in rows for at, held in _starts(cells) if held}
    kept: list[Words] = []
    for cells in rows:
        narrowed = [
            (held, sum(column in begun for column in range(at, at + wide)))
            for (at, _), (held, wide) in zip(_starts(cells), cells, strict=True)
        ]
        kept.append([(held, max(wide, 1)) for held, wide in narrowed if wide or held])
    return kept


def _starts(cells: Words) -> Iterator[tuple[int, list[Word]]]:
    at = 0
    for held, wide in cells:
        yield at, held
        at += wide


def as_rows(rows: Sequence[Words], edges: Edges) -> tuple[tuple[Cell, ...], ...]:
    """Return rows of words as cells; a first row that alone is bold is the header.

    Where most is written from the right, the rightmost cell is the first.
    """
    said = [word for cells in rows for held, _ in cells for word in held]
    if said and TextLine(said).is_from_right:
        rows = [list(reversed(cells)) for cells in rows]
    has_header = len(rows) > 1 and _is_bold(rows[0]) and not all(map(_is_bold, rows))
    return tuple(
        tuple(
            Cell(runs_of([line for row in rows_of(held) for line in row], edges), has_header and not number, wide)
            for held, wide in cells
        )
        for number, cells in enumerate(rows)
    )


def _is_bold(cells: Words) -> bool:
    return all(word.is_bold for held, _ in cells for word in held if any(map(str.isalnum, word.text)))
