"""Whether a text tells anything but what was said before: several ways of looking see the same word."""

import re
from collections.abc import Sequence
from typing import Final

from portal.kernel.text.folding import folded

_WORD: Final = re.compile(r"[^\W_]+")
_MOST: Final = 2 / 3  # share of a word's letters that were said before; by eye


def words_said(text: str) -> list[str]:
    """Return the folded words of a text, in order."""
    return _WORD.findall(folded(text))


def is_said(text: str, known: Sequence[str]) -> bool:
    """Whether the words of a text are known in this order: Tom is not in tomorrow, nor Ella in Stella."""
    words = words_said(text)
    return any(words == [*known[at : at + len(words)]] for at in range(len(known)))


def is_piece(text: str, known: Sequence[str]) -> bool:
    """Whether a text is most of one word that is known: of large print, a stem may be taken for a rule and left out."""
    words = words_said(text)
    return len(words) == 1 and any(_is_most_of(words[0], word) for word in known)


def _is_most_of(piece: str, word: str) -> bool:
    return len(piece) >= _MOST * len(word) and (word.startswith(piece) or word.endswith(piece))
