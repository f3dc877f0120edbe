"""A whole family by its name, with one of its given names near: "the Whitcombes are away, so Oliver misses it"."""

from collections.abc import Collection, Iterator
from typing import Final

from portal.guard.cues.salutations import in_letter, is_alone
from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Roster
from portal.guard.roster.label_words import OPENINGS
from portal.guard.text.ordinary_words import is_common, is_word
from portal.guard.text.vocabulary import listed
from portal.guard.views.passages import Passage
from portal.guard.views.token_windows import Sentence

_BEFORE_BARE: Final = frozenset(("los", "les"))
_BEFORE_PLURALS: Final = OPENINGS | listed("articles-before-plurals")
_SHORTEST: Final = 5  # letters of a word; by eye
_NEAR: Final = 10  # words on either side; by eye
_REACH: Final = 150  # characters on either side; by eye
_LETTER: Final = 600  # characters of a letter; by eye


@detector(Rule.NAME_PLURAL, Rule.NAME_GENITIVE, Rule.NAME_SALUTATION, needs=Need.KIN)
def names_in_plurals(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the people whose given name stands in one sentence with their family's name in the plural.

    A family name that is a word says too little in the plural. One that many bear has to have two of its given names.
    """
    passage = grid.passage
    singular = {
        word: of for word in grid.plurals | grid.families for of in _singulars(word) if _may_be_told(roster, of)
    }
    may_be_plural = not (passage.has_all_words and passage.present.isdisjoint(_BEFORE_PLURALS))
    if not may_be_plural:
        singular = {word: of for word, of in singular.items() if word != of}
    for start, end in passage.places_of(singular.keys()):
        written = passage.folded[start:end]
        is_telling = not is_common(singular[written])
        if is_telling and singular[written] != written:
            yield from _in_genitive(passage, roster, singular[written], start)
        if not may_be_plural or not _may_be_plural(passage, start, is_bare=singular[written] == written):
            continue
        sentence = Sentence(passage, _low(passage, start), min(end + _REACH, len(passage.spaced)))
        at = sentence.index_at(start)
        if not _is_plural(sentence, at, roster.by_family[singular[written]]):
            continue
        if not is_telling:
            hits = list(_near(sentence, at, roster, singular[written]))
            yield from hits if len({hit.at for hit in hits}) > 1 else ()
        elif sentence.words[at - 1] in OPENINGS:
            letter = Sentence(passage, start, min(start + _LETTER, len(passage.spaced)))
            yield from in_letter(letter, roster, singular[written])
        else:
            yield from _near(sentence, at, roster, singular[written])


def _singulars(word: str) -> Iterator[str]:
    """Yield the family names that a word may be the plural of; Spanish and French leave them as they are."""
    if len(word) >= _SHORTEST:
        yield word
        if word.endswith("s"):
            yield word[:-1]
        if word.endswith("es"):
            yield word[:-2]


def _may_be_told(roster: Roster, family: str) -> bool:
    return family in roster.by_family and not is_word(family)


def _in_genitive(passage: Passage, roster: Roster, family: str, start: int) -> Iterator[Hit]:
    """Yield whose name stands in the genitive, as German writes it and English in a hurry: "Ana Riveras Mutter"."""
    low = passage.spaced.rfind(" ", 0, start) if passage.spaced[start - 1 : start].isalnum() else -1
    given = passage.spaced[low + 1 : start]
    partners = roster.by_family[family]
    given = given if given in partners else given.removesuffix("s")  # "Maximilians Großmanns"
    if low < 0 or given not in partners or not passage.cased[low].isupper() or not passage.cased[start].isupper():
        return
    names = tuple(at for at in partners[given] if given in roster.names[at].given.firsts)
    if names and passage.cased[start - 1] == " ":
        yield Hit(frozenset((low, start)), (), names, Rule.NAME_GENITIVE)


def _may_be_plural(passage: Passage, start: int, *, is_bare: bool) -> bool:
    """Whether a word stands before as it does before a family: "the Whitcombes", "Dear Whitcombes", "los Zaragaña"."""
    before = passage.spaced[_low(passage, start) : start].rsplit(None, 1)[-1:]
    return not (_BEFORE_BARE if is_bare else _BEFORE_PLURALS).isdisjoint(before)


def _low(passage: Passage, start: int) -> int:
    """Return from where on words may belong to one that begins here."""
    return max(passage.spaced.rfind(" ", 0, max(start - _REACH, 1)), 0)


def _is_plural(sentence: Sentence, at: int, partners: Collection[str]) -> bool:
    """Whether a family is meant and no street or library: nothing else of a name stands beside it, but of its own."""
    if at == 0 or not sentence.is_capital(at) or sentence.gap(at - 1) != "space":
        return False
    if sentence.gap(at) != "space" or not sentence.is_capital(at + 1) or "(" in sentence.between(at):
        return True
    return sentence.words[at + 1] in partners and not (sentence.gap(at + 1) == "space" and sentence.is_capital(at + 2))


def _near(sentence: Sentence, at: int, roster: Roster, family: str) -> Iterator[Hit]:
    """Yield the given names of this family that stand alone a few words before or after it in the same sentence."""
    partners = roster.by_family[family]
    for step, ahead in ((-1, -1), (1, 0)):
        place = at
        for _ in range(_NEAR):
            if sentence.gap(place + ahead) in {"break", "semicolon", "tab"}:
                break
            place += step
            given = sentence.words[place]
            is_near = place == at + 1 or is_alone(sentence, place)
            if given not in partners or not sentence.is_capital(place) or not is_near:
                continue
            names = tuple(name for name in partners[given] if given in roster.names[name].given.firsts)
            if names:
                places = frozenset((sentence.starts[place], sentence.starts[at]))
                hit = Hit(places, (), names, Rule.NAME_PLURAL)
                yield hit.but(Rule.CUE_ORDINARY) if is_word(given) else hit
