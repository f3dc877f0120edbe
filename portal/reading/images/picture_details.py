"""What a picture file says beside its pixels: EXIF, XMP, IPTC, comments, and smaller pictures of itself.

The known fields are decoded as they are meant to be; whatever else is there is swept for runs of letters, so a
program's own field is not missed because nobody has heard of it.
"""

import base64
import binascii
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from PIL import ExifTags, Image

from portal.reading.budget import SAVE_AS_PDF, Budget, CannotRead
from portal.reading.images.pictures import DAMAGED, MOST_SCRAP, end_of_picture, jpeg_segments, png_chunks
from portal.reading.images.profiles import is_profile, told_by_profile
from portal.reading.images.tiff import left_over

_RUN: Final = re.compile(r"[^\x00-\x1f\x7f-\x9f\ufffd]{4,}")
_LETTERS_IN_TWO: Final = (
    re.compile(rb"(?:[\x20-\x7e\xa0-\xff]\0){4,}"),
    re.compile(rb"(?:\0[\x20-\x7e\xa0-\xff]){4,}"),
)
_BASE64: Final = re.compile(rb"/9j/[A-Za-z0-9+/=\s&#xA;]{200,}")
_RAW_PROFILE: Final = re.compile(rb"Raw profile type \w{1,20}\n\s*\w{1,20}\s+\d{1,10}\s+((?:[0-9A-Fa-f]{2}\s*+)++)")
_MAX_TEXT: Final = 4 * 1024 * 1024
_SMALL: Final = 4_000_000  # pixels: a larger one is decoded within the budget alone
JPEG_2000: Final = b"\0\0\0\x0cjP  "
_PROFILE: Final = 0xE2
_FRAME: Final = 16  # bytes that say where a frame of a moving WebP stands
_PADDING: Final = 256
_WITHIN: Final = 8  # pictures within the details of one


@dataclass(slots=True)
class Details:
    """Texts, and picture files found among them (a camera's thumbnail, a program's preview)."""

    texts: list[str] = field(default_factory=list)
    pictures: list[bytes] = field(default_factory=list)


def told_by(data: bytes, budget: Budget) -> Details:
    """Return what a picture file says of itself. Raises `CannotRead` when it is too much, or packed as a bomb."""
    details = Details()
    try:
        scrap = _scrap(data)
        blocks = [*_blocks(data, budget), ("other", scrap), *(("other", run) for run in _in_utf_16(scrap))]
    except DAMAGED:
        raise CannotRead(f"A picture in this file is damaged. {SAVE_AS_PDF}") from None
    for kind, block in blocks:
        details.texts += _exif_texts(block) if kind == "exif" else []
        details.texts += told_by_profile(block) if kind == "profile" and is_profile(block) else readable(block)
        details.pictures += _pictures_in(block)
    details.texts = list(dict.fromkeys(details.texts))
    return details


def readable(block: bytes) -> list[str]:
    """Return the runs of four characters or more, read as UTF-8, else Latin-1, and as UTF-16 either way round."""
    try:
        text = block.decode("utf-8")
    except UnicodeDecodeError:
        text = block.decode("latin-1")
    runs = _RUN.findall(text)
    for encoding, odd in (("utf-16-le", 0), ("utf-16-le", 1), ("utf-16-be", 0), ("utf-16-be", 1)):
        if b"\0" in block:
            wide = block[odd : len(block) - (len(block) - odd) % 2].decode(encoding, "replace")
            runs += [run for run in _RUN.findall(wide) if _is_likely(run)]
    return runs


def _is_likely(run: str) -> bool:
    """Whether a run of UTF-16 is more than any bytes read two by two: letters of one alphabet."""
    blocks = {ord(character) >> 8 for character in run if not character.isspace()}
    return len(blocks) <= 2 or (all(0x4E <= block <= 0x9F for block in blocks) and len(run) <= 40)


def _exif_texts(block: bytes) -> list[str]:
    exif = Image.Exif()
    try:
        exif.load(block)
        values = [*exif.items()]
        for directory in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo, ExifTags.IFD.IFD1):
            values += exif.get_ifd(directory).items()
    except Exception:  # noqa: BLE001 - a damaged directory is swept like any other block
        return []
    return [text for tag, value in values if (text := _field(tag, value).strip("\0 "))]


