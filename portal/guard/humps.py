"""Words in which small letters meet capitals, as names of files and links have them: "LetterForAnaRivera"."""

import re
from typing import Final

_LONGEST_WORD: Final = 200
_HUMPED: Final = re.compile(
    r"\b(?:\w*?[a-z\u00df-\u00ff][A-Z\u00c0-\u00de]|[A-Z]{2}[a-z]+_)\w*|\b[A-Z]{2}[a-z]{2,}-[A-Z][\w-]*"
)
_HUMP: Final = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z\u00c0-\u00de])|(?<=[A-Z])(?=[A-Z][a-z])")
_CASES: Final = re.sub(
    "[A-Z\u00c0-\u00de]", "A", re.sub("[a-z\u00df-\u00ff]", "a", bytes(range(256)).decode("latin-1"))
).encode("latin-1")
"""The case of each character as `_HUMPED` takes it: "a" for small letters, "A" for capitals."""
_SMALL_BEFORE_CAPITAL: Final = b"aA"


def parted(text: str) -> str:
    """Return the words in which small letters meet capitals, parted there: "LetterForAnaRivera", "ARivera_Ana"."""
    if (
        _SMALL_BEFORE_CAPITAL not in text.encode("latin-1", "replace").translate(_CASES)
        and "_" not in text
        and "-" not in text
    ):
        return ""
    humped = dict.fromkeys(word for word in _HUMPED.findall(text) if len(word) <= _LONGEST_WORD)
    return "\n\n".join(_HUMP.sub(" ", word) for word in humped)
