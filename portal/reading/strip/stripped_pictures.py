"""Pictures without what the camera and the program wrote beside them. Losslessly, but for TIFF, which is packed anew.

Kept are the pixels, the colour profile and which side is up.
"""

import io
import struct
import zlib
from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageSequence

from portal.reading.budget import Budget, CannotRead

PLACE: Final = "the place where the photo was taken"
CAMERA: Final = "camera and time of the photo"
WORDS: Final = "words that came with the picture"
TAIL: Final = "what stood after the end of the picture"

_DAMAGED: Final = "This picture is damaged. Open it, save it as JPEG or PNG and choose it again."
_ORIENTATION: Final = 0x0112
_GPS: Final = 0x8825
_PNG_KEPT: Final = frozenset(
    (
        b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV",
        b"cLLI", b"sBIT", b"bKGD", b"pHYs", b"acTL", b"fcTL", b"fdAT"
    )
)  # fmt: skip
_WEBP_KEPT: Final = frozenset((b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"))
_WEBP_EXIF_AND_XMP: Final = 0b1100
_GIF_KEPT: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def strip_jpeg(data: bytes) -> tuple[bytes, list[str]]:
    """Keep the segments a decoder needs (ITU-T T.81 annex B), JFIF, Adobe's and the colour profile."""
    kept, removed, position, ended = [b"\xff\xd8"], list[str](), 2, False
    try:
        while not ended:
            marker, segment, position = _next_segment(data, position)
            ended = marker == 0xD9
            kept.append(_kept_of_jpeg(marker, segment, removed))
    except (IndexError, struct.error, ValueError):
        raise CannotRead(_DAMAGED) from None
    if data[position:].strip(b"\0\r\n"):
        removed.append(TAIL)
    return b"".join(kept), removed


def _next_segment(data: bytes, position: int) -> tuple[int, bytes, int]:
    """Return a marker, all bytes of its segment (with the picture's own after a start of scan), and where it ends."""
    start = position
    while data[position] == 0xFF and data[position + 1] == 0xFF:
        position += 1  # fill bytes
    if data[position] != 0xFF:
        raise ValueError(position)
    marker = data[position + 1]
    if marker in {0x01, 0xD9} or 0xD0 <= marker <= 0xD7:
        return marker, data[position : position + 2], position + 2
    (length,) = struct.unpack_from(">H", data, position + 2)
    end = position + 2 + length
    if marker == 0xDA:
        end = _end_of_scan(data, end)
    if length < 2 or end > len(data):
        raise ValueError(start)
    return marker, data[position:end], end


def _end_of_scan(data: bytes, position: int) -> int:
    while True:
        position = data.index(b"\xff", position)
        following = data[position + 1]
        if following == 0xFF:
            position += 1
        elif following == 0 or 0xD0 <= following <= 0xD7:
            position += 2
        else:
            return position


def _kept_of_jpeg(marker: int, segment: bytes, removed: list[str]) -> bytes:
    content = segment[4:]
    if marker == 0xE0 and content.startswith(b"JFIF\0") and len(content) >= 14:
        if len(content) > 14:
            removed.append(WORDS)
        return segment[:2] + struct.pack(">H", 16) + content[:12] + b"\0\0"  # without its thumbnail
    if (marker == 0xE2 and content.startswith(b"ICC_PROFILE\0")) or (marker == 0xEE and content.startswith(b"Adobe")):
        return segment
    if marker == 0xE1 and content.startswith(b"Exif\0"):
        upright = exif_kept(content[6:], removed)
        return b"\xff\xe1" + struct.pack(">H", len(upright) + 8) + b"Exif\0\0" + upright if upright else b""
    if marker == 0xFE or 0xE0 <= marker <= 0xEF:
        removed.append(WORDS)
        return b""
    return segment


def exif_kept(exif: bytes, removed: list[str]) -> bytes:
    """Return EXIF that tells which side is up and nothing else, or nothing if that is the top; note what goes."""
    order = "<" if exif.startswith(b"II") else ">"
    tags: dict[int, int] = {}
    try:
        (start,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, start)
        for number in range(count):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, start + 2 + 12 * number)
            tags[tag] = value if kind == 3 else 0
    except struct.error:
        tags = {}
    upright = b""
    if 2 <= tags.get(_ORIENTATION, 0) <= 8:
        upright = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, tags[_ORIENTATION], 0, 0)
    if exif != upright:
        removed.extend([PLACE, CAMERA] if _GPS in tags else [CAMERA])
    return upright


