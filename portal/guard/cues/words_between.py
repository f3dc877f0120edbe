"""What may stand between a given and a family name and parts nobody: a grade, a nickname, "whose last name is"."""

import re
from typing import Final

from portal.guard.cues.pairs import Pair
from portal.guard.cues.said_of_pupils import GRADES
from portal.guard.text.folding import is_unspaced
from portal.guard.text.vocabulary import listed
from portal.guard.views.token_windows import FIELD_WORDS, FUNCTION_WORDS, Sentence

_FAMILY_NAMES: Final = listed("words-for-family-name")
_NAMES: Final = frozenset(("name", "names"))
_OF_FAMILY: Final = frozenset(("family", "last"))
_SAYING: Final = listed("saying")
_ONE: Final = listed("one-child")
_WHOSE: Final = listed("whose")
_ASIDES: Final = frozenset('"\u201c\u201d\u201e\u00ab\u00bb()')
_CLASSES: Final = GRADES | listed("class-words")
"""What says that a class is told, with the Arabic words for which."""
_CLASS: Final = re.compile(r"[1-9k][a-f]|1[0-2][a-f]?|(?:[1-9]|1[0-2])(?:st|nd|rd|th)|pre-?k|kindergarten")
"""A class as schools write it, where `_CLASSES` do not: "3B", "3rd"."""


def is_aside(sentence: Sentence, at: int) -> bool:
    """Whether a word stands in quotes or brackets, as what somebody is called does: Katherine "Kit" Whitcombe."""
    return sentence.between(at - 1)[-1:] in _ASIDES and sentence.between(at)[:1] in _ASIDES


def called_between(pair: Pair) -> tuple[int, ...]:
    """Return the Latin word in quotes or brackets that stands within a name of another script: 王 "Kevin" 子轩."""
    words, foreign = pair.sentence.words, pair.foreign
    if len(foreign) != 1 or set(pair.gaps) != {"space"} or not words[foreign[0]].isascii():
        return ()
    is_of_script = is_unspaced(words[pair.given]) and is_unspaced(words[pair.family])
    return foreign if is_of_script and is_aside(pair.sentence, foreign[0]) else ()


def has_class_between(pair: Pair) -> bool:
    """Whether nothing but a grade or class parts the two names: "Ana (grade 3) Rivera", "Ana 3B Rivera".

    Where another follows, each name has one of its own: "Ana (grade 3), Rivera (grade 4)".
    """
    sentence, words = pair.sentence, pair.sentence.words
    if not pair.may_be_names() or not set(pair.gaps) <= {"space", "comma", "line"}:
        return False
    if "line" in pair.gaps and (pair.gaps.count("line") > 1 or _fills_lines(pair)):
        return False
    if not all(is_of_class(words[at]) for at in pair.foreign):
        return False
    before, after = pair.low - 1, pair.high + 1
    if sentence.gap(before) in {"space", "comma"} and is_of_class(words[before]):
        return False
    if sentence.gap(pair.high) in {"space", "comma"} and (is_of_class(words[after]) or words[after].isdigit()):
        return False
    return not any(
        sentence.gap(gap) == "space" and pair.is_name_like(at) for gap, at in ((before, before), (pair.high, after))
    )


def _fills_lines(pair: Pair) -> bool:
    """Whether a name begins a line and ends another, as rows do; what runs on in a line was only wrapped."""
    return pair.sentence.begins_line(pair.low) and pair.sentence.ends_line(pair.high)


def is_of_class(word: str) -> bool:
    """Whether a word is a class, or says that one is told beside it."""
    return word in _CLASSES or _CLASS.fullmatch(word) is not None


def names_the_family(pair: Pair) -> bool:
    """Whether the words between name the family name: "Oliver, whose last name is Whitcombe"."""
    between = pair.sentence.words[pair.low + 1 : pair.high]
    named = [at for at, word in enumerate(between) if word in _NAMES]
    is_said = not _FAMILY_NAMES.isdisjoint(between) or any(at and between[at - 1] in _OF_FAMILY for at in named)
    return is_said and all(word in FIELD_WORDS or word in _SAYING or word in FUNCTION_WORDS for word in between)


def has_family_in_brackets(pair: Pair) -> bool:
    """Whether the family name stands behind the given one, alone in brackets: "Oliver in room 4 (Whitcombe)"."""
    sentence, at = pair.sentence, pair.family
    if not pair.is_forward or not sentence.between(at - 1).endswith("("):
        return False
    return at + 1 == len(sentence) or sentence.between(at).startswith(")")


def is_told_to_be_one(pair: Pair) -> bool:
    """Whether "my child" or "the student" stands before a name in a line with small letters, which is no heading."""
    sentence, before = pair.sentence, pair.low - 1
    is_one = sentence.words[before] in _ONE and not sentence.is_capital(before) and sentence.gap(before) == "space"
    return is_one and sentence.gap(before - 1) == "space" and sentence.words[before - 1] in _WHOSE and pair.is_capital()
