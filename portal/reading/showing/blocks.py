"""What a page says, as blocks of plain values: headings, paragraphs, list items, tables, and what pictures show.

The cage packs them as JSON and whoever asked unpacks them; nothing that comes out is trusted before it was unpacked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

MOST_BLOCKS: Final = 20_000
"""How many blocks, rows and cells together a letter has at most."""
DEEPEST: Final = 3
"""How deep lists stand within each other, and how many levels of headings there are."""
_WIDEST: Final = 60
_LONGEST_URL: Final = 2_000
_URL: Final = re.compile(r"https?://([a-z0-9.-]{1,253})(?::\d{1,5})?(?:[/?#][!-\[\]-~]*)?", re.IGNORECASE)
"""A URL that all browsers read alike: plain ASCII, no one's name, no backslash."""


class NoBlock(Exception):
    """This is no block."""


@dataclass(frozen=True, slots=True)
class Run:
    """Some text, and where it leads; a line end within it is one that has to stay."""

    text: str
    url: str = ""

    @property
    def host(self) -> str:
        """The host that the URL names, in lower case; empty where there is none."""
        found = _URL.fullmatch(self.url) if len(self.url) <= _LONGEST_URL else None
        return found[1].lower() if found else ""


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; 1 is the highest level within the letter."""

    kind: ClassVar = "heading"
    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    kind: ClassVar = "paragraph"
    runs: Runs


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item of a list: its number as the letter writes it, empty for a bullet; 1 is the outermost depth."""

    kind: ClassVar = "item"
    label: str
    depth: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, and over how many columns it stretches."""

    runs: Runs
    is_header: bool = False
    across: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table."""

    kind: ClassVar = "table"
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, and what the letter says it shows."""

    kind: ClassVar = "picture"
    alt: str


Block = Heading | Paragraph | ListItem | Table | Picture


def packed(block: Block) -> list[Any]:
    """Return a block as JSON has it."""
    match block:
        case Heading(level, runs):
            return ["h", level, _packed(runs)]
        case Paragraph(runs):
            return ["p", _packed(runs)]
        case ListItem(label, depth, runs):
            return ["i", label, depth, _packed(runs)]
        case Table(rows):
            return ["t", [[[cell.is_header, cell.across, _packed(cell.runs)] for cell in row] for row in rows]]
        case Picture(alt):
            return ["f", alt]


def _packed(runs: Runs) -> list[list[str]]:
    return [[run.text, run.url] for run in runs]


def unpacked(value: object) -> Block:
    """Return the block that a value is. Raises `NoBlock`."""
    match value:
        case ["h", int(level), list(runs)] if 1 <= level <= DEEPEST:
            return Heading(level, _runs(runs))
        case ["p", list(runs)]:
            return Paragraph(_runs(runs))
        case ["i", str(label), int(depth), list(runs)] if 1 <= depth <= DEEPEST:
            return ListItem(_sayable(label), depth, _runs(runs))
        case ["t", list(rows)] if rows:
            return Table(tuple(map(_row, rows)))
        case ["f", str(alt)]:
            return Picture(_sayable(alt))
    raise NoBlock


def _row(value: object) -> tuple[Cell, ...]:
    if not isinstance(value, list):
        raise NoBlock
    return tuple(map(_cell, value))


def _cell(value: object) -> Cell:
    match value:
        case [bool(is_header), int(across), list(runs)] if 1 <= across <= _WIDEST:
            return Cell(_runs(runs), is_header, across)
    raise NoBlock


def _runs(values: Sequence[object]) -> Runs:
    runs = []
    for value in values:
        match value:
            case [str(text), str(url)]:
                runs.append(Run(_sayable(text), url))
            case _:
                raise NoBlock
    return tuple(runs)


def _sayable(text: str) -> str:
    """Return text that UTF-8 can say. Raises `NoBlock`."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NoBlock from None
    return text


def text_of(block: Block) -> str:
    """Return all that a block says."""
    match block:
        case Table(rows):
            return "\n".join("\t".join(_said(cell.runs) for cell in row) for row in rows)
        case Picture(alt):
            return alt
        case ListItem(label, _, runs):
            return f"{label} {_said(runs)}".strip()
        case Heading(_, runs) | Paragraph(runs):
            return _said(runs)


def _said(runs: Runs) -> str:
    return "".join(run.text for run in runs)


def pieces_of(block: Block) -> int:
    """Return how many blocks, rows and cells a block is."""
    return 1 + sum(1 + len(row) for row in block.rows) if isinstance(block, Table) else 1


def urls_of(block: Block) -> int:
    """Return how many letters its URLs have, each as often as it stands there."""
    several = [cell.runs for row in block.rows for cell in row] if isinstance(block, Table) else []
    several += [] if isinstance(block, Table | Picture) else [block.runs]
    return sum(len(run.url) for runs in several for run in runs)
