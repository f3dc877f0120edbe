"""Photos in a PDF: JPEG and JPEG 2000, which carry more than their dictionaries say."""

import base64
import binascii
import io
import zlib
from typing import Final

import pikepdf
from PIL import Image

from portal.reading.budget import MIB, SAVE_AS_PDF, CannotRead

JPEG_2000: Final = ("/JPXDecode", pikepdf.Array([pikepdf.Name.JPXDecode]))
_DAMAGED: Final = f"A picture in this PDF is damaged. {SAVE_AS_PDF}"
_MOST: Final = 64 * MIB


def filters_of(stream: pikepdf.Object) -> list[str]:
    """Return the filters of a stream, the one that its bytes go through first in front."""
    told = stream.get("/Filter")
    if told is None:
        return []
    return [str(name) for name in told] if isinstance(told, pikepdf.Array) else [str(told)]


def photo_in(stream: pikepdf.Object, packed: bytes) -> bytes | None:
    """Return the file that a photo is in a PDF, whatever else it is packed in; None for a picture of another kind.

    Raises `CannotRead` where it is packed as no program packs a photo.
    """
    *others, last = filters_of(stream) or [""]
    if last not in {"/DCTDecode", "/JPXDecode"}:
        return None
    try:
        for name in others:
            packed = _unpacked(name, packed)
    except (ValueError, zlib.error, binascii.Error):
        raise CannotRead(_DAMAGED) from None
    return packed


def _unpacked(name: str, packed: bytes) -> bytes:
    match name:
        case "/FlateDecode" | "/Fl":
            return zlib.decompressobj().decompress(packed, _MOST)
        case "/ASCII85Decode" | "/A85":
            return base64.a85decode(packed.partition(b"~")[0].removeprefix(b"<"))
        case "/ASCIIHexDecode" | "/AHx":
            digits = b"".join(packed.partition(b">")[0].split())
            return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    raise ValueError(name)


def pixels_told(photo: bytes) -> int:
    """Return how many pixels a photo says it has; its dictionary may say less. Raises `CannotRead`."""
    try:
        with Image.open(io.BytesIO(photo), formats=("JPEG", "JPEG2000")) as told:
            return told.width * told.height
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise CannotRead(_DAMAGED) from None


def make_plain(stream: pikepdf.Object, packed: bytes) -> None:
    """Unpack a JPEG 2000, whose own colours count whatever its dictionary says (ISO 32000-2, 7.4.9)."""
    try:
        with Image.open(io.BytesIO(packed), formats=("JPEG2000",)) as opened:
            plain = opened.convert("RGBA" if "A" in opened.mode else "RGB").convert("L")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise CannotRead(_DAMAGED) from None
    stream.write(plain.tobytes())
    stream.Width, stream.Height, stream.BitsPerComponent = plain.width, plain.height, 8
    stream.ColorSpace = pikepdf.Name.DeviceGray
    for key in ("/Decode", "/ImageMask"):
        if key in stream:
            del stream[key]
