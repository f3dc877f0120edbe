"""Pictures of an office file: bitmaps are handed over, drawings are read, sounds and films refused."""

import re
import zlib
from typing import Final

from portal.reading.budget import SAVE_AS_PDF, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.office.drawings.emf_wmf import is_drawing, read_drawing
from portal.reading.office.text_in_bytes import refuse_object, sweep

_BITMAPS: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")
_ENDINGS: Final = frozenset(
    (
        "png",
        "jpg",
        "jpeg",
        "jpe",
        "jfif",
        "gif",
        "bmp",
        "dib",
        "tif",
        "tiff",
        "emf",
        "wmf",
        "emz",
        "wmz",
        "webp",
        "svg",
        "wdp",
    )
)
_SOUNDS: Final = frozenset(
    ("mp3", "mp4", "m4a", "m4v", "wav", "wma", "wmv", "avi", "mov", "mpg", "mpeg", "ogg", "mid", "webm")
)
_BITMAP_FILE: Final = re.compile(rb"BM(....)\0{4}.{2}\0\0[\x0c\x28\x6c\x7c]\0\0\0", re.DOTALL)
_GZIP: Final = b"\x1f\x8b"
_STAR_VIEW: Final = b"VCLMTF"
_KEPT_BESIDE: Final = ("objectreplacements/", "pictures/tablepreview")


def is_media(name: str, content: bytes) -> bool:
    """Whether a part is a picture, sound or film, by its folder, its ending or its bytes."""
    small = name.lower()
    in_folder = "/media/" in small or small.startswith(("pictures/", "media/", "thumbnails/", "objectreplacements/"))
    return in_folder or small.rpartition(".")[2] in _ENDINGS | _SOUNDS or _is_bitmap(content)


def read_media(name: str, content: bytes, to: Gathering, place: str, *, exempt: int | None = None) -> None:
    """Hand a picture over, or read a drawing into `to`. Raises `CannotRead` for what is neither.

    A picture of at most `exempt` pixels (64) a side is only counted.
    """
    small = name.lower()
    if content.startswith(_GZIP):
        content = _unzipped(content, to)
    if _is_bitmap(content):
        to.show_file(place, content, exempt=exempt)
    elif is_drawing(content):
        read_drawing(content, to, place, exempt=exempt)
    elif content.startswith(_STAR_VIEW):
        _read_star_view(small, content, to, place)
    elif content.startswith((b"%PDF-", b"<svg", b"<?xml", b"\xef\xbb\xbf<")):
        to.inside(content, place)
    elif small.rpartition(".")[2] in _SOUNDS:
        raise refuse_object("a sound or film", SAVE_AS_PDF)
    else:
        raise refuse_object("a picture", SAVE_AS_PDF)


def _read_star_view(small: str, content: bytes, to: Gathering, place: str) -> None:
    """Read the picture LibreOffice keeps of what is read as well, an object or a table: its words and bitmaps.

    No other one.
    """
    if not small.startswith(_KEPT_BESIDE):
        raise refuse_object("a picture", SAVE_AS_PDF)
    to.say(place, sweep(content))
    for bitmap in _BITMAP_FILE.finditer(content):
        size = int.from_bytes(bitmap[1], "little")
        to.show_file(place, content[bitmap.start() : bitmap.start() + size])


def _is_bitmap(content: bytes) -> bool:
    return content.startswith(_BITMAPS) or (content.startswith(b"RIFF") and content[8:12] == b"WEBP")


def _unzipped(content: bytes, to: Gathering) -> bytes:
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        unpacked = unpacker.decompress(content, to.budget.unpacked + 1)
    except zlib.error:
        raise CannotRead(f"A picture in this file is damaged. {SAVE_AS_PDF}") from None
    to.budget.unpack(len(unpacked))
    to.budget.check_ratio(len(content), len(unpacked))
    return unpacked
