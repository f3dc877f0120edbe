"""Arabic names that begin "servant of", written in two words where the roster has one: Abdul Rahman, Abd el-Rahman."""

import re
from collections.abc import Iterator
from typing import Final

from portal.guard.views.passages import Passage

SERVANTS: Final = frozenset(f"abd{of}" for of in ("", *(v + c for v in ("a", "e", "o", "u", "ou") for c in "lr")))
"""What such names begin with where they stand in two words."""
_PARTED: Final = re.compile(r"(abd)(?:([aeou]{1,2}[lr])|[ -]([aeu][lr]))[ -](?=[^\W\d_]{3})", re.IGNORECASE)


def abd_names_in_one_word(passage: Passage) -> Iterator[str]:
    """Yield the text of a passage with each such name in one word, if it has any: the rest of one may stand far off."""
    servants = passage.present & SERVANTS
    if not servants or passage.focus:
        return
    text, done, pieces = passage.cased, 0, list[str]()
    for name in [name for start, _ in passage.places_of(servants) if (name := _PARTED.match(text, start))]:
        pieces += [text[done : name.start()], "".join(filter(None, name.groups()))]
        done = name.end()
    if pieces:
        yield "".join((*pieces, text[done:]))
