"""Given names in one list and family names in another, in the same order: columns that were pulled apart.

One family word that happens to stand where a given name of it stands in another list says nothing; three that follow
each other in both lists are people.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice, product
from typing import Final

from portal.guard.matching import Hit
from portal.guard.roster import Roster
from portal.guard.sentences import CONJUNCTIONS, Sentence

_FEWEST: Final = 3
_MOST: Final = 300
"""Words that stand alone in a text, at the most: more are a book's index."""


def names_in_parallel(sentence: Sentence, roster: Roster, families: frozenset[str]) -> Iterator[Hit]:
    """Yield the names whose halves stand at the same place of two lists, where three such names follow each other.

    `families` are the family words here of which a given name is here, too.
    """
    if len(families) < _FEWEST:
        return
    alone = list(islice(_words_alone(sentence, roster, families), _MOST + 1))
    if not 2 * _FEWEST <= len(alone) <= _MOST:
        return
    for step, run in _runs([sentence.words[at] for at in alone], roster):
        yield from (_hit(sentence, roster, alone[at], alone[at + step]) for at in run)


def _runs(words: list[str], roster: Roster) -> Iterator[tuple[int, list[int]]]:
    """Yield how far apart two lists stand, and where in the first one the halves of names follow each other.

    Only the pairs that are a name are gone through: of a table's three hundred words few of all pairs are.
    """
    places: dict[str, list[int]] = defaultdict(list)
    for at, word in enumerate(words):
        places[word].append(at)
    begins: dict[int, set[int]] = defaultdict(set)
    for family in places.keys() & roster.by_family.keys():
        for given in places.keys() & roster.by_family[family].keys():
            for one, other in product(places[family], places[given]):
                if (step := abs(one - other)) >= _FEWEST:
                    begins[step].add(min(one, other))
    for step in sorted(step for step, found in begins.items() if len(found) >= _FEWEST):
        run: list[int] = []
        for at in (*sorted(begins[step]), _MOST + _FEWEST):  # the last one follows nothing
            if run and at != run[-1] + 1:
                if len(run) >= _FEWEST:
                    yield step, run
                run = []
            run.append(at)


def _words_alone(sentence: Sentence, roster: Roster, families: frozenset[str]) -> Iterator[int]:
    """Yield where a word of a name is all that an entry of a list holds."""
    sought = families.union(*(roster.by_family[family] for family in families))
    words, gaps = sentence.words, sentence.gaps
    for at, word in enumerate(words):
        if word not in sought or not sentence.is_capital(at):
            continue
        begins = gaps[at - 1] != "space" or not sentence.is_capital(at - 1) or words[at - 1] in CONJUNCTIONS
        if begins and (gaps[at] != "space" or words[at + 1] in CONJUNCTIONS):
            yield at


def _hit(sentence: Sentence, roster: Roster, first: int, second: int) -> Hit:
    """Return the names that two words, in either order, are the halves of."""
    one, other = sentence.words[first], sentence.words[second]
    names = roster.by_family.get(other, {}).get(one, ()) or roster.by_family[one][other]
    return Hit(frozenset((sentence.starts[first], sentence.starts[second])), (), names, "sure")
