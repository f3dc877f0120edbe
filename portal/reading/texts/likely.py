"""Which old encodings a long text may be in: in a wrong one, signs and capitals stand within its words."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Final

_WORD: Final = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
_RUN: Final = re.compile(r"[^\W\d_]+")
_FEWEST: Final = 1_000
_ODD: Final = 0.2
"""Of the words of a text in a wrong encoding many more are odd; in the right one hardly any."""
_JOINS: Final = "\u2019\u2018'\u00b7\u00a0\u00ad\u2013\u2014\u2026/"
_AROUND: Final = (
    _JOINS + "\u201c\u201d\u00ab\u00bb\u2039\u203a\u00b0\u00ba\u00aa\u00a9\u00ae\u2122\u20ac\u00a3\u00a7\u2022"
)
_OPENS: Final = "\u201a\u201e\u00bf\u00a1"
_ALL_MARKED: Final = 4
"""Letters of a word in Latin script of which one at least has no mark: in four others the bytes mean another script."""
_LAST_LATIN: Final = 0x24F
_MORE_LATIN: Final = range(0x1E00, 0x1F00)


def likely(lines: bytes, encodings: Iterable[str], main: str) -> tuple[list[str], bytes]:
    """Return the encodings that lines may be in, and the lines with words that are odd in `main`, or in the likeliest.

    A word with bytes beyond ASCII is odd that holds a sign, letters of two scripts, a capital behind a small letter, or
    no letter without a mark. Where there are fewer than a thousand such words, or none fits well, all are likely.
    """
    counts = Counter(_WORD.findall(lines))
    every = list(encodings)
    if (total := counts.total()) < _FEWEST:
        return every, b""
    odd = {encoding: {word for word in counts if _is_odd(word.decode(encoding, "replace"))} for encoding in every}
    kept = [one for one in every if sum(map(counts.__getitem__, odd[one])) <= _ODD * total]
    if not kept:
        return every, b""
    return kept, _with_any(lines, odd[main] if main in kept else min((odd[one] for one in kept), key=len))


def _with_any(lines: bytes, words: AbstractSet[bytes]) -> bytes:
    """Return the lines that hold one of some words, each with its neighbours."""
    if not words:
        return b""
    every = lines.split(b"\n")
    held = [not words.isdisjoint(_WORD.findall(line)) for line in every]
    return b"\n".join(line for at, line in enumerate(every) if any(held[max(at - 1, 0) : at + 2]))


def _is_odd(word: str) -> bool:
    """Whether nobody would write a word so."""
    if any(letter not in _AROUND and not _is_letter(letter) for letter in word.lstrip(_OPENS)):
        return True
    if any(letter not in _JOINS for letter in word.strip(_AROUND + _OPENS) if not _is_letter(letter)):
        return True
    return any(map(_is_mixed, _RUN.findall(unicodedata.normalize("NFC", word))))


def _is_letter(letter: str) -> bool:
    return letter.isalpha() or unicodedata.category(letter) == "Mn"


def _is_mixed(run: str) -> bool:
    """Whether letters of one word are of two scripts, all with marks, or a capital stands behind a small letter."""
    foreign = sum(not _is_latin(letter) for letter in run)
    if 0 < foreign < len(run) or (not foreign and len(run) >= _ALL_MARKED and not any(map(str.isascii, run))):
        return True
    return run.lower() != run.upper() and not (run.islower() or run.isupper() or run.istitle())


def _is_latin(letter: str) -> bool:
    return ord(letter) <= _LAST_LATIN or ord(letter) in _MORE_LATIN
