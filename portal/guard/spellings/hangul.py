"""Korean names in hangul that the roster has in Latin letters: 황서연 is Seo-yeon Hwang, and Suh-Yun Whang as well.

Families write themselves as they like, so both are brought to one rough spelling. Only names with a family name that
many Koreans bear are looked for.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Final

from portal.guard.lexicon import entries, pairs
from portal.guard.spellings.names import Name
from portal.guard.text.vocabulary import any_of

HANGUL: Final = re.compile("[\uac00-\ud7a3]+")
_SURNAMES: Final = entries("surname-syllables")
"""What nearly all Korean family names are written with."""
_OF_TWO: Final = entries("family-names-of-two-syllables")
"""Family names of two letters."""
_OTHERWISE: Final = pairs("spellings-of-surnames")
"""Family names that are not written as they sound."""
_ROUGH: Final = tuple(
    (re.compile(pattern), romanisation_key)
    for pattern, romanisation_key in (
        ("[^a-z]", ""),
        ("ch|jj", "j"),
        ("sh|ss", "s"),
        ("kk|gg|ck|g", "k"),
        ("tt|dd|d", "t"),
        ("pp|bb|b", "p"),
        ("(?<=[aeiou])[hr](?![aeiouwy])", ""),
        ("r", "l"),
        ("y(?:eo|ou|oo|o|u)", "yu"),
        ("y(?:ae|e)", "ye"),
        ("w(?:oo|u)", "u"),
        ("eo|eu|oo|ou|uh|o", "u"),
        ("ae|ai|ay", "e"),
        ("ui|ee|yi", "i"),
        ("we|oe", "e"),
        ("(.)\\1+", r"\1"),
    )
)
_PARTICLES: Final = any_of("particles-behind-names")
_FOLLOWS: Final = re.compile(
    f"{_PARTICLES}|{any_of('pupil-words-behind-names')}|{any_of('titles-behind-names')}"
    f"|{any_of('parent-words-behind-names')}"
)
"""Particles and titles, which are written right behind a name."""
TITLED: Final = re.compile(
    rf" (?:(?:{any_of('pupil-words-behind-names')})(?:{_PARTICLES})"
    rf"|(?:{any_of('titles-behind-names')})(?:{_PARTICLES}|(?!\w)))"
)
"""Matches behind whoever has a title; 오전 학생 수업 is a lesson in the forenoon."""
_LONGEST: Final = 4  # syllables of a name; by eye
_FEWEST: Final = 3
"""Letters from which on a name may have a particle behind it; by eye."""


@cache
def romanisation_key(latin: str) -> str:
    """Return a rough spelling of Korean in Latin letters, the same for all that are used."""
    for pattern, instead in _ROUGH:
        latin = pattern.sub(instead, latin)
    return latin


def _latin(syllables: str) -> str:
    return "".join(unicodedata.name(one).rpartition(" ")[2].lower() for one in syllables)


@lru_cache(maxsize=1 << 14)
def _sound(syllables: str) -> str:
    return romanisation_key(_latin(syllables))


@cache
def _families() -> dict[str, tuple[str, ...]]:
    """Return for each syllable of a family name its rough spellings."""
    every = {one: _latin(one) for one in (*_SURNAMES, *_OF_TWO)} | _OTHERWISE
    return {one: tuple(dict.fromkeys(map(romanisation_key, spelled.split()))) for one, spelled in every.items()}


@cache
def _family_keys() -> frozenset[str]:
    return frozenset(spelled for every in _families().values() for spelled in every)


def is_korean(family: tuple[str, ...]) -> bool:
    """Whether a word of a family name in Latin letters may be a Korean one."""
    return any(word.isascii() and romanisation_key(word) in _family_keys() for word in family)


def by_korean_sound(names: Iterable[tuple[int, Name]]) -> dict[tuple[str, str], tuple[int, ...]]:
    """Lay out names of which the family name `is_korean`: by its rough spelling, then by the given name's."""
    index: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, name in names:
        for family in [romanisation_key(word) for word in name.family.words if word.isascii()]:
            if family in _family_keys():
                index[family, romanisation_key("".join(name.given.words))].append(at)
    return {key: tuple(places) for key, places in index.items()}


def named_in_hangul(
    text: str, index: Mapping[tuple[str, str], tuple[int, ...]]
) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Yield where a name begins and ends in a text, and which it may be: alone, or before a particle or a title."""
    for run in HANGUL.finditer(text):
        start, end = run.span()
        for size in (2, 1):
            families = _families().get(text[start : start + size], ()) if end - start >= size else ()
            found = families and _whole(text, start, start + size, index)
            if found:
                yield start, *found
                break


def _whole(
    text: str, start: int, behind: int, index: Mapping[tuple[str, str], tuple[int, ...]]
) -> tuple[int, tuple[int, ...]] | None:
    """Return where a name ends and which it may be, of which the family name is known; a blank may be behind that."""
    families = _families()[text[start:behind]]
    given_at = behind + (text[behind : behind + 1] == " ")
    run = HANGUL.match(text, given_at)
    for length in range(min(_LONGEST - 1, run.end() - given_at) if run else 0, 0, -1):
        stop = given_at + length
        if run and stop < run.end() and (stop - start < _FEWEST or not _FOLLOWS.match(text, stop)):
            continue
        given = _sound(text[given_at:stop])
        if names := [at for family in families for at in index.get((family, given), ())]:
            return stop, tuple(dict.fromkeys(names))
    return None
