"""Puts the lines read off a picture into the order of reading: as rows of a table, and as blocks of text."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from portal.reading.ocr.components.line_finding import Line

_PAGE: Final = 4  # letters' heights: how far below a line the next one of its block is; by eye
_FORM: Final = 8  # letters' heights: the same in a form; by eye
_LONG: Final = 8  # letters' heights: a line as long tells how it runs; by eye
_ABOUT: Final = 5  # degrees: lines that differ by no more run alike; by eye
_ASLANT: Final = 12  # degrees: of lines that are further off it is measured roughly how they run; by eye
_TAKEN_SMALL: Final = 1.4  # times: a mark aslant is taken for a square smaller than its box; by eye
_ONE_WAY: Final = 20  # degrees: the lines of a page that is seen from the side; by eye


def in_order(*blocks: Sequence[tuple[Line, str]], is_form: bool = False) -> str:
    """Return the text of some lines, each block in an order of its own: what was read twice stands between nothing."""
    return "\n\n".join(_in_order(block, is_form=is_form) for block in blocks if block)


def _in_order(lines: Sequence[tuple[Line, str]], *, is_form: bool) -> str:
    """Return the text of the lines: rows of two cells or more with tabs, then all lines as blocks.

    Nobody can tell two columns of a page from a table of two columns, so both orders are given. A blank line
    parts rows and blocks. In a form what stands far below belongs to a block, too: a given name over a family name.
    """
    reach = _FORM if is_form else _PAGE
    ways = [[_Placed(_level(line, way), text) for line, text in way] for way in _ways(lines)]
    return "\n\n".join(text for way in ways for text in (*_rows(way), *_blocks(way, reach)))


def _ways(lines: Sequence[tuple[Line, str]]) -> list[list[tuple[Line, str]]]:
    """Part lines by the way they run, as the longest of each: what stands aslant on a page is a block of its own."""
    ways: list[list[tuple[Line, str]]] = []
    for line, text in sorted(lines, key=lambda told: -told[0].length):
        same = [way for way in ways if _between(way[0][0], line) <= _ONE_WAY]
        if same:
            min(same, key=lambda way: _between(way[0][0], line)).append((line, text))
        elif text:
            ways.append([(line, text)])
    return [[told for told in way if told[1]] for way in sorted(ways, key=lambda way: (way[0][0].angle + 45) % 360)]


def _between(one: Line, other: Line) -> float:
    """Return how many degrees one line is turned against another."""
    return abs((one.angle - other.angle + 180) % 360 - 180)


def _level(line: Line, lines: Sequence[tuple[Line, str]]) -> Line:
    """Return a short line as aslant as the longest one that is about so: a few letters do not tell how it runs."""
    about = _ASLANT if line.slant > _ASLANT else _ABOUT
    alike = [other for other, _ in lines if _between(other, line) <= about]
    longest = max(alike, key=lambda other: other.length, default=line)
    return line if line.length >= _LONG * line.letter else replace(line, angle=longest.angle)


class _Placed:
    """A line's text with its box, turned so that the line runs to the right."""

    def __init__(self, line: Line, text: str) -> None:
        self.text = text
        angle = np.radians(line.angle)
        along = line.x * np.cos(angle) + line.y * np.sin(angle)
        self.middle = float(line.y * np.cos(angle) - line.x * np.sin(angle))
        self.left, self.right = float(along - line.length / 2), float(along + line.length / 2)
        self.letter = line.letter * (_TAKEN_SMALL if line.slant > _ASLANT else 1)


def _rows(lines: Sequence[_Placed]) -> list[str]:
    rows: list[list[_Placed]] = []
    for line in sorted(lines, key=lambda line: line.middle):
        if rows and line.middle - rows[-1][0].middle <= 0.7 * min(line.letter, rows[-1][0].letter):
            rows[-1].append(line)
        else:
            rows.append([line])
    return ["\t".join(cell.text for cell in sorted(row, key=lambda cell: cell.left)) for row in rows if len(row) > 1]


def _blocks(lines: Sequence[_Placed], reach: float) -> list[str]:
    blocks: list[list[_Placed]] = []
    for line in sorted(lines, key=lambda line: (line.middle, line.left)):
        above = [block for block in blocks if _follows(line, block[-1], reach)]
        if not above and reach > _PAGE:
            above = [block for block in blocks if _follows(line, block[-1], reach, aside=reach)]
        nearest = max(above, key=lambda block: block[-1].middle)[-1] if above else line
        for block in [block for block in above if _is_at(block[-1], nearest)]:
            block.append(line)
        if not above:
            blocks.append([line])
    return ["\n".join(line.text for line in block) for block in blocks]


def _is_at(line: _Placed, other: _Placed) -> bool:
    """Whether two lines are one that was read twice, in other words."""
    return (line.middle, line.left, line.right) == (other.middle, other.left, other.right)


def _follows(line: _Placed, above: _Placed, reach: float, aside: float = 0) -> bool:
    letter = max(line.letter, above.letter)
    overlaps = min(line.right, above.right) - max(line.left, above.left) > -aside * letter
    is_alike = letter <= 1.8 * min(line.letter, above.letter)
    return overlaps and is_alike and 0 < line.middle - above.middle <= reach * letter
