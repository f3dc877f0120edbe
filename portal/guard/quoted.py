"""Lines that are quoted, as programs for mail do: a mark before each. A name may go on from one to the next."""

import re
from typing import Final

_MARKS: Final = ("\n>", "\n|", "\n\u00bb", "\n >", "\n |")
_QUOTED: Final = re.compile(r"^[ \t]*(?:[>|\u00bb][ \t]*)+(?=[^|\n]*$)", re.MULTILINE)
"""A bar in the line behind it parts the cells of a table."""


def unquoted(text: str) -> str:
    """Return text without the marks before quoted lines; a line of these alone is a blank one."""
    return _QUOTED.sub("", text) if any(mark in text for mark in _MARKS) else text
