"""Chinese characters in their traditional form, and the simplified ones that stand for the same."""

import re
from typing import Final

from portal.guard.lexicon import pairs

_TABLE: Final = pairs("simplified")
_ANY: Final = re.compile(f"[{''.join(_TABLE)}]")


def simplified(text: str) -> str:
    """Return text with its traditional Chinese characters in their simplified form: the same length."""
    return _ANY.sub(lambda letter: _TABLE[letter[0]], text)