def _field(tag: int, value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, tuple) and value and all(isinstance(part, int) and 0 <= part < 256 for part in value):
        value = bytes(value)
    if not isinstance(value, bytes):
        return ""
    if 0x9C9B <= tag <= 0x9C9F:  # XPTitle to XPSubject
        return value.decode("utf-16-le", "replace")
    if tag == 0x9286 and value[:8] == b"UNICODE\0":  # UserComment, EXIF 2.32, 4.6.5
        return value[8:].decode("utf-16-le", "replace") + "\n\n" + value[8:].decode("utf-16-be", "replace")
    return ""


def _pictures_in(block: bytes) -> Iterator[bytes]:
    at, found = block.find(b"\xff\xd8\xff"), 0
    while at >= 0 and found < _WITHIN:
        rest = block[at:]
        try:
            with Image.open(io.BytesIO(rest), formats=("JPEG",)) as small:
                if small.width * small.height <= _SMALL:
                    small.load()
            yield rest[: end_of_picture(rest)]
            found += 1
        except (*DAMAGED, Image.DecompressionBombError):
            pass  # three bytes that look like a picture's start, or one cut short: no program shows it
        at = block.find(b"\xff\xd8\xff", at + 3)
    for packed in _BASE64.findall(block)[:_WITHIN]:
        try:
            yield from _pictures_in(base64.b64decode(re.sub(rb"&#xA;|\s", b"", packed) + b"=="))
        except binascii.Error:
            continue


def _in_utf_16(scrap: bytes) -> Iterator[bytes]:
    """Give the letters that stand in two bytes each, whatever stands on either side of them."""
    for order, runs in zip(("le", "be"), _LETTERS_IN_TWO, strict=True):
        yield "\n\n".join(run.decode(f"utf-16-{order}") for run in runs.findall(scrap)).encode()


def _scrap(data: bytes) -> bytes:
    """Return what follows the end of a picture, unless it is too long for a scrap: then it is a picture of its own."""
    rest = data[end_of_picture(data) :]
    return rest if len(rest) <= MOST_SCRAP else b""


def _blocks(data: bytes, budget: Budget) -> Iterator[tuple[str, bytes]]:
    if data.startswith(b"\xff\xd8"):
        yield from _jpeg_blocks(data)
    elif data.startswith(b"\x89PNG"):
        yield from _png_blocks(data, budget)
    elif data.startswith(b"GIF8"):
        yield from _gif_blocks(data)
    elif data.startswith(b"RIFF"):
        yield from _webp_blocks(data)
    elif data.startswith((JPEG_2000, b"\xff\x4f\xff\x51")):
        yield from _jpeg_2000_blocks(data)
    elif data.startswith((b"II", b"MM")):
        yield from _tiff_blocks(data)


def _jpeg_blocks(data: bytes) -> Iterator[tuple[str, bytes]]:
    profile = b""
    for marker, block, _ in jpeg_segments(data):
        if block.startswith(b"Exif\0"):
            yield "exif", block
        elif marker == _PROFILE and block.startswith(b"ICC_PROFILE\0"):
            profile += block[14:]
        elif (0xE0 <= marker <= 0xEF or marker == 0xFE) and not block.startswith(b"JFIF\0"):
            yield "other", block
        elif block.startswith(b"JFIF\0") and len(block) > 14:
            yield "other", block[14:]
    if profile:
        yield "profile", profile


