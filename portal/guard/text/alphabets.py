"""Greek and Cyrillic letters: what they are in Latin letters, and which they only look like."""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_Codes = NDArray[np.uint32]
_Places = NDArray[np.integer[Any]]
_Kinds = NDArray[np.uint8]
_Change = Callable[[_Codes, _Codes, _Places, _Places, _Kinds], None]

_LONG: Final = 2_000  # characters from which on tables are faster; by eye
_MOST: Final = 1 << 14
"""Words that are remembered: most of a text are the same few thousand; by eye."""
_LONGEST_KEPT: Final = 40  # letters of a word that is remembered; by eye
GREEK_TO_CYRILLIC: Final = (0x370, 0x52F)  # first and last code point; Unicode
_FIRST, _LAST = GREEK_TO_CYRILLIC
_LAST_LETTER: Final = 0x323B0
"""Behind the last letter of Unicode 16 (CJK Extension H)."""
_FREE: Final = 0x10FF00
"""For private use: here, until it is written out, a sound of several letters; Unicode."""
_WORD, _FOREIGN, _PLAIN, _UNLIKE, _MARK = 1, 2, 4, 8, 16  # bits of what a letter is; by definition
FOREIGN: Final = re.compile("[\u0370-\u03ff\u0400-\u052f]")
_FOREIGN_RUN: Final = re.compile("[\u0370-\u03ff\u0400-\u052f]+")
_OU: Final = re.compile("[οΟ][υΥ]")
_LATIN: Final = re.compile("[A-Za-z]")

SOUNDS: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i",
    "є": "ye", "ґ": "g", "ђ": "d", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ѕ": "dz", "ѓ": "g",
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
"""Small letters after marks are gone, so `й` is `и` and `ё` is `е` here."""
_SOUND_OF: Final = SOUNDS | {letter.upper(): sound.capitalize() for letter, sound in SOUNDS.items() if letter != "ς"}
_LOOKS: Final = dict(
    zip(
        "авеӏикмнорстухіјѕһԁԛԝүғѵқҡҳңѡөАВЕЗІЈКМНОРСТУХЅԚԜҮҒѴҚҠҲҢѠӨαεικνορτυχωγημϳΑΒΕΖΗΙΚΜΝΟΡΤΥΧϺ",
        "abelukmhopctyxijshdqwyfvkkxhwoABE3IJKMHOPCTYXSQWYFVKKXHWOaeikvoptuxwynujABEZHIKMNOPTYXM",
        strict=True,
    )
)


def in_latin(text: str) -> str:
    """Write Greek and Cyrillic words as they sound; in a word with Latin letters, as they look."""
    told = _in_words(text, _told) if len(text) >= _LONG else None
    return _with_words(text, _respell) if told is None else told


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
    if not has_foreign(text):
        return None
    seen = _in_words(text, _seen) if len(text) >= _LONG else None
    seen = _with_words(text, _look) if seen is None else seen
    return seen if seen != text else None


def _in_words(text: str, change: _Change) -> str | None:
    """Return a long text with all its words changed at once that have a Greek or Cyrillic letter.

    None where one by one has to be told what a word is: where it has marks among such letters.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds = _kinds().take(np.minimum(codes, _LAST_LETTER))
    if (kinds & _MARK).any() or codes.max(initial=0) >= _FREE:
        return None
    edges = np.flatnonzero(np.diff((kinds & _WORD) != 0, prepend=False, append=False))
    begins, ends = edges[::2], edges[1::2]
    if not len(begins):
        return text
    held = np.bitwise_or.reduceat(kinds, begins)
    changed = codes.copy()
    change(codes, changed, begins, ends, held)
    text = changed.tobytes().decode("utf-32-le", "surrogatepass")
    for free, sound in enumerate(_several()):
        text = text.replace(chr(_FREE + free), sound)
    return text


def _seen(codes: _Codes, changed: _Codes, begins: _Places, ends: _Places, held: _Kinds) -> None:
    """Change words of two letters and more, all of which look like Latin ones, into these."""
    are_seen = ((held & (_FOREIGN | _UNLIKE)) == _FOREIGN) & (ends - begins > 1)
    at = _places_within(begins[are_seen], ends[are_seen], len(codes))
    changed[at] = _as_they_look().take(codes[at])


def _told(codes: _Codes, changed: _Codes, begins: _Places, ends: _Places, held: _Kinds) -> None:
    """Change words with Latin letters as they look, all others as they sound."""
    are_mixed = (held & (_FOREIGN | _PLAIN)) == _FOREIGN | _PLAIN
    at = _places_within(begins[are_mixed], ends[are_mixed], len(codes))
    looks = _taken(_as_they_look(), codes[at])
    changed[at] = np.where(looks == codes[at], _taken(_as_they_sound(), codes[at]), looks)
    are_foreign = (held & (_FOREIGN | _PLAIN)) == _FOREIGN
    at = _places_within(begins[are_foreign], ends[are_foreign], len(codes))
    changed[at] = _taken(_as_they_sound(), codes[at])
    second = at[1:][(at[1:] == at[:-1] + 1) & _are(codes[at[:-1]], "οΟ") & _are(codes[at[1:]], "υΥ")]
    changed[second] = np.where(codes[second] == ord("Υ"), ord("U"), ord("u"))


def _places_within(begins: _Places, ends: _Places, size: int) -> _Places:
    """Return the places of all letters of some words."""
    steps = np.zeros(size + 1, np.int8)
    steps[begins] = 1
    steps[ends] = -1  # no word begins where another ends
    return np.flatnonzero(np.cumsum(steps[:-1], dtype=np.int8))


def _taken(table: _Codes, codes: _Codes) -> _Codes:
    """Return what these letters become; those beyond Cyrillic stay as they are."""
    return np.where(codes <= _LAST, table.take(np.minimum(codes, _LAST)), codes)


def _are(codes: _Codes, letters: str) -> NDArray[np.bool_]:
    return np.isin(codes, [ord(letter) for letter in letters])


@cache
def _kinds() -> _Kinds:
    """Tell of each letter what it is to a word."""
    kinds = np.zeros(_LAST_LETTER + 1, np.uint8)
    for code in range(_LAST_LETTER):
        letter = chr(code)
        is_plain, is_foreign = _LATIN.match(letter) is not None, _FIRST <= code <= _LAST
        if letter.isalpha() or is_foreign:
            kinds[code] = _WORD | _PLAIN * is_plain | _FOREIGN * is_foreign
            kinds[code] |= _UNLIKE * (not is_plain and letter not in _LOOKS) | _MARK * (not letter.isalpha())
    return kinds


@cache
def _several() -> tuple[str, ...]:
    """Return the sounds that are no one letter."""
    return tuple(dict.fromkeys(sound for sound in _SOUND_OF.values() if len(sound) != 1))


@cache
def _as_they_sound() -> _Codes:
    """Lay out what each letter sounds like; those of several letters as codes from `_FREE` on."""
    table = np.arange(_LAST + 2, dtype=np.uint32)
    for letter, sound in _SOUND_OF.items():
        table[ord(letter)] = ord(sound) if len(sound) == 1 else _FREE + _several().index(sound)
    return table


@cache
def _as_they_look() -> _Codes:
    table = np.arange(_LAST + 2, dtype=np.uint32)
    for letter, look in _LOOKS.items():
        table[ord(letter)] = ord(look)
    return table


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
