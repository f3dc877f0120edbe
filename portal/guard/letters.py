"""Long text brought to plain letters all at once, each letter looked up: as fast with accents as without."""

import unicodedata
from collections.abc import Callable
from functools import cached_property
from typing import Final

import numpy as np

_CODES: Final = 0x110000
_UNKNOWN, _GONE, _SEVERAL, _JOINED = -1, -2, -3, -4


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
    def _western(self) -> tuple[bytes, bytes, tuple[tuple[bytes, str], ...]]:
        """Lay out Latin-1: what each letter becomes, which go, and which become several or none of Latin-1."""
        letters = [chr(code) for code in range(256)]
        becomes = {letter: self._plain(letter) if letter >= "\x80" else letter for letter in letters}
        several = [letter for letter in letters if len(becomes[letter]) > 1 or becomes[letter] > "\xff"]
        table = bytes(ord(becomes[letter] or " ") if letter not in several else ord(letter) for letter in letters)
        gone = "".join(letter for letter in letters if not becomes[letter])
        return table, gone.encode("latin-1"), tuple((letter.encode("latin-1"), becomes[letter]) for letter in several)

    def of_western(self, text: str) -> str | None:
        """Return text in Latin-1 as the function does; None if it is not, or becomes something else."""
        try:
            western = text.encode("latin-1")
        except UnicodeEncodeError:
            return None
        table, gone, several = self._western
        for letter, becomes in several:
            if letter in western:
                if max(becomes) > "\xff":
                    return None
                western = western.replace(letter, becomes.encode("latin-1"))
        are_gone = any(letter in western for letter in gone)
        return western.translate(table, gone if are_gone else b"").decode("latin-1")

    def of(self, text: str) -> str | None:
        """Return the whole text as the function does; None if it has letters that are changed by others beside them."""
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        plain = self._becomes.take(codes)
        least = plain.min(initial=0)
        if least < 0:
            if (unknown := plain == _UNKNOWN).any():
                self._learn(np.unique(codes[unknown]).tolist())
                return self.of(text)
            if least == _JOINED:
                return None
            if least == _SEVERAL:
                for letter in map(chr, np.unique(codes[plain == _SEVERAL]).tolist()):
                    text = text.replace(letter, self._several[letter])
                return self.of(text)
            plain = plain[plain >= 0]
        if plain.max(initial=0) < 128:
            return plain.astype(np.uint8).tobytes().decode("ascii")
        return plain.tobytes().decode("utf-32-le")

    def _learn(self, codes: list[int]) -> None:
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
