"""A letter's tree as a part of a page: pieces of finished HTML with places between them, escaped one by one."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from html import escape
from typing import Final

from portal.press.letters.fields import Field, Piece, value_in
from portal.press.letters.letter_text import Kind, Node, shown_address


def html_of(nodes: Iterable[Node]) -> tuple[Piece, ...]:
    """Return the parts of a letter as HTML in pieces; its headings begin at `h2`, the page's title being `h1`."""
    return joined(piece for node in nodes for piece in _node(node))


def filled(pieces: Iterable[Piece], row: Mapping[str, str]) -> str:
    """Return the HTML with the row's values, each escaped and kept apart from the text's direction.

    Raises `WrongField` for a field that the row has nothing for.
    """
    return "".join(
        f"<bdi>{escape(value_in(row, piece.name))}</bdi>" if isinstance(piece, Field) else piece for piece in pieces
    )


def joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return the same with neighbouring texts as one, so that filling has little to do."""
    found: list[Piece] = []
    for piece in pieces:
        if found and isinstance(piece, str) and isinstance(found[-1], str):
            found[-1] += piece
        else:
            found.append(piece)
    return tuple(found)


def html_text(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Return text with fields, the text escaped."""
    return (piece if isinstance(piece, Field) else escape(piece) for piece in pieces)


def _around(tag: str, inner: Iterable[Piece], attributes: str = "") -> Iterator[Piece]:
    yield f"<{tag}{attributes}>"
    yield from inner
    yield f"</{tag}>"


def _node(node: Node) -> Iterator[Piece]:
    if draw := _DRAWN.get(node.kind):
        return draw(node)
    return _around(_TAGS[node.kind], html_of(node.children))


def _numbers(node: Node) -> Iterator[Piece]:
    start = f' start="{node.number}"' if node.number != 1 else ""
    return _around("ol", html_of(node.children), start)


def _link(node: Node) -> Iterator[Piece]:
    yield from _around("a", html_of(node.children), f' href="{escape(node.href)}" rel="noopener noreferrer"')
    if address := shown_address(node):
        yield f" ({escape(address)})"


def _rows(node: Node) -> Iterator[Piece]:
    head, *rows = node.children
    yield from _around("thead", _row(head, "th", ' scope="col"'))
    if rows:
        yield from _around("tbody", (piece for row in rows for piece in _row(row, "td", "")))


def _row(row: Node, tag: str, attributes: str) -> Iterator[Piece]:
    cells = (
        piece
        for cell in row.children
        for piece in _around(
            tag, html_of(cell.children), attributes + (f' class="{cell.align}"' if cell.align != "start" else "")
        )
    )
    return _around("tr", cells)


_TAGS: Final = {
    "paragraph": "p", "bullets": "ul", "item": "li", "quote": "blockquote", "strong": "strong", "em": "em",
}  # fmt: skip
_DRAWN: Final[dict[Kind, Callable[[Node], Iterator[Piece]]]] = {
    "text": lambda node: html_text(node.pieces),
    "code": lambda node: _around("code", html_text(node.pieces)),
    "code_block": lambda node: _around("pre", _around("code", html_text(node.pieces))),
    "break": lambda _: iter(("<br>",)),
    "rule": lambda _: iter(("<hr>",)),
    "heading": lambda node: _around(f"h{min(node.number + 1, 6)}", html_of(node.children)),
    "numbers": _numbers,
    "link": _link,
    "table": lambda node: _around("table", _rows(node)),
}
