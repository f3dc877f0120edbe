"""Which letter a glyph draws, told by a small net that has learnt letters from the fonts of some 4,000 public PDFs.

It is asked one thing: does this glyph clearly draw another letter or figure than its text says? A few points of
ink cannot tell `l` from `I`, and need not: what looks alike is taken for each other. What it has not met, as an
ornate hand or another script, it is sure of nothing about. (`python -m bench.letters` teaches it anew.)
"""

import functools
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789"
"""What the net tells apart, small and capital as one, before the kinds below."""
_OTHER, _MARK, _BRACKET, _SIGN, _JOINED = range(len(LETTERS), len(LETTERS) + 5)
KINDS: Final = _JOINED + 1
_MARKS: Final = ".,-–—'\"’‘“”„‚´`¨˚·…_~^*°:;•¯ˆ˜″′"
_BRACKETS: Final = "()[]{}|/\\!?¡¿‖"
_SIGNS: Final = "&@#$%+=<>§©®€£¥¢†‡¶×÷±≤≥≠→←↑↓∞√∑∏∫"
NET: Final = Path(__file__).with_name("sight.npz")
_ALIKE: Final = ("ijl1", "lt", "oq09", "gq9", "s5", "z2", "b68", "uvy")
_LOOKS: Final = dict(
    zip(
        "азвеӏикмнорстухіјѕһԁԛԝүαεικνορτυχωγΑΒΕΖΗΙΚΜΝΟΡΤΥΧпгшщяьъыбдєћђџ×θґημσπςλđøłıðþħßŧ",
        "a3beiukmhopctyxijshdqwyaeikvoptuxwyabezhikmnoptyxnrwwrbbbbgehhuxornuoncldolldphbt",
        strict=True,
    ),
)
"""Letters that are no Latin ones, or none with a mark, by the Latin one that is nearest."""
_ALIKE_ABROAD: Final = {
    "и": "hmn",
    "т": "m",
    "ы": "hmuw",
    "д": "ado",
    "б": "o6",
    "λ": "ax",
    "є": "c",
    "ð": "o",
    "я": "a",
    "л": "n",
    "€": "ec",
    "©": "co",
    "®": "r",
    "¢": "c",
    "¥": "y",
    "£": "el",
    "$": "s",
    "§": "s",
    "@": "a",
    "&": "8",
    "†": "t",
    "ij": "uy",
    "lj": "u",
}
"""What else letters and signs look like in one face or another."""
_ALIKE_MARKED: Final = "dghqu"
"""What a mark above, below or through a letter may make of it, stretched to one size."""
_TOGETHER: Final = np.array(
    [[a == b or any(a in group and b in group for group in _ALIKE) for b in LETTERS] for a in LETTERS], np.float32
)
"""Letters that look alike count as one: what is an `l` may as well be an `i`."""
_STROKES: Final = "ijl1"
"""What a bracket, a bar and an exclamation mark look like."""
_SURE: Final = 4.0
"""By what power of e the letter it draws is likelier than all it may say, from which on that is clear."""
_SURE_OF_OTHER: Final = 4.5
_SURE_OF_NOTHING: Final = 3.5
_SURE_OF_BLANK: Final = 1.0
"""A blank draws nothing: ink that is a letter is enough. Of what the net has not met, it has to be surer."""
_LIKELY: Final = 0.5
_LEAST: Final = 1e-12
_MORE: Final = 1.0
"""What is to be added for a font that may be one of signs: what they look like is chance."""
_NOTHING: Final = re.compile("[\x00-\x1f\x7f-\x9f\ue000-\uf8ff\ufffd]")


_EDGE: Final = np.flatnonzero(np.pad(np.zeros((14, 14), np.bool_), 1, constant_values=True))
"""Which of the sixteen times sixteen points of a shape are at its edge."""
_INNER: Final = np.setdiff1d(np.arange(256), _EDGE)
_FRAMED: Final = 0.93


def _read() -> tuple[NDArray[np.float32], ...]:
    """Return the net: weights from points to hidden units and on to letters, each with what is added."""
    with np.load(NET, allow_pickle=False) as held:
        first, second = (held[name].astype(np.float32) * held[f"{name}_unit"] for name in ("first", "second"))
        return first, held["first_added"], second, held["second_added"]


_WEIGHTS: Final = _read()  # when the module is loaded: the cage opens no file later


