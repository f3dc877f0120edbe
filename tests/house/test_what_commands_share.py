"""What all commands share: each answers in JSON, or stands here with why not; each takes the beginning of an id."""

import inspect
import re
import sys
from collections.abc import Iterator

from typer.core import TyperCommand, TyperGroup

from portal.cli import COMMANDS
from portal.cli.later import Later, loaded

WITHOUT = {
    "serve": "it runs until a signal, and its log is JSON already",
    "worker": "it runs until a signal, and its log is JSON already",
}


def commands(name: str, found: TyperCommand | TyperGroup) -> Iterator[tuple[str, TyperCommand]]:
    """Give each command of a group with what is typed for it."""
    if isinstance(found, Later):
        found = loaded(found.place)
    parts = getattr(found, "commands", None)
    if parts is None:
        yield name, found
        return
    for word, part in parts.items():
        yield from commands(f"{name} {word}", part)


def all_commands() -> dict[str, TyperCommand]:
    return {name: one for word, (place, _) in COMMANDS.items() for name, one in commands(word, loaded(place))}


def test_every_command_that_answers_anything_has_json() -> None:
    mute = {name for name, one in all_commands().items() if not any("--json" in param.opts for param in one.params)}
    assert mute == set(WITHOUT)


def takes_an_id(command: TyperCommand) -> bool:
    named = any(re.search(r"\b(\w+_)?ID\b", param.metavar or "") for param in command.params)
    return named or any((getattr(param, "help", None) or "").startswith("Id of ") for param in command.params)


def test_every_command_that_takes_an_id_takes_its_beginning() -> None:
    """By one function, which says which whole id it was; its answers are tried in tests/flows."""
    taking = {name: one for name, one in all_commands().items() if takes_an_id(one)}
    assert {"mailing status", "link show", "revoke", "hold", "erase", "incident pack"} <= set(taking)
    sources = {
        name: inspect.getsource(sys.modules[one.callback.__module__]) for name, one in taking.items() if one.callback
    }
    assert sources.keys() == taking.keys(), "each has one"
    assert {name for name, source in sources.items() if "whole_id(" not in source} == set()
