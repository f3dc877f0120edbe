"""What a child signs in by, where a text speaks of that: "user name owhitcombe27", initial and family name in one."""

from collections.abc import Iterator
from typing import Final

from portal.guard.matching import Hit
from portal.guard.ordinary import is_common
from portal.guard.pairs import is_of_staff
from portal.guard.passages import Passage
from portal.guard.roster import Roster

_SPOKEN_OF: Final = ("login", "log-in", "username", "user name", "benutzername", "usuario", "chromebook", "password")
_FAMILY_LETTERS: Final = 5
_BEFORE: Final = 200
_AFTER: Final = 60


def names_in_logins(passage: Passage, roster: Roster) -> Iterator[Hit]:
    """Yield the children whose initial and rare family name are one word of small letters, or the other way round."""
    if not any(word in passage.folded for word in _SPOKEN_OF):
        return
    found = {word: names for word in passage.present if (names := _children(roster, word.rstrip("0123456789")))}
    for start, _ in passage.places_of(found.keys()):
        names = found[passage.spaced[start + 1 : passage.spaced.find(" ", start + 1)]]
        near = passage.folded[max(start - _BEFORE, 0) : start + _AFTER]
        if passage.cased[start].islower() and any(word in near for word in _SPOKEN_OF):
            yield Hit(frozenset((start,)), (), names, "sure")


def _children(roster: Roster, word: str) -> tuple[int, ...]:
    """Return the names of children that a word may be made of; none of whom staff has a like name."""
    if len(word) <= _FAMILY_LETTERS or word in roster.by_family or is_common(word):
        return ()
    names: dict[int, None] = {}
    for initial, family in ((word[0], word[1:]), (word[-1], word[:-1])):
        partners = roster.by_family.get(family)
        if partners is None or is_common(family) or is_of_staff(roster, family, initial):
            continue
        for given, places in partners.items():
            if given[0] == initial:
                names.update((at, None) for at in places if _is_childs(roster, at, given))
    return tuple(names)


def _is_childs(roster: Roster, at: int, given: str) -> bool:
    name = roster.names[at]
    return given in name.given.firsts and any(roster.people[bearer].kind == "child" for bearer in name.bearers)
