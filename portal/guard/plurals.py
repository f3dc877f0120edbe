"""A whole family by its name, with one of its given names near: "the Whitcombes are away, so Oliver misses it"."""

from collections.abc import Iterator
from typing import Final

from portal.guard.addressed import in_letter, is_alone
from portal.guard.clues import OPENINGS
from portal.guard.matching import Hit
from portal.guard.ordinary import is_common, is_word
from portal.guard.pairs import is_of_staff
from portal.guard.passages import Passage
from portal.guard.roster import Roster
from portal.guard.sentences import Sentence

_ARTICLES: Final = frozenset(("the", "our", "los", "les", "die"))
_SHORTEST: Final = 5
_NEAR: Final = 10
_REACH: Final = 150
_LETTER: Final = 600


def names_in_plurals(passage: Passage, roster: Roster) -> Iterator[Hit]:
    """Yield the people whose given name stands in one sentence with their family's name in the plural.

    A family name that is a word or borne by many says too little in the plural.
    """
    singular = {word: of for word in passage.present for of in _singulars(word) if _is_telling(roster, of)}
    for start, end in passage.places_of(singular.keys()):
        written = passage.folded[start:end]
        sentence = _around(passage, start, end)
        at = sentence.index_at(start)
        if not _is_plural(sentence, at, is_bare=singular[written] == written):
            continue
        if sentence.words[at - 1] in OPENINGS:
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


def _is_telling(roster: Roster, family: str) -> bool:
    return family in roster.by_family and not is_common(family) and not is_of_staff(roster, family)


def _around(passage: Passage, start: int, end: int) -> Sentence:
    low = max(passage.spaced.rfind(" ", 0, max(start - _REACH, 1)), 0)
    return Sentence(passage, low, min(end + _REACH, len(passage.spaced)))


def _is_plural(sentence: Sentence, at: int, *, is_bare: bool) -> bool:
    """Whether a family is meant: "the Whitcombes", "Dear Whitcombes", "los Zaragaña", but no street or library."""
    if at == 0 or not sentence.is_capital(at) or sentence.gap(at - 1) != "space":
        return False
    if sentence.gap(at) == "space" and sentence.is_capital(at + 1):
        return False
    before = sentence.words[at - 1]
    return before in {"los", "les"} if is_bare else before in _ARTICLES or before in OPENINGS


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
            if given not in partners or not sentence.is_capital(place) or not is_alone(sentence, place):
                continue
            names = tuple(name for name in partners[given] if given in roster.names[name].given.firsts)
            if names:
                places = frozenset((sentence.starts[place], sentence.starts[at]))
                yield Hit(places, (), names, "weak" if is_word(given) else "sure")
