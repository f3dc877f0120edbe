"""Paper: letters are set from a template and values, and a value is never part of the template."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Protocol

from portal.kernel.errors import WrongCall

OURS_ENDS: Final = "//--\n"
"""What stands before this in a template is ours: the lines that a sentence names are counted from here."""


class NotTypeset(WrongCall):
    """This letter cannot be set. Nothing was kept."""


class Press(Protocol):
    """Something that makes PDFs of letters."""

    def typeset(self, template: str, values: Mapping[str, str]) -> bytes:
        """Return a PDF of `template` (Typst source that reads `sys.inputs`) with `values` in their places.

        Values may hold anything: they are shown, not run. Raises `NotTypeset` when the template is wrong or wants a
        value that is not given.
        """
        ...

    def typeset_all(self, template: str, rows: Iterable[Mapping[str, str]]) -> Iterator[bytes]:
        """Return a PDF for each row, in the order of the rows, made as they are taken.

        Each is set with its own row alone in reach. Raises `NotTypeset` at the first row that cannot be set; close
        what is returned (`contextlib.closing`) when not all of it is taken.
        """
        ...
