"""What a child signs in by, where a text speaks of that: "user name owhitcombe27", initial and family name in one."""

from collections.abc import Iterator
from typing import Final

from portal.guard.evidence.hits import Excuse, Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.lexicon import entries
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid
from portal.guard.roster.index import Roster
from portal.guard.text.ordinary_words import is_common

_SPOKEN_OF: Final = entries("login-words")
_FAMILY_LETTERS: Final = 5  # letters of an initial and a family name; by eye
_BEFORE: Final = 200  # characters before a user name; by eye
_AFTER: Final = 60  # characters behind its beginning; by eye


@detector(Rule.NAME_LOGIN)
def names_in_logins(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the children whose initial and rare family name are one word of small letters, or the other way round.

    It may as well be what one of the staff with a like name signs in by.
    """
    passage = grid.passage
    if not any(word in passage.folded for word in _SPOKEN_OF):
        return
    found = {word: told for word in passage.present if (told := _children(roster, word.rstrip("0123456789")))[0]}
    for start, _ in passage.places_of(found.keys()):
        names, excuse = found[passage.spaced[start + 1 : passage.spaced.find(" ", start + 1)]]
        near = passage.folded[max(start - _BEFORE, 0) : start + _AFTER]
        if passage.cased[start].islower() and any(word in near for word in _SPOKEN_OF):
            yield Hit(frozenset((start,)), (), names, Rule.NAME_LOGIN, excuse=excuse)


def _children(roster: Roster, word: str) -> tuple[tuple[int, ...], Excuse]:
    """Return the names of children that a word may be made of, and whether staff has a like name."""
    names: dict[int, None] = {}
    excuse: Excuse = ""
    if len(word) <= _FAMILY_LETTERS or word in roster.by_family or is_common(word):
        return (), excuse
    for initial, family in ((word[0], word[1:]), (word[-1], word[:-1])):
        partners = roster.by_family.get(family)
        if partners is None or is_common(family):
            continue
        if _is_like_staff(roster, family, initial):
            excuse = "may-be"
        for given, places in partners.items():
            if given[0] == initial:
                names.update((at, None) for at in places if _is_childs(roster, at, given))
    return tuple(names), excuse


def _is_like_staff(roster: Roster, family: str, initial: str) -> bool:
    """Whether somebody of the staff bears this family name, with a given name that begins so."""
    return any(
        phrase in roster.phrases.staff and phrase[1].startswith(initial)
        for phrase in roster.phrases.by_first.get(family, ())
    )


def _is_childs(roster: Roster, at: int, given: str) -> bool:
    name = roster.names[at]
    return given in name.given.firsts and any(roster.people[bearer].kind == "child" for bearer in name.bearers)
