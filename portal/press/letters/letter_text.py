"""A letter's text as a tree, which is set on paper and shown as a page alike. Parsed in the cage, checked outside."""

from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

from portal.press import NotTypeset
from portal.press.letters.fields import Piece

Kind = Literal[
    "heading", "paragraph", "bullets", "numbers", "item", "quote", "rule", "table", "row", "cell", "code_block",
    "text", "code", "strong", "em", "link", "break",
]  # fmt: skip
Align = Literal["start", "center", "end"]
_SCHEMES: Final = frozenset(("http", "https", "mailto", "tel"))
_MOST_LEVELS: Final = 60
_LARGEST: Final = 10**9


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a letter. `number` is a heading's level, a list's first number or a table's columns."""

    kind: Kind
    children: tuple["Node", ...] = ()
    pieces: tuple[Piece, ...] = ()
    number: int = 0
    href: str = ""
    align: Align = "start"


@dataclass(frozen=True, slots=True)
class LetterText:
    """A parsed letter; `links` are all addresses it sends people to."""

    blocks: tuple[Node, ...]
    fields: tuple[str, ...]
    links: tuple[str, ...]


class WrongLetter(NotTypeset):
    """This letter holds something that cannot be set."""


def is_address(href: str) -> bool:
    """Tell whether a link may lead there: to the web, a mailbox or a telephone."""
    try:
        parts = urlsplit(href)
        return parts.scheme in _SCHEMES and bool(parts.netloc if parts.scheme.startswith("http") else parts.path)
    except ValueError:
        return False


def is_sound(text: LetterText) -> bool:
    """Tell whether a tree is one that can be set: no address in it leads elsewhere, and each table has its rows."""
    return all(map(is_address, text.links)) and all(_is_sound(node, text, _MOST_LEVELS) for node in text.blocks)


def _is_sound(node: Node, text: LetterText, levels: int) -> bool:
    inside = {"table": "row", "row": "cell"}.get(node.kind)
    return (
        levels > 0
        and 0 <= node.number <= _LARGEST
        and (node.kind != "link" or node.href in text.links)
        and (node.kind != "table" or (bool(node.children) and node.number == len(node.children[0].children) > 0))
        and all(inside in {None, child.kind} and _is_sound(child, text, levels - 1) for child in node.children)
    )


def shown_address(node: Node) -> str:
    """Return the address to show after a link's words; nothing when the words are the address."""
    words = "".join(piece for piece in spoken(node) if isinstance(piece, str))
    address = node.href.removeprefix("mailto:").removeprefix("tel:")
    return "" if words in {node.href, address, unquote(address)} else address


def spoken(node: Node) -> tuple[Piece, ...]:
    """Return all text of a part of a letter, its fields among it."""
    return node.pieces + tuple(piece for child in node.children for piece in spoken(child))
