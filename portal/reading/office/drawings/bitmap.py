"""Bitmaps without a file around them, as office programs and metafiles keep them (MS-WMF 2.2.2.9)."""

import struct
from typing import Final

from portal.reading.budget import SAVE_AS_PDF, CannotRead

_OLD_HEADER: Final = 12
_FILES_INSIDE: Final = frozenset((4, 5))


def as_file(bitmap: bytes) -> bytes:
    """Return a device-independent bitmap as a BMP file, or the JPEG or PNG that it wraps. Raises `CannotRead`."""
    if len(bitmap) < 16:
        raise CannotRead(f"A picture in this file is damaged. {SAVE_AS_PDF}")
    (size,) = struct.unpack_from("<I", bitmap)
    is_old = size == _OLD_HEADER
    (depth,) = struct.unpack_from("<H", bitmap, 10 if is_old else 14)
    packing, colours = (0, 0) if is_old or len(bitmap) < 36 else struct.unpack_from("<I12xI", bitmap, 16)
    if packing in _FILES_INSIDE:
        return bitmap[size:]
    masks = 12 if packing == 3 and size == 40 else 0
    palette = (colours or (1 << depth if depth <= 8 else 0)) * (3 if is_old else 4)
    return struct.pack("<2sIHHI", b"BM", len(bitmap) + 14, 0, 0, 14 + size + masks + palette) + bitmap
