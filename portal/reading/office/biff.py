"""The records of a legacy workbook (BIFF8), and the texts in them.

Source: MS-XLS 2.1.4 (records), 2.5.293 (rich texts), 2.4.265 (shared texts).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

CONTINUE: Final = 0x3C
_LONGEST: Final = 8224


@dataclass(frozen=True, slots=True)
class Record:
    """One record: where it starts, what it is, its bytes piece by piece (those after the first are continued)."""

    start: int
    kind: int
    pieces: tuple[bytes, ...]

    @property
    def content(self) -> bytes:
        """All pieces as one."""
        return b"".join(self.pieces)


def records_of(stream: bytes) -> Iterator[Record]:
    """Give each record with what continues it. Raises `struct.error` where the stream breaks off."""
    at, pieces, kind, start = 0, list[bytes](), -1, 0
    while at + 4 <= len(stream):
        following, size = struct.unpack_from("<HH", stream, at)
        content = stream[at + 4 : at + 4 + size]
        if size > _LONGEST or len(content) != size:
            raise struct.error
        if following == CONTINUE and kind >= 0:
            pieces.append(content)
        else:
            if kind >= 0:
                yield Record(start, kind, tuple(pieces))
            start, kind, pieces = at, following, [content]
        at += 4 + size
        if following == 0 and size == 0 and not stream[at:].strip(b"\0"):
            break  # the rest of the last sector
    if kind > 0:
        yield Record(start, kind, tuple(pieces))


class Cursor:
    """Reads along the pieces of a record. Raises `struct.error` past the end."""

    def __init__(self, pieces: tuple[bytes, ...], piece: int = 0, at: int = 0) -> None:
        """Stand at the byte `at` of a piece."""
        self._pieces, self._piece, self._at = pieces, piece, at

    def take(self, size: int) -> bytes:
        """Return the next bytes, across pieces."""
        taken = b""
        while len(taken) < size:
            taken += self._some(size - len(taken))
        return taken

    def number(self, form: str) -> int:
        """Return the next number, in the form `struct` names."""
        (value,) = struct.unpack(form, self.take(struct.calcsize(form)))
        return int(value)

    def letters(self, count: int, *, wide: bool) -> str:
        """Return the next letters; each piece says anew how wide its letters are."""
        out = []
        while count > 0:
            if self._left() == 0:
                self._next()
                wide = bool(self.number("<B") & 1)
            width = 2 if wide else 1
            raw = self._some(min(count, max(self._left() // width, 1)) * width)
            out.append(raw.decode("utf-16-le" if wide else "latin-1", "replace"))
            count -= max(len(raw) // width, 1)
        return "".join(out)

    def rich_text(self, count: int) -> tuple[str, bytes]:
        """Return a text with its flags before it, and its phonetic guide."""
        flags = self.number("<B")
        runs = self.number("<H") if flags & 0x8 else 0
        extra = self.number("<I") if flags & 0x4 else 0
        text = self.letters(count, wide=bool(flags & 1))
        self.take(4 * runs)
        return text, self.take(extra)

    def _left(self) -> int:
        return len(self._pieces[self._piece]) - self._at

    def _next(self) -> None:
        self._piece, self._at = self._piece + 1, 0
        if self._piece >= len(self._pieces):
            raise struct.error

    def _some(self, size: int) -> bytes:
        if self._left() == 0:
            self._next()
        got = self._pieces[self._piece][self._at : self._at + size]
        self._at += len(got)
        return got


def text_at(record: Record, at: int, *, long_count: bool = True) -> str:
    """Return the text at byte `at` of a record: its length in two bytes (or one), its flags, its letters."""
    cursor = Cursor(record.pieces)
    cursor.take(at)
    return cursor.rich_text(cursor.number("<H" if long_count else "<B"))[0]


def shared_texts(record: Record) -> tuple[list[str], list[bytes]]:
    """Return the texts of the workbook's table of shared ones, and their phonetic guides."""
    cursor = Cursor(record.pieces)
    cursor.take(4)
    texts, guides = [], []
    for _ in range(cursor.number("<I")):
        text, guide = cursor.rich_text(cursor.number("<H"))
        texts.append(text)
        if guide:
            guides.append(guide)
    return texts, guides


def packed_number(raw: int) -> float:
    """Return the number in an RK (MS-XLS 2.5.217): an integer or half a float, perhaps in hundredths."""
    if raw & 2:
        value = float(struct.unpack("<i", struct.pack("<I", raw))[0] >> 2)
    else:
        (value,) = struct.unpack("<d", struct.pack("<Q", (raw & 0xFFFFFFFC) << 32))
    return value / 100 if raw & 1 else value
