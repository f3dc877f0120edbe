"""What is said right beside a name that only is said of a pupil: "(grade 3)", "is in 2nd grade", "Star: "."""

import re
from typing import Final

from portal.guard.lexicon import entries
from portal.guard.text.vocabulary import any_of, listed
from portal.guard.views.token_windows import KIN, Sentence

GRADES: Final = listed("grade-words")
_IS: Final = listed("is")
_STATES: Final = listed("states-of-a-pupil")
_HAS: Final = listed("has")
_GETS: Final = listed("gets")
_PENALTIES: Final = listed("penalties")
_SOME: Final = listed("indefinite")
_PENALTY: Final = 3
"""Which of the words behind a name follows "got a detention"; by eye."""
_BEHIND: Final = listed("behind-a-penalty")
_SMALL: Final = 3  # digits of a figure that is a grade or an age; by eye
_COUNTED: Final = listed("counted-things")
"""Figures of a debt that a family has, and what others owe."""
_OWES: Final = listed("owes")
_VERBS: Final = _IS | _HAS | _GETS | _OWES
_PARENTS: Final = listed("parents-of-one")
_AILMENTS: Final = entries("ailment-beginnings")
_AILMENT: Final = listed("ailments")
"""What ends a note: "peanut allergy"; not "allergies or not"."""
_ORDINAL: Final = rf"(?:[0-9]{{1,2}}(?:st|nd|rd|th|er|o|a)|{any_of('ordinals-of-grades')})"
_GRADE: Final = (
    rf"(?:{'|'.join(sorted(GRADES))}) (?:[0-9]\w?|[pt]?k)|{_ORDINAL} (?:{any_of('grade-words-behind-ordinals')})"
    r"|(?:[1-9]|1[0-2])(?:[a-f]| [b-f])"
)
_AGE: Final = "(?:[3-9]|1[0-9])"
_OF_PUPIL: Final = re.compile(
    rf"(?:{_GRADE}|(?:a )?{_ORDINAL} grader|(?:a )?kindergart(?:e?ner|ner)|aged? {_AGE}"
    rf"|{_AGE} (?:{any_of('years-of-age')})(?: old| alt)?)"
)
"""What stands in brackets or between commas behind a pupil's name: "3B", "2nd grade", "age 8", "a first grader"."""
_IN_GRADE: Final = re.compile(rf"(?:in (?:the )?(?:{_GRADE}|kindergarten)|a {_ORDINAL} grader)\b")
_DAYS: Final = listed("weekdays")
_OWN: Final = KIN | listed("things-of-a-pupil")
"""What is a pupil's, and neither a park's nor a holiday's."""
_FEW_WORDS: Final = 5  # words behind a name; by eye
_POSSESSIVE: Final = "  "
"""What the fold leaves of an apostrophe with its s."""


def is_label_of_one(sentence: Sentence, at: int) -> bool:
    """Whether a colon follows a word that tells of one: "Star: Jackson, Mia", and no "Cities" nor "Monday"."""
    word = sentence.words[at]
    return ":" in sentence.between(at) and not (word.endswith("s") or word in _DAYS)


def is_told_of_pupil(sentence: Sentence, low: int, high: int) -> bool:
    """Whether the words behind a name, from `low` to `high`, say something of a pupil; a bed of roses has no mother."""
    words = sentence.words[high + 1 : high + 3 + _FEW_WORDS]
    if not words or not (sentence.is_capital(low) and sentence.is_capital(high)) or sentence.gap(high) == "break":
        return False
    if words[0] in _OWN:
        return sentence.between(high).startswith(_POSSESSIVE)
    if words[0] in _VERBS:
        return _is_done_by_pupil(words, _following(sentence, high + 1))
    return _is_class_beside(sentence, high) or _is_ailing(sentence, high) or _is_parent(sentence, high)


def _is_done_by_pupil(words: list[str], following: list[str]) -> bool:
    """Whether the words behind a name, a verb first, say what only a pupil is, has, gets or owes."""
    verb = words[0]
    if verb in _IS:
        return words[1:2] != [] and (words[1] in _STATES or _IN_GRADE.match(" ".join(words[1:])) is not None)
    if verb in _OWES:
        return words[1:2] != [] and words[1].isdecimal() and len(words[1]) <= _SMALL and _COUNTED.isdisjoint(words[2:3])
    if verb in _GETS:
        is_penalty = words[1:2] != [] and words[1] in _SOME and not _PENALTIES.isdisjoint(words[2:3])
        return is_penalty and (len(following) < _PENALTY or following[_PENALTY - 1] in _BEHIND)
    return any(word.startswith(_AILMENTS) for word in following)


def _is_parent(sentence: Sentence, at: int) -> bool:
    """Whether a word for a parent stands alone behind a word and a comma: "Charles Hill, parent"; no parent company."""
    is_behind = sentence.gap(at) == "comma" and "," in sentence.between(at) and sentence.words[at + 1] in _PARENTS
    return is_behind and not sentence.is_capital(at + 1) and sentence.gap(at + 1) != "space"


def _is_class_beside(sentence: Sentence, at: int) -> bool:
    """Whether the class, the grade or the age of a pupil stands behind a word, in brackets or between commas."""
    before = sentence.between(at) if at + 1 < len(sentence) else ""
    if "(" not in before and "," not in before:
        return False
    aside = list[str]()
    for last in range(at + 1, min(at + 1 + _FEW_WORDS, len(sentence))):
        aside.append(sentence.words[last])
        after = sentence.between(last) if last + 1 < len(sentence) else ").\n"
        if ")" in after if "(" in before else after[:1] in {",", ".", ")", "\n"}:
            return _OF_PUPIL.fullmatch(" ".join(aside)) is not None
    return False


def _is_ailing(sentence: Sentence, at: int) -> bool:
    """Whether a note of an ailment stands behind a word and a colon, comma, bracket or dash: "peanut allergy"."""
    if sentence.gap(at) != "comma" and sentence.between(at).strip() not in {"(", "-"}:
        return False
    last = at + 1
    while sentence.gap(last) == "space" and ")" not in sentence.between(last) and last - at < _FEW_WORDS:
        last += 1
    return sentence.words[last] in _AILMENT and "." not in " ".join(map(sentence.between, range(at + 1, last)))


def _following(sentence: Sentence, at: int) -> list[str]:
    """Return the few words behind one, as far as no comma parts them."""
    words: list[str] = []
    while len(words) < _FEW_WORDS and sentence.gap(at) == "space":
        at += 1
        words.append(sentence.words[at])
    return words
