"""Names and numbers in text that was read off a picture, in which letters may be wrong or missing."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from portal.guard.mentions.roster_views.clipped_names import clipped_names_in
from portal.guard.roster.index import Roster
from portal.guard.spellings.ocr_confusions import ONE_WRONG, looks_like, without_tilde, wrong_letters
from portal.guard.text.ordinary_words import is_common
from portal.guard.views.passages import Passage
from portal.guard.views.token_windows import FUNCTION_WORDS, Sentence

_FROM_TWO_LETTERS: Final = 8  # letters from which on two may be wrong; by eye
_NEAR: Final = 4  # words between the halves of a name; by eye
_SHORT: Final = 4  # letters of a word; by eye
_MOST_WRONG: Final = 2  # letters of a whole name that may be wrong; by eye
_AT_ONCE: Final = 256  # words compared at once; by eye, for memory
_DIGITS: Final = str.maketrans("oqdlizsbg|", "0001125891")
_DIGIT_LIKE: Final = re.compile(r"(?=[^\s]*[0-9])[0-9oqdlizsbg|()+./-]{4,}")


def ocr_corrected(passage: Passage, roster: Roster) -> Iterator[Passage]:
    """Yield stretches of a passage as they read if words that nearly are names of the roster, are them."""
    whole = Sentence(passage, 0, len(passage.spaced))
    meant = _nearly_known(passage.present, roster)
    if meant:
        for first, second, words in _pairs(whole, meant, roster):
            yield _rewritten(passage, whole, first, second, words)
    digits = _DIGIT_LIKE.sub(lambda found: found[0].translate(_DIGITS), passage.folded)
    if digits != passage.folded:
        yield Passage(digits)


def clipped_words_completed(passage: Passage, roster: Roster) -> Iterator[tuple[Passage, ...]]:
    """Yield for each name that is cut off in a picture the stretch as it reads with any end it may have had."""
    whole = Sentence(passage, 0, len(passage.spaced))
    for at, names, is_forward in clipped_names_in(whole, roster):
        first, second = (at, at + 1) if is_forward else (at + 1, at)
        yield tuple(_rewritten(passage, whole, first, second, both) for both in names)


def _nearly_known(present: Iterable[str], roster: Roster) -> dict[str, tuple[str, ...]]:
    """Return for words that are no names the names they may be; for common words only if a letter has a mark."""
    unknown = [
        word
        for word in present
        if len(word) > 1
        and not word.isdigit()
        and word not in FUNCTION_WORDS
        and word not in roster.by_family
        and word not in roster.givens_of_all
    ]
    vocabulary = roster.vocabulary
    meant: dict[str, set[str]] = defaultdict(set)
    for word in unknown:
        meant[word].update(vocabulary.with_marks(word))
    read: dict[str, list[str]] = defaultdict(list)
    for word in unknown:
        if not is_common(word):
            for form in dict.fromkeys((word, without_tilde(word))):
                read[form].append(word)
    for form, words in read.items():
        for name in vocabulary.by_looks.get(looks_like(form), ()):
            for word in words:
                meant[word].add(name)
    for form, name in _nearly(tuple(read), vocabulary.longer):
        for word in read[form]:
            meant[word].add(name)
    return {word: tuple(sorted(names)) for word, names in meant.items() if names}


def _nearly(forms: tuple[str, ...], names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield words with those names from which one letter parts them, or in a long one two."""
    longer = [form for form in forms if len(form) >= ONE_WRONG - 1] if names else []
    for start in range(0, len(longer), _AT_ONCE):
        some = longer[start : start + _AT_ONCE]
        distances = process.cdist(some, names, scorer=Levenshtein.distance, score_cutoff=2, dtype=np.uint8)
        for row, column in zip(*np.nonzero(distances <= 2), strict=True):
            form, name = some[row], names[column]
            shorter = min(len(form) + 1, len(name))
            if shorter >= (ONE_WRONG if distances[row, column] == 1 else _FROM_TWO_LETTERS):
                yield form, name


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
                    if given not in partners or not _fits(word, family, words[other], given, roster):
                        continue
                    if _is_small(sentence, at, other, family, roster) or _is_small(sentence, other, at, given, roster):
                        continue
                    yield other, at, (given, family)


def _is_small(sentence: Sentence, at: int, other: int, name: str, roster: Roster) -> bool:
    """Whether a short word in small letters beside a capital has no more of a name than its shapes: `Anna ran`, Ган."""
    word = sentence.words[at]
    is_short = len(word) <= _SHORT and not sentence.is_capital(at) and sentence.is_capital(other)
    return is_short and word != name and name in roster.vocabulary.by_shape(word)


def _fits(word: str, family: str, other: str, given: str, roster: Roster) -> bool:
    """Whether not too many letters are wrong in all. Those that look alike are not wrong, nor those that have marks."""
    if is_common(word) and is_common(other):
        return False
    wrong = 0
    for read, name in ((word, family), (other, given)):
        wrong += 0 if name in roster.vocabulary.with_marks(read) else wrong_letters(read, name)
    return wrong <= _MOST_WRONG


def _rewritten(passage: Passage, sentence: Sentence, first: int, second: int, names: tuple[str, str]) -> Passage:
    """Return the stretch around two words with the names they are read as, capitals kept."""
    low, high = max(min(first, second) - 12, 0), min(max(first, second) + 13, len(sentence))
    new = {first: names[0], second: names[1]}
    text, focus = "", [0, 0]
    for at in range(low, high):
        start = sentence.starts[at]
        word = passage.cased[start : start + len(sentence.words[at])]
        if at in new:  # what its first letter was read wrongly for tells nothing of a capital
            is_capital = sentence.is_capital(at) or sentence.words[at][0] != new[at][0]
            word = new[at].capitalize() if is_capital else new[at]
        focus[0 if at == min(new) else 1] = len(text) if at in new else focus[0 if at == min(new) else 1]
        text += word + (sentence.between(at) if at + 1 < len(sentence) else "")
    rewritten = Passage(text, (focus[0], focus[1] + 1))
    rewritten.has_guessed_marks = passage.has_guessed_marks
    return rewritten
