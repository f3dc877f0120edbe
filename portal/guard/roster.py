"""Everyone the guard knows, laid out so that a text of any length is asked once."""

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, Literal, Self, TypeVar

from portal.guard.contacts import PHONE_DIGITS, addresses_in, phone_core
from portal.guard.looks import Vocabulary
from portal.guard.numbers import NumberIndex
from portal.guard.ordinary import is_ordinary
from portal.guard.spelling import Spelling, spell_family, spell_given
from portal.guard.words import apart, fold, is_unspaced, words_of

_Key = TypeVar("_Key")
_PUBLIC: Final = ("Martin Luther King", "Cesar Chavez Day", "George Washington", "Abraham Lincoln", "Santa Claus")
"""Days and people of the school calendar."""


@dataclass(frozen=True, slots=True)
class Person:
    """A child or guardian as the guard knows them.

    `family` holds the ids of the children this person's family has: for a guardian those they are guardian
    of, for a child itself and its siblings (see `families_of`). `numbers` are student numbers.
    """

    kind: Literal["child", "guardian"]
    id: str
    family: frozenset[str]
    given_name: str
    family_name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What names nobody although it looks like it.

    `phrases` are the names of sites, programs and the organisation, `staff` full names; `emails` and `phones`
    are the organisation's own.
    """

    phrases: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """A full name as it may be written, and who bears it (positions in `Roster.people`)."""

    given: Spelling
    family: Spelling
    bearers: tuple[int, ...]

    def is_whole(self, written: tuple[str, ...]) -> bool:
        """Whether these words are all of this name."""
        parts = (self.given, self.given.words), (self.family, self.family.words)
        return all(
            all(word in written for word in words)
            or any(first in written for first in spelling.firsts if len(words) == 1)
            or any(whole in written for whole in spelling.whole)
            for spelling, words in parts
        )

    def is_ordinary(self, written: Iterable[str]) -> bool:
        """Whether the words of this name that stand in a text may as well be no name."""
        own = tuple(written)
        given = tuple(word for word in own if word in self.given.own or word in self.given.firsts)
        family = tuple(word for word in own if word not in given)
        return is_ordinary(given, family)


@dataclass(frozen=True, slots=True)
class Alike:
    """Names with the same given word and the same family word, which are all alike where no other word stands near.

    `by_word` leads from every other word of theirs to its names. `groups` holds, by whether the given word is their
    first, whether they have more, and what has to stand beside, those of which the two words are all and the others.
    """

    by_word: Mapping[str, tuple[int, ...]]
    groups: tuple[tuple[bool, tuple[int, ...], tuple[int, ...]], ...]


@dataclass(frozen=True, eq=False, repr=False)
class Roster:
    """The index: names by a word of the family name, then of the given name; all else by its one spelling.

    `givens` are the first given names, `givens_of_all` the later ones, too. `joined` leads from a whole name
    without blanks to its places in `names`; `phrases` from the first word of what is known to its words.
    """

    people: tuple[Person, ...]
    names: tuple[Name, ...]
    by_family: Mapping[str, Mapping[str, tuple[int, ...]]]
    givens: frozenset[str]
    givens_of_all: frozenset[str]
    joined: Mapping[str, tuple[int, ...]]
    unspaced: Mapping[str, int]
    emails: Mapping[str, tuple[int, ...]]
    phones: Mapping[str, tuple[int, ...]]
    numbers: NumberIndex
    born: Mapping[date, tuple[int, ...]]
    phrases: Mapping[str, tuple[tuple[str, ...], ...]]

    @classmethod
    def of(cls, people: Iterable[Person], known: Known = Known()) -> Self:
        """Build the index. A person without both names is known by address, phone and number alone."""
        everyone = tuple(people)
        names = _names_of(everyone)
        ours = _addresses(known.emails), _cores(known.phones)
        return cls(
            people=everyone,
            names=names,
            by_family=_by_family(names),
            givens=frozenset(word for name in names for word in name.given.firsts),
            givens_of_all=frozenset(word for name in names for word in name.given.firsts + name.given.others),
            joined=_joined(names),
            unspaced=_unspaced(names),
            emails=_keyed(everyone, lambda person: _addresses(person.emails) - ours[0]),
            phones=_keyed(everyone, lambda person: _cores(person.phones) - ours[1]),
            numbers=NumberIndex.of((at, person.numbers) for at, person in enumerate(everyone) if person.numbers),
            born=_keyed(everyone, lambda person: (person.birth_date,) if person.birth_date else ()),
            phrases=_phrases(known),
        )

    def name_of(self, person: int) -> Name | None:
        """Return the full name of the person at this place in `people`; None for one with a single name."""
        at = self._named[person]
        return self.names[at] if at >= 0 else None

    @cached_property
    def _named(self) -> "array[int]":
        named = array("i", [-1]) * len(self.people)
        for at, name in enumerate(self.names):
            for person in name.bearers:
                named[person] = at
        return named

    def alike(self, given: str, family: str) -> Alike:
        """Return the names that have these two words, sorted; remembered, as lists hold the same names often."""
        known = self._alike.get((given, family))
        if known is None:
            known = self._alike[given, family] = self._sort(given, family)
        return known

    @cached_property
    def _alike(self) -> dict[tuple[str, str], Alike]:
        return {}

    def _sort(self, given: str, family: str) -> Alike:
        by_word: dict[str, list[int]] = defaultdict(list)
        groups: dict[tuple[bool, bool, tuple[str, ...]], tuple[list[int], list[int]]] = {}
        for at in self.by_family[family][given]:
            name = self.names[at]
            for word in {*name.given.own, *name.family.own} - {given, family}:
                by_word[word].append(at)
            traits = given in name.given.firsts, bool(name.given.others), name.family.needed
            exact, others = groups.setdefault(traits, ([], []))
            (exact if name.is_whole((given, family)) else others).append(at)
        return Alike(
            {word: tuple(names) for word, names in by_word.items()},
            tuple((is_first, tuple(exact), tuple(others)) for (is_first, *_), (exact, others) in groups.items()),
        )

    @cached_property
    def birth_years(self) -> frozenset[str]:
        """The years in which someone was born."""
        return frozenset(str(born.year) for born in self.born)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Every word by which a name is found, for text read off pictures."""
        return Vocabulary.of((*self.by_family, *self.givens_of_all))

    @cached_property
    def hosts(self) -> frozenset[str]:
        """One word of every mail address's domain, the one before its ending: no address without it."""
        return frozenset(apart(address.rpartition("@")[2].rpartition(".")[0]).split()[-1] for address in self.emails)

    @cached_property
    def phone_ends(self) -> frozenset[str]:
        """The last digits of every phone number."""
        return frozenset(phone[-PHONE_DIGITS:] for phone in self.phones)

    @cached_property
    def unspaced_starts(self) -> re.Pattern[str] | None:
        """Finds where a name may begin in text without blanks; None when nobody has such a name."""
        letters = "".join(sorted({name[0] for name in self.unspaced}))
        return re.compile(f"[{re.escape(letters)}]") if letters else None

    @cached_property
    def longest_joined(self) -> int:
        """How many letters the longest name has."""
        return max(map(len, self.joined), default=0)


