"""Names in Arabic letters or hangul that the roster has in Latin ones; Arabic ones the other way round, too."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Roster
from portal.guard.spellings.consonants import ARABIC, family_keys, is_listed
from portal.guard.spellings.hangul import HANGUL, TITLED, named_in_hangul
from portal.guard.text.vocabulary import listed
from portal.guard.views.passages import Passage
from portal.guard.views.token_windows import Sentence

_OF_WORDS: Final = 2
"""Letters of hangul that most words have; by eye."""
_MOST: Final = 4
"""Words from the given name to the family name: those of father and grandfather stand between; by eye."""
_REACH: Final = 200  # characters on either side; by eye
_NEAR: Final = 8
"""Words on either side of a name that say whether its text has capitals; by eye."""
_WORDS: Final = re.compile(" *(?:[^ ]+ *){1,14}")
"""More words than a given name and the family name behind it are."""
_OPENED: Final = listed("compound-openers")
"""Words that belong to the one behind them."""
_LATIN_OPENED: Final = listed("compound-openers-latin")


@detector(Rule.NAME_HANGUL, needs=Need.OTHER_LETTERS)
def names_in_hangul(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the names that stand in hangul and sound like one in Latin letters; those of two letters are words, too.

    오전 is the forenoon, and sounds like Jun Wu as much as Jun Oh does. Before a title they are a name: 이준 학생.
    """
    passage = grid.passage
    if not HANGUL.search(passage.folded):
        return
    for start, end, names in named_in_hangul(passage.folded, roster.korean):
        is_name = end - start > _OF_WORDS or TITLED.match(passage.folded, end)
        hit = Hit(frozenset(range(start, end)), (), names, Rule.NAME_HANGUL)
        yield hit if is_name else hit.but(Rule.CUE_BRIEF)


@detector(Rule.NAME_CONSONANTS)
def names_across_arabic(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the names whose given name is a common one and whose family name has the same consonants."""
    passage, whole = grid.passage, grid.whole
    sounds, has_arabic = roster.consonants, not passage.is_latin and ARABIC.search(passage.folded)
    for index in ((sounds.in_arabic,) if has_arabic else ()) + ((sounds.in_latin,) if sounds.in_latin else ()):
        sought = (passage.present & index.keys()) | (passage.present & _OPENED)
        if sought and whole is not None:
            for at in [at for at, word in enumerate(whole.words) if word in sought]:
                yield from _found(whole, at, index, roster)
        elif sought:
            for start, _ in passage.places_of(sought):
                yield from _found(*_around(passage, start), index, roster)


def _around(passage: Passage, start: int) -> tuple[Sentence, int]:
    """Return a word of a long passage with as much as a name there may have, and which of its words that is."""
    spaced, far = passage.spaced, max(start - _REACH, 0)  # the word itself begins one blank later than `start`
    before = spaced[far : start + 1].rstrip()
    low = spaced.rfind(" ", 0, far + len(before)) if before else start
    words = _WORDS.match(spaced, start)
    sentence = Sentence(passage, max(low, 0), words.end() if words else start)
    return sentence, sentence.index_at(start)


def _found(
    sentence: Sentence, at: int, index: Mapping[str, Mapping[str, tuple[int, ...]]], roster: Roster
) -> Iterator[Hit]:
    given, last = _word(sentence, at)
    families = index.get(given, {})
    for place, end in _families(sentence, at, last) if families else ():
        keys = family_keys(sentence.words[place : end + 1], is_read=True)
        if is_listed(given) and sentence.words[end].isascii():
            keys = tuple(key for key in keys if key[0] == "=") or keys  # of Huda, and not all that sounds h and d
        names = tuple(dict.fromkeys(name for key in keys for name in families.get(key, ())))
        if names:
            words = (*range(at, last + 1), *range(place, end + 1))
            is_by_sound = sentence.words[end].isascii() and sentence.words[end] not in roster.by_family
            is_of_prose = is_by_sound and _are_words(sentence, words)
            places = frozenset(sentence.starts[word] for word in words)
            hit = Hit(places, (), names, Rule.NAME_CONSONANTS)
            yield hit.but(Rule.CUE_ORDINARY) if is_of_prose else hit
            break


def _are_words(sentence: Sentence, places: Sequence[int]) -> bool:
    """Whether none of these words has a capital, and another near has: "nur durch" in German is no Noor Darwish."""
    near = range(max(places[0] - _NEAR, 0), min(places[-1] + _NEAR + 1, len(sentence.words)))
    return not any(map(sentence.is_capital, places)) and any(map(sentence.is_capital, near))


def _word(sentence: Sentence, at: int) -> tuple[str, int]:
    """Return the word at a place, joined with the next if it belongs to it, and the last place of it."""
    word = sentence.words[at]
    if word in _OPENED and sentence.gap(at) == "space":
        return word + sentence.words[at + 1], at + 1
    return word, at


def _families(sentence: Sentence, at: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield where the family name of a given name may begin and end: behind it, or before it and a comma."""
    place = last
    for _ in range(_MOST):
        if sentence.gap(place) != "space":
            break
        place += 1
        word = sentence.words[place]
        opens = word in _OPENED or word in _LATIN_OPENED
        end = place + (opens and sentence.gap(place) == "space")
        yield place, end
        if not (word in _OPENED or is_listed(word)):
            break
        place = end
    if sentence.gap(at - 1) == "comma" and at:
        yield at - 1, at - 1
