"""Long text brought to plain letters all at once, each letter looked up: as fast with accents as without."""

import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.integer[Any]]

_CODES: Final = 0x110000  # code points there are; Unicode
_UNKNOWN, _GONE, _SEVERAL, _JOINED = -1, -2, -3, -4  # marks in place of a code point; by definition
_LONG: Final = 100  # characters from which on tables are faster; by eye
_FEW: Final = 4
"""Text that is mostly in ASCII has one letter beyond it among so many at the most; by eye."""
_LAST_ASCII: Final = 0x7F  # code point; Unicode
_LAST_WESTERN: Final = 0xFF  # the last code point of Latin-1; Unicode
_STAND_INS: Final = range(0x80, 0xA0)
"""Control characters, which no text has: each stands for a letter until what that becomes takes its place."""


class CodePoints(NamedTuple):
    """A text that is not all Latin-1, with the code of each character, and where those beyond ASCII stand."""

    text: str
    codes: Numbers
    places: Numbers

    @property
    def beyond_western(self) -> Numbers:
        """The codes of those characters that are beyond Latin-1: few, by which it is told what scripts there are."""
        beyond = self.codes.take(self.places)
        return beyond.compress(beyond > _LAST_WESTERN)


class PlainLetters:
    """What each letter becomes, learned from a function of text as letters are met.

    Only for letters that become the same wherever they stand. Threads may share one: what they learn is the same.
    """

    def __init__(self, plain: Callable[[str], str], is_joined: Callable[[str], object]) -> None:
        """Take the function, and another which tells letters that it changes by what stands beside them."""
        self._plain = plain
        self._is_joined = is_joined
        self._becomes = np.full(_CODES, _UNKNOWN, np.int32)
        self._becomes[:128] = np.arange(128)
        self._several: dict[str, str] = {}

    @cached_property
    def _western(self) -> tuple[bytes, tuple[tuple[bytes, bytes | None], ...]]:
        """Lay out Latin-1: what each letter becomes; and which become several or nothing, or (None) none of it."""
        letters = [chr(code) for code in range(256)]
        becomes = {letter: self._plain(letter) if letter >= "\x80" else letter for letter in letters}
        others = [letter for letter in letters if len(becomes[letter]) != 1 or becomes[letter] > "\xff"]
        table = bytes(ord(letter if letter in others else becomes[letter]) for letter in letters)
        return table, tuple((letter.encode("latin-1"), in_western(becomes[letter])) for letter in others)

    def of_western(self, text: str, known: CodePoints | None = None) -> str | None:
        """Return text as the function does that becomes Latin-1; None for other text, and if few of it is in ASCII.

        What is `known` of the same text is not told anew.
        """
        if (western := in_western(text)) is None:
            if len(text) < _LONG:
                return None
            return self._of_mostly_plain(known if known and known.text is text else coded(text))
        table, others = self._western
        western = western.translate(table)
        for letter, becomes in () if western.isascii() else others:
            if letter in western:
                if becomes is None:
                    return None
                western = western.replace(letter, becomes)
        return western.decode("latin-1")

    def _of_mostly_plain(self, known: CodePoints) -> str | None:
        """Return a long text as the function does, its few letters beyond ASCII looked up."""
        text, codes, places = known
        if len(places) > len(text) // _FEW:
            return None
        beyond = codes.take(places)
        plain = self._becomes.take(beyond)
        if (unknown := plain == _UNKNOWN).any():
            self._learn(set(beyond[unknown].tolist()))
            return self._of_mostly_plain(known)
        least = plain.min(initial=0)
        if least == _JOINED or plain.max(initial=0) > _LAST_WESTERN:
            return None
        stand_ins = self._stood_in_for(beyond, plain) if least < 0 else {}
        if stand_ins is None:
            return None
        narrow = codes.astype(np.uint8)
        narrow[places] = plain
        western = narrow.tobytes()
        for stand_in, becomes in stand_ins.items():
            western = western.replace(bytes((stand_in,)), becomes)
        return western.decode("latin-1")

    def _stood_in_for(self, codes: Numbers, plain: Numbers) -> dict[int, bytes] | None:
        """Put a control character into `plain` for each kind of letter that becomes several or nothing.

        Return what each stands for; None if that is not Latin-1, or such characters are there already.
        """
        kinds = set(codes[plain < 0].tolist())
        is_taken = ((plain >= _STAND_INS.start) & (plain < _STAND_INS.stop)).any()
        if is_taken or len(kinds) > len(_STAND_INS):
            return None
        standing = dict[int, bytes]()
        for stand_in, code in zip(_STAND_INS, kinds, strict=False):
            becomes = in_western(self._several.get(chr(code), ""))
            if becomes is None:
                return None
            plain[codes == code] = stand_in
            standing[stand_in] = becomes
        return standing

    def _spelled(self, text: str, codes: Numbers) -> str:
        """Return text with these letters replaced by the several that each becomes."""
        for letter in map(chr, set(codes.tolist())):
            text = text.replace(letter, self._several[letter])
        return text

    def of(self, text: str) -> str | None:
        """Return the whole text as the function does; None if it has letters that are changed by others beside them."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        plain = self._becomes.take(codes)
        least = plain.min(initial=0)
        if least < 0:
            if (unknown := plain == _UNKNOWN).any():
                self._learn(set(codes[unknown].tolist()))
                return self.of(text)
            if least == _JOINED:
                return None
            if least == _SEVERAL:
                return self.of(self._spelled(text, codes[plain == _SEVERAL]))
            plain = plain[plain >= 0]
        if plain.max(initial=0) < 128:
            return plain.astype(np.uint8).tobytes().decode("ascii")
        return plain.tobytes().decode("utf-32-le")

    def _learn(self, codes: Iterable[int]) -> None:
        for code in codes:
            letter = chr(code)
            becomes = self._plain(letter)
            if unicodedata.category(letter) in {"Mc", "Cs"} or self._is_joined(letter):
                self._becomes[code] = _JOINED
            elif len(becomes) == 1:
                self._becomes[code] = ord(becomes)
            elif not becomes:
                self._becomes[code] = _GONE
            else:
                self._several[letter] = becomes
                self._becomes[code] = _SEVERAL


def in_western(text: str) -> bytes | None:
    """Return text in Latin-1; None if some of it is not."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return None


def coded(text: str) -> CodePoints:
    """Return a text with the codes of its characters."""
    codes = codes_of(text)
    return CodePoints(text, codes, np.flatnonzero(codes > _LAST_ASCII))


def codes_of(text: str) -> Numbers:
    """Return the code of each character, in as few bytes as is enough for all: one, two or four."""
    western = in_western(text)
    if western is not None:
        return np.frombuffer(western, np.uint8)
    pairs = text.encode("utf-16-le", "surrogatepass")
    if len(pairs) == 2 * len(text):
        return np.frombuffer(pairs, "<u2")
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
