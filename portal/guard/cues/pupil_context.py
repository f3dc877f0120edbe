"""What stands around a name that only stands around a pupil's: a label, a greeting, a grade, what is told of one."""

from typing import Final

from portal.guard.cues.pairs import Pair
from portal.guard.cues.said_of_pupils import is_told_of_pupil
from portal.guard.cues.words_between import is_of_class, is_told_to_be_one
from portal.guard.text.ordinary_words import is_site
from portal.guard.text.vocabulary import listed
from portal.guard.views.token_windows import CONJUNCTIONS, FUNCTION_WORDS, LABELS, OF, SALUTATIONS, Sentence

_ANNOUNCED: Final = listed("announced")
_KEPT_IN: Final = listed("kept-in")
"""These announce a name behind a mark alone: a sale may be suspended on May Day."""
CLOSINGS: Final = listed("closings")
"""What somebody's name stands below."""
_TITLES: Final = listed("titles-of-address")
"""Those that stand before people alone: a captain or a saint may be a ship or a street."""
_WISHED: Final = listed("wishes")
_AWARDED: Final = listed("awarded")
_WINNER: Final = listed("winners")
_PARTING: Final = frozenset(("and", "comma", "line", "semicolon"))
_INTRODUCED: Final = (
    (_AWARDED, frozenset(("a", "ao", "to"))),
    (_WINNER, frozenset(("es", "est", "is"))),
    (frozenset(("iep",)), frozenset(("for",))),
)
"""Two words that stand before a pupil's name; of `_ANNOUNCED` one is enough."""
_ARTICLES: Final = listed("articles-of-families")
_OF_THINGS: Final = listed("second-words-of-things")
"""Ordinary family names that are the second word of what is no person's name: May Day, Hunter Green, Art Fair."""
_NO_VERBS: Final = OF | FUNCTION_WORDS - listed("is") - listed("has")
"""What follows in the title of a thing, and seldom whoever begins a sentence."""
_MOVED: Final = frozenset(("motion", "second", "seconded"))
"""By whom stands behind them, in minutes; a council's name goes on."""


def is_said_of_pupil(pair: Pair) -> bool:
    """Whether what stands around a name is said of pupils alone: a label, a greeting, a grade, a mother."""
    sentence, before = pair.sentence, pair.low - 1
    is_addressed = before >= 0 and sentence.words[before] in SALUTATIONS and pair.is_capital()
    is_graded = not pair.is_forward and "comma" in pair.gaps and _has_grade(sentence, pair.high)
    is_introduced = is_addressed or is_labelled(pair) or _is_announced(pair)
    return is_introduced or is_graded or is_told_of_pupil(sentence, pair.low, pair.high)


def is_item(pair: Pair) -> bool:
    """Whether a name written as one has another beside it, as pupils in a list do: "Grace Park and May Day"."""
    sentence = pair.sentence
    return _is_by_itself(pair) and (_has_item(sentence, pair.low, -1) or _has_item(sentence, pair.high, 1))


def is_in_title_case(pair: Pair, words: tuple[str, ...]) -> bool:
    """Whether both words have capitals in a sentence whose next word has none: "We saw Autumn Price at lunch".

    At the beginning of a sentence the next word is what they do: "Autumn Price for lunch" heads a list, and "Will
    Young people come?" asks. No site, no day, unless joined with somebody: "Grace Park is open".
    """
    if not (pair.is_forward and _is_by_itself(pair)):
        return False
    low, high = _joined_with_others(pair)
    is_joined = high - low > pair.high - pair.low
    if not is_joined and (pair.name.is_site(words) or not _OF_THINGS.isdisjoint(words)):
        return False
    sentence, before, after = pair.sentence, low - 1, high + 1
    if sentence.gap(high) != "space" or not sentence.words[after].isalpha() or sentence.words[after] in CONJUNCTIONS:
        return False
    if sentence.gap(before) in {"break", "line"}:
        is_asked = not is_joined and sentence.words[low] in FUNCTION_WORDS
        return sentence.words[after] not in _NO_VERBS and not is_asked and not _ends_in_article(sentence, before)
    return sentence.gap(before) in {"space", "and"} and _is_of_prose(sentence.words[before])


def _ends_in_article(sentence: Sentence, at: int) -> bool:
    """Whether a line ends in a word of the sentence that goes on in the next."""
    return sentence.gap(at) == "line" and sentence.words[at] in _ARTICLES


