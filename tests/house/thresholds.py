"""Every numeric constant of the guard and of what reads pictures, with its unit and where it is from.

`python -m tests.house.thresholds` writes `docs/thresholds.md`, the one table of them.
"""

import ast
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from tests.house.tree import HOUSE, modules

TABLE: Final = HOUSE / "docs" / "thresholds.md"
FOLDERS: Final = ("portal/guard", "portal/reading/ocr")
SOURCE: Final = re.compile(r"\b(by eye|measured|by definition|Unicode|E\.164|BT\.601|ECMA|ISO|PP-OCR)\b")
"""How a number says where it is from: `by eye` is no measurement, `by definition` follows from what it counts."""
_HEAD: Final = """# Thresholds

Made by `python -m tests.house.thresholds` from the comments beside the numbers: change them there.
`tests/house/test_numbers.py` fails where a number has no unit or no source, and where this file is not what the code
says.

A source is what somebody knew. *By definition* follows from what is counted; a standard or PP-OCR is named; *measured*
says on what. *By eye* is no measurement: somebody chose it with letters, lists or pictures at hand, and the goldens and
the tests of pictures hold it. A square, unless it says otherwise, is 4 by 4 pixels.

Numbers within functions are not in these tables.
"""


class Number(NamedTuple):
    """A numeric constant of a module, or several that are set at once, and what is said of it."""

    name: str
    value: str
    told: str

    @property
    def row(self) -> tuple[str, str, str, str]:
        """Return its name, its value, its unit and its source."""
        unit, _, source = self.told.rpartition("; ")
        if not (unit and SOURCE.search(source)):
            unit, source = self.told, " ".join(SOURCE.findall(self.told)[-1:])
        return self.name, self.value, unit[:1].lower() + unit[1:], source


def is_number(node: ast.expr) -> bool:
    """Whether an expression is a number, or several."""
    match node:
        case ast.Constant():
            return isinstance(node.value, int | float) and not isinstance(node.value, bool)
        case ast.UnaryOp():
            return is_number(node.operand)
        case ast.BinOp():
            return is_number(node.left) or is_number(node.right)
        case ast.Tuple(elts=several) | ast.Call(ast.Name("slice"), args=several):
            return any(map(is_number, several))
        case ast.Dict():
            return bool(node.values) and all(map(is_number, node.values))
        case _:
            return False


def numbers(source: str) -> Iterator[Number]:
    """Yield the numeric constants of a module, each with its comment or docstring."""
    body, lines = ast.parse(source).body, source.split("\n")
    for at, node in enumerate(body):
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and is_number(node.value):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            said = lines[(node.end_lineno or node.lineno) - 1].partition("#")[2]
            match body[at + 1 : at + 2]:
                case [ast.Expr(ast.Constant(str(doc)))]:
                    said = f"{said} {doc}"
            value = ast.get_source_segment(source, node.value) or ""
            yield Number(ast.unparse(target).strip("()"), " ".join(value.split()), " ".join(said.split()).rstrip("."))


def by_module(folder: str) -> Iterator[tuple[str, list[Number]]]:
    """Yield each module of a folder, without its ending, and its numbers."""
    for path in modules("portal"):
        if path.is_relative_to(HOUSE / folder):
            yield path.relative_to(HOUSE / folder).with_suffix("").as_posix(), list(numbers(path.read_text()))


def table() -> str:
    """Return the file of all numbers as it has to be."""
    text = _HEAD
    for folder in FOLDERS:
        rows = [(f"`{module}`", *_cells(number)) for module, found in by_module(folder) for number in found]
        text += f"\n## {folder}\n\n| module | name | value | what it counts | source |\n| -- | -- | -- | -- | -- |\n"
        text += "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return text


def _cells(number: Number) -> tuple[str, str, str, str]:
    name, value, unit, source = (cell.replace("|", "\\|") for cell in number.row)
    return f"`{name}`", f"`{value}`", unit, source


if __name__ == "__main__":
    TABLE.write_text(table())
