"""A letter's tree as Typst source that reads its fields from `sys.inputs`: every text in it is a quoted string."""

from collections.abc import Callable, Iterable
from typing import Final

from portal.press.letters.fields import Field, Piece
from portal.press.letters.letter_text import Kind, Node, shown_address

_ESCAPES: Final = {ord("\\"): "\\\\", ord('"'): '\\"', ord("\n"): "\\n", ord("\r"): "", ord("\0"): ""}

SHOWN: Final = {
    "ltr": "#let shown(it) = it\n",
    "rtl": (
        "#let shown(it) = if it.len() < 80 and it.find(regex(`\\p{Arabic}|\\p{Hebrew}`.text)) == none "
        "{ box(text(dir: ltr, it)) } else { it }\n"
    ),
}
"""How a value is shown, by the direction around it: a telephone number between Arabic words stays in order."""


def typst_of(nodes: Iterable[Node]) -> str:
    """Return the parts of a letter as Typst markup."""
    return "".join(map(_node, nodes))


def typst_text(pieces: Iterable[Piece]) -> str:
    """Return text with fields as Typst markup. No sign of it can be markup; a field is `shown` (see `SHOWN`)."""
    return "".join(
        f"#shown({_expression(piece)});" if isinstance(piece, Field) else f"#{quoted(piece)};" for piece in pieces
    )


def typst_string(pieces: Iterable[Piece]) -> str:
    """Return text with fields as one Typst expression, a string."""
    return " + ".join(map(_expression, pieces)) or '""'


def quoted(text: str) -> str:
    """Return a Typst string literal."""
    return f'"{text.translate(_ESCAPES)}"'


def _expression(piece: Piece) -> str:
    return f"sys.inputs.at({quoted(piece.name)})" if isinstance(piece, Field) else quoted(piece)


def _node(node: Node) -> str:
    if draw := _DRAWN.get(node.kind):
        return draw(node)
    before, after = _AROUND[node.kind]
    return before + typst_of(node.children) + after


def _link(node: Node) -> str:
    address = shown_address(node)
    return f"#link({quoted(node.href)})[{typst_of(node.children)}];" + (
        f"#{quoted(f' ({address})')};" if address else ""
    )


def _table(node: Node) -> str:
    head, *rows = node.children
    aligns = ", ".join(cell.align for cell in head.children)
    titles = typst_of(head.children)
    cells = "".join(typst_of(row.children) for row in rows)
    return f"#table(columns: {node.number}, align: ({aligns},), table.header({titles}), {cells});\n"


_AROUND: Final = {
    "strong": ("#strong[", "];"),
    "em": ("#emph[", "];"),
    "break": ("#linebreak();", ""),
    "paragraph": ("#par[", "];\n"),
    "quote": ("#quote(block: true)[", "];\n"),
    "rule": ("#line(length: 100%, stroke: 0.5pt + luma(120));\n", ""),
    "bullets": ("#list(", ");\n"),
    "item": ("[", "], "),
    "cell": ("[", "], "),
}
_DRAWN: Final[dict[Kind, Callable[[Node], str]]] = {
    "text": lambda node: typst_text(node.pieces),
    "code": lambda node: f"#raw({typst_string(node.pieces)});",
    "code_block": lambda node: f"#raw(block: true, {typst_string(node.pieces)});\n",
    "heading": lambda node: f"#heading(level: {node.number + 1})[{typst_of(node.children)}];\n",
    "numbers": lambda node: f"#enum(start: {node.number}, {typst_of(node.children)});\n",
    "link": _link,
    "table": _table,
}
