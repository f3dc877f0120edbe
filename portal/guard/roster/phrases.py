"""The names of sites, programs, public figures and staff, by their first word."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from portal.guard.text.folding import words_of
from portal.guard.text.vocabulary import listed, phrases

Phrase = tuple[str, ...]
_TITLES: Final = listed("titles")
PUBLIC: Final = frozenset(phrases("public-names"))
"""Days and people of the school calendar."""


class Phrases(NamedTuple):
    """Phrases of two words or more by the first of them, the longest first.

    `staff` are those that are full names of staff, and `places` the first words of those that name a site or program.
    `shortened` are names of staff that have two family names, with one of these.
    """

    by_first: Mapping[str, tuple[Phrase, ...]]
    staff: frozenset[Phrase]
    places: frozenset[str]
    shortened: frozenset[Phrase]

    @classmethod
    def of(cls, places: Iterable[str], staff: Iterable[str], emails: Iterable[str]) -> "Phrases":
        """Lay out the names of places, the full names of staff, in both orders, and mail addresses."""
        of_staff = set[Phrase]()
        for name in staff:
            given, _, family = name.rpartition(" ")
            of_staff |= {words_of(name), (*words_of(family), *words_of(given))}
        of_places = {phrase for phrase in map(words_of, places) if len(phrase) > 1}
        index: dict[str, list[Phrase]] = defaultdict(list)
        for phrase in sorted({*PUBLIC, *of_places, *of_staff, *map(words_of, emails)}):
            if len(phrase) > 1:
                index[phrase[0]].append(phrase)
        by_first = {first: tuple(sorted(phrases, key=len, reverse=True)) for first, phrases in index.items()}
        places_begin = frozenset(phrase[0] for phrase in of_places)
        return cls(by_first, frozenset(of_staff), places_begin, frozenset(_with_one_family(staff)))


def _with_one_family(staff: Iterable[str]) -> Iterator[Phrase]:
    """Yield the names that have two family names, as two words, with one of these: Ana Rivera Mendoza, Ana Rivera."""
    for name in staff:
        words = tuple(word for word in words_of(name) if word not in _TITLES)
        given = words[:-2]
        for family in words[-2:] if given else ():
            yield from ((*given, family), (given[0], family), (family, *given))
