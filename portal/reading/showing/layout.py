"""What was found on a page before all pages are known: text blocks of lines, and tables. Headings are told later."""

from dataclasses import dataclass, field
from typing import Literal

from portal.reading.showing.blocks import Picture, Table
from portal.reading.showing.text_lines import TextLine

Role = Literal["text", "item", "heading"]


@dataclass(slots=True)
class TextBlock:
    """Lines that belong together; a role other than `text` was said by the tags or by a marker.

    `level` is a heading's, or how deep an item stands; `skip` counts the words at its beginning that are its marker.
    """

    lines: list[TextLine]
    role: Role = "text"
    level: int = 0
    label: str = ""
    skip: int = 0


@dataclass(slots=True)
class FoundTable:
    """A table, and the box it stands in."""

    table: Table
    left: float
    top: float
    right: float
    bottom: float


Found = TextBlock | FoundTable | Picture


@dataclass(slots=True)
class Layout:
    """What is on a page in the order of reading; `is_doubtful` where that order is not sure."""

    found: list[Found] = field(default_factory=list)
    is_doubtful: bool = False
    is_tagged: bool = False