def strip_png(data: bytes) -> tuple[bytes, list[str]]:
    """Keep the chunks that are shown or tell how (W3C PNG, third edition)."""
    kept, removed, position, kind = [data[:8]], list[str](), 8, b""
    while kind != b"IEND":
        if position + 12 > len(data):
            raise CannotRead(_DAMAGED)
        (length,) = struct.unpack_from(">I", data, position)
        kind, end = data[position + 4 : position + 8], position + 12 + length
        if end > len(data):
            raise CannotRead(_DAMAGED)
        if kind in _PNG_KEPT:
            kept.append(data[position:end])
        elif kind == b"eXIf":
            kept.append(_png_exif(exif_kept(data[position + 8 : end - 4], removed)))
        else:
            removed.append(WORDS)
        position = end
    if data[position:].strip(b"\0\r\n"):
        removed.append(TAIL)
    return b"".join(kept), removed


def _png_exif(exif: bytes) -> bytes:
    if not exif:
        return b""
    return struct.pack(">I", len(exif)) + b"eXIf" + exif + struct.pack(">I", zlib.crc32(b"eXIf" + exif))


def strip_webp(data: bytes) -> tuple[bytes, list[str]]:
    """Keep the chunks that are shown (RFC 9649)."""
    kept, removed, position = list[bytes](), list[str](), 12
    end_of_file = 8 + int.from_bytes(data[4:8], "little")
    if end_of_file > len(data):
        raise CannotRead(_DAMAGED)
    while position + 8 <= end_of_file:
        kind, length = data[position : position + 4], int.from_bytes(data[position + 4 : position + 8], "little")
        content, position = data[position + 8 : position + 8 + length], position + 8 + length + length % 2
        if len(content) < length:
            raise CannotRead(_DAMAGED)
        if kind == b"EXIF":
            content = exif_kept(content.removeprefix(b"Exif\0\0"), removed)
        elif kind not in _WEBP_KEPT:
            removed.append(WORDS)
            continue
        if content:
            kept.append(kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2))
    if len(data) > end_of_file:
        removed.append(TAIL)
    has_exif = any(chunk.startswith(b"EXIF") for chunk in kept)
    chunks = b"".join(_webp_flags(chunk, has_exif=has_exif) for chunk in kept)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks, removed


def _webp_flags(chunk: bytes, *, has_exif: bool) -> bytes:
    if not chunk.startswith(b"VP8X"):
        return chunk
    return chunk[:8] + bytes([chunk[8] & ~_WEBP_EXIF_AND_XMP | (8 if has_exif else 0)]) + chunk[9:]


def strip_gif(data: bytes) -> tuple[bytes, list[str]]:
    """Keep the frames and how they follow each other (GIF89a)."""
    try:
        blocks = list(_gif_blocks(data))
    except IndexError:
        raise CannotRead(_DAMAGED) from None
    removed = [] if all(is_kept for _, is_kept in blocks) else [WORDS]
    if data[sum(len(block) for block, _ in blocks) :].strip(b"\0\r\n"):
        removed.append(TAIL)
    return b"".join(block for block, is_kept in blocks if is_kept), removed


def _gif_blocks(data: bytes) -> Iterator[tuple[bytes, bool]]:
    position = 13 + _colours(data[10])
    yield data[:position], True
    while data[position] != 0x3B:
        start = position
        if data[start] == 0x2C:
            position = _end_of_blocks(data, start + 10 + _colours(data[start + 9]) + 1)
            yield data[start:position], True
        elif data[start] == 0x21:
            position = _end_of_blocks(data, start + 2)
            is_loop = data[start + 1] == 0xFF and data[start + 3 : start + 14] in _GIF_KEPT
            yield data[start:position], is_loop or data[start + 1] == 0xF9
        else:
            raise IndexError(start)
    yield b"\x3b", True


def _colours(packed: int) -> int:
    return 3 << (packed & 7) + 1 if packed & 0x80 else 0


def _end_of_blocks(data: bytes, position: int) -> int:
    while data[position]:
        position += data[position] + 1
    return position + 1


def strip_tiff(data: bytes) -> tuple[bytes, list[str]]:
    """Pack the pages anew: a TIFF has no parts that could be left out without moving all others."""
    pages, budget = list[Image.Image](), Budget()
    try:
        with Image.open(io.BytesIO(data), formats=("TIFF",)) as opened:
            tags = {tag for frame in ImageSequence.Iterator(opened) for tag in frame.getexif()}
            for frame in ImageSequence.Iterator(opened):
                budget.unpack(frame.width * frame.height * len(frame.getbands()))
                pages.append(_pixels_of(frame))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise CannotRead(_DAMAGED) from None
    held = io.BytesIO()
    pages[0].save(held, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_adobe_deflate")
    removed = [PLACE] if _GPS in tags else []
    return held.getvalue(), removed + ([] if held.getvalue() == data else [WORDS])


def _pixels_of(frame: Image.Image) -> Image.Image:
    """Return a picture of the same pixels that remembers nothing else but its colours and resolution."""
    bare = Image.new(frame.mode, frame.size)
    bare.paste(frame)
    if palette := frame.getpalette():
        bare.putpalette(palette)
    bare.info = {key: frame.info[key] for key in ("icc_profile", "dpi") if key in frame.info}
    return bare
