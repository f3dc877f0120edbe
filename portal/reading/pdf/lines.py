"""Text of a page in the order it is seen: pieces on one height are cells of one row, however they were drawn.

A table drawn column by column reads as lists of given names, family names and sites; only the heights of the
lines tell which belong together.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

_WITHIN_ROWS: Final = re.compile(r" +|\t+")
_BLANK_OR_FIGURE: Final = re.compile(r"[ \d]")
_TOUCHING: Final = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_SAME_HEIGHT: Final = 0.35
_WORD_GAP: Final = 0.12
_CELL_GAP: Final = 0.75
_SLANTED: Final = 1.5
_DENSE: Final = 0.28
"""Letters of running text are some 0.4 of a line's height apart; closer ones are drawn over each other."""
_LOOSE: Final = 0.6
"""Letters that are further apart than that on the whole have wide gaps among them, as the cells of a table."""
_LOOSER: Final = 0.5
"""They may have as much in wide faces and in lines spread to the margin: then cells have to stand below each other."""
_FEWEST_COLUMNS: Final = 3
_SAME_COLUMN: Final = 0.3
_SAME_PLACE: Final = 0.15
_TURNED: Final = math.pi / 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line or a letter: where it starts and ends along its direction, its height across it and its size."""

    start: float
    end: float
    height: float
    size: float
    text: str


def in_rows(textpage: pdfium.PdfTextPage, text: str) -> str:
    """Return the rows that hold several lines of `text`, cells parted by tabs, rows by blank lines.

    Also the lines whose letters are drawn twice, as outline and filled, once; and the cells of a line with wide gaps.
    Empty for running text.
    """
    level: list[Line] = []
    upright: list[Line] = []
    twice: list[str] = []
    loose: list[tuple[Line, list[Line]]] = []
    position = 0
    for line in text.split("\r\n"):
        stripped = line.strip()
        first = position + _units(line) - _units(line.lstrip())
        position += _units(line) + 2
        if not stripped:
            continue
        last = first + _units(stripped) - 1
        is_level, placed = _placed(textpage, first, last, stripped)
        if is_level and _pitch(placed) > _LOOSER:
            loose.append((placed, _cells(textpage, first, placed)))
        (level if is_level else upright).append(placed)
        if is_level and len(stripped) > 5 and _pitch(placed) < _DENSE:
            twice.append(_once(textpage, first, last, placed.size))
    return "\n\n".join(_rows(level) + _rows(upright) + twice + _apart(loose))


def turned_lines(textpage: pdfium.PdfTextPage, text: str, rotation: int) -> list[str]:
    """Return the lines that run up, down or on their heads, as pdfium has them in the page's order.

    `rotation` says by how many degrees the page is turned to the right when it is shown.
    """
    turned: list[str] = []
    position = 0
    for line in text.split("\r\n"):
        first = position + _units(line) - _units(line.lstrip())
        position += _units(line) + 2
        if line.strip() and _is_turned(textpage, first, math.radians(rotation)):
            turned.append(line)
    return turned


def _is_turned(textpage: pdfium.PdfTextPage, index: int, rotation: float) -> bool:
    at = raw.FPDFText_GetCharIndexFromTextIndex(textpage.raw, index)
    angle = float(raw.FPDFText_GetCharAngle(textpage.raw, at))
    return angle >= 0 and _TURNED < (angle - rotation) % (2 * math.pi) < 2 * math.pi - _TURNED


def words_apart(rows: str) -> str:
    """Return rows with every word in a cell of its own: narrow columns may touch, and a number its neighbour."""
    return _WITHIN_ROWS.sub("\t", _TOUCHING.sub("\t", rows))


def _placed(textpage: pdfium.PdfTextPage, first: int, last: int, text: str) -> tuple[bool, Line]:
    """Return where a line stands, and whether it runs across the page rather than up or down."""
    start, end = _box(textpage, first), _box(textpage, last)
    left, right = min(start.left, end.left), max(start.right, end.right)
    bottom, top = min(start.bottom, end.bottom), max(start.top, end.top)
    if len(text) > 2 and top - bottom > _SLANTED * (right - left):
        return False, Line(bottom, top, start.left, max(start.right - start.left, 1.0), text)
    return True, Line(left, right, -start.bottom, max(start.top - start.bottom, 1.0), text)


def _pitch(line: Line) -> float:
    """Return how far apart the letters of a line are, in its height."""
    return (line.end - line.start) / line.size / len(line.text)


def _cells(textpage: pdfium.PdfTextPage, first: int, line: Line) -> list[Line]:
    """Return a line as the cells that wide gaps make of it: pdfium has one blank for a wide gap, too."""
    cells: list[Line] = []
    at = first
    for word in line.text.split(" "):
        if word:
            left, right = _box(textpage, at).left, _box(textpage, at + _units(word) - 1).right
            if cells and left - cells[-1].end <= _CELL_GAP * line.size:
                before = cells.pop()
                cells.append(Line(before.start, right, line.height, line.size, f"{before.text} {word}"))
            else:
                cells.append(Line(left, right, line.height, line.size, word))
        at += _units(word) + 1
    return cells


def _apart(lines: list[tuple[Line, list[Line]]]) -> list[str]:
    """Return rows of words that stand below each other, as in a table with its people side by side; else single words.

    Told of lines and their cells. A cell of more words reads the same in the line as it stands.
    """
    told: list[str] = []
    rows = [cells for _, cells in lines]
    for number, (line, row) in enumerate(lines):
        single = [not _BLANK_OR_FIGURE.search(cell.text) for cell in row]
        beside = (*rows[max(number - 1, 0) : number], *rows[number + 1 : number + 2])
        if 2 * sum(single) >= len(row) and any(_are_columns(row, other) for other in beside):
            told.append("\t".join(cell.text for cell in row))
        elif _pitch(line) > _LOOSE:
            words = ["" if " " in cell.text else cell.text for cell in row]
            told += ["\t".join(words)] if sum(map(bool, words)) > 1 else []
    return told


def _are_columns(row: list[Line], other: list[Line]) -> bool:
    """Whether each cell of a row stands below one of another: both begin, or end, or have their middle at one place."""
    return len(row) == len(other) >= _FEWEST_COLUMNS and all(
        min(abs(cell.start - below.start), abs(cell.end - below.end), abs(_middle(cell) - _middle(below)))
        < _SAME_COLUMN * cell.size
        for cell, below in zip(row, other, strict=True)
    )


def _middle(cell: Line) -> float:
    return (cell.start + cell.end) / 2


def _once(textpage: pdfium.PdfTextPage, first: int, last: int, size: float) -> str:
    """Return a line letter by letter from left to right, each once where it is drawn over itself."""
    letters = []
    for index in range(first, last + 1):
        at = raw.FPDFText_GetCharIndexFromTextIndex(textpage.raw, index)
        if at >= 0 and not raw.FPDFText_IsGenerated(textpage.raw, at):
            box = _box(textpage, index)
            letters.append(Line(box.left, box.right, 0, size, chr(raw.FPDFText_GetUnicode(textpage.raw, at))))
    kept: list[Line] = []
    for letter in sorted(letters, key=lambda letter: letter.start):
        same = [each for each in kept[-3:] if each.text == letter.text]
        if not any(letter.start - each.start < _SAME_PLACE * size for each in same):
            kept.append(letter)
    return _joined(kept) if kept else ""


def _units(text: str) -> int:
    """Return how many places pdfium counts for a text: two for a character outside the first plane."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _box(textpage: pdfium.PdfTextPage, index: int) -> raw.FS_RECTF:
    """Return the box of a letter with its font's full height and advance."""
    box = raw.FS_RECTF()
    at = raw.FPDFText_GetCharIndexFromTextIndex(textpage.raw, index)
    raw.FPDFText_GetLooseCharBox(textpage.raw, at, box)
    return box


def _rows(lines: list[Line]) -> list[str]:
    return [_joined(row) for row in in_one_row(lines) if len(row) > 1]


def in_one_row(lines: Iterable[Line]) -> list[list[Line]]:
    """Return what stands on one height together, each row from where it starts, the highest first."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: line.height):
        if rows and line.height - rows[-1][0].height <= _SAME_HEIGHT * min(line.size, rows[-1][0].size):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.start) for row in rows]


def _joined(row: list[Line]) -> str:
    row = sorted(row, key=lambda line: line.start)
    return row[0].text + "".join(between(before, line) + line.text for before, line in pairwise(row))


def between(before: Line, line: Line) -> str:
    """Return what stands between a line and the next of its row: nothing, a blank, or a tab between cells."""
    gap = (line.start - before.end) / min(before.size, line.size)
    return "" if gap < _WORD_GAP else " " if gap < _CELL_GAP else "\t"
