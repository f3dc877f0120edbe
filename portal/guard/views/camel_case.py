"""Words in one: small letters that meet capitals ("LetterForAnaRivera"), letters that meet figures ("ana.rivera27").

So names of files and links are written, and what pupils sign in by.
"""

import re
from collections.abc import Iterator
from typing import Final

_LONGEST_WORD: Final = 200  # letters; by eye
_CAMEL_CASE_WORD: Final = re.compile(
    r"\b(?:\w*?[a-z\u00df-\u00ff][A-Z\u00c0-\u00de]|[A-Z]{2}[a-z]+_)\w*|\b[A-Z]{2}[a-z]{2,}-[A-Z][\w-]*"
)
_CAMEL_CASE: Final = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z\u00c0-\u00de])|(?<=[A-Z])(?=[A-Z][a-z])")
_CASES: Final = re.sub(
    "[A-Z\u00c0-\u00de]", "A", re.sub("[a-z\u00df-\u00ff]", "a", bytes(range(256)).decode("latin-1"))
).encode("latin-1")
"""The case of each character as `_CAMEL_CASE_WORD` takes it: "a" for small letters, "A" for capitals."""
_SMALL_BEFORE_CAPITAL: Final = b"aA"


_GLUED: Final = re.compile(r"[^\W\d_]{3}[0-9]{1,6}(?![0-9])|(?<![0-9])[0-9]{1,6}(?=[A-Z]?[^\W\d_]{3})")
_FIGURES: Final = re.compile(r"(?<=[^\W\d_]{2})[0-9]{1,6}(?=[^\W\d_]{2})|(?<=[^\W\d_]{3})[0-9]{1,6}[A-Z]?(?![^\W_])")
_BEFORE: Final = re.compile(r"(?<![0-9])[0-9]{1,6}(?:[A-Z](?=[A-Z][a-z]))?(?=[^\W\d_]{3})")
_SHAPES: Final = bytes(
    ord("0") if byte in b"0123456789" else ord("a") if chr(byte).isalnum() or byte == ord("?") else byte
    for byte in range(256)
)
"""Each character as `_GLUED` takes it: letters, those beyond Latin-1 and a raised two among them, and figures."""
_LETTERS_AND_FIGURE: Final = (b"aaa0", b"0aaa")
_LOCAL: Final = re.compile(r"[\w.+-]+\Z")
_JOINED: Final = re.compile(r"[^\W\d_][._-]+[^\W\d_]")
_AROUND: Final = 60  # characters on either side; by eye


def without_figures(text: str) -> str:
    """Return what is around words with a few figures at an end or within, without these: "ana.rivera27", "4Ana"."""
    shapes = text.encode("latin-1", "replace").translate(_SHAPES)
    if not any(glued in shapes for glued in _LETTERS_AND_FIGURE):
        return ""
    found: dict[str, None] = {}
    for low, high in _around_figures(text):
        around = _BEFORE.sub("", _FIGURES.sub(" ", text[low:high]))
        found[_CAMEL_CASE.sub(" ", around)] = None
    return "\n\n".join(filter(None, found))


def _around_figures(text: str) -> Iterator[tuple[int, int]]:
    """Yield what is around words with figures. What overlaps is one: no letter of a code of thousands comes twice."""
    low = high = 0
    for glued in _GLUED.finditer(text):
        begin, end = _address(text, glued.end()) or _around(text, glued.start(), glued.end())
        if begin == end:
            continue
        if begin >= high:
            yield low, high
            low = begin
        low, high = min(low, begin), max(high, end)
    yield low, high


def _address(text: str, end: int) -> tuple[int, int] | None:
    """Return where what stands before the mark of a mail address is, nothing of one that is no two words; else None."""
    if text[end : end + 1] != "@":
        return None
    local = _LOCAL.search(text, max(end - _AROUND, 0), end)
    return (local.start(), end) if local and _JOINED.search(local[0]) else (end, end)


def _around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the words of a line around a place, up to a blank; of what has none that is near, no more than a word."""
    first, last = max(start - _AROUND - _LONGEST_WORD, 0), end + _AROUND + _LONGEST_WORD
    low = text.rfind("\n", first, start) + 1 or first
    high = text.find("\n", end, last)
    high = high if high >= 0 else min(last, len(text))
    if start - low > _AROUND:
        low = max(text.rfind(" ", low, start - _AROUND), low)
    if high - end > _AROUND:
        at = text.find(" ", end + _AROUND, high)
        high = at if at >= 0 else high
    return low, high


def parted(text: str) -> str:
    """Return the words in which small letters meet capitals, parted there: "LetterForAnaRivera", "ARivera_Ana"."""
    if (
        _SMALL_BEFORE_CAPITAL not in text.encode("latin-1", "replace").translate(_CASES)
        and "_" not in text
        and "-" not in text
    ):
        return ""
    camel_case = dict.fromkeys(word for word in _CAMEL_CASE_WORD.findall(text) if len(word) <= _LONGEST_WORD)
    return "\n\n".join(_CAMEL_CASE.sub(" ", word) for word in camel_case)
