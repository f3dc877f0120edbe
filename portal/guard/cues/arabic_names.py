"""Arabic names: given name, father's, grandfather's, family name; and the article that a family name may lack."""

import re
from typing import Final

from portal.guard.cues.pairs import Pair
from portal.guard.text.vocabulary import listed

ARABIC: Final = re.compile("[\u0600-\u06ff]+")
_MOST: Final = 4  # words between the two halves; by eye
_SONS: Final = listed("sons")
_JOINED: Final = listed("parts-of-compound-names")
_FATHERS: Final = listed("fathers-names")
"""Given names of men, folded: a father's name is one of these far more often than any other word is."""


def fathers_names(pair: Pair) -> tuple[int, ...]:
    """Return the words between given and family name that are the names of father and grandfather."""
    words, foreign = pair.sentence.words, pair.foreign
    if not foreign or len(foreign) > _MOST or set(pair.gaps) != {"space"} or not pair.is_forward:
        return ()
    if pair.name.given.others or not all(ARABIC.fullmatch(words[at]) for at in (pair.given, *foreign, pair.family)):
        return ()
    return foreign if all(_is_father(pair, at) for at in foreign) else ()


def _is_father(pair: Pair, at: int) -> bool:
    words = pair.sentence.words
    word = words[at]
    return word in _FATHERS or word in _SONS or word in _JOINED or words[at - 1] in _SONS or word in pair.roster.givens
