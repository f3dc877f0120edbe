"""Text that is not shown as it stands, looked through once for both.

Its letters were decoded twice: UTF-8 taken for what Windows, a Mac or DOS once wrote, so that é is Ã©. Or it is shown
backwards.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

_SHOWN_AS: Final = ("cp1252", "mac_roman", "cp850", "cp437")
_BEGINS: Final = re.compile("[Â-ô¬√ƒ≈─┬├┼·‚‰ΓΣσ]")
"""What such letters begin with, but for a few that stand before a letter of their own accord: quotes and dashes."""
_BLOCK: Final = 1 << 18
_ANY: Final = 0x10000
_NOT_ASCII: Final = 0x80
"""All of such a letter is shown as characters from here on."""
_LONGER: Final = 4
_FOLLOWS: Final = 8
_WAYS: Final = 0x0F
_TURNED: Final = "\u202d\u202e\u2067"
_TURNS: Final = 1 << 12


def mended(text: str) -> Iterator[tuple[str, str]]:
    """Give the lines of a text that people see otherwise, as they see them, behind what happened to them."""
    odd = _Odd(text)
    if lines := list(odd.decoded_again()):
        yield "decoded twice", "\n\n".join(lines)
    if odd.is_turned:
        yield "backwards", "\n\n".join(line[::-1] for line in text.split("\n") if not set(line).isdisjoint(_TURNED))


class _Odd:
    """What is odd in a text: `is_turned` tells of a mark that turns it round, once `decoded_again` is through."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.is_turned = False

    def decoded_again(self) -> Iterator[str]:
        """Yield the lines that have letters decoded twice, as they were meant."""
        text, done = self._text, 0
        for start in self._starts():
            if start >= done:
                done = text.find("\n", start)
                done = done if done >= 0 else len(text)
                yield _pattern().sub(_meant, text[text.rfind("\n", 0, start) + 1 : done])

    def _starts(self) -> Iterator[int]:
        """Yield where such letters begin. Only blocks that have what may be one are searched."""
        for block in range(0, len(self._text), _BLOCK):
            piece = self._text[block : block + _BLOCK + 3]
            if piece.isascii():
                continue
            codes = np.frombuffer(piece.encode("utf-16-le", "surrogatepass"), np.uint16)
            beyond = np.flatnonzero(codes >= _NOT_ASCII)
            begins = _table().take(codes.take(beyond))
            self.is_turned = self.is_turned or bool((begins & _TURNS).any())
            second, third = (_table().take(codes.take(beyond + ahead, mode="clip")) for ahead in (1, 2))
            near = beyond[(begins | (begins >> _LONGER & third >> _FOLLOWS)) & second >> _FOLLOWS & _WAYS != 0]
            if len(codes) == len(piece):
                yield from (block + at for at in near.tolist() if _pattern().match(piece, at))
            elif len(near):  # letters of two codes are among them: these are no places
                yield from (block + found.start() for found in _pattern().finditer(piece))


@cache
def _table() -> NDArray[np.uint16]:
    """Lay out by character, a bit for each way to show bytes: what begins a pair, what begins more, what follows.

    And one bit for what turns text round.
    """
    table = np.zeros(_ANY, np.uint16)
    table[list(map(ord, _TURNED))] = _TURNS
    for way, shown in enumerate(_shown()):
        for char, byte in shown.items():
            if byte < 0xC0:
                table[ord(char)] |= np.uint16(1 << way + _FOLLOWS)
            elif _BEGINS.match(char):
                table[ord(char)] |= np.uint16(1 << way + (_LONGER if byte >= 0xE0 else 0))
    return table


@cache
def _pattern() -> re.Pattern[str]:
    """Find all characters that the bytes of one letter in UTF-8 (RFC 3629) are shown as."""
    found, begins = [], ""
    for shown in _shown():
        follow = _class(char for char, byte in shown.items() if byte < 0xC0)
        for more, low, high in ((1, 0xC2, 0xE0), (2, 0xE0, 0xF0), (3, 0xF0, 0xF5)):
            if begin := "".join(char for char, byte in shown.items() if low <= byte < high and _BEGINS.match(char)):
                found.append(f"(?<={_class(begin)}){follow}{{{more}}}")
                begins += begin
    return re.compile(f"{_class(begins)}(?:{'|'.join(found)})")


def _class(chars: Iterable[str]) -> str:
    return f"[{re.escape(''.join(chars))}]"


@cache
def _shown() -> tuple[dict[str, int], ...]:
    """Return how bytes beyond ASCII are shown: the byte by the character. What Windows leaves out is shown as it is."""
    ways = [{bytes([byte]).decode(how, "replace"): byte for byte in range(0x80, 0x100)} for how in _SHOWN_AS]
    windows, *others = ({char: byte for char, byte in way.items() if char != "\ufffd"} for way in ways)
    return {chr(byte): byte for byte in range(0x80, 0x100)} | windows, *others


def _meant(run: re.Match[str]) -> str:
    for shown in _shown():
        try:
            return bytes(shown[char] for char in run[0]).decode("utf-8")
        except (UnicodeError, KeyError):
            continue
    return run[0]
