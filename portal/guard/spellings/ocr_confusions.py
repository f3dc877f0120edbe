"""How words look when they are read off a picture: letters that are taken for each other made the same."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

from rapidfuzz.distance import Levenshtein

from portal.guard.text.folding import fold, fold_each

ONE_WRONG: Final = 5
"""From this many letters on one may be wrong; in a shorter word only letters that look alike; by eye."""

_ALIKE: Final = (
    ("rn", "m"), ("cl", "d"), ("vv", "w"), ("ii", "u"), ("li", "u"), ("0", "o"), ("1", "l"), ("5", "s"), ("8", "b"),
    ("i", "l"), ("j", "l"), ("t", "l"), ("|", "l"), ("c", "e"), ("g", "q"), ("6", "b"), ("h", "b"), ("v", "y"),
    ("n", "u"),
)  # fmt: skip
"""What is seen, and what it may have been."""


_WORD: Final = re.compile(r"[^\W\d_]+")
_LETTERS_SURE: Final = 4  # letters read surely; by eye
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
    "ф": "od", "х": "x", "ц": "ul", "ч": "4y", "ш": "wmu", "щ": "wmu", "ь": "b", "э": "3",
    "я": "ra", "ъ": "b", "є": "e", "ґ": "r", "ј": "j", "ћ": "h", "ђ": "h", "љ": "b", "њ": "hb", "џ": "u", "ѕ": "s",
    "α": "a", "β": "bp", "γ": "ytirf", "δ": "d86a", "ε": "e", "ζ": "zc", "η": "nh", "θ": "08o", "ι": "i", "κ": "k",
    "λ": "a", "μ": "mu", "ν": "nv", "ξ": "e3x", "ο": "o0", "π": "nh", "ρ": "p", "σ": "oacesz", "ς": "cs", "τ": "t",
    "υ": "uyv", "φ": "opq", "χ": "x", "ψ": "wy", "ω": "woq",
}  # fmt: skip
"""What Greek and Cyrillic letters look like to a model that knows Latin ones: it reads `Mapk Tonop` for Марк Топор."""
_SHAPE: Final = {letter: f"[{seen}]" for letter, seen in _SHAPES.items()} | {"ы": "b[li1]", "ю": "[li1][o0]"}
"""The same as patterns, with the letters that look like two."""


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
    """Return a pattern of what a word may be read as whose letters have marks: none of them is sure, the others are.

    None for a word without such letters. Where few letters are sure, the others must look like what they are.
    """
    marked = [not letter.isascii() for letter in written]
    if not any(marked):
        return None
    is_free = len(marked) - sum(marked) >= _LETTERS_SURE
    pieces = [_read_as(letter, is_free=is_free) for letter in written]
    for end in {0, len(written) - 1}:
        pieces[end] += "?" if marked[end] else ""  # an edge of a word is lost as well
    return "".join(pieces)


@lru_cache(maxsize=1 << 10)
def _read_as(letter: str, *, is_free: bool) -> str:
    if letter.isascii():
        return re.escape(letter)
    if is_free:
        return "(?:..?)"
    plain = fold(letter)
    return f"(?:{'|'.join((plain, *_SEEN.get(plain, ''), *_AS_TWO.get(plain, ())))})"


def _shaped(written: str) -> str | None:
    """Return a pattern of what a Greek or Cyrillic word looks like; None for one of other letters."""
    shapes = [_SHAPE.get(unicodedata.normalize("NFD", letter)[0]) for letter in written]
    return "".join(map(str, shapes)) if all(shapes) else None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words names are made of, in order: all, those long enough that one letter may be wrong, all by their looks.

    `marked` holds by the first letter, or nothing where that has a mark, patterns of what words with marks may be read
    as, and `shaped` what Greek and Cyrillic ones look like: compiled when first asked, as that takes longer than all
    else here.
    """

    words: tuple[str, ...]
    longer: tuple[str, ...]
    by_looks: Mapping[str, tuple[str, ...]]
    marked: Mapping[str, tuple[tuple[str, str], ...]]
    shaped: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, words: Iterable[str], names: Iterable[str]) -> Self:
        """Sort words, each once. `names` are those they stand in, as they are written."""
        known = sorted(word for word in set(words) if len(word) > 1)
        by_looks: dict[str, tuple[str, ...]] = {}
        for word, looks in zip(known, looks_like("\n".join(known)).split("\n"), strict=True) if known else ():
            by_looks[looks] = (*by_looks.get(looks, ()), word)
        longer = tuple(word for word in known if len(word) >= ONE_WRONG)
        marked, shaped = _unsure(set(known), names)
        return cls(tuple(known), longer, by_looks, marked, shaped)

    def with_marks(self, read: str) -> set[str]:
        """Return the words that may be read so because they have marks, or are Greek or Cyrillic."""
        return self.by_shape(read) | _matching(read, (*self.marked.get(read[:1], ()), *self.marked.get("", ())))

    def by_shape(self, read: str) -> set[str]:
        """Return those that are Greek or Cyrillic."""
        return _matching(read, self.shaped)


def _matching(read: str, patterns: Iterable[tuple[str, str]]) -> set[str]:
    return {word for pattern, word in patterns if _compiled(pattern).fullmatch(read)}


_compiled: Final = lru_cache(maxsize=1 << 15)(re.compile)
"""As many as a large roster in such letters has: with fewer each would be compiled anew for each word."""


def _unsure(
    known: set[str], names: Iterable[str]
) -> tuple[dict[str, tuple[tuple[str, str], ...]], tuple[tuple[str, str], ...]]:
    """Return the patterns of words with marks by their first letters, and those of Greek and Cyrillic ones."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    shaped: list[tuple[str, str]] = []
    marked = "\n".join(name for name in names if not name.isascii())
    written = sorted({word.lower() for word in _WORD.findall(unicodedata.normalize("NFC", marked))})
    for word, plain in zip(written, fold_each(written), strict=True):
        if plain not in known or not plain.isascii():
            continue
        if pattern := _shaped(word):
            shaped.append((pattern, plain))
        if pattern := _seen_as(word):
            found[word[0] if word[0].isascii() else ""].append((pattern, plain))
    return {first: tuple(patterns) for first, patterns in found.items()}, tuple(shaped)
