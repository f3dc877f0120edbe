"""Full names as they may be written, laid out by their words."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, KeysView, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter
from typing import Final, NamedTuple

from portal.guard.spellings.pinyin import romanised
from portal.guard.spellings.spellings import SUFFIXES, Spelling, readings_of, spell_family, spell_given
from portal.guard.text.folding import is_unspaced
from portal.guard.text.nicknames import nicknames_of
from portal.guard.text.ordinary_words import are_common, is_ordinary, is_site

JOINED_START: Final = 5
"""Letters from which on it is told at once whether any joined name begins with them; by eye, for speed."""


Alone = Sequence[tuple[int, ...]]
"""Places in an order, each alone in a tuple."""


class Name(NamedTuple):
    """A full name as it may be written, and who bears it (positions in `Roster.people`)."""

    given: Spelling
    family: Spelling
    bearers: tuple[int, ...]

    def is_whole(self, written: frozenset[str]) -> bool:
        """Whether these words are all of this name."""
        return self.given.is_whole(written) and self.family.is_whole(written)

    def is_ordinary(self, written: Iterable[str]) -> bool:
        """Whether the words of this name that stand in a text may as well be no name."""
        own = tuple(written)
        return are_common(own) and is_ordinary(*self._halves(own))

    @property
    def may_be_words(self) -> bool:
        """Whether all of this name may as well be no name."""
        return self.is_ordinary((*self.given.words, *self.family.words))

    def is_site(self, written: Iterable[str]) -> bool:
        """Whether the words of this name that stand in a text are those of a place and what lies there as well."""
        own = tuple(written)
        return are_common(own) and is_site(*self._halves(own))

    def _halves(self, own: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return which of its words are of the given name, and which of the family name; one word may be both."""
        given = tuple(word for word in own if word in self.given.own or word in self.given.firsts)
        family = tuple(word for word in own if word not in given)
        return given, family or tuple(word for word in own if word in self.family.own)


class Group(NamedTuple):
    """Names that are alike: whether the given word is their first, those of which the words are all, the others."""

    is_first: bool
    exact: tuple[int, ...]
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SameTwoWords:
    """Names with the same given word and the same family word, which are all alike where no other word stands near.

    `by_word` leads from every other word of theirs to its names. `groups` holds names by whether the given word is
    their first, whether they have more, and what has to stand beside; `beside` the same for two words side by side,
    where it is all one whether they have more. `has_first` where the given word is the first of any.
    """

    by_word: Mapping[str, tuple[int, ...]]
    groups: tuple[Group, ...]
    beside: tuple[Group, ...]
    has_first: bool


def same_two_words(names: Sequence[Name], places: Iterable[int], given: str, family: str) -> SameTwoWords:
    """Sort the names at these places, all of which have these two words."""
    by_word: dict[str, list[int]] = defaultdict(list)
    sorted_: dict[tuple[bool, tuple[str, ...], bool], tuple[list[int], list[int]]] = {}
    both = frozenset((given, family))
    for at in places:
        name = names[at]
        for word in {*name.given.own, *name.family.own} - {given, family}:
            by_word[word].append(at)
        traits = given in name.given.firsts, name.family.needed, bool(name.given.others)
        exact, others = sorted_.setdefault(traits, ([], []))
        (exact if name.is_whole(both) else others).append(at)
    groups = [
        (traits[:2], Group(traits[0], tuple(exact), tuple(others))) for traits, (exact, others) in sorted_.items()
    ]
    return SameTwoWords(
        {word: tuple(theirs) for word, theirs in by_word.items()},
        tuple(group for _, group in groups),
        tuple(chain.from_iterable(_joined(some) for _, some in groupby(groups, key=itemgetter(0)))),
        any(is_first for is_first, _, _ in sorted_),
    )


class CellMatch(NamedTuple):
    """The names that words are in full, and those they are a shorter form of.

    The words `besides` lead to others if they are near. `is_alone` if no later given word begins somebody else's name.
    """

    exact: tuple[int, ...]
    others: tuple[int, ...]
    besides: KeysView[str]
    is_alone: bool


def cell_match(names: Sequence[Name], alike: SameTwoWords, words: Sequence[str], *, is_alone: bool) -> CellMatch | None:
    """Return whose these words are if every one is of all these names, and none of the names ordinary.

    `alike` are the names with the first of the words and some family word.
    None where it takes more to tell.
    """
    written = frozenset(words)
    if len(written) < len(words) or (len(words) == 2 and len(alike.beside) > 1):
        return None
    if len(words) == 2:
        places = alike.beside[0].exact + alike.beside[0].others
    else:
        places = tuple(sorted({at for word in words for at in alike.by_word.get(word, ())}))
    for name in [names[at] for at in places]:
        own = name.given.own, name.family.own
        if name.family.needed or words[0] not in name.given.firsts or name.is_ordinary(words):
            return None
        if not all(word in own[0] or word in own[1] for word in words):
            return None
    exact = tuple(at for at in places if names[at].is_whole(written))
    if not exact and len(words) > 2:
        return None
    return CellMatch(exact, tuple(at for at in places if at not in exact), alike.by_word.keys(), is_alone)


