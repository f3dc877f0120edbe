"""Given names cut short or spelled as it sounds beside a rare family name: "Maddie Whitcombe" for Madeline's.

No list of short names holds all of them. Beside a family name that few bear, one that begins as a given name of that
family does is that person's: of the exact names that documents of strangers hold by chance, this adds one in twenty.
"""

import re
from collections.abc import Iterator
from typing import Final

from rapidfuzz.distance import OSA

from portal.guard.cues.eponyms import is_of_a_place
from portal.guard.cues.pair_judging import WIDESPREAD
from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Roster
from portal.guard.spellings.declension import is_case_of
from portal.guard.spellings.names import family_words
from portal.guard.spellings.spellings import PARTICLES
from portal.guard.text.nicknames import nicknames_of
from portal.guard.text.ordinary_words import is_common, is_given_name
from portal.guard.text.vocabulary import listed
from portal.guard.views.passages import Passage
from portal.guard.views.token_windows import Sentence

_FAMILY_LETTERS: Final = 5  # letters of a rare family name; by eye
_FEWEST: Final = 3  # letters of a short form; by eye
_ENDINGS: Final = re.compile(r"(?:ie|y|i|ey|ee|o|a|ita|ito)\Z")
_CASES: Final = re.compile(r"(?:a|owi|em)\Z")
_SHORTEST_END: Final = 4  # letters of the end of a given name, and before it; by eye
_LONGER_BY: Final = 2  # letters; by eye
_ONE_WRONG: Final = 5  # letters from which on one may be wrong; by eye
_TWO_WRONG: Final = 8  # letters from which on two may be wrong; by eye
_UNHEARD: Final = frozenset("aeiouhy")
"""Letters with which a name is spelled otherwise and stays the same: Natalie, Nathalie."""
_BEFORE: Final = frozenset(" \t")
_AFTER: Final = re.compile(r",[ \t]?|\t")
_AROUND: Final = 60  # characters on either side; by eye
_ARTICLES: Final = listed("plural-articles")