def boxes(lines: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """Return of each cell's ink: first and last line, first and last column."""
    down = lines != 0
    across = np.unpackbits(np.bitwise_or.reduce(lines, axis=1).astype(">u4").view(np.uint8).reshape(-1, 4), axis=1)
    ends = [(way.argmax(axis=1), way.shape[1] - 1 - way[:, ::-1].argmax(axis=1)) for way in (down, across)]
    return np.stack([*ends[0], *ends[1]], axis=1).astype(np.uint8)


def points(shapes: NDArray[np.uint64], around: NDArray[np.uint8], baseline: int) -> NDArray[np.float32]:
    """Return what the net looks at: the points of each shape, and how large it was and how far from its line."""
    top, bottom, left, right = around.T.astype(np.float32)
    sizes = np.stack([right - left + 1, bottom - top + 1, baseline - top, bottom - baseline], axis=1) / 16
    return np.concatenate([np.unpackbits(shapes.view(np.uint8), axis=1), sizes], axis=1, dtype=np.float32)


def others(seen: NDArray[np.float32], said: Sequence[str]) -> list[tuple[str, bool]]:
    """Return for each glyph the letter it clearly draws instead of what it says, and whether that is beyond doubt.

    Empty where it may be what it says. Beyond doubt is a letter or a blank that is another one much more likely.
    """
    told = np.exp(_told(seen))
    may_be = np.stack([_may_be(text) for text in said])
    own = np.where(may_be, told, 0).sum(axis=1)
    other = np.where(may_be, 0, told)[:, : len(LETTERS)]
    as_other = np.einsum("gl,lk->gk", other, _TOGETHER).max(axis=1)
    by = np.log(as_other / np.maximum(own, _LEAST)) - np.array([_sure(text) for text in said])
    is_clear = (as_other > _LIKELY) & (by > 0) & ~are_frames(seen)
    is_sure = (by > _MORE) & np.array([text.isascii() and text.isprintable() for text in said])
    best = other.argmax(axis=1).tolist()
    return [
        (LETTERS[at] if clear else "", sure)
        for at, clear, sure in zip(best, is_clear.tolist(), is_sure.tolist(), strict=True)
    ]


def are_frames(seen: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which are no letters but frames, drawn for want of a glyph: ink along all four sides, not all within."""
    are_frames: NDArray[np.bool_] = (seen[:, _EDGE].mean(axis=1) > _FRAMED) & (seen[:, _INNER].mean(axis=1) < _FRAMED)
    return are_frames  # an `l` without serifs, stretched, is all ink


def _told(seen: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return how likely each glyph is each letter, as logarithms.

    By einsum, which adds up by itself: the library behind a matrix product of numpy starts threads.
    """
    first, first_added, second, second_added = _WEIGHTS
    hidden = np.maximum(np.einsum("gp,ph->gh", seen, first) + first_added, 0)
    told: NDArray[np.float32] = np.einsum("gh,hl->gl", hidden, second) + second_added
    told -= told.max(axis=1, keepdims=True)
    told -= np.log(np.exp(told).sum(axis=1, keepdims=True))
    return told


def is_abroad(text: str) -> bool:
    """Whether a text is a letter of another alphabet than Latin."""
    return text.isalpha() and not text.isascii() and not unicodedata.name(_parts(text)[0], "").startswith("LATIN")


@functools.lru_cache(maxsize=1_024)
def _sure(text: str) -> float:
    """Return from which power of e on another letter is clear in a glyph that says this."""
    if not text.strip():
        return _SURE_OF_BLANK
    kind = kind_of(text)
    if kind is None or is_abroad(text):
        return _SURE_OF_NOTHING
    return _SURE if kind != _OTHER and (kind > _OTHER or text.isascii()) else _SURE_OF_OTHER


@functools.lru_cache(maxsize=1_024)
def _may_be(text: str) -> NDArray[np.bool_]:
    """Return which of the net's kinds a glyph that says this may look like."""
    may_be = np.zeros(KINDS, dtype=np.bool_)
    kind = kind_of(text)
    if kind is None or kind in (_OTHER, _SIGN) or not text.isascii():
        may_be[_OTHER:] = True
    if kind is not None:
        may_be[kind] = True
    letter = LETTERS[kind] if kind is not None and kind < _OTHER else ""
    like = "".join(group for group in _ALIKE if letter and letter in group)
    if kind == _BRACKET:
        like += _STROKES
    elif letter and not text.isascii():
        like += _ALIKE_MARKED
    like += _ALIKE_ABROAD.get("".join(_parts(text)).casefold(), "") if text.strip() else ""
    may_be[[LETTERS.index(each) for each in like]] = True
    return may_be


@functools.lru_cache(maxsize=1_024)
def kind_of(text: str) -> int | None:
    """Return what a text says: its letter or figure, folded and without marks, or a kind of sign; None for nothing.

    Letters of other alphabets are what they look like, as far as that is told here.
    """
    if not text.strip() or _NOTHING.search(text):
        return None
    first, *rest = _parts(text)
    if (figure := unicodedata.digit(first, None)) is not None and not rest:
        return LETTERS.index(str(figure))
    folded = _LOOKS.get(first, _LOOKS.get(first.casefold(), first)).casefold()
    if len(folded) == 1 and folded in LETTERS and all(map(unicodedata.combining, rest)):
        return LETTERS.index(folded)
    if rest and all(each.isascii() and each.isalpha() for each in (first, *rest)):
        return _JOINED
    signs = ((_MARKS, _MARK), (_BRACKETS, _BRACKET), (_SIGNS, _SIGN))
    return next((kind for these, kind in signs if text.strip() in these), _OTHER)


def _parts(text: str) -> list[str]:
    """Return a text in its plainest letters, each followed by its marks."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").strip()
    return list(unicodedata.normalize("NFD", unicodedata.normalize("NFKC", whole)))
