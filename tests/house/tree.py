"""The files of this house, as the tests of `tests/house` see them."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parents[2]
_ROOMS = ("portal", "tests", "alembic", "bench", "deploy", "static", "docs", "requirements", ".ci")
_MADE = {"__pycache__", ".hypothesis"}


def files() -> Iterator[Path]:
    """Give every file that belongs to the project, and none that a build, a run or git has left."""
    yield from (path for path in HOUSE.iterdir() if path.is_file() and not path.name.startswith((".coverage", ".git")))
    for room in _ROOMS:
        for path in (HOUSE / room).rglob("*"):
            if path.is_file() and not _MADE & set(path.parts):
                yield path


def modules(*rooms: str) -> list[Path]:
    """Return the Python files of some rooms, in order."""
    return sorted(path for path in files() if path.suffix == ".py" and path.relative_to(HOUSE).parts[0] in rooms)


@cache
def parsed(path: Path) -> ast.Module:
    """Return the syntax tree of a module, read once a run."""
    return ast.parse(path.read_text())


def named(path: Path) -> str:
    """Return a path as people name it."""
    return path.relative_to(HOUSE).as_posix()
