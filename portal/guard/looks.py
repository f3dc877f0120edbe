"""How words look when they are read off a picture: letters that are taken for each other made the same."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from rapidfuzz.distance import Levenshtein

from portal.guard.words import fold, fold_each

ONE_WRONG: Final = 5
"""From this many letters on one may be wrong; in a shorter word only letters that look alike."""

_ALIKE: Final = (
    ("rn", "m"), ("cl", "d"), ("vv", "w"), ("ii", "u"), ("li", "u"), ("0", "o"), ("1", "l"), ("5", "s"), ("8", "b"),
    ("i", "l"), ("j", "l"), ("t", "l"), ("|", "l"), ("c", "e"), ("g", "q"), ("6", "b"), ("h", "b"), ("v", "y"),
    ("n", "u"),
)  # fmt: skip
"""What is seen, and what it may have been."""


_WORD: Final = re.compile(r"[^\W\d_]+")
_LETTERS_SURE: Final = 4
_SEEN: Final = {
    "a": "4d",
    "c": "eg",
    "d": "b0o",
    "e": "co6",
    "i": "fl1",
    "o": "e6d0",
    "u": "itjg",
    "n": "fhrau",
    "r": "ft",
    "ss": "bfl",
    "th": "pb",
}
"""What a letter that has a mark is taken for, in words that have few without."""
_TILDE: Final = ("fii", "fi", "fl", "ft", "fh")
"""What `ñ` is taken for by a model that knows English alone."""
_AS_TWO: Final = {"n": _TILDE, "u": ("ii", "ti", "it", "ir", "ui")}
"""What a letter with a mark is taken for when it is taken for two: `Hiru` is Hữu, `Ozgiir` Özgür."""

_SHAPES: Final = {
    "а": "a", "б": "6b", "в": "b", "г": "rtfi", "д": "adg", "е": "e", "ж": "xk", "з": "3s", "и": "unmh", "і": "i",
    "к": "k", "л": "naj", "м": "m", "н": "hnu", "о": "o0", "п": "nh", "р": "p", "с": "c", "т": "t", "у": "yv",
    "ф": "od", "х": "x", "ц": "ul", "ч": "4y", "ш": "wmu", "щ": "wmu", "ы": "b[li1]", "ь": "b", "э": "3",
    "ю": "[li1][o0]", "я": "ra",
    "α": "a", "β": "bp", "γ": "ytirf", "δ": "d86a", "ε": "e", "ζ": "zc", "η": "nh", "θ": "08o", "ι": "i", "κ": "k",
    "λ": "a", "μ": "mu", "ν": "nv", "ξ": "e3x", "ο": "o0", "π": "nh", "ρ": "p", "σ": "oacesz", "ς": "cs", "τ": "t",
    "υ": "uyv", "φ": "opq", "χ": "x", "ψ": "wy", "ω": "woq",
}  # fmt: skip
"""What Greek and Cyrillic letters look like to a model that knows Latin ones: it reads `Mapk Tonop` for Марк Топор.

Each may be any of some letters, or what a pattern says.
"""


def looks_like(word: str) -> str:
    """Return a word with letters that look alike made the same."""
    for seen, read in _ALIKE:
        word = word.replace(seen, read)
    return word


def without_tilde(word: str) -> str:
    """Return a word as it reads if what looks like a letter with a tilde, is one."""
    for seen in _TILDE:
        word = word.replace(seen, "n")
    return word


def wrong_letters(read: str, name: str) -> int:
    """Return how many letters of a name are read as something that does not look like them."""
    forms = {read, without_tilde(read)}
    if looks_like(name) in map(looks_like, forms):
        return 0
    return min(Levenshtein.distance(form, name) for form in forms)


def _seen_as(written: str) -> str | None:
    """Return a pattern of what a word may be read as whose letters have marks, or are Greek or Cyrillic: none is sure.

    None for a word without such letters. Where few letters are sure, the others must look like what they are.
    """
    marked = [not letter.isascii() for letter in written]
    if not any(marked):
        return None
    is_free = len(marked) - sum(marked) >= _LETTERS_SURE
    pieces = [_read_as(letter, is_free=is_free) for letter in written]
    for end in {0, len(written) - 1}:
        pieces[end] += "?" if marked[end] and not _shapes_of(written[end]) else ""  # an edge of a word is lost as well
    return "".join(pieces)


@lru_cache(maxsize=1 << 10)
def _read_as(letter: str, *, is_free: bool) -> str:
    if letter.isascii():
        return re.escape(letter)
    if is_free:
        return "(?:..?)"
    if shapes := _shapes_of(letter):
        return shapes if "[" in shapes else f"[{shapes}]"
    plain = fold(letter)
    return f"(?:{'|'.join((plain, *_SEEN.get(plain, ''), *_AS_TWO.get(plain, ())))})"


def _shapes_of(letter: str) -> str:
    return _SHAPES.get(unicodedata.normalize("NFD", letter)[0], "")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words names are made of, in order: all, those long enough that one letter may be wrong, all by their looks.

    `marked` holds by the first letter, or nothing where that has a mark, patterns of what words with marks may be read
    as: compiled when first asked, as that takes longer than all else here.
    """

    words: tuple[str, ...]
    longer: tuple[str, ...]
    by_looks: Mapping[str, tuple[str, ...]]
    marked: Mapping[str, tuple[tuple[str, str], ...]]

    @classmethod
    def of(cls, words: Iterable[str], names: Iterable[str]) -> Self:
        """Sort words, each once. `names` are those they stand in, as they are written."""
        known = sorted(word for word in set(words) if len(word) > 1)
        by_looks: dict[str, tuple[str, ...]] = {}
        for word, looks in zip(known, looks_like("\n".join(known)).split("\n"), strict=True) if known else ():
            by_looks[looks] = (*by_looks.get(looks, ()), word)
        longer = tuple(word for word in known if len(word) >= ONE_WRONG)
        return cls(tuple(known), longer, by_looks, _marked(set(known), names))

    def with_marks(self, read: str) -> set[str]:
        """Return the words that may be read so because they have marks, or are Greek or Cyrillic."""
        patterns = (*self.marked.get(read[:1], ()), *self.marked.get("", ()))
        return {word for pattern, word in patterns if _compiled(pattern).fullmatch(read)}


_compiled: Final = lru_cache(maxsize=1 << 15)(re.compile)
"""As many as a large roster in such letters has: with fewer each would be compiled anew for each word."""


def _marked(known: set[str], names: Iterable[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    marked = "\n".join(name for name in names if not name.isascii())
    written = sorted({word.lower() for word in _WORD.findall(unicodedata.normalize("NFC", marked))})
    for word, plain in zip(written, fold_each(written), strict=True):
        if plain in known and plain.isascii() and (pattern := _seen_as(word)):
            found[word[0] if word[0].isascii() else ""].append((pattern, plain))
    return {first: tuple(patterns) for first, patterns in found.items()}
