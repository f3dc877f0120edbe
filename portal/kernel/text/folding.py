"""Names as people type them into a search box: without case, accents and the marks between their parts."""

import re
import unicodedata
from typing import Final

_LIKE_A_LETTER: Final = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe"})
_SILENT: Final = re.compile(r"['’‘ʼ`´]")
_LONGEST: Final = 60
HIGHEST: Final = "\U0010ffff"
"""No folded word holds this sign, so it ends the range of all that begin alike."""


def folded(text: str) -> str:
    """Return a text without case and accents, and without apostrophes: "O'Hara" and "ohara" are one."""
    apart = unicodedata.normalize("NFKD", _SILENT.sub("", text).casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_LIKE_A_LETTER)


def bare(text: str) -> str:
    """Return the letters and figures of a text alone, folded."""
    return "".join(filter(str.isalnum, folded(text)))


def words_in(text: str) -> list[str]:
    """Return the folded words of a name, a number or what was typed; an address stays one word."""
    words: list[str] = []
    for part in folded(text).split():
        words += [part] if "@" in part else re.findall(r"[^\W_]+", part)
    return [word[:_LONGEST] for word in dict.fromkeys(words)]


def address_words(address: str) -> list[str]:
    """Return an address as words: all of it, and the parts before the @."""
    return [folded(address)[:_LONGEST], *words_in(address.partition("@")[0])] if address else []
