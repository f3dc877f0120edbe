"""Greek and Cyrillic letters: what they are in Latin letters, and which they only look like."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np

_LONG: Final = 2_000
_MOST: Final = 1 << 14
"""Words that are remembered: most of a text are the same few thousand."""
_LONGEST_KEPT: Final = 40
_FIRST, _LAST = 0x370, 0x52F
FOREIGN: Final = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_FOREIGN_RUN: Final = re.compile("[\u0370-\u03ff\u0400-\u052f]+")
_OU: Final = re.compile("[οΟ][υΥ]")
_LATIN: Final = re.compile("[A-Za-z]")

_SOUNDS: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i",
    "є": "ye", "ґ": "g", "ђ": "d", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ѕ": "dz", "ѓ": "g",
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
"""Small letters after marks are gone, so `й` is `и` and `ё` is `е` here."""
_SOUND_OF: Final = _SOUNDS | {letter.upper(): sound.capitalize() for letter, sound in _SOUNDS.items() if letter != "ς"}
_LOOKS: Final = dict(
    zip(
        "авеӏикмнорстухіјѕһԁԛԝүАВЕЗІЈКМНОРСТУХЅԚԜҮαεικνορτυχωγΑΒΕΖΗΙΚΜΝΟΡΤΥΧ",
        "abelukmhopctyxijshdqwyABE3IJKMHOPCTYXSQWYaeikvoptuxwyABEZHIKMNOPTYX",
        strict=True,
    )
)


def in_latin(text: str) -> str:
    """Write Greek and Cyrillic words as they sound; in a word with Latin letters, as they look."""
    return _with_words(text, _respell)


def has_foreign(text: str) -> bool:
    """Whether a text has Greek or Cyrillic letters. A long one is asked for all its letters at once."""
    if text.isascii():
        return False
    if len(text) < _LONG:
        return FOREIGN.search(text) is not None
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        pass
    else:
        return False
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return bool((codes - np.uint32(_FIRST) <= _LAST - _FIRST).any())  # those before wrap around


def by_looks(text: str) -> str | None:
    """Return text with its words that could be Latin ones in disguise as such; None if there are none."""
    seen = _with_words(text, _look) if has_foreign(text) else text
    return seen if seen != text else None


def _with_words(text: str, change: Callable[[str], str]) -> str:
    """Return text with each word that has a Greek or Cyrillic letter changed."""
    done, pieces = 0, []
    for run in _FOREIGN_RUN.finditer(text):
        start, end = run.span()
        if start < done:
            continue
        while start > done and text[start - 1].isalpha():
            start -= 1
        while end < len(text) and text[end].isalpha():
            end += 1
        word = text[start:end]
        pieces += [text[done:start], _kept(change, word) if len(word) < _LONGEST_KEPT else change(word)]
        done = end
    return "".join((*pieces, text[done:]))


@lru_cache(maxsize=_MOST)
def _kept(change: Callable[[str], str], word: str) -> str:
    return change(word)


def _respell(word: str) -> str:
    if _LATIN.search(word):
        return "".join(_LOOKS.get(letter, _SOUND_OF.get(letter, letter)) for letter in word)
    return "".join(_SOUND_OF.get(letter, letter) for letter in _OU.sub(_with_u, word))


def _with_u(letters: re.Match[str]) -> str:
    """Return Greek omikron and ypsilon with the Cyrillic letter that sounds as both do, as large as the second is."""
    return letters[0][0] + ("У" if letters[0][1].isupper() else "у")


def _look(word: str) -> str:
    if len(word) > 1 and all(letter in _LOOKS or _LATIN.match(letter) for letter in word):
        return "".join(_LOOKS.get(letter, letter) for letter in word)
    return word
