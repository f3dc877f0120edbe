"""Drawings of lines (SVG) as pictures, for whoever looks at pictures to find the letters drawn in them.

Text in an SVG is read as text and drawn by nobody here: the drawing program is given no fonts.
"""

import io
import re
from typing import Final

import resvg_py
from PIL import Image

from portal.reading.budget import CannotRead
from portal.reading.gathering import Gathering

LEGIBLE_FROM: Final = 40
"""With fewer lines and shapes than this nobody can draw a full name."""
_LONGEST_SIDE: Final = 2_000  # of a sheet of paper: 170 pixels an inch
_LONGEST_SIDE_OF_ICONS: Final = 1_000
_ICON: Final = 128
_FEW_SHAPES: Final = 200
"""With fewer a drawing is an icon, however large the grid it was drawn on: small letters take more."""
_INCH: Final = 96  # pixels (CSS): the program's own is none, so that what is measured in millimetres has no size
_SIZE: Final = re.compile(r"""viewBox\s*+=\s*+["']\s*+[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)""")
_SHAPES: Final = re.compile(r"<(?:\w+:)?(?:line|rect|circle|ellipse|use)\b", re.IGNORECASE)
_LINES: Final = re.compile(r"""\b(?:d|points)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""")
_NUMBER: Final = re.compile(r"\d*\.?\d+")
_PICTURE: Final = re.compile(r"<(?:\w+:)?image\b[^>]*+>", re.IGNORECASE)
_BEGIN: Final = re.compile(r"<svg\b", re.IGNORECASE)
_WHITE: Final = re.compile(r"#f{3,6}\b|\bwhite\b|rgba?\(\s*255", re.IGNORECASE)
_NAMESPACES: Final = (("xmlns=", "http://www.w3.org/2000/svg"), ("xmlns:xlink=", "http://www.w3.org/1999/xlink"))
_CANNOT_DRAW: Final = "A drawing in this file cannot be shown. Save it as PDF or PNG and choose it again."


def draw(svg: str, to: Gathering) -> None:
    """Show an SVG, on black paper too where it has white lines, unless it is too simple to hold letters.

    Pictures in it are left out: they are shown for themselves. Raises `CannotRead` where it cannot be drawn.
    """
    count = _count_shapes(svg)
    if count < LEGIBLE_FROM:
        return
    svg = _PICTURE.sub("", svg)
    missing = "".join(f' {name}"{address}"' for name, address in _NAMESPACES if name not in svg)
    svg = _BEGIN.sub(lambda tag: tag[0] + missing, svg, count=1)  # inside HTML they may be left out
    drawn = _drawn(svg, is_icon=count < _FEW_SHAPES)
    for paper in ("white", "black") if _WHITE.search(svg) else ("white",):
        sheet = Image.new("RGBA", drawn.size, paper)
        sheet.alpha_composite(drawn)
        to.show("drawing", sheet.convert("RGB"))


def _count_shapes(svg: str) -> int:
    points = sum(len(_NUMBER.findall("".join(path))) for path in _LINES.findall(svg)) // 2
    return points + len(_SHAPES.findall(svg))


def _drawn(svg: str, *, is_icon: bool) -> Image.Image:
    """Return the drawing on no paper, once: a large one takes a second or two, and a page may have twenty icons."""
    size = _SIZE.search(svg)
    is_small = is_icon or (size and max(map(float, size.groups())) <= _ICON)
    longest = _LONGEST_SIDE_OF_ICONS if is_small else _LONGEST_SIDE
    try:
        small = _rendered(svg, 64)
        wide = small.width >= small.height
        return _rendered(svg, longest if wide else max(1, longest * small.width // small.height))
    except (ValueError, OSError):
        raise CannotRead(_CANNOT_DRAW) from None


def _rendered(svg: str, width: int) -> Image.Image:
    png = resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True, dpi=_INCH)
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        return image.convert("RGBA")
