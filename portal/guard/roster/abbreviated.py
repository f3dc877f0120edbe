"""What is told by a name's word beside something else: a name by an initial, a phone number by its last digits."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count

import numpy as np

from portal.guard.roster.contacts import ends_of
from portal.guard.roster.sorted_index import CompositeIndex, Numbers, Rows, numbered, unique
from portal.guard.spellings.names import Name
from portal.guard.spellings.spellings import Spelling
from portal.guard.text.nicknames import nicknames_of
from portal.guard.text.ordinary_words import is_word


class SpellingIds:
    """The words by which names go, as numbers: of each spelling once, as many people share one."""

    def __init__(self, names: Sequence[Name]) -> None:
        """Take all names."""
        self.names = names
        self.words: dict[str, int] = defaultdict(count().__next__)
        self.givens, self.given_at = numbered([name.given for name in names])
        self.families, self.family_at = numbered([name.family for name in names])

    @cached_property
    def given(self) -> Rows:
        """The words that each given name goes by."""
        return self._rows([one.firsts for one in self.givens])

    @cached_property
    def family(self) -> Rows:
        """The words that each family name goes by."""
        return self._rows([one.firsts for one in self.families])

    def _rows(self, words: Sequence[tuple[str, ...]]) -> Rows:
        return Rows.of(words, map(self.words.__getitem__, chain.from_iterable(words)))

    def by_given(self, is_meant: Callable[[tuple[str, ...]], bool]) -> list[tuple[int, Name]]:
        """Return the names of which the words of the given name are meant, each with its place; asked of each once."""
        return self._some(self.givens, self.given_at, is_meant)

    def by_family(self, is_meant: Callable[[tuple[str, ...]], bool]) -> list[tuple[int, Name]]:
        """Return the names of which the words of the family name are meant, each with its place."""
        return self._some(self.families, self.family_at, is_meant)

    def _some(
        self, spelled: Sequence[Spelling], at: Numbers, is_meant: Callable[[tuple[str, ...]], bool]
    ) -> list[tuple[int, Name]]:
        are_meant = np.fromiter((is_meant(one.words) for one in spelled), np.bool_, len(spelled))
        return [(place, self.names[place]) for place in np.flatnonzero(are_meant.take(at)).tolist()]

    def by_initial(self, are_children: bytes) -> CompositeIndex:
        """Lay out the names that children bear by a given word and, as the mark, the first letter of a family word."""
        of_name, bearers = Rows.of_numbers([name.bearers for name in self.names]).every()
        kept = unique(of_name[np.frombuffer(are_children, np.bool_).take(bearers)])
        initials = Rows.of_numbers([{ord(word[0]) for word in one.firsts} for one in self.families])
        which, letters = initials.take(self.family_at.take(kept))
        given = self.given_at.take(kept).take(which)
        short = self._rows([nicknames_of(one.words) for one in self.givens])
        held = [rows.take(given) for rows in (self.given, short)]
        return CompositeIndex(kept.take(which), letters, _both(held), self.words)

    def by_phone_end(self, phones: Mapping[str, tuple[int, ...]], named: Numbers) -> "PhonesByEnd":
        """Lay out `phones` with whom they lead to. `named` is each person's place in `names`, or less than 0."""
        kept = tuple(phones)
        of_phone, people = Rows.of_numbers([phones[phone] for phone in kept]).every()
        name_of = named.take(people)
        of_phone, name_of = of_phone[name_of >= 0], name_of[name_of >= 0]
        held, words = [], ((self.given, self.given_at), (self.family, self.family_at))
        are_telling = np.fromiter((not is_word(word) for word in self.words), np.bool_, len(self.words))
        for rows, at in words:
            which, numbers = rows.take(at.take(name_of))
            are_kept = are_telling.take(numbers)
            held.append((of_phone.take(which[are_kept]), numbers[are_kept]))
        return PhonesByEnd(kept, CompositeIndex(np.arange(len(kept)), ends_of(kept), _both(held), self.words))


def _both(held: Sequence[tuple[Numbers, Numbers]]) -> tuple[Numbers, Numbers]:
    which, numbers = zip(*held, strict=True)
    return np.concatenate(which), np.concatenate(numbers)


@dataclass(frozen=True, slots=True, eq=False)
class PhonesByEnd:
    """Phone numbers by their last seven digits and a telling word of the name of somebody whom they lead to."""

    phones: tuple[str, ...]
    by_word: CompositeIndex

    def beside(self, end: str, words: Iterable[str]) -> list[str]:
        """Return the numbers that end so and lead to somebody with one of these words, each once."""
        mark = int(end)
        found = dict.fromkeys(chain.from_iterable(self.by_word.of(word, mark) for word in words))
        return [self.phones[at] for at in found]
