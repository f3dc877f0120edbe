"""Names of which a picture shows all but the end: what covers `MBLY` leaves `ANOUK QUI` of Anouk Quimbly.

Or more than all: the end of a stamp that touches a line is read on into it (`Anouk Quimblyrary`).

Three letters tell little by themselves. They count at the end of a line, right behind the other half of a name that
somebody of the roster bears, and only if they are no word that could stand there whole.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from portal.guard.roster.index import Roster
from portal.guard.text.ordinary_words import is_common, is_word
from portal.guard.views.token_windows import FUNCTION_WORDS, LABELS, Sentence

_FEWEST: Final = 3  # letters left of a word; by eye
_FEWEST_BEHIND_WORD: Final = 5
"""Letters that have to be left behind a given name that is a word as well: `LILY PAD` is no Lily Padilla; by eye."""
_WHOLE: Final = 6
"""Letters of a name that other letters may follow: fewer are the beginning of many words; by eye."""
_LAST: Final = "\U0010ffff"


class ClippedName(NamedTuple):
    """Where a name stands of which the second word is cut off, and whom both may name: given, family.

    `is_forward` where the given name comes first.
    """

    at: int
    names: tuple[tuple[str, str], ...]
    is_forward: bool


def clipped_names_in(sentence: Sentence, roster: Roster) -> Iterator[ClippedName]:
    """Yield the names in text read off a picture whose last word is cut off at the end of a line."""
    for at in range(1, len(sentence)):
        word, before = sentence.words[at], sentence.words[at - 1]
        if not _ends_row(sentence, at) or not _may_be_cut(word, roster):
            continue
        if not (sentence.is_capital(at - 1) and sentence.is_capital(at)) or _is_anothers(before, word, roster):
            continue
        if sentence.gap(at - 1) == "space" and (names := tuple(_forward(sentence, at, roster))):
            yield ClippedName(at - 1, names, is_forward=True)
        elif sentence.gap(at - 1) == "comma" and (names := tuple(_backward(before, word, roster))):
            yield ClippedName(at - 1, names, is_forward=False)


def _ends_row(sentence: Sentence, at: int) -> bool:
    """Whether nothing but figures and single letters, as which a wave may be read, follows in the line."""
    while sentence.gap(at) == "space" and (len(sentence.words[at + 1]) == 1 or sentence.words[at + 1].isdigit()):
        at += 1
    is_last = at + 1 == len(sentence)
    if is_last:
        return True
    rest = sentence.between(at)
    return not rest.startswith("-") and ("\n" in rest or sentence.gap(at) == "tab")  # not "Quin-", wrapped


def _may_be_cut(word: str, roster: Roster) -> bool:
    """Whether a word may be the beginning of another: none that stands for itself."""
    is_whole = word in roster.by_family or word in roster.givens_of_all
    is_said = word in FUNCTION_WORDS or word in LABELS or is_common(word)
    return len(word) >= _FEWEST and word.isalpha() and not is_whole and not is_said


def _is_anothers(before: str, word: str, roster: Roster) -> bool:
    """Whether it may as well be a site, called like nobody of the roster, of which the end is missing."""
    return any(
        phrase[1].startswith(word)
        and phrase not in roster.phrases.staff
        and before not in roster.by_family.get(phrase[1], ())
        for phrase in roster.phrases.by_first.get(before, ())
    )


def _forward(sentence: Sentence, at: int, roster: Roster) -> Iterator[tuple[str, str]]:
    """Yield the names of whom the word before is called, of whose family name this is the beginning."""
    word, given = sentence.words[at], sentence.words[at - 1]
    if given not in roster.givens_of_all or (is_word(given) and len(word) < _FEWEST_BEHIND_WORD):
        return
    earlier = set(sentence.words[max(at - 4, 0) : at])
    for family in (*_longer(roster.vocabulary.words, word), *_run_into(word)):
        if _is_called(roster.by_family.get(family, {}).get(given, ()), earlier, (given, family), roster):
            yield given, family


def _backward(family: str, word: str, roster: Roster) -> Iterator[tuple[str, str]]:
    """Yield the names of that family of whose given name this is the beginning: `QUIMBLY, ANO`."""
    partners = roster.by_family.get(family, {})
    for given in sorted(one for one in partners if one.startswith(word) and len(one) > len(word)):
        if _is_called(partners[given], {given}, (given, family), roster):
            yield given, family


def _is_called(names: Iterable[int], earlier: set[str], both: tuple[str, str], roster: Roster) -> bool:
    """Whether one of these names has its first given name there, and is not made of ordinary words."""
    return any(
        not earlier.isdisjoint(roster.names[at].given.firsts) and not roster.names[at].is_ordinary(both) for at in names
    )


def _longer(words: tuple[str, ...], start: str) -> tuple[str, ...]:
    """Return those of some words in order that begin so and have more letters."""
    low, high = bisect_left(words, start), bisect_left(words, start + _LAST)
    return tuple(one for one in words[low:high] if one != start)


def _run_into(word: str) -> Iterator[str]:
    """Give the beginnings of a word that may be a name, behind which a picture has letters of the next line."""
    return (word[:end] for end in range(_WHOLE, len(word)))
