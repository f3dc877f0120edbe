"""Glyphs that a PDF draws itself (Type 3 fonts, ISO 32000-2, 9.6.4): each may draw a letter, or a whole name."""

import re
from collections.abc import Iterable
from typing import Final

import pikepdf

_LONGEST: Final = 8_000
_MOST_STEPS: Final = 240
"""Lines and curves of a letter; an ornate one or a sign of Chinese has some 100."""
_MOST_OUTLINES: Final = 12
"""Outlines of a letter; a per mille sign has seven, nearly every sign of Chinese up to ten."""
_SOME_STEPS: Final = 16
"""Steps from which a wide shape may be letters side by side; a dash or a bar has fewer."""
_WIDE: Final = 2.0
_TALL: Final = 4.0
_MOST_PIXELS: Final = 40_000
_DASH: Final = 10  # pixels a dash of large type is high
_PICTURE: Final = re.compile(rb"\bBI(?=[\s/])(.{1,8000}?)[\s\])>]ID\s", re.DOTALL)
_SIDE: Final = re.compile(rb"/(W|Width|H|Height)\s+(\d+)")
_NUMBER: Final = rb"([-+.\d]+)\s+"
_STEP: Final = re.compile(_NUMBER * 2 + rb"[mlcvy]\b")
_BOX: Final = re.compile(_NUMBER * 4 + rb"re\b")
_OUTLINE: Final = re.compile(rb"\d\s+(?:m|re)\b")
_MOVED: Final = re.compile(_NUMBER * 6 + rb"cm\b")
_USED: Final = re.compile(rb"/[^\s/]+\s+Do\b")


def draws_more_than_a_letter(content: bytes) -> bool:
    """Whether a glyph is wide, rich or built enough that it may be several letters. Doubt counts as more."""
    if pictures := _PICTURE.findall(content):
        return len(pictures) > 1 or _is_large(pictures[0])
    if len(content) > _LONGEST or len(_USED.findall(content)) > 1:
        return True
    try:
        return _is_rich(content)
    except ValueError:
        return True


def _is_large(picture: bytes) -> bool:
    sides = {key[:1]: int(size) for key, size in _SIDE.findall(picture)}
    width, height = sides.get(b"W", _MOST_PIXELS), sides.get(b"H", _MOST_PIXELS)
    return width * height > _MOST_PIXELS or (height > _DASH and width > _WIDE * height)


def _is_rich(content: bytes) -> bool:
    points = [(float(x), float(y)) for x, y in _STEP.findall(content)]
    for x, y, width, height in _BOX.findall(content):
        left, bottom, right, top = float(x), float(y), float(x) + float(width), float(y) + float(height)
        points += [(left, bottom), (right, bottom), (right, top), (left, top)]
    if len(points) < _SOME_STEPS:
        return False
    if len(points) > _MOST_STEPS or len(_OUTLINE.findall(content)) > _MOST_OUTLINES:
        return True
    moves = [list(map(float, move)) for move in _MOVED.findall(content)]
    if len(moves) > 1 or any(b or c or abs(a) != abs(d) for a, b, c, d, _, _ in moves):
        return True
    width = max(x for x, _ in points) - min(x for x, _ in points)
    height = max(y for _, y in points) - min(y for _, y in points)
    return width > _WIDE * height or height > _TALL * width


def is_drawn(font: pikepdf.Object) -> bool:
    """Whether a font draws its glyphs itself."""
    glyphs: object = font.get("/CharProcs")
    return isinstance(glyphs, pikepdf.Dictionary)


def has_no_letters(font: pikepdf.Object) -> bool:
    """Whether it is the standard font of ticks and bullets, as every program draws it (ISO 32000-2, 9.6.2.2).

    Forms name it for their boxes, and some programs on every page. One that brings glyphs or says what they mean is
    looked at as any other.
    """
    told = ("/FontDescriptor", "/Encoding", "/ToUnicode")
    return (
        font.get("/BaseFont") == "/ZapfDingbats"
        and font.get("/Subtype") == "/Type1"
        and not any(key in font for key in told)
    )


def glyphs_of(font: pikepdf.Object) -> list[pikepdf.Object]:
    """Return the glyphs that a font draws itself; none for a font that is a program."""
    glyphs = font.get("/CharProcs")
    if not isinstance(glyphs, pikepdf.Dictionary):
        return []
    return [glyph for glyph in glyphs.values() if isinstance(glyph, pikepdf.Stream)]


def as_pages(
    glyphs: list[pikepdf.Object], fonts: Iterable[pikepdf.Object], otherwise: pikepdf.Object | None
) -> list[pikepdf.Object]:
    """Return a page for each glyph, with what its font may use, or else what pages may use."""
    held: dict[int, pikepdf.Object] = {}
    for font in fonts:
        if isinstance(resources := font.get("/Resources"), pikepdf.Dictionary):
            held |= dict.fromkeys((glyph.objgen[0] for glyph in glyphs_of(font)), resources)
    spare = pikepdf.Dictionary() if otherwise is None else otherwise
    return [
        pikepdf.Dictionary(Contents=glyph, Resources=glyph.get("/Resources", held.get(glyph.objgen[0], spare)))
        for glyph in glyphs
    ]
