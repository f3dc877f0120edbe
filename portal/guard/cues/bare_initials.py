"""Initials that stand for all of a name, "A.R.", and whose they may be."""

import re
from typing import Final

from portal.guard.spellings.names import Name

DOTTED: Final = re.compile(r"(?<![^\W_])(?<![^\W_]\.)(?:[A-Z]\.[ \xa0]?){1,3}[A-Z](?:\.|(?![^\W_]))")
WITH_PLAIN: Final = re.compile(rf"{DOTTED.pattern}|(?<![^\W_])[A-Z]{{2,3}}(?![^\W_])")
"""Two to four capitals with stops behind them, or up to three without."""


def letters_of(written: str) -> str:
    """Return initials as small letters."""
    return "".join(filter(str.isalpha, written)).lower()


def may_stand_for(letters: str, name: Name) -> bool:
    """Whether initials begin with the given name's, end with a family name's, and have only others of it between.

    A particle has one as well: "A.E." may be Ahmad El-Sayed.
    """
    given, *later = [word[0] for word in name.given.words if word] or [""]
    families = [word[0] for word in name.family.words if word]
    rest = iter(later + families)
    return letters[0] == given and letters[-1] in families and all(letter in rest for letter in letters[1:-1])