def _jpeg_2000_blocks(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give all boxes but the picture's own, and what stands before its first tile (ISO/IEC 15444-1, A and I)."""
    at = 12 if data.startswith(JPEG_2000) else len(data)
    while at + 8 <= len(data):
        size, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        head = 16 if size == 1 else 8
        size = int.from_bytes(data[at + 8 : at + 16], "big") if size == 1 else size or len(data) - at
        block = data[at + head : at + size]
        yield "other", block[: block.find(b"\xff\x90")] if kind == b"jp2c" else block
        at += max(size, head)
    if data.startswith(b"\xff\x4f"):
        yield "other", data[: data.find(b"\xff\x90")]


def _png_blocks(data: bytes, budget: Budget) -> Iterator[tuple[str, bytes]]:
    for kind, block in png_chunks(data):
        if kind == b"eXIf":
            yield "exif", b"Exif\0\0" + block
        elif kind in {b"tEXt", b"zTXt", b"iTXt"}:
            text = _png_text(kind, block, budget)
            yield "other", text
            yield from _raw_profile(text)
        elif kind == b"iCCP":
            name, _, packed = block.partition(b"\0")
            yield "other", name
            yield "profile", _unpacked(packed[1:], budget)
        elif kind not in _PNG_PIXELS:
            yield "other", block


_PNG_PIXELS: Final = frozenset((b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"fdAT", b"fcTL", b"acTL", b"bKGD"))


def _png_text(kind: bytes, block: bytes, budget: Budget) -> bytes:
    """Return the keyword and the text (PNG, 11.3.3)."""
    keyword, _, rest = block.partition(b"\0")
    if kind == b"tEXt":
        return keyword + b"\n" + rest
    if kind == b"iTXt":
        is_packed, rest = rest[:1] == b"\1", rest[2:]
        language, _, rest = rest.partition(b"\0")
        title, _, rest = rest.partition(b"\0")
        keyword = b"\n".join((keyword, language, title))
    else:
        is_packed, rest = True, rest[1:]
    return keyword + b"\n" + (_unpacked(rest, budget) if is_packed else rest)


def _raw_profile(text: bytes) -> Iterator[tuple[str, bytes]]:
    """Give what ImageMagick keeps in a text of a PNG, in hexadecimal digits: the details a JPEG had."""
    if told := _RAW_PROFILE.match(text):
        digits = b"".join(told[1].split())
        details = binascii.unhexlify(digits[: len(digits) // 2 * 2])
        yield "exif" if details.startswith(b"Exif\0") else "other", details


def _unpacked(packed: bytes, budget: Budget) -> bytes:
    try:
        text = zlib.decompressobj().decompress(packed, _MAX_TEXT)
    except zlib.error:
        raise CannotRead(f"A picture in this file is damaged. {SAVE_AS_PDF}") from None
    budget.unpack(len(text))
    if len(text) >= _MAX_TEXT:
        raise CannotRead(f"A picture in this file holds far too much text that it does not show. {SAVE_AS_PDF}")
    return text


def _gif_blocks(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give comments, plain text and what programs keep (GIF89a, sections 24 to 26); XMP is not in sub-blocks."""
    end = end_of_picture(data)
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    while at < end - 1:
        if data[at] == 0x2C:
            at += 10 + (3 << (data[at + 9] & 7) + 1 if data[at + 9] & 0x80 else 0) + 1
            label = 0
        else:
            label, at = data[at + 1], at + 2
        start, pieces = at, []
        while data[at]:
            pieces.append(data[at + 1 : at + 1 + data[at]])
            at += data[at] + 1
        if label in {0xFE, 0x01, 0xFF}:
            yield "other", b"".join(pieces)
        if label == 0xFF and pieces[0].startswith(b"XMP Data"):
            yield "other", data[start + 12 : at]
        at += 1


def _webp_blocks(data: bytes, at: int = 12) -> Iterator[tuple[str, bytes]]:
    while at + 8 <= len(data):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        block = data[at + 8 : at + 8 + size]
        if kind == b"EXIF":
            yield "exif", block if block.startswith(b"Exif\0") else b"Exif\0\0" + block
        elif kind == b"ICCP":
            yield "profile", block
        elif kind == b"ANMF":
            yield from _webp_blocks(block, _FRAME)
        elif kind not in {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM"}:
            yield "other", block
        at += 8 + size + size % 2


def _tiff_blocks(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Give the fields of every page, and refuse what lies between them: TIFF has no end (TIFF 6.0, section 2)."""
    with Image.open(io.BytesIO(data), formats=("TIFF",)) as opened:
        for number in range(getattr(opened, "n_frames", 1)):
            opened.seek(number)
            for tag, value in opened.tag_v2.items():  # type: ignore[attr-defined]  # only TIFF pictures have it
                if isinstance(value, str):
                    yield "other", value.encode()
                elif isinstance(value, bytes):
                    yield {34665: "exif", 34675: "profile"}.get(tag, "other"), value
                if text := _field(tag, value):
                    yield "other", text.encode()
    left = left_over(data)
    if len(left.replace(b"\0", b"")) > _PADDING:
        raise CannotRead(f"This picture holds more than it shows. {SAVE_AS_PDF}")
    yield "other", left