def _names_of(people: tuple[Person, ...]) -> tuple[Name, ...]:
    bearers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for position, person in enumerate(people):
        bearers[person.given_name, person.family_name].append(position)
    given = {name: spell_given(name) for name in {given for given, _ in bearers}}
    family = {name: spell_family(name) for name in {family for _, family in bearers}}
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], tuple[Spelling, Spelling, list[int]]] = {}
    for (first, last), positions in bearers.items():
        spelled = given[first], family[last]
        if spelled[0].words and spelled[1].words:
            alike.setdefault((spelled[0].words, spelled[1].words), (*spelled, []))[2].extend(positions)
    return tuple(Name(first, last, tuple(positions)) for first, last, positions in alike.values())


def _by_family(names: tuple[Name, ...]) -> dict[str, dict[str, tuple[int, ...]]]:
    index: dict[str, dict[str, tuple[int, ...]]] = {}
    for at, name in enumerate(names):
        alone = (at,)
        for last in name.family.firsts:
            of_family = index.setdefault(last, {})
            for first in name.given.firsts + name.given.others:
                held = of_family.get(first)
                of_family[first] = alone if held is None else (*held, at)
    return index


def _joined(names: tuple[Name, ...]) -> dict[str, tuple[int, ...]]:
    index: dict[str, tuple[int, ...]] = {}
    for at, name in enumerate(names):
        alone = (at,)
        for first in {name.given.firsts[0], *name.given.whole}:
            for last in name.family.whole:
                for both in (first + last, last + first):
                    held = index.get(both)
                    index[both] = alone if held is None else held if at in held else (*held, at)
    return index


def _unspaced(names: tuple[Name, ...]) -> dict[str, int]:
    whole = ((at, "".join((*name.family.words, *name.given.words))) for at, name in enumerate(names))
    return {joined: at for at, joined in whole if is_unspaced(joined)}


def _keyed(people: tuple[Person, ...], keys: Callable[[Person], Iterable[_Key]]) -> dict[_Key, tuple[int, ...]]:
    index: dict[_Key, tuple[int, ...]] = {}
    for position, person in enumerate(people):
        theirs: Iterable[_Key] = keys(person)
        for key in theirs:
            index[key] = (*index.get(key, ()), position)
    return index


def _addresses(emails: Iterable[str]) -> set[str]:
    found = (addresses_in(fold(email)) for email in emails)
    return {max(addresses, key=len) for addresses in found if addresses}


def _cores(phones: Iterable[str]) -> set[str]:
    return {core for phone in phones if (core := phone_core(fold(phone)))}


def _phrases(known: Known) -> dict[str, tuple[tuple[str, ...], ...]]:
    index: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    spelled = [words_of(phrase) for phrase in (*_PUBLIC, *known.phrases, *known.staff, *known.emails)]
    for staff in known.staff:
        given, _, family = staff.rpartition(" ")
        spelled.append((*words_of(family), *words_of(given)))
    for phrase in spelled:
        if len(phrase) > 1:
            index[phrase[0]].append(phrase)
    return {first: tuple(sorted(phrases, key=len, reverse=True)) for first, phrases in index.items()}


def families_of(guardianships: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    """Return for each guardian and child id the children of their family, from (guardian id, child id) pairs."""
    children: dict[str, set[str]] = defaultdict(set)
    guardians: dict[str, set[str]] = defaultdict(set)
    for guardian, child in guardianships:
        children[guardian].add(child)
        guardians[child].add(guardian)
    shared: dict[frozenset[str], frozenset[str]] = {}  # one object a family, however many are in it
    families = {guardian: shared.setdefault(own, own) for guardian, own in _frozen(children)}
    for child, theirs in guardians.items():
        own = frozenset({child}.union(*(children[guardian] for guardian in theirs)))
        families[child] = shared.setdefault(own, own)
    return families


def _frozen(sets: Mapping[str, set[str]]) -> Iterable[tuple[str, frozenset[str]]]:
    return ((key, frozenset(items)) for key, items in sets.items())
