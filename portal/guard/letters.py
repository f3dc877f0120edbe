"""Long text brought to plain letters all at once, each letter looked up: as fast with accents as without."""

import unicodedata
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Final

import numpy as np

_CODES: Final = 0x110000
_UNKNOWN, _GONE, _SEVERAL, _JOINED = -1, -2, -3, -4
_FEW: Final = 16
"""Letters beyond Latin-1 that are brought to plain ones one after the other: text has no more that is mostly in it."""
_MARKS: Final = (range(0x100, 0x250), range(0x2000, 0x2C00))
"""Where these are: the rest of Latin, and curly quotes, dashes, dots and signs."""


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

    def of_western(self, text: str) -> str | None:
        """Return text in Latin-1 as the function does; None if it is not, or becomes something else."""
        western = self._narrowed(text)
        if western is None:
            return None
        table, others = self._western
        western = western.translate(table)
        for letter, becomes in () if western.isascii() else others:
            if letter in western:
                if becomes is None:
                    return None
                western = western.replace(letter, becomes)
        return western.decode("latin-1")

    def _narrowed(self, text: str) -> bytes | None:
        """Return text in Latin-1 with the few letters beyond it made plain; None where they are many or stay beyond."""
        for _ in range(_FEW):
            try:
                return text.encode("latin-1")
            except UnicodeEncodeError as error:
                letter = text[error.start]
            if not any(ord(letter) in some for some in _MARKS):
                return None
            if (becomes := self._alone(letter)) is None or in_western(becomes) is None:
                return None
            text = text.replace(letter, becomes)
        return None

    def _alone(self, letter: str) -> str | None:
        """Return what a letter becomes; None if those beside it have a say."""
        if (becomes := self._becomes[ord(letter)]) == _UNKNOWN:
            self._learn([ord(letter)])
            becomes = self._becomes[ord(letter)]
        if becomes == _JOINED:
            return None
        return self._several[letter] if becomes == _SEVERAL else "" if becomes == _GONE else chr(becomes)

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
                for letter in map(chr, set(codes[plain == _SEVERAL].tolist())):
                    text = text.replace(letter, self._several[letter])
                return self.of(text)
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
