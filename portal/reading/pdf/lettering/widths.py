"""Which glyphs a font holds, as far as its list of widths tells (ISO 32000-2, 9.6.2 and 9.7.4.3)."""

import re
from typing import Final

import pikepdf

_MOST_CODES: Final = 400
_ITEM: Final = re.compile(rb"([^][\s]+)|(\[)([^][]*)\]")
_REFERS: Final = re.compile(rb"R\b|\[[^]]*\[|<|\(|/")
"""Finds within an array what stands elsewhere, or is no number and no list of numbers."""


def simple_codes(font: pikepdf.Object) -> list[int]:
    """Return the codes of a font of single bytes that have a width; all of print where it lists none."""
    widths, first = font.get("/Widths"), font.get("/FirstChar")
    if not isinstance(widths, pikepdf.Array) or first is None:
        return list(range(33, 127))
    return [code for code, width in enumerate(widths, start=int(first)) if 0 <= code < 256 and width != 0]


def composite_codes(font: pikepdf.Object) -> list[int]:
    """Return the glyphs whose widths are listed: those a subset holds. Only for Identity maps."""
    if not str(font.get("/Encoding")).startswith("/Identity"):
        return []
    listed = font.DescendantFonts[0].get("/W")
    items = _spans_of(listed) if isinstance(listed, pikepdf.Array) else []
    codes: list[int] = []
    at = 0
    while at + 1 < len(items) and len(codes) < _MOST_CODES:
        (first, is_out_of_place), (following, is_listed) = items[at], items[at + 1]
        if is_out_of_place:
            raise TypeError  # a list where the number of a glyph should be: damaged
        if is_listed:
            codes += range(first, first + following)
            at += 2
        else:
            codes += range(first, min(following, first + _MOST_CODES) + 1)
            at += 3
    return [code for code in codes if 0 < code < 65536]


def _spans_of(listed: pikepdf.Array) -> list[tuple[int, bool]]:
    """Return the numbers of an array, and for each array within how many it holds, which is told so.

    Off the written array, where nothing in it stands elsewhere: to ask for one after the other takes ten times as long.
    """
    written = listed.unparse()
    if _REFERS.search(written, 1):
        held = ((each, isinstance(each, pikepdf.Array)) for each in listed.as_list())
        return [(len(each) if is_listed else int(each), is_listed) for each, is_listed in held]
    items = _ITEM.findall(written, 1)
    return [(len(inner.split()), True) if opened else (int(float(number)), False) for number, opened, inner in items]