def _is_of_prose(word: str) -> bool:
    return word in CONJUNCTIONS or (len(word) > 1 and word.isalpha() and word not in _ARTICLES)


def _joined_with_others(pair: Pair) -> tuple[int, int]:
    """Return the first and the last word of two names of the roster that are joined, or of a name alone."""
    sentence, low, high = pair.sentence, pair.low, pair.high
    if _is_conjunction(sentence, high + 1) and _is_other(pair, high + 2) and _is_small(sentence, high + 4):
        return low, high + 3
    if _is_conjunction(sentence, low - 1) and _is_other(pair, low - 3):
        return low - 3, high
    return low, high


def _is_conjunction(sentence: Sentence, at: int) -> bool:
    is_within = sentence.gap(at - 1) == sentence.gap(at) == "space"
    return is_within and sentence.words[at] in CONJUNCTIONS and _is_small(sentence, at)


def _is_small(sentence: Sentence, at: int) -> bool:
    return at < len(sentence) and not sentence.is_capital(at)


def _is_other(pair: Pair, at: int) -> bool:
    """Whether two words are a name of the roster, in capitals, and no place's and no thing's."""
    sentence = pair.sentence
    if at < 0 or sentence.gap(at) != "space" or not (sentence.is_capital(at) and sentence.is_capital(at + 1)):
        return False
    given, family = sentence.words[at : at + 2]
    is_known = given in pair.roster.by_family.get(family, ())
    return is_known and not is_site((given,), (family,)) and family not in _OF_THINGS


def _has_item(sentence: Sentence, at: int, step: int) -> bool:
    """Whether two words with capitals stand behind a word, or before it, and only a mark or conjunction between."""
    near = at + step
    is_joined = 0 <= near < len(sentence) and sentence.words[near] in CONJUNCTIONS
    if not is_joined and sentence.gap(min(at, near)) not in _PARTING:
        return False
    near += is_joined * step
    far = near + step
    if sentence.gap(min(near, far)) != "space":  # a break beyond either end
        return False
    return sentence.words[far] not in CONJUNCTIONS and sentence.is_capital(near) and sentence.is_capital(far)


def _is_by_itself(pair: Pair, *, behind: bool = False) -> bool:
    """Whether two words with capitals stand side by side, and no third one beside or only `behind` them.

    That would be Grace Park Elementary.
    """
    sentence = pair.sentence
    if pair.gaps != ("space",) or not pair.is_capital():
        return False
    beside = ((pair.high, pair.high + 1), (pair.low - 1, pair.low - 1))[: 1 if behind else 2]
    return not any(sentence.gap(gap) == "space" and sentence.is_capital(at) for gap, at in beside)


def is_labelled(pair: Pair) -> bool:
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
    if _is_spoken_to(pair, last) or _is_signed(pair, last):
        return pair.is_forward and _is_by_itself(pair, behind=True)
    if last == "by" and before in _MOVED:
        return _is_by_itself(pair, behind=True) and "council" not in words[pair.high + 1 : pair.high + 3]
    is_kept_in = last in _KEPT_IN and pair.sentence.between(low - 1).strip() != ""
    return is_kept_in or last in _ANNOUNCED or any(before in some and last in others for some, others in _INTRODUCED)


def _is_spoken_to(pair: Pair, last: str) -> bool:
    """Whether a title or a greeting stands before a name: "Mrs. Grace Park", "Hello, Grace Park!"; no "miss May Day".

    Behind a greeting and a comma the name has an end of its own: "Hello, May Day is a holiday".
    """
    sentence, gap = pair.sentence, pair.sentence.gap(pair.low - 1)
    if last in _TITLES:
        return gap == "space" and sentence.is_capital(pair.low - 1)
    return last in _WISHED and (gap == "space" or (gap == "comma" and sentence.gap(pair.high) != "space"))


def _is_signed(pair: Pair, last: str) -> bool:
    """Whether a name stands alone in the line below the end of a letter: "Sincerely," and "Grace Park"."""
    return last in CLOSINGS and "\n" in pair.sentence.between(pair.low - 1) and pair.sentence.ends_line(pair.high)


def _has_grade(sentence: Sentence, at: int) -> bool:
    """Whether a grade or class stands right behind a word: "Park, Grace (grade 3)", "Park, Grace 3B"."""
    return sentence.gap(at) in {"space", "comma", "tab"} and is_of_class(sentence.words[at + 1])
