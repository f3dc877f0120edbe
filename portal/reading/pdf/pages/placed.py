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

from portal.reading.pdf.pages.lines import FROM_THE_RIGHT, Line, between, in_one_row

WRITTEN_FROM_THE_RIGHT: Final = re.compile(f"[{FROM_THE_RIGHT}]{{2}}")
"""Hebrew, Arabic and their neighbours; some programs draw them from the left, letter by letter."""
_RUN_FROM_THE_LEFT: Final = re.compile(f"[^{FROM_THE_RIGHT}\\W](?:[^{FROM_THE_RIGHT}]*[^{FROM_THE_RIGHT}\\W])?")
_RUN_FROM_THE_RIGHT: Final = re.compile(f"[{FROM_THE_RIGHT}](?:[{FROM_THE_RIGHT}\\s]*[{FROM_THE_RIGHT}])?")
_FIGURES: Final = re.compile(r"\d+")
_BRACKETS: Final = re.compile(r"[()]([^()]{0,200})[()]|[\[\]]([^\[\]]{0,200})[\[\]]")
_SEVERAL: Final = 2
_VOWEL: Final = re.compile("[\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc]")
"""Marks of Hebrew and Arabic that stand somewhere above or below a letter. No name is told by them."""
_LAM: Final = "\u0644"
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
            texts = _texts_of(row)
            if is_turned or WRITTEN_FROM_THE_RIGHT.search(texts[0]):
                lines += texts
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
        is_thought_of = letter == " " and box.left == box.right  # by pdfium, at the place of a letter
        if is_thought_of or _VOWEL.match(letter):
            continue
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


def _texts_of(row: Iterable[Line]) -> list[str]:
    """Return a row in each order in which it may be read, the likeliest first.

    Letters of one sign may be told from either end, and figures that blanks or hyphens part run either way.
    """
    signs = list(map(_lam_first, _signs(row)))
    gaps = [between(*pair) for pair in pairwise(signs)]
    readings = [signs]
    if any(map(_is_either_way, signs)):
        readings.append([_told_back(sign) if _is_either_way(sign) else sign for sign in signs])
    texts = [text for each in readings for text in _in_order(each, gaps)]
    return list(dict.fromkeys(texts))


def _lam_first(sign: Line) -> Line:
    """Return a sign of several letters with its lam first: nothing is joined to one from behind but a lam."""
    is_last = sign.text.endswith(_LAM) and not sign.text.startswith(_LAM)
    return _told_back(sign) if is_last else sign


def _told_back(sign: Line) -> Line:
    """Return a sign with its letters told from the other end, if they are from the right."""
    return replace(sign, text=sign.text[::-1]) if WRITTEN_FROM_THE_RIGHT.match(sign.text) else sign


def _is_either_way(sign: Line) -> bool:
    return WRITTEN_FROM_THE_RIGHT.match(sign.text) is not None and not sign.text.startswith(_LAM)


def _in_order(signs: list[Line], gaps: list[str]) -> Iterator[str]:
    """Yield a row in the order of reading: figures and words of another alphabet run the other way within it."""
    text = _said([_told_back(sign) for sign in signs], gaps)
    from_right = _RUN_FROM_THE_RIGHT.findall(text)
    if 2 * sum(map(len, from_right)) <= sum(map(str.isalpha, text)):
        yield _RUN_FROM_THE_RIGHT.sub(_turned, text)
        if len(from_right) < _SEVERAL:
            return
    turned = _said(signs[::-1], gaps[::-1])
    for turn in (_turned, _turned_by_figures):
        yield _BRACKETS.sub(_opened, _RUN_FROM_THE_LEFT.sub(turn, turned))


def _turned(run: re.Match[str]) -> str:
    return run[0][::-1]


def _turned_by_figures(run: re.Match[str]) -> str:
    """Return a run from the left, or one of figures alone with its groups from the right."""
    return _FIGURES.sub(_turned, run[0]) if not any(map(str.isalpha, run[0])) else _turned(run)


def _opened(pair: re.Match[str]) -> str:
    """Return two brackets and what stands between: that they look the other way from the right is not told alike."""
    return f"({pair[1]})" if pair[1] is not None else f"[{pair[2]}]"
