"""Chinese characters in a text that sound like a name the roster has in Latin letters: 陈美玲 is Mei-Ling Chen."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.lexicon import entries
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Person, Roster
from portal.guard.spellings.pinyin import SURNAMES, sound_of
from portal.guard.text.vocabulary import listed

_HAN: Final = re.compile("[\u4e00-\u9fff]")
_OF_TWO: Final = listed("family-names-of-two-characters")
"""Family names of two characters, simplified."""
_WORDS: Final = frozenset(entries("words-beginning-like-names"))
"""Words of two characters of which the first is a family name, too: alone in the cell of a table they are nobody."""
_LENGTHS: Final = (4, 3, 2)  # characters of a Chinese name, the longest first; by definition
_SURE: Final = 3
"""Characters from which on a name is no chance; one of two has to stand alone; by eye."""


@detector(Rule.NAME_MANDARIN, needs=Need.OTHER_LETTERS)
def names_in_mandarin(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the names that Chinese characters sound like, a family name first; one of two characters if it is alone.

    Many characters sound alike, so whom they mean is never told apart here.
    """
    text = grid.passage.folded
    if not _HAN.search(text):
        return
    begins = _begins()
    starts = _starts(frozenset().union(*(begins[sound] for sound in begins.keys() & roster.by_family.keys())))
    for found in starts.finditer(text) if starts else ():
        start = found.start()
        for length in _LENGTHS:
            at = _named(roster, text[start : start + length])
            if at is not None and (length >= _SURE or _is_alone(text, start, start + length)):
                hit = Hit(frozenset(range(start, start + length)), (), (at,), Rule.NAME_MANDARIN)
                yield hit.but(Rule.CUE_ORDINARY) if text[start : start + length] in _WORDS else hit
                break


@cache
def _begins() -> dict[str, frozenset[str]]:
    """Return with which characters family names of each sound begin."""
    begins: dict[str, set[str]] = defaultdict(set)
    for family in (*SURNAMES, *_OF_TWO):
        begins[_sound(family)].add(family[0])
    return {sound: frozenset(letters) for sound, letters in begins.items()}


@lru_cache(maxsize=1)
def _starts(letters: frozenset[str]) -> re.Pattern[str] | None:
    return re.compile(f"[{''.join(sorted(letters))}]") if letters else None


def _sound(family: str) -> str:
    return sound_of(family, is_family=True)


def _named(roster: Roster, letters: str) -> int | None:
    """Return the name, written in Latin letters, that these characters are, the first of them its family name."""
    length = 2 if letters[:2] in _OF_TWO and len(letters) > 2 else 1
    last, first = _sound(letters[:length]), sound_of(letters[length:])
    if not first or last + first not in roster.joined:
        return None
    return next(
        (
            at
            for at in roster.joined[last + first]
            if last in roster.names[at].family.whole
            and first in roster.names[at].given.whole
            and any(_is_in_latin(roster.people[bearer]) for bearer in roster.names[at].bearers)
        ),
        None,
    )


def _is_in_latin(person: Person) -> bool:
    """Whether a person's name has no character of its own: one that has is those characters, and no others."""
    return not _HAN.search(person.given_name + person.family_name)


def _is_alone(text: str, start: int, end: int) -> bool:
    """Whether no character of a word stands before or after."""
    return not text[start - 1 : start].isalpha() and not text[end : end + 1].isalpha()