@detector(Rule.NAME_SHORT, needs=Need.FAMILY)
def names_shortened(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the people beside whose rare family name a short form of their given name stands."""
    passage = grid.passage
    rare = {word for word in grid.families if len(word) >= _FAMILY_LETTERS and not is_common(word)} - WIDESPREAD
    known: dict[tuple[str, str, bool], tuple[int, ...]] = {}
    for start, end in passage.places_of(rare):
        if not passage.cased[start].isupper():
            continue
        family = passage.folded[start:end]
        for place, stop in (*_beside(passage, start, end), *_behind(passage, end)):
            given = passage.folded[place:stop]
            if (
                len(given) < _FEWEST
                or given in _ARTICLES
                or given in roster.by_family[family]
                or not passage.cased[place].isupper()
            ):
                continue
            is_behind = place == end + 1
            names = known.get((given, family, is_behind))
            if names is None:
                names = known[given, family, is_behind] = _called(roster, given, family, is_in_case=is_behind)
            if names and not _is_of_a_place(passage, min(start, place), max(end, stop)):
                yield Hit(frozenset((place, start)), (), names, Rule.NAME_SHORT)


@detector(Rule.NAME_SHORT_DOUBLE, needs=Need.FAMILY)
def names_before_whole_families(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield who is called by a short name beside all of a family name of several words: "Lupita de la Cruz".

    That tells a family apart even if each word of it is common, and whichever of the given names it is short for.
    """
    passage = grid.passage
    known: dict[tuple[str, str], tuple[int, ...]] = {}  # of whole family names with the word beside
    for start, end in passage.places_of(grid.families & roster.long_families.keys()):
        family, found = passage.folded[start:end], list[tuple[int, int]]()
        for lead, names in roster.long_families[family].items():
            low = start + 1 - len(lead)  # in `spaced`, whose first blank is before that of `folded`
            if low < 0 or not passage.spaced.startswith(lead, low):
                continue
            for place, stop in _beside(passage, low, end):
                if stop - place < _FEWEST or not passage.cased[place].isupper():
                    continue
                key = f"{lead}{family}", passage.folded[place:stop]
                called = known.get(key)
                if called is None:
                    called = known[key] = _called_short(roster, key[1], names)
                found += [(at, place) for at in called]
        for at, place in sorted(found):
            yield Hit(frozenset((place, start)), (), (at,), Rule.NAME_SHORT_DOUBLE)


def _called_short(roster: Roster, word: str, names: tuple[int, ...]) -> tuple[int, ...]:
    """Return for whose given name a word is short, of names with one family name; with a rare one, who begin so."""
    others = [at for at in names if word not in roster.names[at].given.own]
    family = family_words(roster.names[names[0]])
    if not others:
        return ()
    short_for, is_rare = nicknames_of((word,)), not all(is_common(one) or one in PARTICLES for one in family)
    return tuple(
        at
        for at in others
        if any(
            given in short_for or (is_rare and given[0] == word[0] and _is_one_form(word, given))
            for given in roster.names[at].given.words
        )
    )


def _beside(passage: Passage, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the word before a family name is and, where a comma or a cell ends between, the one behind it."""
    spaced = passage.spaced  # begins one blank earlier
    if passage.cased[start - 1 : start] in _BEFORE and start > 1:
        yield spaced.rfind(" ", 0, start), start - 1
    if (mark := _AFTER.match(passage.cased, end)) and mark.end() < len(passage.cased):
        yield mark.end(), spaced.find(" ", mark.end() + 1) - 1


def _behind(passage: Passage, end: int) -> Iterator[tuple[int, int]]:
    """Yield where the word right behind a family name is, with nothing but a blank between."""
    if passage.cased[end : end + 1] == " " and passage.spaced[end + 2 : end + 3].isalpha():
        yield end + 1, passage.spaced.find(" ", end + 2) - 1


def _called(roster: Roster, word: str, family: str, *, is_in_case: bool) -> tuple[int, ...]:
    """Return whose given name a word may be a form of, of those who bear a family name.

    Right behind the family name it has to be the name itself in a case: "Szczepańskiego Wojciecha".
    """
    partners = roster.by_family[family]
    if is_in_case:
        alike = [given for given in partners if is_case_of(word, given)]
    else:
        alike = [one for one in partners if is_end_of(word, one) or (one[0] == word[0] and is_form_of(word, one))]
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
    if is_case_of(word, given) or (given[-2] == "e" and _CASES.sub("", word) == given[:-2] + given[-1]):
        return True  # "Kacprowi" for Kacper
    return _has_its_stem(word, given) or _has_a_letter_wrong(word, given)


def _is_one_form(word: str, given: str) -> bool:
    """Whether a word is such a form and no name of its own, as Alejandra is beside Alejandro, and Mario beside María.

    Beside a family name of several words, that is: in others a Slavic name may stand in a case, Danyla for Danylo. Two
    spellings of a name are one, though very many bear each: Cristina, Christina. Mariana is not drawn out from María.
    """
    is_of_other_sex = {word, given} == {f"{word[:-1]}a", f"{word[:-1]}o"}
    return is_form_of(word, given) and not is_of_other_sex and not _goes_on_as_another(word, given)


def _goes_on_as_another(word: str, given: str) -> bool:
    """Whether a name that very many bear is another and a syllable more, with a sound that this has not: no Isabella.

    One letter more may as well be mistyped.
    """
    more = word.removeprefix(given)
    return 1 < len(more) < len(word) and is_given_name(word) and not _UNHEARD.union(given).issuperset(more)


def _has_its_stem(word: str, given: str) -> bool:
    stem = _ENDINGS.sub("", word)
    if len(stem) > _FEWEST and stem[-1] == stem[-2] and given.startswith(stem[:-1]):
        return True
    return len(stem) >= _FEWEST and given.startswith(stem)


def _has_a_letter_wrong(word: str, given: str) -> bool:
    shorter = min(len(word), len(given))
    return shorter >= _ONE_WRONG and OSA.distance(word, given) <= (2 if shorter >= _TWO_WRONG else 1)


def _is_of_a_place(passage: Passage, low: int, high: int) -> bool:
    sentence = Sentence(passage, max(low - _AROUND, 0), min(high + _AROUND, len(passage.spaced)))
    first = sentence.index_at(low)
    return is_of_a_place(sentence, first, first + 1)
