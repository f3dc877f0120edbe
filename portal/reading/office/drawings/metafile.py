"""Plays the records of Windows metafiles, for their words, bitmaps and lines.

Sources: MS-EMF 2.3, MS-WMF 2.3, MS-EMFPLUS 2.3.3. Raises `struct.error` where a record breaks off.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from portal.reading.budget import SAVE_AS_PDF, CannotRead
from portal.reading.office.text_in_bytes import sweep

Point = tuple[float, float]
_MOST_POINTS: Final = 400_000
_FARTHEST: Final = 1e9
_GLYPHS: Final = 0x10
_IDENTITY: Final = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

_WORDS, _WIDE_WORDS, _SMALL_WORDS, _MANY_WORDS, _COMMENT, _LAST = 83, 84, 108, (96, 97), 70, 14
_EMF_BITMAPS: Final[dict[int, int]] = {76: 84, 77: 84, 78: 84, 79: 96, 80: 48, 81: 48, 93: 16, 94: 16, 114: 84, 116: 84}
_EMF_LINES: Final = frozenset((2, 3, 4, 5, 6, 56, 85, 86, 87, 88, 89, 92))
_EMF_MANY_LINES: Final = frozenset((7, 8, 90, 91))
_EMF_CURVES: Final = frozenset((2, 5, 85, 88))
_EMF_FILLED: Final = frozenset((3, 8, 86, 91))
_EMF_GOES_ON: Final = frozenset((5, 6, 88, 89))
_SHORT_FROM: Final = 85
_EMF_MAPPINGS: Final[dict[int, str]] = {9: "window_size", 10: "window_at", 11: "view_size", 12: "view_at"}

_WMF_BITMAPS: Final[dict[int, int]] = {0x0F43: 22, 0x0B41: 20, 0x0940: 16, 0x0D33: 18, 0x0142: 4}
_WMF_MAPPINGS: Final[dict[int, str]] = {0x020B: "window_at", 0x020C: "window_size"}


@dataclass(frozen=True, slots=True)
class Stroke:
    """One line through points, or the outline of a shape."""

    points: tuple[Point, ...]
    is_curved: bool = False
    is_filled: bool = False


@dataclass(frozen=True, slots=True)
class _Mapping:
    """From where a record draws to where it shows."""

    world: tuple[float, ...] = _IDENTITY
    window_at: Point = (0, 0)
    window_size: Point = (1, 1)
    view_at: Point = (0, 0)
    view_size: Point = (1, 1)

    def shown(self, point: Point) -> Point:
        a, b, c, d, e, f = self.world
        x, y = a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f
        across = self.view_size[0] / (self.window_size[0] or 1)
        down = self.view_size[1] / (self.window_size[1] or 1)
        return (x - self.window_at[0]) * across + self.view_at[0], (y - self.window_at[1]) * down + self.view_at[1]


@dataclass(slots=True)
class Metafile:
    """What a metafile shows. `is_closed` when part of it is kept in a way that is not played here."""

    words: list[str] = field(default_factory=list)
    bitmaps: list[bytes] = field(default_factory=list)
    strokes: list[Stroke] = field(default_factory=list)
    files: list[bytes] = field(default_factory=list)
    is_closed: bool = False
    mapping: _Mapping = _Mapping()
    saved: list[_Mapping] = field(default_factory=list)
    pen: Point = (0, 0)
    left: int = _MOST_POINTS

    def text(self) -> str:
        """Return the words line by line; where letters were written one by one, also joined."""
        told = [word.strip("\0") for word in self.words]
        single = sum(len(word) == 1 for word in told)
        return "\n".join(told) + ("\n\n" + "".join(told) if single > len(told) / 2 else "")

    def line(self, points: list[Point], *, curved: bool = False, filled: bool = False, goes_on: bool = False) -> None:
        """Draw through the points, from where the pen is if it `goes_on`."""
        self.left -= len(points)
        if self.left < 0:
            raise CannotRead(f"A drawing in this file has too many lines to be looked at. {SAVE_AS_PDF}")
        shown = [self.mapping.shown(point) for point in points]
        if goes_on:
            shown.insert(0, self.pen)
        if not all(abs(x) < _FARTHEST and abs(y) < _FARTHEST for x, y in shown):  # infinite and undefined ones too
            raise struct.error
        if shown:
            self.pen = shown[-1]
            whole = len(shown) % 3 == 1 and len(shown) > 1
            self.strokes.append(Stroke(tuple(shown), curved and whole, filled))


def play_emf(data: bytes) -> Metafile:
    """Play an enhanced metafile."""
    drawn, at, kind = Metafile(), 0, 0
    while kind != _LAST:
        kind, size = struct.unpack_from("<II", data, at)
        record = data[at : at + size]
        if size < 8 or len(record) != size:
            raise struct.error
        if kind in {_WORDS, _WIDE_WORDS, _SMALL_WORDS, *_MANY_WORDS}:
            drawn.words += _emf_words(kind, record, drawn)
        elif kind in _EMF_BITMAPS:
            _take_bitmap(record, _EMF_BITMAPS[kind], drawn)
        elif kind == _COMMENT:
            _play_comment(record, drawn)
        else:
            _play_lines(kind, record, drawn)
            _play_mapping(kind, record, drawn)
        at += size
    drawn.words.append(sweep(data[at:]))
    return drawn


def _emf_words(kind: int, record: bytes, drawn: Metafile) -> Iterator[str]:
    if kind == _SMALL_WORDS:
        count, options = struct.unpack_from("<II", record, 16)
        start, wide = 36 if options & 0x100 else 52, not options & 0x200
        texts = [(count, start, options, wide)]
    else:
        many = struct.unpack_from("<I", record, 36)[0] if kind in _MANY_WORDS else 1
        first = 40 if kind in _MANY_WORDS else 36
        heads = (struct.unpack_from("<III", record, first + 40 * number + 8) for number in range(many))
        texts = [(*head, kind in {_WIDE_WORDS, 97}) for head in heads]
    for count, start, options, wide in texts:
        raw = record[start : start + count * (2 if wide else 1)]
        drawn.is_closed = drawn.is_closed or bool(options & _GLYPHS and count)
        yield raw.decode("utf-16-le" if wide else "cp1252", "replace")


def _take_bitmap(record: bytes, at: int, drawn: Metafile) -> None:
    if len(record) >= at + 16:
        head, head_size, bits, bits_size = struct.unpack_from("<4I", record, at)
        if head and head_size:
            drawn.bitmaps.append(record[head : head + head_size] + record[bits : bits + bits_size])


def _play_comment(record: bytes, drawn: Metafile) -> None:
    """Sweep a comment, but for the PDF that a Mac puts there.

    EMF+ that does not say all again in plain records (MS-EMFPLUS 2.3.3.3, bit 0) is closed to us.
    """
    if record[12:16] == b"EMF+" and len(record) >= 20:
        kind, flags = struct.unpack_from("<HH", record, 16)
        drawn.is_closed = drawn.is_closed or (kind == 0x4001 and not flags & 1)
    comment = record[12:]
    start = comment.find(b"%PDF-")
    if start >= 0:
        drawn.files.append(comment[start:].rstrip(b"\0"))
    drawn.words.append(sweep(comment if start < 0 else comment[:start]))


def _play_lines(kind: int, record: bytes, drawn: Metafile) -> None:
    form, width = ("<hh", 4) if kind >= _SHORT_FROM else ("<ii", 8)
    if kind in _EMF_LINES:
        counts, at = struct.unpack_from("<I", record, 24), 28
    elif kind in _EMF_MANY_LINES:
        (many,) = struct.unpack_from("<I", record, 24)
        counts, at = struct.unpack_from(f"<{min(many, len(record))}I", record, 32), 32 + 4 * many
    elif kind == 27:
        drawn.pen = drawn.mapping.shown(struct.unpack_from("<ii", record, 8))
        return
    elif kind == 54:
        drawn.line([struct.unpack_from("<ii", record, 8)], goes_on=True)
        return
    elif kind in {42, 43, 44}:
        drawn.line(_box(*struct.unpack_from("<4i", record, 8)), filled=True)
        return
    else:
        return
    for count in counts:
        points = _points(form, record[at : at + count * width], count)
        drawn.line(points, curved=kind in _EMF_CURVES, filled=kind in _EMF_FILLED, goes_on=kind in _EMF_GOES_ON)
        at += count * width


def _play_mapping(kind: int, record: bytes, drawn: Metafile) -> None:
    if kind in _EMF_MAPPINGS:
        drawn.mapping = replace(drawn.mapping, **{_EMF_MAPPINGS[kind]: struct.unpack_from("<ii", record, 8)})
    elif kind == 33:
        drawn.saved.append(drawn.mapping)
    elif kind == 34 and drawn.saved:
        drawn.mapping = drawn.saved.pop()
    elif kind == 35:
        drawn.mapping = replace(drawn.mapping, world=struct.unpack_from("<6f", record, 8))
    elif kind == 36:
        new, mode = struct.unpack_from("<6f", record, 8), struct.unpack_from("<I", record, 32)[0]
        old = drawn.mapping.world
        world = {1: _IDENTITY, 2: _product(new, old), 3: _product(old, new)}.get(mode, new)
        drawn.mapping = replace(drawn.mapping, world=world)


def _product(first: tuple[float, ...], then: tuple[float, ...]) -> tuple[float, ...]:
    a, b, c, d, e, f = first
    g, h, i, j, k, m = then
    return a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m


def _points(form: str, content: bytes, count: int) -> list[Point]:
    points = list(struct.iter_unpack(form, content))
    if len(points) != count:
        raise struct.error
    return points


def _box(left: int, top: int, right: int, bottom: int) -> list[Point]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def play_wmf(data: bytes) -> Metafile:
    """Play a metafile of 16-bit Windows, without the header of 22 bytes that some have."""
    drawn, at, kind = Metafile(), 2 * struct.unpack_from("<H", data, 2)[0], -1
    while kind != 0:
        words, kind = struct.unpack_from("<IH", data, at)
        content = data[at + 6 : at + 2 * words]
        if words < 3 or len(content) != 2 * words - 6:
            raise struct.error
        if kind in _WMF_BITMAPS:
            if len(content) > _WMF_BITMAPS[kind] + 12:
                drawn.bitmaps.append(content[_WMF_BITMAPS[kind] :])
        elif kind in _WMF_MAPPINGS:
            down, across = struct.unpack_from("<hh", content)
            drawn.mapping = replace(drawn.mapping, **{_WMF_MAPPINGS[kind]: (across, down)})
        else:
            _play_wmf_record(kind, content, drawn)
        at += 2 * words
    drawn.words.append(sweep(data[at:]))
    return drawn


def _play_wmf_record(kind: int, content: bytes, drawn: Metafile) -> None:
    match kind:
        case 0x0521:
            (count,) = struct.unpack_from("<H", content)
            drawn.words.append(content[2 : 2 + count].decode("cp1252", "replace"))
        case 0x0A32:
            count, options = struct.unpack_from("<HH", content, 4)
            start = 16 if options & 0x6 else 8
            drawn.is_closed = drawn.is_closed or bool(options & _GLYPHS and count)
            drawn.words.append(content[start : start + count].decode("cp1252", "replace"))
        case 0x0324 | 0x0325 | 0x0538:
            _play_wmf_shapes(kind, content, drawn)
        case 0x0214:
            drawn.pen = drawn.mapping.shown(struct.unpack_from("<hh", content)[::-1])
        case 0x0213:
            drawn.line([struct.unpack_from("<hh", content)[::-1]], goes_on=True)
        case 0x041B | 0x0418:
            drawn.line(_box(*struct.unpack_from("<4h", content)[::-1]), filled=True)
        case 0x0626:
            drawn.words.append(sweep(content))


def _play_wmf_shapes(kind: int, content: bytes, drawn: Metafile) -> None:
    if kind == 0x0538:
        (many,) = struct.unpack_from("<H", content)
        counts, at = struct.unpack_from(f"<{many}H", content, 2), 2 + 2 * many
    else:
        counts, at = struct.unpack_from("<H", content), 2
    for count in counts:
        points = _points("<hh", content[at : at + 4 * count], count)
        drawn.line(points, filled=kind != 0x0325)
        at += 4 * count