def _joined(groups: Iterable[tuple[object, Group]]) -> Iterator[Group]:
    """Join groups of names with this first given name; others may be called so in more ways than one."""
    some = [group for _, group in groups]
    if not some[0].is_first:
        yield from some
        return
    exact = chain.from_iterable(group.exact for group in some)
    others = chain.from_iterable(group.others for group in some)
    yield Group(some[0].is_first, tuple(exact), tuple(others))


def each_alone(count: int) -> Alone:
    """Return each of so many places alone: made once for all that is laid out by places, a third of an index else."""
    return [(at,) for at in range(count)]


def names_of(written: Iterable[tuple[str, str]], alone: Alone) -> tuple[Name, ...]:
    """Return the full names of people whose given and family names these are, each once with the places of all."""
    bearers: dict[tuple[str, str], tuple[int, ...]] = {}
    for name, place in zip(written, alone, strict=True):
        if (held := bearers.setdefault(name, place)) is not place:
            bearers[name] = held + place
    given = {name: spell_given(name, read) for name, read in readings_of({given for given, _ in bearers}).items()}
    family = {name: spell_family(read) for name, read in readings_of({family for _, family in bearers}).items()}
    beyond = {name for name, own in given.items() if not "".join(own.words).isascii()}
    alike: dict[tuple[tuple[str, ...], tuple[str, ...]], Name] = {}
    for (first, last), positions in bearers.items():
        own, of_family = given[first], family[last]
        if own.words and of_family.words:
            _add(alike, Name(own, of_family, positions))
            if first in beyond and (sounds := romanised(own.words, of_family.words)):
                sound = spell_given(sounds[0], [sounds[:1]]), spell_family([sounds[1:]])
                _add(alike, Name(*sound, positions))
    return tuple(alike.values())


def _add(alike: dict[tuple[tuple[str, ...], tuple[str, ...]], Name], name: Name) -> None:
    """Add a name; of two with the same words every spelling of either: Müller is Mueller, though somebody is Muller."""
    known = alike.setdefault((name.given.words, name.family.words), name)
    if known is not name:
        given, family = known.given.and_of(name.given), known.family.and_of(name.family)
        alike[known.given.words, known.family.words] = Name(given, family, known.bearers + name.bearers)


def by_family_word(names: tuple[Name, ...], alone: Alone) -> dict[str, dict[str, tuple[int, ...]]]:
    """Lay out names by a word of the family name, then of the given name or of what it is cut short to."""
    index: dict[str, dict[str, tuple[int, ...]]] = {}
    called: dict[int, tuple[str, ...]] = {}  # by the spelling itself, which all who bear a given name share
    for name, place in zip(names, alone, strict=False):
        if (firsts := called.get(id(name.given))) is None:
            firsts = called[id(name.given)] = _called(name.given)
        for last in name.family.firsts:
            of_family = index.setdefault(last, {})
            for first in firsts:
                held = of_family.setdefault(first, place)
                if held is not place:
                    of_family[first] = held + place
    return index


def _called(given: Spelling) -> tuple[str, ...]:
    """Return the words by which somebody with a given name is called, those that it is cut short to last."""
    known = given.firsts + given.others
    return known + tuple(nick for nick in nicknames_of(given.words) if nick not in known)


def family_words(name: Name) -> tuple[str, ...]:
    """Return the words of a family name without "Jr." and the like."""
    return tuple(word for word in name.family.words if word not in SUFFIXES)


def by_joined(names: tuple[Name, ...], alone: Alone) -> dict[str, tuple[int, ...]]:
    """Lay out names by all their words without blanks, in either order."""
    index: dict[str, tuple[int, ...]] = {}
    for name, place in zip(names, alone, strict=False):
        main, whole = name.given.firsts[0], name.given.whole
        for first in whole if main in whole else (main, *whole):
            for last in name.family.whole:
                for both in (first + last, last + first):
                    held = index.setdefault(both, place)
                    if held is not place and place[0] not in held:
                        index[both] = held + place
    return index


def by_unspaced(names: tuple[Name, ...]) -> dict[str, int]:
    """Lay out the names of scripts that put no blanks between words."""
    joined = ["".join(family.words + given.words) for given, family, _ in names]
    return {whole: at for at, whole in enumerate(joined) if not whole.isascii() and is_unspaced(whole)}
