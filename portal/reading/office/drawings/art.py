"""Pictures in the drawing layer of legacy workbooks (MS-ODRAW 2.2.23)."""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from portal.reading.budget import SAVE_AS_PDF, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.office.drawings.bitmap import as_file
from portal.reading.office.drawings.media import read_media

_HEAD: Final = struct.Struct("<HHI")
_CONTAINER: Final = 0xF
_STORE_ENTRY: Final = 0xF007
_METAFILES: Final = frozenset((0xF01A, 0xF01B))
_BLIPS: Final = range(0xF018, 0xF118)
_TWO_IDS: Final = frozenset((0x3D5, 0x217, 0x46B, 0x6E1, 0x6E3, 0x6E5, 0x7A9))
_DAMAGED: Final = f"A picture in this file is damaged. {SAVE_AS_PDF}"

Blip = tuple[int, int, bytes]
"""The record's kind, its instance, its content."""


def pictures_in(drawing: bytes) -> Iterator[Blip]:
    """Give each picture of a drawing layer. Raises `struct.error` where it breaks off."""
    waiting = [(0, len(drawing))]
    while waiting:
        at, end = waiting.pop()
        while at + _HEAD.size <= end:
            version, kind, size = _HEAD.unpack_from(drawing, at)
            start = at + _HEAD.size
            if start + size > end:
                raise struct.error
            if version & 0xF == _CONTAINER:
                waiting.append((start, start + size))
            elif kind == _STORE_ENTRY and size > 36:
                waiting.append((start + 36 + drawing[start + 33], start + size))
            elif kind in _BLIPS:
                yield kind, version >> 4, drawing[start : start + size]
            at = start + size


def read_blip(blip: Blip, to: Gathering, place: str) -> None:
    """Hand over the picture, without the ids before it. Raises `CannotRead`."""
    kind, instance, content = blip
    start = 32 if instance in _TWO_IDS else 16
    if kind in _METAFILES:
        read_media("", _unpacked(content[start:], to), to, place)
    elif kind == 0xF01F:
        to.show_file(place, as_file(content[start + 1 :]))
    else:
        read_media("", content[start + 1 :], to, place)


def _unpacked(metafile: bytes, to: Gathering) -> bytes:
    """Return a metafile after its header of 34 bytes, of which the last but one says whether it is packed."""
    if len(metafile) < 34:
        raise CannotRead(_DAMAGED)
    if metafile[32] == 0xFE:
        return metafile[34:]
    try:
        unpacked = zlib.decompressobj().decompress(metafile[34:], to.budget.unpacked + 1)
    except zlib.error:
        raise CannotRead(_DAMAGED) from None
    to.budget.unpack(len(unpacked))
    return unpacked
