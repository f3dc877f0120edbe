"""A picture as an admin is shown it: its grey pixels as a PNG. Nothing is parsed for that, only bounded unpacking."""

import struct
import zlib
from typing import Final

from portal.reading.reader import Preview

MOST_SHOWN: Final = 4_000_000
"""Grey pixels, of all views of a picture together: a picture in colours of some one million has up to four."""
_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_GREY: Final = bytes((8, 0, 0, 0, 0))
"""Eight bits a pixel, no colours, the one compression and filtering there is, from top to bottom."""


def png_of(preview: Preview) -> bytes | None:
    """Return the picture as a PNG (RFC 2083); None where it is too large, or its pixels are not all there."""
    width, height = preview.width, preview.height
    size = width * height
    if not 0 < size <= MOST_SHOWN:
        return None
    try:
        grey = zlib.decompressobj().decompress(preview.packed, size)
    except zlib.error:
        return None
    if len(grey) != size:
        return None
    rows = b"".join(b"\0" + grey[at : at + width] for at in range(0, size, width))
    head = struct.pack(">II", width, height) + _GREY
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
