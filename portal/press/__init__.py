"""Paper: letters are set from a template and values, and a value is never part of the template."""

from collections.abc import Mapping
from typing import Protocol

from portal.kernel.errors import WrongCall


class NotTypeset(WrongCall):
    """This letter cannot be set. Nothing was kept."""


class Press(Protocol):
    """Something that makes a PDF of a letter."""

    def typeset(self, template: str, values: Mapping[str, str]) -> bytes:
        """Return a PDF of `template` (Typst source that reads `sys.inputs`) with `values` in their places.

        The template is one the portal ships, never one that was uploaded. Values may hold anything: they are
        shown, not run. Raises `NotTypeset` when the template is wrong or wants a value that is not given.
        """
