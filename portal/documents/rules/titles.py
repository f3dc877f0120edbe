"""The title that a letter begins with, made from the name of its file."""

import re
import unicodedata
from typing import Final

from portal.documents.rules.names import safe_file_name

_ENDING: Final = re.compile(r"(?i)\.(?:pdf|jpe?g|png|zip)$")
_NUMBERED: Final = re.compile(r"\s*\(\d{1,3}\)$")
"""What a browser puts behind the name of a file that it has saved before: “letter (1).pdf”."""
_BETWEEN: Final = re.compile(r"_+|(?<!\d)-+|-+(?!\d)")
"""What stands for a blank in the names of files; a hyphen between two digits is part of a date or a school year."""


def title_of(file_name: str, *, most: int) -> str:
    """Return a readable title for a file's name: “first_week-2026.pdf” is “First week 2026”."""
    name = unicodedata.normalize("NFC", safe_file_name(file_name))
    name = _NUMBERED.sub("", _ENDING.sub("", name))
    words = " ".join(_BETWEEN.sub(" ", name).split())
    return (words[:1].upper() + words[1:])[:most].rstrip()
