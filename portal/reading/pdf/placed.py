"""Lines of a page by where each letter stands: those that run up, down or on their heads, and those from the right.

Pdfium tells lines by the boxes of letters. In a turned line letters that overlap by a hair, and signs of two letters,
begin a new one; so do Arabic letters that are drawn lower than the one before.
"""

import ctypes
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby, pairwise
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from portal.reading.pdf.lines import Line, between, in_one_row

_FROM_THE_RIGHT: Final = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
WRITTEN_FROM_THE_RIGHT: Final = re.compile(f"[{_FROM_THE_RIGHT}]{{2}}")
"""Hebrew, Arabic and their neighbours; some programs draw them from the left, letter by letter."""
_RUN_FROM_THE_LEFT: Final = re.compile(f"[^{_FROM_THE_RIGHT}\\s](?:[^{_FROM_THE_RIGHT}]*[^{_FROM_THE_RIGHT}\\s])?")
_RUN_FROM_THE_RIGHT: Final = re.compile(f"[{_FROM_THE_RIGHT}](?:[{_FROM_THE_RIGHT}\\s]*[{_FROM_THE_RIGHT}])?")
_LEVEL: Final = 10  # degrees
_TOGETHER: Final = 2  # degrees: letters of a line do not differ by more
_SAME: Final = 0.01  # points: letters of one sign begin at one place
_PARTED: Final = 0.02
_HIGH: Final = 1.3  # times as high as its size a letter's box is


def as_placed(textpage: pdfium.PdfTextPage, rotation: int) -> str:
    """Return each line that is turned or from the right in the order of reading, a line each.

    `rotation` says by how many degrees the page is turned to the right when it is shown.
    """
    lines: list[str] = []
    directions = groupby(sorted(_letters(textpage), key=_direction), key=_direction)
    for direction, letters in directions:
        is_turned = _LEVEL < (direction * _TOGETHER - rotation) % 360 < 360 - _LEVEL
        for row in in_one_row(line for _, line in letters):
            text = _text_of(row)
            if is_turned or WRITTEN_FROM_THE_RIGHT.search(text):
                lines.append(text)
    return "\n".join(lines)


def _direction(letter: tuple[float, Line]) -> int:
    return round(letter[0] / _TOGETHER) % (360 // _TOGETHER)


def _letters(textpage: pdfium.PdfTextPage) -> Iterator[tuple[float, Line]]:
    """Give each letter that is drawn, with the degrees its line is turned, and where it stands along and across it."""
    x, y, box, matrix = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF(), raw.FS_MATRIX()
    for at in range(textpage.count_chars()):
        if raw.FPDFText_IsGenerated(textpage.raw, at) == 1:
            continue
        raw.FPDFText_GetCharOrigin(textpage.raw, at, x, y)
        raw.FPDFText_GetLooseCharBox(textpage.raw, at, box)
        raw.FPDFText_GetMatrix(textpage.raw, at, matrix)
        size = max(raw.FPDFText_GetFontSize(textpage.raw, at) * math.hypot(matrix.c, matrix.d), 1.0)
        angle = max(float(raw.FPDFText_GetCharAngle(textpage.raw, at)), 0.0)
        cos, sin = math.cos(angle), -math.sin(angle)
        start = x.value * cos + y.value * sin
        if angle == 0:  # two letters of a sign begin at one place, and from the right the second is seen first
            start += _PARTED * (box.left - start)
        letter = chr(raw.FPDFText_GetUnicode(textpage.raw, at))
        end = start + _width(box, abs(cos), abs(sin), size)
        yield math.degrees(angle), Line(start, end, x.value * sin - y.value * cos, size, letter)


def _width(box: raw.FS_RECTF, cos: float, sin: float, size: float) -> float:
    """Return how wide a letter is by the level box around it, if it is as high as usual."""
    side, along, across = (box.right - box.left, cos, sin) if cos > sin else (box.top - box.bottom, sin, cos)
    return max((abs(float(side)) - _HIGH * size * across) / along, 0.0)


def _signs(row: Iterable[Line]) -> list[Line]:
    """Return the signs of a row from left to right: letters that begin at one place are one sign."""
    signs: list[Line] = []
    for letter in row:
        if signs and letter.start - signs[-1].start <= _SAME:
            last = signs.pop()
            signs.append(replace(last, end=max(last.end, letter.end), text=last.text + letter.text))
        else:
            signs.append(letter)
    return signs


def _said(signs: list[Line], gaps: list[str]) -> str:
    return "".join(sign.text + gap for sign, gap in zip(signs, [*gaps, ""], strict=True))


def _text_of(row: Iterable[Line]) -> str:
    """Return a row in the order of reading: figures and words of another alphabet run the other way within it."""
    signs = _signs(row)
    gaps = [between(*pair) for pair in pairwise(signs)]
    text = _said(signs, gaps)
    from_right = sum(map(len, _RUN_FROM_THE_RIGHT.findall(text)))
    if 2 * from_right > sum(map(str.isalpha, text)):
        return _RUN_FROM_THE_LEFT.sub(_turned, _said(signs[::-1], gaps[::-1]))
    return _RUN_FROM_THE_RIGHT.sub(_turned, text)


def _turned(run: re.Match[str]) -> str:
    return run[0][::-1]
