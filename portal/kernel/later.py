"""A module that is loaded when something of it is asked for: what a process may never need costs it nothing.

Whoever uses one imports the module for the type checker alone, which also keeps the contracts of imports in force.
"""

from importlib import import_module
from typing import Any


class Later:
    """A module, known by its name until then."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, wanted: str) -> Any:  # noqa: ANN401 - a module holds anything
        """Load the module, once a process, and return what is asked of it."""
        return getattr(import_module(self._name), wanted)
