"""Which children a text names, by number or by name: whose page it is, and whose file."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from portal.guard.evidence.hits import Sign
from portal.guard.mentions.signs import signs_in
from portal.guard.roster.index import Person, Roster
from portal.guard.text.folding import words_of
from portal.guard.text.ordinary_words import is_word
from portal.reading.reader import Part

_NAMES: Final = frozenset(("child-name", "guardian-name"))


def children_on(text: str, roster: Roster) -> tuple[frozenset[str], frozenset[frozenset[str]]]:
    """Return the ids of the children whose number stands on a page; and for each child's name, all who bear it.

    A name within the longer name of a child whose number stands there too is that child's.
    """
    return children_by(signs_in(Part("page", text), roster), roster)


def children_by(found: Iterable[Sign], roster: Roster) -> tuple[frozenset[str], frozenset[frozenset[str]]]:
    """Return the same of signs that were found already."""
    signs = list(found)
    numbers = frozenset(one for sign in signs if sign.kind == "student-number" for one in children_of(sign, roster))
    signs = but_parts_of(signs, [roster.by_id[one] for one in numbers], roster)
    names = frozenset(children_of(sign, roster) for sign in signs if sign.kind == "child-name")
    return numbers, names - {frozenset()}


def children_of(sign: Sign, roster: Roster) -> frozenset[str]:
    """Return the ids of the children among those whose sign it may be."""
    return frozenset(roster.people[at].id for at in sign.bearers if roster.people[at].kind == "child")


def but_parts_of(
    signs: list[Sign], theirs: Iterable[Person], roster: Roster, named: frozenset[str] = frozenset()
) -> list[Sign]:
    """Leave out names that are a part of a name that may stand there: “Hao Lin” within “Hao Lin Lin”.

    So is what stands there of a longer name, where the person is one of the `named`, whose own name does stand there.
    """
    whole = {person.id: Counter(words_of(f"{person.given_name} {person.family_name}")) for person in theirs}

    def is_part(sign: Sign) -> bool:
        if sign.kind not in _NAMES:
            return False
        name, written = roster.names[int(sign.text)], Counter(sign.written)
        words = Counter((*name.given.words, *name.family.words))
        return any(words < every or (written and written < every and one in named) for one, every in whole.items())

    return [sign for sign in signs if not is_part(sign)]


def but_names_of(signs: Iterable[Sign], person: Person, roster: Roster) -> list[Sign]:
    """Leave out names of which all that stands there is within this person's given name, or its family name."""
    own = [frozenset(words_of(name)) for name in (person.given_name, person.family_name)]

    def is_theirs(sign: Sign) -> bool:
        if sign.kind not in _NAMES:
            return False
        name = roster.names[int(sign.text)]
        return any(every.issuperset(sign.written or (*name.given.words, *name.family.words)) for every in own)

    return [sign for sign in signs if not is_theirs(sign)]


def is_called(child: str, texts: Iterable[str], roster: Roster, *, is_family_known: bool = False) -> bool:
    """Whether one of some texts calls a child by its given name.

    By both of its names where the given one is a word as well, unless it `is_family_known` whose letter it is.
    """
    person = roster.by_id.get(child)
    given = words_of(person.given_name)[:1] if person else ()
    if person is None or not given:
        return False
    needs_family = is_word(given[0]) and not is_family_known
    needed = {*given, *(words_of(person.family_name) if needs_family else ())}
    return any(needed <= {*words_of(text)} for text in texts)
