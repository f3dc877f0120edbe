"""Japanese syllables in Latin letters: なかむら ゆうと is Nakamura Yuto. Hepburn, long vowels short as in passports."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from portal.guard.lexicon import entries

KANA: Final = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc]+")
_HONORIFIC: Final = re.compile(
    f"(?<=[\u3041-\u3096\u30a1-\u30fa\u30fc]{{2}})(?=(?:{'|'.join(entries('honorifics'))})(?![\u3041-\u3096]{{2}}))"
)
_LONGEST_KEPT: Final = 40
"""Letters of a run that is remembered: most of a text are the same few thousand; by eye, for memory."""
_SMALL: Final = " SMALL "
_DOUBLES: Final = "tu"
"""What a small つ is called: it doubles the consonant behind it."""
_HEPBURN: Final = tuple(
    (re.compile(pattern), instead)
    for pattern, instead in (
        ("i(?=y[auo])", ""),
        ("sy|si", "sh_"),
        ("ty|ti", "ch_"),
        ("zy|zi|di", "j_"),
        ("_(?=[auo])", ""),
        ("_", "i"),
        ("tu", "tsu"),
        ("(?<![sc])hu", "fu"),
        ("du", "zu"),
        ("tt(?=ch)", "t"),
        ("nn(?=[bmp])", "n"),
        ("ou|oo", "o"),
        ("uu", "u"),
    )
)


@cache
def _sound(letter: str) -> tuple[str, bool]:
    """Return how a syllable sounds, and whether it is a small one."""
    name = unicodedata.name(letter)
    return ("", False) if "LETTER" not in name else (name.rpartition(" ")[2].lower(), _SMALL in name)


def romaji(run: str) -> str:
    """Return a run of kana in Latin letters, with a capital."""
    latin, doubles = "", False
    for letter in run:
        sound, is_small = _sound(letter)
        if is_small and sound == _DOUBLES:
            doubles = True
            continue
        latin += sound[:1] + sound if doubles else sound
        doubles = False
    for pattern, instead in _HEPBURN:
        latin = pattern.sub(instead, latin)
    return latin.capitalize()


def kana_in_latin(text: str) -> str | None:
    """Return text with its kana in Latin letters; None if it has none."""
    if not KANA.search(text):
        return None
    return KANA.sub(lambda run: f" {_kept(run[0])} ", _HONORIFIC.sub(" ", text))


def _kept(run: str) -> str:
    return _remembered(run) if len(run) < _LONGEST_KEPT else romaji(run)


_remembered: Final = lru_cache(maxsize=1 << 14)(romaji)
