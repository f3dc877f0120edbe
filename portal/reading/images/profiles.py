"""Colour profiles: tables of numbers, and a few texts, one of which programs show as the profile's name.

Source: ICC.1:2022, 7 (header and tags) and 10 (types of tags).
"""

import struct
from collections.abc import Iterator
from typing import Final

_HEAD: Final = 128
_MARK: Final = slice(36, 40)
_MOST_TEXTS: Final = 200


def is_profile(content: bytes) -> bool:
    """Whether the bytes are a colour profile, and nothing else behind it."""
    return content[_MARK] == b"acsp" and 0 <= len(content) - int.from_bytes(content[:4], "big") < 4


def told_by_profile(profile: bytes) -> list[str]:
    """Return the texts of a profile (10.15 and 10.24; `desc` is that of earlier versions). One cut short tells less."""
    texts: list[str] = []
    try:
        (count,) = struct.unpack_from(">I", profile, _HEAD)
        for number in range(min(count, _MOST_TEXTS)):
            start, size = struct.unpack_from(">II", profile, _HEAD + 4 + 12 * number + 4)
            texts += _texts_of(profile[start : start + size])
    except struct.error:
        pass
    return [text for text in dict.fromkeys(texts) if text]


def _texts_of(tag: bytes) -> Iterator[str]:
    kind = tag[:4]
    if kind == b"mluc":
        count, width = struct.unpack_from(">II", tag, 8)
        for number in range(min(count, _MOST_TEXTS)):
            size, start = struct.unpack_from(">II", tag, 16 + width * number + 4)
            yield tag[start : start + size].decode("utf-16-be", "replace")
    elif kind == b"text":
        yield tag[8:].decode("latin-1").strip("\0")
    elif kind == b"desc":
        (size,) = struct.unpack_from(">I", tag, 8)
        yield tag[12 : 12 + size].decode("latin-1").strip("\0")
        (letters,) = struct.unpack_from(">I", tag, 16 + size)
        yield tag[20 + size : 20 + size + 2 * letters].decode("utf-16-be", "replace").strip("\0")
