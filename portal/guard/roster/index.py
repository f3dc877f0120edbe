"""Everyone the guard knows, laid out so that a text of any length is asked once."""

import re
from array import array
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import Final, Literal, Self, TypeVar

import numpy as np

from portal.guard.roster.abbreviated import PhonesByEnd, SpellingIds
from portal.guard.roster.contacts import PHONE_DIGITS, PhoneEnds, addresses_of, cores_of
from portal.guard.roster.label_words import CLUES
from portal.guard.roster.phrases import Phrases
from portal.guard.roster.sorted_index import CompositeIndex
from portal.guard.roster.student_numbers import NumberIndex
from portal.guard.spellings.consonants import Consonants, is_arabic, latin_spellings
from portal.guard.spellings.hangul import by_korean_sound, is_korean
from portal.guard.spellings.lost_letters import LostLetters
from portal.guard.spellings.names import (
    JOINED_START,
    Alone,
    CellMatch,
    Name,
    SameTwoWords,
    by_family_word,
    by_joined,
    by_unspaced,
    cell_match,
    each_alone,
    family_words,
    names_of,
    same_two_words,
)
from portal.guard.spellings.ocr_confusions import Vocabulary
from portal.guard.text.folding import apart, apart_each, unspaced_of
from portal.guard.text.ordinary_words import is_word
from portal.guard.text.word_filter import WordFilter
from portal.kernel.machine.host import untidied

_Key = TypeVar("_Key")
_Found = TypeVar("_Found")
_REMEMBERED: Final = 1 << 13  # answers; by eye, for memory
_FIRST_SERIAL: Final = date(1899, 12, 30)
"""The day before the first one of a workbook, and one more for a leap day that never was (ECMA-376 18.17.4)."""
_ASKED_OF_ALL: Final = (
    "hosts",
    "locals_end",
    "phone_ends",
    "consonants",
    "lost",
    "lexicon",
    "joined_starts",
    "long_families",
    "unspaced_starts",
    "unspaced_lengths",
)
"""The parts of the index that every text is asked for."""


