"""How large a picture is, from its first bytes.

Without reading letters in pictures, a picture may hold names, so a file with one is unreadable. Exempt are
pictures of at most 64 x 64 pixels (bullets, rules, icons): no legible line with a full name fits. Also
exempt are the thumbnail an office file keeps of its own first page, up to 256 pixels a side (a page shrunk to
that has letters two or three pixels high), and pictures known by their hash.
"""

import hashlib
import re
from typing import Final

from portal.reading.budget import SAVE_AS_PDF, CannotRead

EXEMPT_PIXELS: Final = 64
THUMBNAIL_PIXELS: Final = 256
KNOWN_PICTURES: Final = frozenset(
    ("96367138dc44ce09bf2c8f0f8e49348a1478d2c5c0af69bbc2bbc38b63cdcead",)  # the thumbnail in python-docx's template
)
HOLDS_A_PICTURE: Final = (
    "It holds a picture the portal cannot read yet, and a picture may show names. "
    "Take the picture out of the letter and choose it again."
)

_JPEG_FRAME: Final = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]..\x08(..)(..)", re.DOTALL)


def is_exempt(size: tuple[int, int] | None, limit: int = EXEMPT_PIXELS) -> bool:
    """Whether a picture of this size in pixels is too small to name anyone. Unknown sizes never are."""
    return size is not None and max(size) <= limit


def size_of(data: bytes) -> tuple[int, int] | None:
    """Return width and height of a PNG, GIF, BMP or JPEG; None for what is none of them.

    For a JPEG the largest frame counts, as a thumbnail may stand before the picture.
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    if data.startswith((b"GIF87a", b"GIF89a")) and len(data) >= 10:
        return int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little")
    if data.startswith(b"BM") and len(data) >= 26:
        return int.from_bytes(data[18:22], "little"), abs(int.from_bytes(data[22:26], "little", signed=True))
    if data.startswith(b"\xff\xd8\xff"):
        frames = [(int.from_bytes(w, "big"), int.from_bytes(h, "big")) for h, w in _JPEG_FRAME.findall(data)]
        return max(frames, default=None)
    return None


def check_picture(data: bytes, limit: int = EXEMPT_PIXELS) -> None:
    """Let an exempt picture pass. Raises `CannotRead` for any other."""
    size = size_of(data)
    if size is None and data[:4] in {b"\xd7\xcd\xc6\x9a", b"\x01\x00\x00\x00"}:
        raise CannotRead(f"It holds a drawing the portal cannot read yet. {SAVE_AS_PDF}")
    if not is_exempt(size, limit) and hashlib.sha256(data).hexdigest() not in KNOWN_PICTURES:
        raise CannotRead(HOLDS_A_PICTURE)
