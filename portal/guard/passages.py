"""Text cut into passages, each folded once, with all that is asked of it."""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from urllib.parse import unquote

import numpy as np
from numpy.typing import NDArray

from portal.guard.alphabets import by_looks
from portal.guard.words import apart, fold_cased

Numbers = NDArray[np.integer[Any]]

LENGTH: Final = 1 << 17
_PARTED: Final = "\n\n\n\n\n"
OVERLAP: Final = 1_000
"""Characters that two passages share, so that nothing is cut in two: longer than a name, a number, an address."""

_ESCAPED: Final = re.compile(r"\\u([0-9a-fA-F]{4})")
_PERCENT: Final = re.compile(r"%[0-9a-fA-F]{2}(?:%[0-9a-fA-F]{2})*")
_APOSTROPHE: Final = re.compile(r"'(?=[A-Za-z]{2})")
_APOSTROPHE_BY_ANY: Final = re.compile(r"['\u2019](?=[^\W\d_]{2})")
_ARTICLE: Final = re.compile(r"\b(?:d|l|qu|m|s|n|j|c|t|dell|all|nell|dall|sull)$", re.IGNORECASE)
_ARTICLE_ENDS: Final = "dlumsnjctDLUMSNJCT"
_BROKEN: Final = re.compile(r"-[^\S\n]*\r?\n[^\S\n]*(?=[^\W\d_])")
_BROKEN_BY_ANY: Final = re.compile(r"[-\u2010\u00ad\ufffe\x02][^\S\n]*\r?\n[^\S\n]*(?=[^\W\d_])")


@dataclass(frozen=True, slots=True)
class Figures:
    """The stretches of a passage that hold digits, in one text, parted by line ends."""

    text: str
    places: list[int]
    starts: list[int]

    def place(self, position: int) -> int:
        """Return where in the passage a character of `text` stands."""
        at = bisect_right(self.places, position) - 1
        return self.starts[at] + position - self.places[at]


def _codes(text: str) -> Numbers:
    """Return the code of each character."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)


def _stretches(places: Numbers, *, close: int, fewest: int) -> tuple[Numbers, Numbers]:
    """Return where stretches of at least so many places begin and end, none further from the next than `close`."""
    if len(places) < fewest:
        return places[:0], places[:0]
    ends = np.flatnonzero(np.diff(places) > close)
    firsts, lasts = np.append(0, ends + 1), np.append(ends, len(places) - 1)
    enough = lasts - firsts >= fewest - 1
    return places[firsts[enough]], places[lasts[enough]] + 1


class Passage:
    """A piece of text, folded: `cased` keeps capitals, `spaced` has words and blanks only, all of one length.

    With `focus`, only what lies at these characters counts: the rest is there for its context. With `seam`, only what
    lies on both sides of it.
    """

    def __init__(self, text: str, focus: tuple[int, int] | None = None, seam: int | None = None) -> None:
        self.cased = fold_cased(text)
        self.folded = self.cased.lower()
        self.spaced = f" {apart(self.folded)} "
        """Begins one blank earlier than `folded`."""
        self.present = set(self.spaced.split())
        self.focus = focus
        self.seam = seam

    @cached_property
    def figures(self) -> Figures:
        """Where four digits or more stand close to each other."""
        letters = _codes(self.folded)
        digits = np.flatnonzero((letters >= ord("0")) & (letters <= ord("9")))
        starts, stops = _stretches(digits, close=5, fewest=4)
        text = _PARTED.join(map(self.folded.__getitem__, map(slice, starts.tolist(), stops.tolist())))
        places = np.append(0, np.cumsum(stops - starts + len(_PARTED)))
        return Figures(text, places.tolist(), starts.tolist())

    @cached_property
    def spelled(self) -> list[tuple[int, int]]:
        """Where five single letters or more stand close to each other, as places in `spaced`."""
        is_blank = _codes(self.spaced) == ord(" ")
        alone = np.flatnonzero(is_blank[:-2] & ~is_blank[1:-1] & is_blank[2:]) + 1
        starts, stops = _stretches(alone, close=5, fewest=5)
        return list(zip(starts.tolist(), stops.tolist(), strict=True))

    @cached_property
    def has_digits(self) -> bool:
        """Whether any digit stands here."""
        return any(digit in self.folded for digit in "0123456789")

    def places(self, word: str) -> Iterator[tuple[int, int]]:
        """Yield where a word stands as a whole, as character positions in `folded`."""
        pattern = f" {word} "
        at = self.spaced.find(pattern)
        while at >= 0:
            yield at, at + len(word)
            at = self.spaced.find(pattern, at + 1)

    def line_at(self, start: int, end: int) -> str:
        """Return the folded line that this place is in."""
        after = self.folded.find("\n", end)
        return self.folded[self.folded.rfind("\n", 0, start) + 1 : after if after >= 0 else len(self.folded)]


@dataclass(frozen=True, slots=True)
class _Mended:
    text: str
    focus: tuple[int, int]


def passages_of(text: str) -> Iterator[Passage]:
    """Yield a text as passages: once as it stands, and where that may hide a word, as it is meant.

    That is: words broken at a line's end, articles joined by an apostrophe, words all in look-alike letters.
    """
    for piece in map(unescaped, _pieces(text)):
        yield Passage(piece)
        for mended in _mended(piece):
            yield Passage(mended.text, mended.focus)
        if not piece.isascii() and (seen := by_looks(piece)) is not None:
            yield Passage(seen)


def unescaped(text: str) -> str:
    r"""Return text without the escapes of JSON (`\u00e1`), links (`%C3%A1`) and HTML (`&aacute;`)."""
    if "\\u" in text:
        text = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)
    if "%" in text:
        text = _PERCENT.sub(lambda code: unquote(code[0]), text)
    return html.unescape(text) if "&" in text and ";" in text else text


def _pieces(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > LENGTH + OVERLAP:
        last = start + LENGTH + OVERLAP
        end = max(text.rfind(" ", start + LENGTH, last), text.rfind("\n", start + LENGTH, last))
        end = end if end > 0 else start + LENGTH
        yield text[start:end]
        start = end - OVERLAP
    yield text[start:]


def _mended(text: str) -> Iterator[_Mended]:
    broken = (_BROKEN if text.isascii() else _BROKEN_BY_ANY).finditer(text)
    found = [(*mark.span(), "") for mark in broken if text[mark.start() - 1 : mark.start()].isalpha()]
    if "'" in text or "\u2019" in text:
        found += [
            (*mark.span(), " ")
            for mark in (_APOSTROPHE if text.isascii() else _APOSTROPHE_BY_ANY).finditer(text)
            if text[mark.start() - 1] in _ARTICLE_ENDS
            and _ARTICLE.search(text[max(mark.start() - 6, 0) : mark.start()])
        ]
    for start, end, between in found:
        before, after = _joined(text[max(start - 100, 0) : start]), _joined(text[end : end + 100])
        yield _Mended(f"{before}{between}{after}", (max(len(before) - 20, 0), len(before) + 20))


def _joined(text: str) -> str:
    """Return text with all its broken words mended."""
    return _BROKEN_BY_ANY.sub("", text) if "\n" in text else text
