"""What stands around a name that only stands around a pupil's: a label, a greeting, a grade, what is told of one."""

from typing import Final

from portal.guard.asides import is_of_class, is_told_to_be_one
from portal.guard.pairs import Pair
from portal.guard.sentences import LABELS, OF, SALUTATIONS, Sentence
from portal.guard.told import is_told_of_pupil
from portal.guard.words import words_of

_ANNOUNCED: Final = frozenset(words_of("absent congratulate excuse salutatorian tardy valedictorian"))
_AWARDED: Final = frozenset(
    words_of(
        "awarded congratulations congrats decerne felicidades felicitaciones felicitations otorgado parabens presented"
    )
)
_WINNER: Final = frozenset(words_of("winner champion ganador ganadora gagnant gagnante"))
_INTRODUCED: Final = (
    (_AWARDED, frozenset(("a", "ao", "to"))),
    (_WINNER, frozenset(("es", "est", "is"))),
    (frozenset(("iep",)), frozenset(("for",))),
)
"""Two words that stand before a pupil's name; of `_ANNOUNCED` one is enough."""


def is_said_of_pupil(pair: Pair) -> bool:
    """Whether what stands around a name is said of pupils alone: a label, a greeting, a grade, a mother."""
    sentence, before = pair.sentence, pair.low - 1
    is_addressed = before >= 0 and sentence.words[before] in SALUTATIONS and pair.is_capital()
    is_graded = not pair.is_forward and "comma" in pair.gaps and _has_grade(sentence, pair.high)
    is_introduced = is_addressed or _is_labelled(pair) or _is_announced(pair)
    return is_introduced or is_graded or is_told_of_pupil(sentence, pair.low, pair.high)


def _is_labelled(pair: Pair) -> bool:
    """Whether a label stands before a name: "Student: Grace Park", "to the parents of Grace Park"."""
    sentence, before = pair.sentence, pair.low - 1
    if before >= 0 and sentence.words[before] in LABELS:
        return sentence.gap(before) in {"comma", "tab"} or is_told_to_be_one(pair)
    return before > 0 and sentence.words[before] in OF and sentence.words[before - 1] in LABELS and pair.is_capital()


def _is_announced(pair: Pair) -> bool:
    """Whether somebody is awarded something, excused or absent: "Awarded to Grace Park", "Absent: May Day"."""
    words, low = pair.sentence.words, pair.low
    if low == 0 or not pair.is_capital():
        return False
    before, last = words[max(low - 2, 0)], words[low - 1]
    return last in _ANNOUNCED or any(before in some and last in others for some, others in _INTRODUCED)


def _has_grade(sentence: Sentence, at: int) -> bool:
    """Whether a grade or class stands right behind a word: "Park, Grace (grade 3)", "Park, Grace 3B"."""
    return sentence.gap(at) in {"space", "comma", "tab"} and is_of_class(sentence.words[at + 1])
