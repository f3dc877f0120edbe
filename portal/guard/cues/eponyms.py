"""Streets and schools that bear somebody's name: "12 Alice Whitlock Way", "Thomas Moore Middle School"."""

from typing import Final

from portal.guard.spellings.spellings import SUFFIXES
from portal.guard.text.vocabulary import listed
from portal.guard.views.token_windows import Sentence

_STREETS: Final = listed("street-words")
_HOUSES: Final = listed("house-words")
_LEVELS: Final = listed("school-levels")
_SCHOOLS: Final = listed("school-words")
_BEFORE: Final = listed("street-words-before")
_WITH_CAPITAL: Final = frozenset(("place", "via"))
"""These stand before a name in small letters, too: "sent via Ana Rivera"."""
_NUMBERED: Final = listed("street-words-numbered")
"""Behind these the number of a house may stand; behind others it is a seat, a class, a time: "Ana Rivera Row 3"."""


def is_of_a_place(sentence: Sentence, low: int, high: int) -> bool:
    """Whether a street, a school or the like is called by the name between two words: somebody dead, as a rule.

    All of it has to stand in one cell without a stop.
    """
    words, at = sentence.words, high
    while sentence.gap(at) == "space" and words[at + 1] in SUFFIXES:
        at += 1
    if sentence.gap(low - 1) == "space" and _is_street(sentence, low - 1):
        return True
    if sentence.gap(at) != "space" or not sentence.is_capital(at + 1) or "(" in sentence.between(at):
        return False
    if words[at + 1] in _LEVELS and sentence.gap(at + 1) == "space" and words[at + 2] in _SCHOOLS:
        return True
    if words[at + 1] not in _STREETS and words[at + 1] not in _HOUSES:
        return False
    is_numbered = sentence.gap(at + 1) == "space" and words[at + 2].isdigit() and words[at + 1] not in _NUMBERED
    return not is_numbered or (sentence.gap(low - 1) == "space" and words[low - 1].isdigit())  # 12 Oak Way 28202


def _is_street(sentence: Sentence, at: int) -> bool:
    """Whether a word is one for a street that stands before its name."""
    word = sentence.words[at]
    return word in _BEFORE or (word in _WITH_CAPITAL and sentence.is_capital(at))
