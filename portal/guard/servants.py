"""Arabic names that begin "servant of", written in two words where the roster has one: Abdul Rahman, Abd el-Rahman."""

import re
from collections.abc import Iterator
from typing import Final

from portal.guard.passages import Passage
from portal.guard.rewritten import Meant, rewritten

_REACH: Final = 500
"""Characters on either side in which the rest of a name may stand, as in a row of cells."""
SERVANTS: Final = frozenset(f"abd{of}" for of in ("", *(v + c for v in ("a", "e", "o", "u", "ou") for c in "lr")))
"""What such names begin with where they stand in two words."""
_PARTED: Final = re.compile(r"(abd)(?:([aeou]{1,2}[lr])|[ -]([aeu][lr]))[ -](?=[^\W\d_]{3})", re.IGNORECASE)


def servants_in_one(passage: Passage) -> Iterator[Passage]:
    """Yield what stands around such names, with each of them in one word."""
    if not (servants := passage.present & SERVANTS):
        return
    found = (_PARTED.match(passage.cased, start) for start, _ in passage.places_of(servants))
    names = [Meant(name.start(), name.end(), "".join(filter(None, name.groups()))) for name in found if name]
    yield from rewritten(passage, names, _REACH)
