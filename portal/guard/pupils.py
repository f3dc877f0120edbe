"""What stands around a name that only stands around a pupil's: a label, a greeting, a grade, what is told of one."""

from typing import Final

from portal.guard.asides import is_of_class, is_told_to_be_one
from portal.guard.pairs import Pair
from portal.guard.sentences import LABELS, SALUTATIONS, Sentence
from portal.guard.told import is_told_of_pupil

_OF: Final = frozenset(("de", "of", "von"))


def is_said_of_pupil(pair: Pair) -> bool:
    """Whether what stands around a name is said of pupils alone: a label, a greeting, a grade, a mother."""
    sentence, before = pair.sentence, pair.low - 1
    is_addressed = before >= 0 and sentence.words[before] in SALUTATIONS and pair.is_capital()
    is_graded = not pair.is_forward and "comma" in pair.gaps and _has_grade(sentence, pair.high)
    return is_addressed or is_graded or _is_labelled(pair) or is_told_of_pupil(sentence, pair.low, pair.high)


def _is_labelled(pair: Pair) -> bool:
    """Whether a label stands before a name: "Student: Grace Park", "to the parents of Grace Park"."""
    sentence, before = pair.sentence, pair.low - 1
    if before >= 0 and sentence.words[before] in LABELS:
        return sentence.gap(before) in {"comma", "tab"} or is_told_to_be_one(pair)
    return before > 0 and sentence.words[before] in _OF and sentence.words[before - 1] in LABELS and pair.is_capital()


def _has_grade(sentence: Sentence, at: int) -> bool:
    """Whether a grade or class stands right behind a word: "Park, Grace (grade 3)", "Park, Grace 3B"."""
    return sentence.gap(at) in {"space", "comma", "tab"} and is_of_class(sentence.words[at + 1])
