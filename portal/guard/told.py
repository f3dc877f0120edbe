"""What is said right behind a name that only is said of a pupil: "(grade 3)", "is allergic to", "'s mother"."""

from typing import Final

from portal.guard.sentences import KIN, Sentence

GRADES: Final = frozenset(("classe", "curso", "gr", "grade", "grado", "klasse", "lop"))
_IS: Final = frozenset(("is", "was"))
_STATES: Final = frozenset(("absent", "allergic", "asthmatic", "diabetic", "ill", "sick", "suspended", "tardy"))
_HAS: Final = frozenset(("has", "have", "had"))
_AILMENTS: Final = ("allerg", "asthma", "diabet", "epilep", "epipen", "inhaler", "seizure")
_FEW_WORDS: Final = 5
_POSSESSIVE: Final = "  "
"""What the fold leaves of an apostrophe with its s."""


def is_told_of_pupil(sentence: Sentence, low: int, high: int) -> bool:
    """Whether the words behind a name, from `low` to `high`, say something of a pupil; a bed of roses has no mother."""
    words = sentence.words[high + 1 : high + 3 + _FEW_WORDS]
    if not words or not (sentence.is_capital(low) and sentence.is_capital(high)) or sentence.gap(high) == "break":
        return False
    if words[0] in KIN:
        return sentence.between(high).startswith(_POSSESSIVE)
    if words[0] in GRADES:
        return words[1:2] != [] and words[1][:1].isdigit() and _is_aside(sentence, high)
    if words[0] in _IS:
        return words[1:2] != [] and words[1] in _STATES
    if words[0] in _HAS:
        return any(word.startswith(_AILMENTS) for word in _following(sentence, high + 1))
    return False


def _is_aside(sentence: Sentence, at: int) -> bool:
    """Whether the two words behind one stand in brackets or between commas."""
    before, last = sentence.between(at), at + 2
    after = sentence.between(last) if last + 1 < len(sentence) else ").\n"
    return ("(" in before and ")" in after) or ("," in before and after[:1] in {",", ".", ")", "\n"})


def _following(sentence: Sentence, at: int) -> list[str]:
    """Return the few words behind one, as far as no comma parts them."""
    words: list[str] = []
    while len(words) < _FEW_WORDS and sentence.gap(at) == "space":
        at += 1
        words.append(sentence.words[at])
    return words
