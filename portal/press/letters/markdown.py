"""Markdown, parsed in the cage: a letter's text becomes a tree, once for all children.

CommonMark and tables. HTML is shown as text, pictures are refused, links go to the web, a mailbox or a telephone. A
field is a place in the tree, so nothing that stands in it later can be markup.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.tree import SyntaxTreeNode

from portal.press.letters.fields import Field, fields_of, pieces_of
from portal.press.letters.letter_text import Align, Kind, LetterText, Node, WrongLetter, is_address, spoken

_FIELD: Final = re.compile(r"\{\{[^{}\n]*\}\}")
_ALIGNED: Final[dict[str, Align]] = {
    "text-align:left": "start",
    "text-align:center": "center",
    "text-align:right": "end",
}
_MOST_LEVELS: Final = 12

_WRAPPERS: Final = frozenset(("inline", "thead", "tbody"))
_TEXTS: Final[dict[str, Kind]] = {
    "text": "text", "html_inline": "text", "code_inline": "code", "fence": "code_block", "code_block": "code_block",
}  # fmt: skip
_KINDS: Final[dict[str, Kind]] = {
    "heading": "heading", "paragraph": "paragraph", "bullet_list": "bullets", "ordered_list": "numbers",
    "list_item": "item", "blockquote": "quote", "hr": "rule", "table": "table", "tr": "row", "th": "cell",
    "td": "cell", "strong": "strong", "em": "em", "link": "link", "hardbreak": "break",
}  # fmt: skip


@dataclass(slots=True)
class _Reading:
    level: int = 0
    links: list[str] = field(default_factory=list)


def read_markdown(markdown: str) -> LetterText:
    """Parse a letter. Raises `WrongLetter` or `WrongField`, naming the line."""
    fields = fields_of(markdown)
    reading = _Reading()
    blocks = _nodes(SyntaxTreeNode(_parser().parse(markdown)).children, reading)
    if not blocks:
        raise WrongLetter("This letter is empty.")
    return LetterText(blocks, fields, tuple(dict.fromkeys(reading.links)))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 2 * _MOST_LEVELS}).enable("table")
    parser.validateLink = _any_address  # type: ignore[method-assign] # a wrong one is refused below, not shown as text
    parser.inline.ruler.before("escape", "field", _take_field)
    return parser


def _any_address(url: str) -> bool:  # noqa: ARG001 - the signature of this library
    return True


def _take_field(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the signature of a rule of this library
    found = _FIELD.match(state.src, state.pos)
    if not found:
        return False
    if not silent:
        state.push("text", "", 0).content = found[0]
    state.pos = found.end()
    return True


def _nodes(trees: Sequence[SyntaxTreeNode], reading: _Reading) -> tuple[Node, ...]:
    return tuple(node for tree in trees for node in _parts(tree, reading))


def _parts(tree: SyntaxTreeNode, reading: _Reading) -> tuple[Node, ...]:
    """Return what a part of the tree becomes: mostly one node, for a mere wrapper its children."""
    if tree.type in _WRAPPERS or (tree.is_nested and tree.hidden):  # an item's text is hidden where no lines are blank
        return _nodes(tree.children, reading)
    if kind := _TEXTS.get(tree.type):
        return (Node(kind, pieces=pieces_of(tree.content.rstrip("\n"))),)
    if tree.type == "softbreak":
        return (Node("text", pieces=(" ",)),)
    if tree.type == "image":
        raise WrongLetter(f"{_place(tree)}: a letter holds no pictures. Logo and signature have their own places.")
    if tree.type not in _KINDS:
        raise WrongLetter(f"{_place(tree)}: the portal does not know this kind of text.")
    return (_node(tree, _KINDS[tree.type], reading),)


def _node(tree: SyntaxTreeNode, kind: Kind, reading: _Reading) -> Node:
    number, href = 0, ""
    align: Align = "start"
    match kind:
        case "heading":
            # Levels follow each other without a gap, whatever was written: PDF/UA-1 (7.4.2) and WCAG 1.3.1
            number = reading.level = min(int(tree.tag[1:]), reading.level + 1)
        case "numbers":
            number = int(tree.attrs.get("start", 1))
        case "table":
            number = len(tree.children[0].children[0].children)
        case "cell":
            align = _ALIGNED.get(str(tree.attrs.get("style", "")), "start")
        case "link":
            href = _checked_address(tree)
            reading.links.append(href)
    node = Node(kind, _nodes(tree.children, reading), number=number, href=href, align=align)
    if kind == "heading" and not any(isinstance(piece, Field) or piece.strip() for piece in spoken(node)):
        raise WrongLetter(f"{_place(tree)}: this heading has no words. Write them, or take the # away.")  # PDF/UA-1
    return node


def _checked_address(tree: SyntaxTreeNode) -> str:
    href = str(tree.attrs.get("href", ""))
    if "{{" in unquote(href):
        raise WrongLetter(f"{_place(tree)}: a field cannot be part of a link's address.")
    if not is_address(href):
        raise WrongLetter(f"{_place(tree)}: a link starts with https:, http:, mailto: or tel:.")
    return href


def _place(tree: SyntaxTreeNode) -> str:
    """Return the line of the block that a part stands in."""
    at: SyntaxTreeNode | None = tree
    while at is not None and not at.is_root:
        if not at.is_nested and at.token is not None and at.token.map:
            return f"Line {at.token.map[0] + 1}"
        if at.is_nested and at.map:
            return f"Line {at.map[0] + 1}"
        at = at.parent
    return "The letter"
