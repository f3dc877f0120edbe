"""What stands around a name that only stands around a pupil's: a label, a greeting, a grade, what is told of one."""

from typing import Final

from portal.guard.cues.pairs import Pair
from portal.guard.cues.said_of_pupils import is_told_of_pupil
from portal.guard.cues.words_between import is_of_class, is_told_to_be_one
from portal.guard.text.vocabulary import listed
from portal.guard.views.token_windows import CONJUNCTIONS, LABELS, OF, SALUTATIONS, Sentence

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
    """Whether both words have capitals in a sentence whose next word has none: "we saw Autumn Price at lunch".

    No site ("at Grace Park"), no day, and nothing behind an article.
    """
    sentence, before, after = pair.sentence, pair.low - 1, pair.high + 1
    if pair.name.is_site(words) or not (pair.is_forward and _is_by_itself(pair)):
        return False
    is_within = sentence.gap(pair.high) == "space" and sentence.gap(before) in {"space", "and"}
    if not (is_within and _OF_THINGS.isdisjoint(words)):
        return False
    around = sentence.words[before], sentence.words[after]
    is_said = around[0] in CONJUNCTIONS or (len(around[0]) > 1 and around[0] not in _ARTICLES)
    return is_said and all(map(str.isalpha, around)) and around[1] not in CONJUNCTIONS


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
