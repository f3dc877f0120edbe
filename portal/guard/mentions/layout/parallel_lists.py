"""Given names in one list and family names in another, in the same order: columns that were pulled apart.

One family name that happens to stand where a given name of it stands in another list says nothing; three that follow
each other in both lists are people. Whatever stands alone between two marks is an entry of a list and counts, whoever
it names, so that a name of two words or a stranger's does not put the two lists out of step.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final, NamedTuple

from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Roster
from portal.guard.spellings.names import Name
from portal.guard.spellings.spellings import PARTICLES, SUFFIXES
from portal.guard.views.token_windows import CONJUNCTIONS, Sentence

_FEWEST: Final = 3  # entries of a list; by eye
_MOST: Final = 300
"""Entries at most with a word of a name: more are an index, or a list found in other ways; by eye."""
_LONGEST: Final = 4
"""Words of an entry; more are a sentence; by eye."""
_BESIDE: Final = PARTICLES | SUFFIXES


class _Entry(NamedTuple):
    """What stands alone: its number among all such, and the places of its words."""

    number: int
    places: tuple[int, ...]


@detector(Rule.NAME_PARALLEL, needs=Need.PAIR | Need.SHORT)
def names_in_parallel(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the names whose halves stand at the same place of two lists, where three such names follow each other."""
    if (sentence := grid.whole) is None:
        return
    words, sought = sentence.words, grid.paired.union(*grid.partners.values())
    places = [at for at, word in enumerate(words) if word in sought]
    if not 2 * _FEWEST <= _counted(_at_edges(sentence, places), _LONGEST * _MOST) <= _LONGEST * _MOST:
        return
    if _counted(_plain_entries(sentence, places), _MOST) > _MOST:
        return  # told without going through all words
    known = (one for one in _entries(sentence) if any(words[at] in sought for at in one.places))
    entries = list(islice(known, _MOST + 1))
    if 2 * _FEWEST <= len(entries) <= _MOST:
        yield from _runs(sentence, roster, entries)


def _counted(some: Iterable[object], most: int) -> int:
    """Return how many there are, and one more than `most` for any that are more."""
    return sum(1 for _ in islice(some, most + 1))


def _at_edges(sentence: Sentence, places: Iterable[int]) -> Iterator[int]:
    """Yield where a word of a name begins or ends what may be an entry, told faster than by going through all."""
    words, gaps = (*sentence.words, ""), sentence.gaps
    for at in places:
        is_parted = gaps[at] != "space" or gaps[at - 1] != "space" or words[at - 1].isdigit()
        if is_parted or words[at - 1] in CONJUNCTIONS or words[at + 1] in CONJUNCTIONS:
            yield at


def _plain_entries(sentence: Sentence, places: Iterable[int]) -> Iterator[int]:
    """Yield where entries begin with a word of a name and a capital, which most do."""
    words, gaps = sentence.words, sentence.gaps
    for at in places:
        if gaps[at - 1] == "space" or words[at] in CONJUNCTIONS or not sentence.is_capital(at):
            continue
        ends = at
        while gaps[ends] == "space" and ends - at < _LONGEST and not _parts(words[ends + 1]):
            ends += 1
        if gaps[ends] != "space" and ends - at < _LONGEST:
            yield at


def _parts(word: str) -> bool:
    return word in CONJUNCTIONS or word.isdigit()


def _entries(sentence: Sentence) -> Iterator[_Entry]:
    """Yield what stands alone and may be a name, without numbers; what is none is counted with it."""
    words, gaps, number = sentence.words, sentence.gaps, 0
    held: list[int] = []
    for at, word in enumerate(words):
        if word not in CONJUNCTIONS and not word.isdigit():
            held.append(at)
        elif word in CONJUNCTIONS and held:
            yield from _entry(sentence, number, held)
            number, held = number + 1, []
        if gaps[at] != "space" and held:
            yield from _entry(sentence, number, held)
            number, held = number + 1, []


def _entry(sentence: Sentence, number: int, places: list[int]) -> Iterator[_Entry]:
    is_name_like = any(sentence.is_capital(at) or not sentence.words[at].isascii() for at in (places[0], places[-1]))
    if len(places) <= _LONGEST and is_name_like:
        yield _Entry(number, tuple(places))


def _runs(sentence: Sentence, roster: Roster, entries: Iterable[_Entry]) -> Iterator[Hit]:
    """Yield the names of each run. Only the pairs that are a name are gone through: few of all pairs are."""
    words, holding = sentence.words, defaultdict[str, list[_Entry]](list)
    for entry in entries:
        for word in {words[at] for at in entry.places}:
            holding[word].append(entry)
    apart: dict[int, dict[int, list[Hit]]] = defaultdict(lambda: defaultdict(list))
    for family in holding.keys() & roster.by_family.keys():
        partners = roster.by_family[family]
        for given in holding.keys() & partners.keys():
            for first in holding[given]:
                for last in holding[family]:
                    step = last.number - first.number
                    if abs(step) >= _FEWEST and (hit := _hit(sentence, roster, partners[given], first, last)):
                        apart[step][first.number].append(hit)
    for step in sorted(step for step, found in apart.items() if len(found) >= _FEWEST):
        yield from chain.from_iterable(apart[step][number] for number in _following(apart[step]))


def _following(numbers: Iterable[int]) -> Iterator[int]:
    """Yield those of some numbers that follow each other, enough of them."""
    run: list[int] = []
    for number in (*sorted(numbers), -1):  # the last one follows nothing
        if run and number != run[-1] + 1:
            if len(run) >= _FEWEST:
                yield from run
            run = []
        run.append(number)


def _hit(sentence: Sentence, roster: Roster, names: Iterable[int], first: _Entry, last: _Entry) -> Hit | None:
    """Return those of some names whose given name is all of one entry, and the family name all of the other."""
    given, family = ([sentence.words[at] for at in entry.places] for entry in (first, last))
    whose = tuple(at for at in names if _is_all(roster.names[at], given, family))
    if not whose:
        return None
    return Hit(frozenset(sentence.starts[at] for at in (*first.places, *last.places)), (), whose, Rule.NAME_PARALLEL)


def _is_all(name: Name, given: list[str], family: list[str]) -> bool:
    return (
        not set(given).isdisjoint(name.given.firsts)
        and all(word in name.given.own or word in name.given.firsts or len(word) == 1 for word in given)
        and all(word in name.family.own or word in name.family.firsts or word in _BESIDE for word in family)
    )
