"""Arabic names by their consonants, in Arabic and in Latin letters: نور العلي is Noor Al-Ali.

Arabic writes consonants and few vowels, so no table of letters leads back to how a family writes itself. Here a given
name is told by a list of the commonest, in whatever spelling, and a family name by its consonants.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Self

from portal.guard.lexicon import rows
from portal.guard.spellings.names import Name
from portal.guard.spellings.spellings import PARTICLES, variants
from portal.guard.text.folding import fold

ARABIC: Final = re.compile("[\u0620-\u06ff]")
_ARABIC_SOUNDS: Final = {
    **dict.fromkeys("ب\u067e", "b"),
    **dict.fromkeys("تطث", "t"),
    **dict.fromkeys("جغ", "g"),
    **dict.fromkeys("حه", "h"),
    **dict.fromkeys("دذض", "d"),
    **dict.fromkeys("زظ", "z"),
    **dict.fromkeys("سص", "s"),
    **dict.fromkeys("قك", "k"),
    "خ": "x",
    "ر": "r",
    "ش": "c",
    "ف": "f",
    "ل": "l",
    "م": "m",
    "ن": "n",
}
_PAIRS: Final = {"kh": "x", "sh": "C", "ch": "C", "gh": "g", "th": "t", "dh": "d", "ph": "f"}
_PAIR: Final = re.compile("|".join(_PAIRS))
_LATIN_SOUNDS: Final = {letter: letter for letter in "bdfghklmnrstxz"} | {
    "j": "g",
    "q": "k",
    "p": "b",
    "v": "f",
    "c": "s",
    "C": "c",
}
_LATIN_ARTICLES: Final = frozenset(("al", "el", "ul"))
_ARTICLE: Final = "ال"
_SHORTEST: Final = 4  # letters of a family name with its article; by eye
_FEWEST: Final = 2
"""Consonants of a family name that tell it; with fewer it has to be on the list; by eye."""


@cache
def _listed() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Return the Arabic name of each Latin spelling, and all Latin spellings of each Arabic name, folded."""
    arabic: dict[str, str] = {}
    latin: dict[str, dict[str, None]] = defaultdict(dict)
    for name, in_arabic in rows("given-names-in-latin"):
        written = fold(in_arabic)
        for spelled in variants(name):
            if spelled.isascii():
                arabic.setdefault(spelled, written)
                latin[written][spelled] = None
    return arabic, {name: tuple(spelled) for name, spelled in latin.items()}


def is_listed(word: str) -> bool:
    """Whether a folded Arabic word is one of the commonest given names."""
    return word in _listed()[1]


def latin_spellings(word: str) -> tuple[str, ...]:
    """Return how a folded Arabic word is spelled in Latin letters if it is one of the commonest given names."""
    return _listed()[1].get(word, ())


def family_keys(words: Iterable[str], *, is_read: bool = False) -> tuple[str, ...]:
    """Return what a family name is told by in either script: all of it, and each of its words.

    Of two names on the list only the same are one, as Hussein is not Hassan; of others the consonants tell. So a name
    on the list has a key of its own, and a loose one that in text, which `is_read`, only a name not on the list has.
    """
    own = [word for word in words if word not in _LATIN_ARTICLES]
    told = [word for word in own if word not in PARTICLES] or own  # the son of somebody is not named by "son of"
    bare = (word[2:] for word in own if word[:2] in _LATIN_ARTICLES and len(word) > _SHORTEST)  # Alali, Elsayed
    keys = (key for word in dict.fromkeys(("".join(own), *told, *bare)) for key in _keys(word, is_read=is_read))
    return tuple(dict.fromkeys(key for key in keys if key))


def _keys(word: str, *, is_read: bool) -> tuple[str, ...]:
    bare = word.removeprefix(_ARTICLE) if len(word) > len(_ARTICLE) + 1 else word
    arabic, latin = _listed()
    listed = (f"={arabic.get(bare, bare)}",) if bare in arabic or bare in latin else ()
    if ARABIC.search(bare):
        sounds = "".join(_ARABIC_SOUNDS.get(letter, "") for letter in bare)
    else:
        plain = _PAIR.sub(lambda pair: _PAIRS[pair[0]], bare).removesuffix("h")
        sounds = "".join(_LATIN_SOUNDS.get(letter, "") for letter in plain)
    told = "".join(one for one, before in zip(sounds, f" {sounds}", strict=False) if one != before)
    if len(told) < _FEWEST:
        return listed
    if is_read:
        return (*listed, told) if listed else (told, f"~{told}")
    return (*listed, f"~{told}") if listed else (told,)


@dataclass(frozen=True, slots=True)
class Consonants:
    """Names by how the other script writes the given name, then by what tells the family name."""

    in_arabic: Mapping[str, Mapping[str, tuple[int, ...]]]
    in_latin: Mapping[str, Mapping[str, tuple[int, ...]]]

    @classmethod
    def of(cls, names: Iterable[tuple[int, Name]]) -> Self:
        """Lay out names of which the given name `is_arabic`, each with its place."""
        across, keys = cache(_across), cache(family_keys)  # the same few names are borne by very many
        index: tuple[dict[str, dict[str, list[int]]], ...] = ({}, {})
        for at, name in names:
            for found, given_words in zip(index, across(name.given.words), strict=True):
                for given in given_words:
                    families = found.setdefault(given, {})
                    for key in keys(name.family.words):
                        families.setdefault(key, []).append(at)
        arabic, latin = (
            {given: {key: tuple(places) for key, places in families.items()} for given, families in found.items()}
            for found in index
        )
        return cls(arabic, latin)


def is_arabic(given: tuple[str, ...]) -> bool:
    """Whether a given name of these words is one of the commonest Arabic ones, in either script."""
    arabic, latin = _listed()
    return any(word in arabic or word in latin for word in _as_one(given))


def _as_one(given: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words that a given name may be known by: the first, and all in one."""
    return given if len(given) == 1 else (given[0], "".join(given))


def _across(given: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Return how a given name is written in Arabic, and how in Latin letters."""
    arabic, latin = _listed()
    words = _as_one(given)
    written = [arabic[word] for word in words if word in arabic]
    spelled = [one for word in words for one in latin.get(word, ())]
    return written, spelled
