"""Given names cut short or spelled as it sounds beside a rare family name: "Maddie Whitcombe" for Madeline's.

No list of short names holds all of them. Beside a family name that few bear, one that begins as a given name of that
family does is that person's: of the exact names that documents of strangers hold by chance, this adds one in twenty.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from rapidfuzz.distance import OSA

from portal.guard.eponyms import is_of_a_place
from portal.guard.matching import WIDESPREAD, Hit
from portal.guard.names import family_words
from portal.guard.nicknames import nicknames_of
from portal.guard.ordinary import is_common
from portal.guard.pairs import is_of_staff
from portal.guard.passages import Passage
from portal.guard.roster import Roster
from portal.guard.sentences import Sentence
from portal.guard.spelling import PARTICLES

_FAMILY_LETTERS: Final = 5
_FEWEST: Final = 3
_ENDINGS: Final = re.compile(r"(?:ie|y|i|ey|ee|o|a|ita|ito)\Z")
_CASES: Final = re.compile(r"(?:a|owi|em)\Z")
_SHORTEST_END: Final = 4
_LONGER_BY: Final = 2
_ONE_WRONG: Final = 5
_TWO_WRONG: Final = 8
_BEFORE: Final = frozenset(" \t")
_AFTER: Final = re.compile(r",[ \t]?|\t")
_AROUND: Final = 60


def names_shortened(passage: Passage, roster: Roster, families: AbstractSet[str]) -> Iterator[Hit]:
    """Yield the people beside whose rare family name a short form of their given name stands. `families` are here."""
    rare = {word for word in families if len(word) >= _FAMILY_LETTERS and not is_common(word)} - WIDESPREAD
    known: dict[tuple[str, str], tuple[int, ...]] = {}
    for start, end in passage.places_of(rare):
        if not passage.cased[start].isupper():
            continue
        family = passage.folded[start:end]
        for place, stop in _beside(passage, start, end):
            given = passage.folded[place:stop]
            if len(given) < _FEWEST or given in roster.by_family[family] or not passage.cased[place].isupper():
                continue
            names = known.get((given, family))
            if names is None:
                names = known[given, family] = _called(roster, given, family)
            if names and not _is_of_a_place(passage, min(start, place), max(end, stop)):
                yield Hit(frozenset((place, start)), (), names, "sure")


def names_before_whole_families(passage: Passage, roster: Roster, families: AbstractSet[str]) -> Iterator[Hit]:
    """Yield who is called by a short name beside all of a family name of several words: "Lupita de la Cruz".

    That tells a family apart even if each word of it is common, and whichever of the given names it is short for.
    """
    for start, end in passage.places_of(families & roster.long_families.keys()):
        for at in roster.long_families[passage.folded[start:end]]:
            first = _begin_of(passage, start, family_words(roster.names[at]))
            for place, stop in _beside(passage, first, end) if first is not None else ():
                word = passage.folded[place:stop]
                if passage.cased[place].isupper() and _is_called(roster, at, word):
                    yield Hit(frozenset((place, start)), (), (at,), "sure")


def _begin_of(passage: Passage, start: int, words: tuple[str, ...]) -> int | None:
    """Return where a family name begins of which the last word does at `start`; None if not all of it stands there."""
    lead = f" {' '.join(words[:-1])} "
    low = start + 1 - len(lead)  # in `spaced`, whose first blank is before that of `folded`
    return low if low >= 0 and passage.spaced.startswith(lead, low) else None


def _is_called(roster: Roster, at: int, word: str) -> bool:
    """Whether a word is short for one of this name's given names; with a rare family name, if it begins so."""
    name = roster.names[at]
    if len(word) < _FEWEST or word in name.given.own or is_of_staff(roster, family_words(name)[-1], word[0]):
        return False
    is_rare = not all(is_common(one) or one in PARTICLES for one in family_words(name))
    return any(
        word in nicknames_of((given,)) or (is_rare and given[0] == word[0] and is_form_of(word, given))
        for given in name.given.words
    )


def _beside(passage: Passage, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the word before a family name is and, where a comma or a cell ends between, the one behind it."""
    spaced = passage.spaced  # begins one blank earlier
    if passage.cased[start - 1 : start] in _BEFORE and start > 1:
        yield spaced.rfind(" ", 0, start), start - 1
    if (mark := _AFTER.match(passage.cased, end)) and mark.end() < len(passage.cased):
        yield mark.end(), spaced.find(" ", mark.end() + 1) - 1


def _called(roster: Roster, word: str, family: str) -> tuple[int, ...]:
    """Return whose given name a word may be a form of, of those who bear a family name; nobody's if staff's it may."""
    if is_of_staff(roster, family, word[0]):
        return ()
    partners = roster.by_family[family]
    alike = (given for given in partners if is_end_of(word, given) or (given[0] == word[0] and is_form_of(word, given)))
    names = (at for given in alike for at in partners[given] if given in roster.names[at].given.firsts)
    return tuple(dict.fromkeys(names))


def is_end_of(word: str, given: str) -> bool:
    """Whether a word is the end of a long given name, by which Yoruba names are called: Seun for Oluwaseun."""
    return len(word) >= _SHORTEST_END and given.endswith(word) and len(given) - len(word) >= _SHORTEST_END


def is_form_of(word: str, given: str) -> bool:
    """Whether a word is a given name cut short, drawn out, or with a letter wrong: Maddie, Zoey, Madeleine."""
    if len(given) < _FEWEST:
        return False
    if given.startswith(word) or (word.startswith(given) and len(word) - len(given) <= _LONGER_BY):
        return True
    stem = _ENDINGS.sub("", word)
    if len(stem) > _FEWEST and stem[-1] == stem[-2] and given.startswith(stem[:-1]):
        return True
    if len(stem) >= _FEWEST and given.startswith(stem):
        return True
    if given[-2] == "e" and _CASES.sub("", word) == given[:-2] + given[-1]:
        return True  # "Kacprowi" for Kacper
    shorter = min(len(word), len(given))
    return shorter >= _ONE_WRONG and OSA.distance(word, given) <= (2 if shorter >= _TWO_WRONG else 1)


def _is_of_a_place(passage: Passage, low: int, high: int) -> bool:
    sentence = Sentence(passage, max(low - _AROUND, 0), min(high + _AROUND, len(passage.spaced)))
    first = sentence.index_at(low)
    return is_of_a_place(sentence, first, first + 1)
