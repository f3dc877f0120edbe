"""Every number of the guard says its unit and where it is from: a measurement, a standard, or an eye."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import modules, parsed

GUARD = [path for path in modules("portal") if path.is_relative_to(Path("portal/guard").resolve())]
UNIT = re.compile(
    r"\b(characters?|letters?|words?|digits?|figures?|syllables?|consonants?|code points?|bits?|marks?|lines?|rows?|"
    r"cells?|columns?|gaps?|entries|labels?|sections?|passages?|people|persons|families|children|numbers?|names?|"
    r"answers|seconds|times|nats|share)\b",
    re.IGNORECASE,
)
SOURCE = re.compile(r"\b(by eye|measured|by definition|Unicode|E\.164|ECMA|ISO)\b")
"""How a number says where it is from: `by eye` is no measurement, `by definition` follows from what it counts."""


def is_number(node: ast.expr) -> bool:
    """Whether an expression is a number, or several."""
    match node:
        case ast.Constant():
            return isinstance(node.value, int | float) and not isinstance(node.value, bool)
        case ast.UnaryOp():
            return is_number(node.operand)
        case ast.BinOp():
            return is_number(node.left) or is_number(node.right)
        case ast.Tuple():
            return bool(node.elts) and all(map(is_number, node.elts))
        case ast.Dict():
            return bool(node.values) and all(map(is_number, node.values))
        case _:
            return False


def told(tree: ast.Module, lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the numeric constants of a module, each with its comment or docstring."""
    for at, node in enumerate(tree.body):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and is_number(node.value):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            comment = lines[(node.end_lineno or node.lineno) - 1].partition("#")[2]
            after = tree.body[at + 1] if at + 1 < len(tree.body) else None
            match after:
                case ast.Expr(ast.Constant(str(doc))):
                    yield ast.unparse(target), f"{comment} {doc}"
                case _:
                    yield ast.unparse(target), comment


def silent(tree: ast.Module, lines: list[str]) -> list[str]:
    """Return the numeric constants of a module that do not say their unit, or not where they are from."""
    return [name for name, text in told(tree, lines) if not (UNIT.search(text) and SOURCE.search(text))]


def test_every_number_says_its_unit_and_where_it_is_from() -> None:
    assert len(GUARD) > 50
    found = {path.stem: silent(parsed(path), path.read_text().split("\n")) for path in GUARD}
    assert {stem: names for stem, names in found.items() if names} == {}


def test_this_check_sees_what_it_is_for() -> None:
    source = """
_A: Final = 3
_B: Final = 3  # words before a name; by eye
_C: Final = 3
\"\"\"Words before a name; measured on the goldens, 1 December 2026.\"\"\"
_D, _E = 1, 2  # by eye
_F: Final = {"thing": 2}  # in nats
_G: Final = "3"
"""
    assert silent(ast.parse(source), source.split("\n")) == ["_A", "(_D, _E)", "_F"]
