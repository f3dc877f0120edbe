"""The boxes of a slide as they are seen: from top to bottom and from left to right, in whatever order they are kept.

Source: ECMA-376 part 1, 19.3.1.43 (`sp`) and 20.1.7 (`xfrm`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from portal.reading.office.marked_up.strict import bare, check_depth, parse, strict_parser

_FRAMES: Final = frozenset(("sp", "graphicframe"))
_CELL_ENDS: Final = re.compile("\n\t")
_ROW_ENDS: Final = re.compile("\t+\n")
_LENGTH: Final = re.compile("-?[0-9]{1,18}")
_ENDS: Final = {"p": "\n", "br": "\n", "tc": "\t", "tr": "\n\n"}


@dataclass(slots=True)
class _Box:
    left: int = 0
    top: int = 0
    width: int = 0
    height: int = 0
    is_placed: bool = False
    """Whether the slide says where it is, and not its layout."""
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return _ROW_ENDS.sub("\n", _CELL_ENDS.sub("\t", "".join(self.texts))).strip("\n\t")

    def is_beside(self, other: "_Box") -> bool:
        """Whether the middle of one of two boxes is as high as some of the other."""
        return self.top <= other.top + other.height / 2 <= self.top + self.height

    def is_right_above(self, other: "_Box") -> bool:
        """Whether the other begins where this one ends, or half its height further below, and not aside of it."""
        gap = other.top - self.top - self.height
        overlap = min(self.left + self.width, other.left + other.width) - max(self.left, other.left)
        return gap <= min(self.height, other.height) / 2 and overlap > 0


def boxes_in_order(data: bytes) -> str:
    """Return the text of a slide's boxes as they are seen; empty where they are kept in that order."""
    boxes = [box for box in _boxes(data) if box.is_placed and box.text]
    seen = sorted(boxes, key=lambda box: (box.top, box.left))
    rows: list[list[_Box]] = []
    for box in seen:
        if rows and rows[-1][0].is_beside(box):
            rows[-1].append(box)
        else:
            rows.append([box])
    for row in rows:
        row.sort(key=lambda box: box.left)
    return "" if [box for row in rows for box in row] == boxes else _told(rows)


def _told(rows: list[list[_Box]]) -> str:
    """Return rows of boxes with tabs, and below each other without a blank line where they belong together."""
    out: list[str] = []
    for above, row in zip([[], *rows], rows, strict=False):
        if above:
            out.append("\n" if len(above) == len(row) == 1 and above[0].is_right_above(row[0]) else "\n\n")
        out.append("\t".join(box.text.replace("\n", " ") for box in row) if len(row) > 1 else row[0].text)
    return "".join(out)


def _boxes(data: bytes) -> list[_Box]:
    """Return the boxes in the order they are kept. Raises `CannotRead` and `expat.ExpatError`."""
    parser, opened, boxes, within = strict_parser(), [""], list[_Box](), list[_Box]()

    def start(name: str, attributes: Mapping[str, str]) -> None:
        element = bare(name)
        opened.append(element)
        check_depth(opened)
        if element in _FRAMES:
            within.append(_Box())
            boxes.append(within[-1])
        elif within and element == "off":
            within[-1].is_placed = True
            within[-1].left, within[-1].top = _length(attributes, "x"), _length(attributes, "y")
        elif within and element == "ext" and "cx" in attributes:
            within[-1].width, within[-1].height = _length(attributes, "cx"), _length(attributes, "cy")

    def end(_name: str) -> None:
        element = opened.pop()
        if within and element in _ENDS:
            within[-1].texts.append(_ENDS[element])
        elif within and element in _FRAMES:
            within.pop()

    def text(said: str) -> None:
        if within and opened[-1] == "t":
            within[-1].texts.append(said)

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parse(parser, data)
    return boxes


def _length(attributes: Mapping[str, str], name: str) -> int:
    """Return a length in English metric units; nought for what is none."""
    value = attributes.get(name, "")
    return int(value) if _LENGTH.fullmatch(value) else 0
