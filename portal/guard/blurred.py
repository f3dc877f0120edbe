"""Names and numbers in text that was read off a picture, in which letters may be wrong or missing."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from portal.guard.looks import ONE_WRONG, looks_like
from portal.guard.ordinary import is_common
from portal.guard.passages import Passage
from portal.guard.roster import Roster
from portal.guard.sentences import FUNCTION_WORDS, Sentence

_FROM_TWO_LETTERS: Final = 8
_NEAR: Final = 4
_AT_ONCE: Final = 256
_DIGITS: Final = str.maketrans("oqdlizsbg|", "0001125891")
_DIGIT_LIKE: Final = re.compile(r"(?=[^\s]*[0-9])[0-9oqdlizsbg|()+./-]{4,}")


def unblurred(passage: Passage, roster: Roster) -> Iterator[Passage]:
    """Yield stretches of a passage as they read if words that nearly are names of the roster, are them."""
    whole = Sentence(passage, 0, len(passage.spaced))
    meant = _nearly_known(passage.present, roster)
    if meant:
        for first, second, words in _pairs(whole, meant, roster):
            yield _rewritten(passage, whole, first, second, words)
    digits = _DIGIT_LIKE.sub(lambda found: found[0].translate(_DIGITS), passage.folded)
    if digits != passage.folded:
        yield Passage(digits)


def _nearly_known(present: Iterable[str], roster: Roster) -> dict[str, tuple[str, ...]]:
    """Return for words that are no names and no common words the names they may be."""
    unknown = [
        word
        for word in present
        if len(word) > 1
        and not word.isdigit()
        and not is_common(word)
        and word not in FUNCTION_WORDS
        and word not in roster.by_family
        and word not in roster.givens_of_all
    ]
    vocabulary = roster.vocabulary
    meant: dict[str, set[str]] = defaultdict(set)
    for word in unknown:
        meant[word].update(vocabulary.by_looks.get(looks_like(word), ()))
    if not vocabulary.longer:
        return {word: tuple(sorted(names)) for word, names in meant.items() if names}
    longer = [word for word in unknown if len(word) >= ONE_WRONG - 1]
    for start in range(0, len(longer), _AT_ONCE):
        some = longer[start : start + _AT_ONCE]
        distances = process.cdist(some, vocabulary.longer, scorer=Levenshtein.distance, score_cutoff=2, dtype=np.uint8)
        for row, column in zip(*np.nonzero(distances <= 2), strict=True):
            word, name = some[row], vocabulary.longer[column]
            shorter = min(len(word) + 1, len(name))
            if shorter >= (ONE_WRONG if distances[row, column] == 1 else _FROM_TWO_LETTERS):
                meant[word].add(name)
    return {word: tuple(sorted(names)) for word, names in meant.items() if names}


def _pairs(
    sentence: Sentence, meant: dict[str, tuple[str, ...]], roster: Roster
) -> Iterator[tuple[int, int, tuple[str, str]]]:
    """Yield pairs of near words of which at least one is misread and that then are a name of the roster."""
    words = sentence.words
    for at, word in enumerate(words):
        families = meant.get(word, (word,) if word in roster.by_family else ())
        for family in families:
            partners = roster.by_family.get(family)
            if partners is None:
                continue
            for other in range(max(at - _NEAR, 0), min(at + _NEAR + 1, len(words))):
                if other == at or (family == word and words[other] not in meant):
                    continue
                for given in meant.get(words[other], (words[other],)):
                    if given in partners and _fits(word, family, words[other], given):
                        yield other, at, (given, family)


def _fits(word: str, family: str, other: str, given: str) -> bool:
    """Whether not too many letters are wrong in all. Letters that look alike are not wrong."""
    wrong = 0
    for read, name in ((word, family), (other, given)):
        wrong += 0 if looks_like(read) == looks_like(name) else Levenshtein.distance(read, name)
    return wrong <= 2


def _rewritten(passage: Passage, sentence: Sentence, first: int, second: int, names: tuple[str, str]) -> Passage:
    """Return the stretch around two words with the names they are read as, capitals kept."""
    low, high = max(min(first, second) - 12, 0), min(max(first, second) + 13, len(sentence))
    new = {first: names[0], second: names[1]}
    text, focus = "", [0, 0]
    for at in range(low, high):
        start = sentence.starts[at]
        word = passage.cased[start : start + len(sentence.words[at])]
        if at in new:
            word = new[at].capitalize() if sentence.is_capital(at) else new[at]
        focus[0 if at == min(new) else 1] = len(text) if at in new else focus[0 if at == min(new) else 1]
        text += word + (sentence.between(at) if at + 1 < len(sentence) else "")
    return Passage(text, (focus[0], focus[1] + 1))
