"""Text of a page in the order it is seen: pieces on one height are cells of one row, however they were drawn.

A table drawn column by column reads as lists of given names, family names and sites; only the heights of the
lines tell which belong together.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

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
_NEXT_ROW: Final = 0.8
_SHORT: Final = 5
_MOST_WORDS: Final = 30
_BLANK: Final = 0.29
"""A line's height is some four blanks in most faces."""
FROM_THE_RIGHT: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
"""Hebrew, Arabic and their neighbours, as a class of a pattern."""
_FIGURES: Final = re.compile("[0-9]+")
_LEFTWARD: Final = re.compile(f"[{FROM_THE_RIGHT}]")
_WIDER: Final = 1.15
_FAR_WIDER: Final = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line or a letter: where it starts and ends along its direction, its height across it and its size."""

    start: float
    end: float
    height: float
    size: float
    text: str


class Word(NamedTuple):
    """A word of a line, and which place of the page's text it begins at."""

    at: int
    line: Line


def in_rows(textpage: pdfium.PdfTextPage, text: str) -> tuple[str, str]:
    """Return the rows that hold several lines of `text`, cells parted by tabs, rows by blank lines.

    Also the lines whose letters are drawn twice, as outline and filled, once; and the cells of a line with wide gaps.
    Then the lines that gaps part into cells of several words, which are no columns that may touch.
    Both empty for running text.
    """
    level: list[Line] = []
    upright: list[Line] = []
    twice: list[str] = []
    parted: list[str] = []
    loose: list[tuple[Line, list[Line]]] = []
    for first, line in _lines(text):
        last = first + _units(line) - 1
        is_level, placed = _placed(textpage, first, last, line)
        if not is_level:
            upright.append(placed)
            continue
        pitch = _pitch(placed)
        may_be_row = _may_be_row(textpage, first, placed)
        is_broken = _is_broken(textpage, first, last)
        words = _words(textpage, first, placed) if pitch > _LOOSER or may_be_row or is_broken else []
        pieces = _pieces(words) if is_broken else [placed]
        level += pieces
        if pitch > _LOOSER:
            loose.append((placed, _cells(words, _CELL_GAP)))
        if may_be_row and (row := _parted(textpage, words)):
            parted.append(row)
        if len(line) > _SHORT and pitch < _DENSE and len(pieces) == 1:
            twice.append(_once(textpage, first, last, placed.size))
    return "\n\n".join(_rows(level) + _rows(upright) + twice + _apart(loose)), "\n\n".join(parted)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line of a page without the blanks around it, and where it begins as pdfium counts."""
    position = 0
    for line in text.split("\r\n"):
        if stripped := line.strip():
            yield position + _units(line) - _units(line.lstrip()), stripped
        position += _units(line) + 2


def turned_lines(textpage: pdfium.PdfTextPage, text: str, rotation: int) -> list[str]:
    """Return the lines that run up, down or on their heads, as pdfium has them in the page's order.

    `rotation` says by how many degrees the page is turned to the right when it is shown.
    """
    angle = math.radians(rotation)
    return [line for first, line in _lines(text) if _is_turned(textpage, first, angle)]


def _is_turned(textpage: pdfium.PdfTextPage, index: int, rotation: float) -> bool:
    at = raw.FPDFText_GetCharIndexFromTextIndex(textpage.raw, index)
    angle = float(raw.FPDFText_GetCharAngle(textpage.raw, at))
    return angle >= 0 and _TURNED < (angle - rotation) % (2 * math.pi) < 2 * math.pi - _TURNED


def backwards(line: str) -> str:
    """Return a line from its end on. Figures run to the right among letters that do not."""
    return _FIGURES.sub(lambda run: run[0][::-1], line[::-1])


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


def _is_broken(textpage: pdfium.PdfTextPage, first: int, last: int) -> bool:
    """Whether pdfium goes on in another row, as it does from a line to one word at the margin below it."""
    start, end = _box(textpage, first), _box(textpage, last)
    return bool(abs(start.bottom - end.bottom) > _NEXT_ROW * (start.top - start.bottom))


def _stand_apart(told: list[str]) -> bool:
    """Whether words or cells with a capital stand apart, as a name does of which each half fills a cell."""
    capitals = [at for at, each in enumerate(told) if each[:1].isupper() and not any(map(str.isdigit, each))]
    return len(capitals) > 1 and capitals[-1] - capitals[0] > 1 and len(told) <= _MOST_WORDS


def _may_be_row(textpage: pdfium.PdfTextPage, first: int, line: Line) -> bool:
    """Whether such words stand apart in a line, one of them behind a gap wider than others."""
    words, at = line.text.split(" ", _MOST_WORDS), first
    if not _stand_apart(words):
        return False
    small, capital = list[int](), list[int]()
    for before, word in pairwise(words):
        at += _units(before) + 1
        (capital if word[:1].isupper() else small).append(at)
    usual = min((_gap_before(textpage, each) for each in (*small[:2], *small[-1:])), default=0.0)
    least = max(_BLANK * line.size, _WIDER * usual)
    return any(_gap_before(textpage, each) > least for each in capital)


def _gap_before(textpage: pdfium.PdfTextPage, at: int) -> float:
    return float(_box(textpage, at).left - _box(textpage, at - 2).right)


def _words(textpage: pdfium.PdfTextPage, first: int, line: Line) -> list[Word]:
    """Return the words of a line."""
    words: list[Word] = []
    at = first
    for word in line.text.split(" "):
        if word:
            start, end = _box(textpage, at), _box(textpage, at + _units(word) - 1)
            left, right = min(start.left, end.left), max(start.right, end.right)  # Arabic ends at the left
            words.append(Word(at, Line(left, right, -start.bottom, line.size, word)))
        at += _units(word) + 1
    return words


def _cells(words: Iterable[Word], wide: float) -> list[Line]:
    """Return a line as the cells that wide gaps make of it: pdfium has one blank for a wide gap, too."""
    cells: list[Line] = []
    for _, word in words:
        is_beside = bool(cells) and word.start - cells[-1].end <= wide * word.size
        cells.append(_and(cells.pop(), word) if is_beside else word)
    return cells


def _pieces(words: Iterable[Word]) -> list[Line]:
    """Return what of a line stands on each height."""
    pieces: list[Line] = []
    for _, word in words:
        is_beside = bool(pieces) and abs(word.height - pieces[-1].height) <= _SAME_HEIGHT * word.size
        pieces.append(_and(pieces.pop(), word) if is_beside else word)
    return pieces


def _and(line: Line, word: Line) -> Line:
    return Line(line.start, word.end, line.height, line.size, f"{line.text} {word.text}")


def _parted(textpage: pdfium.PdfTextPage, words: list[Word]) -> str:
    """Return a line as cells that wide gaps part, or wider ones between what is marked by itself; empty if it has none.

    Tagged PDFs mark each cell (ISO 32000-2, 14.6), and each word in bold as well, but that is followed by a usual gap.
    """
    gaps = [(word.start - before.end) / word.size for (_, before), (_, word) in pairwise(words)]
    usual = min((gap for gap in gaps if gap > _WORD_GAP), default=_CELL_GAP)
    cells = [word.text for _, word in words[:1]]
    for gap, (at, word), (next_at, next_word) in zip(gaps, words, words[1:], strict=False):
        is_far = gap > max(_CELL_GAP, _FAR_WIDER * usual)
        is_other_script = bool(_LEFTWARD.search(word.text)) != bool(_LEFTWARD.search(next_word.text))
        is_wider = gap > _WIDER * usual and not is_other_script  # another face has another blank
        if is_far or (is_wider and _mark(textpage, at) != _mark(textpage, next_at)):
            cells.append(next_word.text)
        else:
            cells[-1] += f" {next_word.text}"
    return "\t".join(cells) if any(" " in cell for cell in cells) and _stand_apart(cells) else ""


def _mark(textpage: pdfium.PdfTextPage, index: int) -> int:
    """Return by which number the content that a letter is of is marked; -1 if it is not."""
    at = raw.FPDFText_GetCharIndexFromTextIndex(textpage.raw, index)
    return int(raw.FPDFPageObj_GetMarkedContentID(raw.FPDFText_GetTextObject(textpage.raw, at)))


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
