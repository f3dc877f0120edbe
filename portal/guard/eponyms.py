"""Streets and schools that bear somebody's name: "12 Alice Whitlock Way", "Thomas Moore Middle School"."""

from collections.abc import Collection
from typing import Final

from portal.guard.pairs import Pair
from portal.guard.sentences import Sentence
from portal.guard.spelling import SUFFIXES
from portal.guard.words import words_of

_STREETS: Final = frozenset(
    words_of("""
    alley allee ave avenue blvd boulevard circle cir court ct drive highway hwy lane ln parkway pkwy platz rd road ring
    row square street strasse terrace trail turnpike way weg
    """)
)
_HOUSES: Final = frozenset(
    words_of("""
    academy airport auditorium college elementary foundation gymnasium hospital institute library lyceum monument museum
    playground prize scholarship stadium theater theatre university
    """)
)
_LEVELS: Final = frozenset(("elementary", "high", "junior", "memorial", "middle", "primary"))
_SCHOOLS: Final = frozenset(("gymnasium", "high", "hospital", "library", "park", "school"))
_BEFORE: Final = frozenset(words_of("allee avenida avenue boulevard calle plaza praca rua rue"))
_WITH_CAPITAL: Final = frozenset(("place", "via"))
"""These stand before a name in small letters, too: "sent via Ana Rivera"."""
_NUMBERED: Final = frozenset(words_of("allee platz ring strasse weg"))
"""Behind these the number of a house may stand; behind others it is a seat, a class, a time: "Ana Rivera Row 3"."""


_WAYS: Final = frozenset(
    words_of("""
    across al am at au aux beim dans das dem den der des die du el en im in inside into la las le les los near na nas no
    nos outside past the through toward towards up zum zur
    """)
)
"""What may stand before a place where a text goes there, and before a name seldom or with more than that."""
_GOING: Final = frozenset(
    words_of("""
    bus buses come comes coming drive drives driving drove go goes going gone hike hikes move moved moves ride rides
    tour tours travel travels trip trips up voy vamos van walk walked walking walks way went
    """)
)
"""What stands before `to` and a place; before a person stands what is given."""
_WHERE: Final = frozenset(words_of("adresse direccion lieu local location lugar ort place site venue wo where"))
"""What stands before a place and a colon."""


def is_gone_to(pair: Pair, own: Collection[str]) -> bool:
    """Whether a name, by its `own` words, is a place's too, and a text goes there: "in the Jackson Hall", "Where: "."""
    sentence, before, high = pair.sentence, pair.low - 1, pair.high
    if before < 0 or pair.gaps != ("space",) or not pair.is_forward or not pair.name.is_site(own):
        return False
    if high + 1 < len(sentence) and sentence.is_possessive(high):
        return False
    word, gap = sentence.words[before], sentence.gap(before)
    if gap != "space":
        return gap == "comma" and word in _WHERE
    return word in _WAYS or (word in {"a", "to"} and before > 0 and sentence.words[before - 1] in _GOING)


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
