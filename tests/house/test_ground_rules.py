"""Time, randomness and environment come from the kernel alone, and so do commits."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.tree import modules, named, parsed

KERNEL_ONLY = {
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
    "time.gmtime",
    "time.localtime",
    "uuid.uuid1",
    "uuid.uuid4",
    "os.urandom",
    "os.environ",
    "os.environb",
    "os.getenv",
}
SEEDED = {"random", "random.Random"}  # a seeded generator is arithmetic; the made-up district is drawn with one
ABOVE = [path for path in modules("portal") if "kernel" not in path.parts]


def names_used(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Give every dotted name a module uses, with its imports followed, and the line it stands on."""
    bound: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                bound[alias.asname or alias.name.partition(".")[0]] = alias.name
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                bound[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield node.lineno, f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, _, rest = ast.unparse(node).partition(".")
            if first in bound:
                yield node.lineno, f"{bound[first]}.{rest}".rstrip(".")


def broken(tree: ast.Module) -> set[str]:
    return {
        f"line {line}: {name}"
        for line, name in names_used(tree)
        if name in KERNEL_ONLY or (name.partition(".")[0] in {"random", "secrets"} and name not in SEEDED)
    }


def commits(tree: ast.Module) -> list[int]:
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute))
    return [call.lineno for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "commit"]


def test_time_randomness_and_environment_come_from_the_kernel() -> None:
    assert {named(path): found for path in ABOVE if (found := broken(parsed(path)))} == {}


def test_only_the_kernels_database_commits() -> None:
    elsewhere = [path for path in modules("portal") if path.parts[-3:] != ("kernel", "storage", "db.py")]
    assert {named(path): lines for path in elsewhere if (lines := commits(parsed(path)))} == {}


@pytest.mark.parametrize(
    "line",
    [
        "import random\nrandom.choice('ab')",
        "from random import random",
        "from secrets import token_hex",
        "import datetime\ndatetime.datetime.now(datetime.UTC)",
        "from datetime import datetime as dt\ndt.now()",
        "import time\ntime.time()",
        "from os import environ",
        "import os\nos.environ.get('HOME')",
        "import uuid\nuuid.uuid4()",
    ],
)
def test_these_checks_see_what_they_are_for(line: str) -> None:
    assert broken(ast.parse(line))


def test_measuring_a_duration_is_allowed() -> None:
    assert not broken(ast.parse("import time\ntime.monotonic()\nfrom datetime import datetime\ndatetime(2021, 8, 6)"))


def test_a_commit_is_seen_whatever_it_is_called_on() -> None:
    assert commits(ast.parse("self.session.commit()")) == [1]
