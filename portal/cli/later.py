"""Commands that are known by name and sentence, and loaded when one is chosen: all together take seconds to load."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command, get_group

Places = Mapping[str, tuple[str, str]]
"""By name: where the command stands in `portal.cli`, and the first words of its own help, which a test compares."""


def loaded(place: str) -> Any:  # noqa: ANN401 - typer keeps this type to itself
    """Return the command of that place, or the group of commands, with its module loaded."""
    module, _, thing = place.rpartition(".")
    found = getattr(import_module(f"portal.cli.{module}"), thing)
    if isinstance(found, typer.Typer):
        return get_group(found)
    alone = typer.Typer(add_completion=False)
    alone.command()(found)
    return get_command(alone)


def later(places: Places) -> type[TyperGroup]:
    """Return the kind of group that has these commands."""

    class _Commands(TyperGroup):
        def __init__(self, **more: Any) -> None:  # noqa: ANN401 - typer keeps these types to itself
            super().__init__(**more)
            self.commands = {name: Later(name, place, sentence) for name, (place, sentence) in places.items()}

    return _Commands


class Later(TyperCommand):
    """A command that begins when something is asked of it."""

    def __init__(self, name: str, place: str, sentence: str) -> None:
        super().__init__(name, help=sentence)
        self.place = place

    def make_context(self, *given: Any, **more: Any) -> Any:  # noqa: ANN401 - typer keeps these types to itself
        """Begin the command itself in its place."""
        return loaded(self.place).make_context(*given, **more)