@dataclass(frozen=True, slots=True)
class Person:
    """A child or guardian as the guard knows them.

    `family` holds the ids of the children this person's family has: for a guardian those they are guardian
    of, for a child itself and its siblings (see `guard.roster.kin`). `numbers` are student numbers.
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
    """What may name nobody although it looks like it. None of it hides a person of the roster.

    `phrases` are the names of sites, programs and the organisation, `staff` full names; `emails` and `phones`
    are the organisation's own and those of its staff.
    """

    phrases: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False, repr=False)
class Roster:
    """The index: names by a word of the family name, then of the given name; all else by its one spelling.

    `alone` are the places of `people`, each in a tuple of its own that all parts of the index share.
    `givens` are the first given names, `givens_of_all` the later ones, too. `joined` leads from a whole name
    without blanks to its places in `names`; `phrases` from the first word of what is known to its words.
    `own_addresses` and `own_phones` are the organisation's, `work_addresses` those of them that no guardian has.
    """

    people: tuple[Person, ...]
    alone: Alone
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
    phrases: Phrases
    own_addresses: frozenset[str]
    own_phones: frozenset[str]

    @classmethod
    @untidied()
    def of(cls, people: Iterable[Person], known: Known = Known()) -> Self:
        """Build the index. A person without both names is known by address, phone and number alone."""
        everyone = tuple(people)
        alone = each_alone(len(everyone))
        placed = tuple(zip(alone, everyone, strict=True))
        names = names_of(map(attrgetter("given_name", "family_name"), everyone), alone)
        name_alone = alone if len(names) <= len(alone) else each_alone(len(names))
        by_family = by_family_word(names, name_alone)
        cores = cores_of(chain.from_iterable(person.phones for person in everyone if person.phones))
        roster = cls(
            people=everyone,
            alone=alone,
            names=names,
            by_family=by_family,
            givens=frozenset(chain.from_iterable(map(attrgetter("given.firsts"), names))),
            givens_of_all=frozenset(chain.from_iterable(by_family.values())),
            joined=by_joined(names, name_alone),
            unspaced=by_unspaced(names),
            emails=_keyed(
                (address, at) for at, person in placed if person.emails for address in addresses_of(person.emails)
            ),
            phones=_keyed((cores[one], at) for at, person in placed for one in person.phones if one in cores),
            numbers=NumberIndex.of((at, person.numbers) for at, person in placed if person.numbers),
            born=_keyed((person.birth_date, at) for at, person in placed if person.birth_date),
            phrases=Phrases.of(known.phrases, known.staff, known.emails),
            own_addresses=frozenset(addresses_of(known.emails)),
            own_phones=frozenset(cores_of(known.phones).values()),
        )
        for part in _ASKED_OF_ALL:
            getattr(roster, part)
        return roster

    @untidied()
    def lay_out(self) -> None:
        """Make what only some files are asked for, too; else the first of them waits for it: a quarter of a build."""
        for name, part in vars(type(self)).items():
            if isinstance(part, cached_property):
                getattr(self, name)

    def name_of(self, person: int) -> Name | None:
        """Return the full name of the person at this place in `people`; None for one with a single name."""
        at = self._named[person]
        return self.names[at] if at >= 0 else None

    def born_on(self, day: date) -> Mapping[str, tuple[int, ...]]:
        """Return who was born on a day of `born`, as places in `people`, by the words that their names go by.

        Told by the words: in a large district many are born on every day, and a list has many days. Laid out for a day
        when it is first met, in some microseconds, and remembered.
        """
        known = self._born.get(day)
        if known is None:
            known = _keyed((word, (person,)) for person in self.born[day] for word in self._firsts_of(person))
            _remember(self._born, day, known)
        return known

    @cached_property
    def _born(self) -> dict[date, dict[str, tuple[int, ...]]]:
        return {}

    def _firsts_of(self, person: int) -> Collection[str]:
        name, of = self.name_of(person), self.people[person]
        return {*name.family.firsts, *name.given.firsts, *unspaced_of(of.given_name, of.family_name)} if name else ()

    @cached_property
    def _named(self) -> "array[int]":
        named = array("i", [-1]) * len(self.people)
        for at in reversed(range(len(self.names))):  # so that a name comes before its spelling by sound
            for person in self.names[at].bearers:
                named[person] = at
        return named

    def alike(self, given: str, family: str) -> SameTwoWords:
        """Return the names that have these two words, sorted; remembered, as lists hold the same names often."""
        known = self._alike.get((given, family))
        if known is None:
            known = same_two_words(self.names, self.by_family[family][given], given, family)
            _remember(self._alike, (given, family), known)
        return known

    @cached_property
    def _alike(self) -> dict[tuple[str, str], SameTwoWords]:
        return {}

    def filling(self, given: tuple[str, ...], family: tuple[str, ...], word: str) -> CellMatch | None:
        """Return the names that fill two cells with these words, of which a family word leads to them; remembered, too.

        None where that does not tell who is meant.
        """
        key = given, family, word
        if key not in self._filling:
            later = [one for one in given[1:] if one in self.by_family[word]]
            is_alone = self.givens.issuperset(given[:-1]) and not any(self.alike(one, word).has_first for one in later)
            whose = cell_match(self.names, self.alike(given[0], word), given + family, is_alone=is_alone)
            _remember(self._filling, key, whose)
        return self._filling[key]

    @cached_property
    def _filling(self) -> dict[tuple[tuple[str, ...], tuple[str, ...], str], CellMatch | None]:
        return {}

    @cached_property
    def relatives(self) -> Mapping[str, tuple[int, ...]]:
        """Whose family a child belongs to, as places in `people`; of a guardian without one, themselves."""
        people = zip(self.alone, self.people, strict=True)
        return _keyed((child, at) for at, person in people for child in person.family or (person.id,))

    @cached_property
    def are_children(self) -> bytes:
        """Whether each of `people` is a child, close together: a list asks that of very many."""
        return bytes([person.kind == "child" for person in self.people])

    def bearers_of(self, names: tuple[int, ...]) -> tuple[int, ...]:
        """Return who bears one of these names, each once, in their order; remembered for the same reason."""
        if len(names) == 1:
            return self.names[names[0]].bearers
        known = self._bearers.get(names)
        if known is None:
            known = tuple(dict.fromkeys(chain.from_iterable([self.names[name].bearers for name in names])))
            _remember(self._bearers, names, known)
        return known

    @cached_property
    def _bearers(self) -> dict[tuple[int, ...], tuple[int, ...]]:
        return {}

    def called(self, given: str, initial: str) -> tuple[int, ...]:
        """Return the names of children who are called by this word and whose family name begins with this letter."""
        return tuple(self._by_initial.of(given, ord(initial)))

    @cached_property
    def _called(self) -> SpellingIds:
        return SpellingIds(self.names)

    @cached_property
    def _by_initial(self) -> CompositeIndex:
        return self._called.by_initial(self.are_children)

    @cached_property
    def long_families(self) -> Mapping[str, Mapping[str, tuple[int, ...]]]:
        """The names with several words in the family name, by the last of these, then by the others between blanks."""
        index: dict[str, dict[str, tuple[int, ...]]] = {}
        for at, name in self._called.by_family(lambda words: len(words) > 1):
            if len(words := family_words(name)) > 1:
                leads = index.setdefault(words[-1], {})
                lead = f" {' '.join(words[:-1])} "
                leads[lead] = (*leads.get(lead, ()), at)
        return index

    @cached_property
    def birth_years(self) -> frozenset[str]:
        """The years in which someone was born."""
        return frozenset(str(born.year) for born in self.born)

    @cached_property
    def birth_serials(self) -> Mapping[str, date]:
        """The days on which someone was born as a workbook counts them: 42,000 is the 27th of December 2014."""
        return {str((born - _FIRST_SERIAL).days): born for born in self.born}

    @cached_property
    def consonants(self) -> Consonants:
        """Names as the other script writes them, Arabic or Latin."""
        return Consonants.of(self._called.by_given(is_arabic))

    @cached_property
    def korean(self) -> Mapping[tuple[str, str], tuple[int, ...]]:
        """Names that may be Korean, by a rough spelling of the family and of the given name."""
        return by_korean_sound(self._called.by_family(is_korean))

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Every word by which a name is found, for text read off pictures."""
        return Vocabulary.of((*self.by_family, *self.givens_of_all), self._written)

    @cached_property
    def lost(self) -> LostLetters:
        """Every word of a name that has a letter which programs may not have."""
        return LostLetters(self._written)

    @cached_property
    def _written(self) -> Collection[str]:
        """The given and family names as they are written, each once."""
        return dict.fromkeys(name for person in self.people for name in (person.given_name, person.family_name))

    @cached_property
    def hosts(self) -> frozenset[str]:
        """One word of every mail address's domain, the one before its ending: no address without it."""
        domains = {address.rpartition("@")[2] for address in self.emails}
        return frozenset(apart(domain.rpartition(".")[0]).split()[-1] for domain in domains)

    @cached_property
    def locals_end(self) -> frozenset[str]:
        """The last word of every mail address's part before the @."""
        boxes = apart_each([address.rpartition("@")[0] for address in self.emails])
        return frozenset(chain.from_iterable([box.rsplit(None, 1)[-1:] for box in boxes]))

    @cached_property
    def phone_ends(self) -> PhoneEnds:
        """The last digits of every phone number."""
        return PhoneEnds(self.phones)

    @cached_property
    def own_phone_ends(self) -> frozenset[str]:
        """The last digits of the organisation's phone numbers."""
        return frozenset(phone[-PHONE_DIGITS:] for phone in self.own_phones)

    @cached_property
    def work_addresses(self) -> frozenset[str]:
        """The mail addresses of staff that no guardian has: beside a name they say that a colleague is meant."""
        return self.own_addresses - self.emails.keys()

    @cached_property
    def by_phone_end(self) -> PhonesByEnd:
        """Phone numbers by their last seven digits and the telling words of those who have them or their children."""
        child_at = {person.id: at for at, person in enumerate(self.people) if person.kind == "child"}
        families = [[child_at[child] for child in person.family if child in child_at] for person in self.people]
        leading = {
            phone: tuple({*people, *chain.from_iterable(families[at] for at in people)})
            for phone, people in self.phones.items()
        }
        return self._called.by_phone_end(leading, np.frombuffer(self._named, np.intc))

    @cached_property
    def lexicon(self) -> WordFilter:
        """Every word that a long passage is asked for."""
        numbers, ends = self.numbers, self.locals_end
        known = self.by_family, self.givens_of_all, self.joined, numbers.strong, numbers.weak, numbers.tails, ends
        plurals = (f"{word}s" for word in self.by_family if not is_word(word))
        across = (other for word in self.givens_of_all if not word.isascii() for other in latin_spellings(word))
        return WordFilter(chain(CLUES, across, self.hosts, self.birth_years, self.birth_serials, plurals, *known))

    @cached_property
    def unspaced_starts(self) -> re.Pattern[str] | None:
        """Finds where a name may begin in text without blanks; None when nobody has such a name."""
        letters = "".join(sorted({name[0] for name in self.unspaced}))
        return re.compile(f"[{re.escape(letters)}]") if letters else None

    @cached_property
    def unspaced_lengths(self) -> tuple[int, ...]:
        """How many letters the names in such text have, the most first."""
        return tuple(sorted({len(name) for name in self.unspaced}, reverse=True))

    @cached_property
    def joined_starts(self) -> Mapping[str, int]:
        """How long the longest name is that begins with these letters: what begins otherwise becomes none."""
        longest: dict[str, int] = {}
        for name in self.joined:
            start, length = name[:JOINED_START], len(name)
            if longest.get(start, JOINED_START - 1) < length:
                longest[start] = length
        return longest

    @cached_property
    def by_id(self) -> dict[str, Person]:
        """Everyone by their id."""
        return {person.id: person for person in reversed(self.people)}


def _keyed(pairs: Iterable[tuple[_Key, tuple[int, ...]]]) -> dict[_Key, tuple[int, ...]]:
    """Lay out the places of people, which come alone and in order, by what each of them has; each once."""
    index: dict[_Key, tuple[int, ...]] = {}
    for key, place in pairs:
        held = index.setdefault(key, place)
        if held is not place and held[-1] != place[0]:
            index[key] = held + place
    return index


def _remember(known: dict[_Key, _Found], key: _Key, found: _Found) -> None:
    """Keep what was found, and no more than a list of some thousand people needs: the index is to stay small."""
    if len(known) >= _REMEMBERED:
        known.clear()
    known[key] = found
