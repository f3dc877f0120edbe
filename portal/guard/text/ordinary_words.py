"""Words that are names as well, and names that very many people bear. Lists of our own, in folded spelling.

A name made of ordinary words alone ("Grace Park", "May Day") says nothing by itself: it also stands in texts
that name nobody. So does a place and what lies there ("Charlotte Lake"), unless both are names that very many bear
("Charlotte Green").
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Final, Literal

from portal.guard.text.vocabulary import listed

_GIVEN: Final = listed("given-names-that-are-words")
_PLACES: Final = listed("places")
"""Given names that places bear, or are called after."""
_SITES: Final = listed("sites")
"""Family names that say what kind of place it is."""
_FAMILY: Final = _SITES | listed("family-names-that-are-words")
_SHORT: Final = listed("short-words")
_FREQUENT: Final = listed("frequent-words")
_OF_THINGS: Final = listed("words-of-things")
"""What trees, birds, shops, wares and stretches of land are called, none of which is a usual name."""
_FREQUENT_GIVEN: Final = listed("frequent-given-names")
_FREQUENT_FAMILY: Final = listed("frequent-family-names")
_BORNE: Final = _FREQUENT_FAMILY - listed("family-names-of-buildings")
"""Family names that are people's behind a given name; many a building, school or camp is a hall, a hill or a west."""
_ORDINARY_GIVEN: Final = _GIVEN | _SHORT
_ORDINARY_FAMILY: Final = _FAMILY | _SHORT
_PLACES_TOO: Final = _GIVEN | _PLACES
_WORDS: Final = _ORDINARY_GIVEN | _ORDINARY_FAMILY
_NAMES_ALONE: Final = (_FREQUENT_GIVEN | _FREQUENT_FAMILY) - _WORDS - _PLACES
_THINGS: Final = _OF_THINGS | {word for word in (_WORDS | _FREQUENT | _PLACES) - _SHORT - _NAMES_ALONE if len(word) > 3}
"""Words for things, and places: a family name of many languages is as short as `van`."""
SURELY: Final = 8
"""In steps of 0.6 nats: odds of more than a hundred to one; by eye."""
_Kind = Literal["thing", "person", "neither"]
_ODDS: Final[dict[_Kind, int]] = {"thing": 2, "person": -5, "neither": -3}  # in steps of 0.6 nats; by eye
_IN_RUN: Final[dict[_Kind, int]] = {"thing": -2, "person": 3, "neither": 0}  # in steps of 0.6 nats; by eye
_SURELY_PEOPLE: Final = 12
"""In steps of 0.6 nats: four people who follow each other, or five of six; by eye."""
_COMMON: Final = _WORDS | _PLACES | _FREQUENT | _FREQUENT_GIVEN


def is_ordinary(given: Collection[str], family: Collection[str]) -> bool:
    """Whether a name, as the folded words it is written in, may as well be no name."""
    if not _ORDINARY_FAMILY.issuperset(family):
        return False
    if _ORDINARY_GIVEN.issuperset(given):
        return True
    is_borne = _BORNE.issuperset(family) and not _FREQUENT_GIVEN.isdisjoint(given)
    return is_site(given, family) and not is_borne


def is_site(given: Collection[str], family: Collection[str]) -> bool:
    """Whether a name, as the folded words it is written in, is a place's and what lies there: "Charlotte Green"."""
    return _PLACES_TOO.issuperset(given) and _SITES.issuperset(family)


def is_word(word: str) -> bool:
    """Whether a folded word often means something else than a person."""
    return word in _WORDS


def are_common(words: Iterable[str]) -> bool:
    """Whether all of these are common, without which no name of theirs is ordinary."""
    return _COMMON.issuperset(words)


def is_common(word: str) -> bool:
    """Whether a folded word is ordinary, or a name so frequent that it tells nobody apart."""
    return word in _COMMON


def is_given_name(word: str) -> bool:
    """Whether a folded word is a given name that very many bear, a family name as well perhaps."""
    return word in _FREQUENT_GIVEN


def is_family_name(word: str) -> bool:
    """Whether a folded word is a family name that very many bear, a word or a given name as well perhaps."""
    return word in _FREQUENT_FAMILY


def odds_of_things(names: Sequence[str]) -> int:
    """Return how likely the folded names of a list are those of things and places: Red Maple, Golden Dragon.

    Above 0 that is likelier than that they are people's, from `SURELY` on there is next to no doubt (naive Bayes). Of
    100 names of things 85 have a word for one, 3 a name that is neither word nor place, 12 neither; of people's, in
    any of 20 languages, at most 30 have such a word, and in English 80 such a name. Where people follow each other
    among things, it is not likely at all.
    """
    kinds = [_kind_of(name) for name in names]
    odds = sum(_ODDS[kind] for kind in dict(zip(names, kinds, strict=True)).values())
    run = 0
    for kind in kinds:
        run = max(run + _IN_RUN[kind], 0)
        if run >= _SURELY_PEOPLE:
            return min(odds, -SURELY)
    return odds


def likeliest_person(names: Sequence[str]) -> str:
    """Return which of some folded names is a person's rather than that of a site: the first of the likeliest."""
    return max(names, key=lambda name: -_ODDS[_kind_of(name)]) if len(names) > 1 else names[0]


def _kind_of(name: str) -> _Kind:
    words = name.split()
    if not _NAMES_ALONE.isdisjoint(words):
        return "person"
    return "neither" if _THINGS.isdisjoint(words) else "thing"
