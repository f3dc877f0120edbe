"""Which signs the fonts here have: what none has is drawn as a box. For the cage alone, before it is shut.

Source: OpenType 1.9, `cmap` (formats 4 and 12) and the header of collections.
"""

import struct
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO, Final

from portal.press.office.faces import folders

_FONTS: Final = (".ttf", ".otf", ".ttc", ".otc")
_UNICODE: Final = {(0, 3), (0, 4), (0, 6), (3, 1), (3, 10)}
_UNDRAWN: Final = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs", "Mc", "Me", "Mn"))
_VARIATIONS: Final = range(0xFE00, 0xFE10)
Ranges = tuple[tuple[int, ...], tuple[int, ...]]
"""The beginnings of runs of signs, in order, and their ends."""


@cache
def signs_here() -> Ranges:
    """Return the signs of all fonts of this machine's converters, read once a process."""
    found: set[tuple[int, int]] = set()
    for folder in folders():
        for path in Path(folder).rglob("*"):
            if path.suffix.lower() in _FONTS:
                found |= set(_signs_of(path))
    return _merged(found)


def without_font(texts: Iterable[str], signs: Ranges) -> list[str]:
    """Return the signs of some texts that no font has."""
    begins, ends = signs
    found: dict[str, None] = {}
    for sign in sorted(set("".join(texts))):
        code = ord(sign)
        at = bisect_right(begins, code) - 1
        is_here = at >= 0 and code <= ends[at]
        if not is_here and unicodedata.category(sign) not in _UNDRAWN and code not in _VARIATIONS:
            found.setdefault(sign)
    return list(found)


def _merged(found: Iterable[tuple[int, int]]) -> Ranges:
    begins, ends = list[int](), list[int]()
    for begin, end in sorted(found):
        if ends and begin <= ends[-1] + 1:
            ends[-1] = max(ends[-1], end)
        else:
            begins.append(begin)
            ends.append(end)
    return tuple(begins), tuple(ends)


def _signs_of(path: Path) -> list[tuple[int, int]]:
    """Return the runs of signs that a font file has; none where it is damaged."""
    try:
        with path.open("rb") as font:
            return [run for at in _faces_in(font) for run in _runs_of_face(font, at)]
    except (OSError, struct.error):
        return []


def _faces_in(font: BinaryIO) -> list[int]:
    tag, _, count = struct.unpack(">4sII", font.read(12))
    if tag != b"ttcf":
        return [0]
    return list(struct.unpack(f">{min(count, 64)}I", font.read(4 * min(count, 64))))


def _runs_of_face(font: BinaryIO, at: int) -> Iterator[tuple[int, int]]:
    font.seek(at)
    (count,) = struct.unpack(">4xH6x", font.read(12))
    tables = dict(struct.iter_unpack(">4s4xI4x", font.read(16 * count)))
    if b"cmap" not in tables:
        return
    font.seek(tables[b"cmap"])
    (count,) = struct.unpack(">2xH", font.read(4))
    entries = list(struct.iter_unpack(">HHI", font.read(8 * count)))
    for place in {place for platform, encoding, place in entries if (platform, encoding) in _UNICODE}:
        font.seek(tables[b"cmap"] + place)
        yield from _runs_of_map(font)


def _runs_of_map(font: BinaryIO) -> Iterator[tuple[int, int]]:
    (kind,) = struct.unpack(">H", font.read(2))
    if kind == 4:
        (doubled,) = struct.unpack(">4xH6x", font.read(12))
        size = doubled // 2
        ends = struct.unpack(f">{size}H2x", font.read(doubled + 2))
        begins = struct.unpack(f">{size}H", font.read(doubled))
        yield from ((begin, end) for begin, end in zip(begins, ends, strict=True) if begin <= end < 0xFFFF)
    elif kind == 12:
        (count,) = struct.unpack(">10xI", font.read(14))
        yield from ((begin, end) for begin, end in struct.iter_unpack(">II4x", font.read(12 * min(count, 100_000))))
