"""A full name that fills two cells of a row, the given name first: so lists have it, and it can be told at once.

What stands beside such cells has no say in it, so that most of what `portal.guard.cues.matching` asks need not be
asked.
"""

from typing import Final

from portal.guard.cues.namesakes import known_spans
from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.roster.index import Roster
from portal.guard.text.ordinary_words import is_word
from portal.guard.views.token_windows import CELL_ENDS, Sentence

_MOST: Final = 3
"""Words of a cell; by eye."""
_AROUND: Final = 4  # words on either side; by eye
_KNOWN: Final = 8  # words before that a colleague's name may begin with; by eye


def name_in_cells(sentence: Sentence, roster: Roster, given: int, family: int) -> tuple[Hit, int] | None:
    """Return what `check` finds of two words if the first begins a cell, the other is in the next, and both are a name.

    And up to which word it would find no more. None where it takes more to tell: if other words of such a name are
    near, or its own are of something known, or tags stand in the text.
    """
    gaps = sentence.gaps
    if given > family or gaps[given - 1] not in CELL_ENDS or sentence.may_hold_tags:
        return None
    middle = _end_of_cell(sentence, given)
    end = _end_of_cell(sentence, middle)
    if not middle <= family < end or gaps[middle - 1] != "tab" or gaps[end - 1] not in CELL_ENDS:
        return None
    words = sentence.words
    whose = roster.filling((*words[given:middle],), (*words[middle:end],), words[family])
    is_as_written = sentence.is_capital(given) == sentence.is_capital(family)
    if whose is None or not (is_as_written or not (is_word(words[given]) or is_word(words[family]))):
        return None
    around = *words[max(given - _AROUND, 0) : given], *words[end : end + _AROUND]
    if not whose.besides.isdisjoint(around) or _is_known(sentence, roster, given, end):
        return None
    hit = Hit(
        frozenset(sentence.starts[given:end]),
        whose.exact,
        whose.others,
        Rule.NAME_FULL if whose.exact else Rule.NAME_PARTIAL,
    )
    return hit, middle if whose.is_alone else given + 1


def _is_known(sentence: Sentence, roster: Roster, given: int, end: int) -> bool:
    """Whether a word from one to before another is also of something known."""
    first = given - _KNOWN
    if roster.phrases.by_first.keys().isdisjoint(sentence.words[max(first, 0) : end]):
        return False
    return any(last >= given for _, last, _ in known_spans(sentence, roster, first, end - 1))


def _end_of_cell(sentence: Sentence, at: int) -> int:
    """Return which word is the first behind the cell that a word is in, or the last one looked at."""
    gaps, end = sentence.gaps, at + 1
    while end - at < _MOST and end < len(gaps) and gaps[end - 1] == "space":
        end += 1
    return end
