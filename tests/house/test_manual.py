"""What the manual tells an operator to type is there: commands, their options, settings."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup

from portal.cli import COMMANDS
from portal.cli.later import Later, loaded
from portal.kernel.configuration.settings import known_names
from tests.house.tree import HOUSE, named

RECIPES = HOUSE / "docs/develop"  # name settings and commands that are yet to be made
MANUAL = [*HOUSE.glob("*.md"), *(path for path in HOUSE.glob("docs/**/*.md") if path.parent != RECIPES)]
STARTS = [HOUSE / "compose.yaml", HOUSE / "Dockerfile"]
TYPED = re.compile(r"`([^`\n]+)`|^    (.+)$", re.MULTILINE)
CALLED = re.compile(r"(?:^|[\s/])portal ([a-z][a-z-]*)(?: ([a-z][a-z-|]*))?([^#;&]*)")


@cache
def command(name: str) -> TyperCommand | TyperGroup | None:
    return loaded(COMMANDS[name][0]) if name in COMMANDS else None


def options(found: TyperCommand | TyperGroup) -> set[str]:
    return {"--help"}.union(*({*param.opts, *param.secondary_opts} for param in found.params))


def strange(line: str) -> Iterator[str]:
    """Give what a line calls that is not there."""
    for name, which, rest in CALLED.findall(line):
        found = command(name)
        if found is None:
            yield f"portal {name}"
            continue
        parts = getattr(found, "commands", None)
        chosen = [found] if parts is None or not which else [parts.get(part) for part in which.split("|")]
        if None in chosen:
            yield f"portal {name} {which}"
            continue
        whole = [loaded(part.place) if isinstance(part, Later) else part for part in chosen]
        known = set[str]().union(*map(options, whole))
        yield from (f"portal {name} {which} {option}" for option in set(re.findall(r"--[a-z][a-z-]+", rest)) - known)


@pytest.mark.parametrize("path", MANUAL, ids=named)
def test_every_command_that_the_manual_names_is_there_with_its_options(path: Path) -> None:
    lines = [code or block for code, block in TYPED.findall(path.read_text()) if "argv=" not in block]
    assert [wrong for line in lines for wrong in strange(line)] == []


def test_what_is_not_there_is_found() -> None:
    line = "portal mailing drop ID && portal nothing && portal shred --soon"
    assert set(strange(line)) == {"portal mailing drop", "portal nothing", "portal shred  --soon"}


@pytest.mark.parametrize("path", MANUAL + STARTS, ids=named)
def test_every_setting_that_is_named_is_there(path: Path) -> None:
    written = set(re.findall(r"PORTAL_[A-Z_]*[A-Z](?!_?\*|[A-Z_])", path.read_text()))
    assert written - known_names() == set()
