"""Children by their given name beside whom a parent is told by the family name: "Ana (mother: C. Rivera)"."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from portal.guard.cues.matching import Hit
from portal.guard.cues.pair_judging import WIDESPREAD
from portal.guard.cues.words_between import is_of_class
from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.strength import SURE, lowered
from portal.guard.mentions.names.addressed import is_alone
from portal.guard.roster.index import Roster
from portal.guard.text.ordinary_words import is_common, is_word
from portal.guard.text.vocabulary import listed
from portal.guard.views.passages import Passage
from portal.guard.views.token_windows import PARENTS, TITLES, Sentence

_REACH: Final = 120
_MOST_WORDS: Final = 10
_OWNERS: Final = listed("owners")
"""Whose parent it is that a sentence begins with: "Ana is ill. Her mother, Mrs. Rivera, called"."""
_BEFORE_NAMES: Final = TITLES | {"el", "la"}
_ELDERS: Final = PARENTS - listed("younger-kin")


def names_by_parents(passage: Passage, roster: Roster, families: AbstractSet[str]) -> Iterator[Hit]:
    """Yield the children near whose given name a word for kin and then, rare enough, their family name stand."""
    if passage.present.isdisjoint(PARENTS):
        return
    rare = {word for word in families if not is_common(word)} - WIDESPREAD
    for start, end in passage.places_of(rare):
        if not passage.cased[start].isupper():
            continue
        low = max(passage.spaced.rfind(" ", 0, max(start - _REACH, 1)), 0)
        sentence = Sentence(passage, low, min(end + _REACH, len(passage.spaced)))
        yield from _told(passage, sentence, roster, sentence.index_at(start))


def _told(passage: Passage, sentence: Sentence, roster: Roster, at: int) -> Iterator[Hit]:
    """Yield the child whose given name stands before the family name at a place, with a word for kin between."""
    words = sentence.words
    if sentence.gap(at) == "space" and sentence.is_capital(at + 1) and "(" not in sentence.between(at):
        return  # a longer name, as of a street
    initials, is_told, partners = list[str](), False, roster.by_family[words[at]]
    for place in range(at - 1, max(at - _MOST_WORDS, 0) - 1, -1):
        word, is_capital = words[place], sentence.is_capital(place)
        if is_told and is_capital and word in partners:
            names = tuple(name for name in partners[word] if _may_be(roster, name, word, initials))
            is_lone = words[place + 1] in PARENTS or is_alone(sentence, place)
            if names and is_lone and _is_one_text(passage, sentence, place, at):
                places = frozenset((sentence.starts[place], sentence.starts[at]))
                cues = lowered(Rule.CUE_ORDINARY) if is_word(word) else SURE
                yield Hit(places, (), names, Rule.NAME_PARENT, *cues)
            return
        if word in PARENTS:
            is_told = True
        elif is_capital and not is_told and len(word) == 1:
            initials.append(word)
        elif is_capital and not (word in TITLES or is_of_class(word) or _is_owner(sentence, place, at)):
            return  # somebody else


def _is_owner(sentence: Sentence, place: int, at: int) -> bool:
    """Whether a sentence begins there with whose parent it is, and the family name at a place is that parent's."""
    words = sentence.words
    return words[place] in _OWNERS and words[place + 1] in _ELDERS and _BEFORE_NAMES.issuperset(words[place + 2 : at])


def _is_one_text(passage: Passage, sentence: Sentence, first: int, last: int) -> bool:
    """Whether no more than one line ends from a word to another."""
    return passage.folded.count("\n", sentence.starts[first], sentence.starts[last]) < 2


def _may_be(roster: Roster, at: int, given: str, initials: list[str]) -> bool:
    """Whether a child has this given name first, and a grown-up of its family the initial, if one is told."""
    name = roster.names[at]
    children = [person for person in name.bearers if roster.people[person].kind == "child"]
    if not children or given not in name.given.firsts:
        return False
    kin = {other for child in children for other in roster.relatives[roster.people[child].id]}
    letters = {found.given.words[0][0] for person in kin if (found := roster.name_of(person)) is not None}
    return not initials or not letters.isdisjoint(initials)
