"""Pictures: decoded within a budget, hashed by what they show, and made grey for whoever reads their letters.

A hash is of the pixels, not of the file, so a logo is the same one whatever program packed it anew.
"""

import hashlib
import io
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import numpy as np
from PIL import Image, ImageFilter, ImageOps

from portal.reading.budget import SAVE_AS_PDF, TOO_LARGE, Budget, CannotRead
from portal.reading.images.colours import colours_of
from portal.reading.images.grey import MAX_SHOWN, MAX_SIDE, Picture
from portal.reading.kinds import FILES

EXEMPT_PIXELS: Final = 64
"""No legible line with a full name fits on a picture of at most this many pixels a side."""
THUMBNAIL_PIXELS: Final = 256
"""An office file's thumbnail of its own first page: letters two or three pixels high."""
MOST_SCRAP: Final = 16 * 1024
"""Bytes behind the end of a picture that may be nothing but what a program had in its memory."""

_FAINT: Final = 24
"""Shades of 256 between which nobody sees letters, and a program does."""
_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP")
_MAX_FRAMES: Final = 100
_MAX_BYTES: Final = 128_000_000  # of one decoded picture, within the cage's memory
_BAND: Final = 4_000_000  # pixels made colourless at once
DAMAGED: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    struct.error,
    EOFError,
    LookupError,
    UserWarning,
    zlib.error,
)
"""What a picture that is damaged raises."""
_DEEP: Final = frozenset(("I", "F", "I;16", "I;16L", "I;16B", "I;16N"))
_HUE_EDGE, _BRIGHT_EDGE = 30, 12  # of 255: an edge of colour that brightness alone would not show
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_WHOLE: Final = ((0, 0, 1, 1),)
_ADAM_7: Final = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""Left, top and steps of each pass of a laced picture (W3C PNG, 8.1)."""
_PIECE: Final = 1 << 20
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_VEIL: Final = b"\x62\x19\x09\x25\x01\x02\xb2\xac\x02"
"""What LibreOffice writes between a bitmap and another one that says how far it can be seen through."""
_NO_NAME: Final = 3  # bytes: no encoding writes a name in so few
_PACKED: Final = (*FILES, b"\x1f\x8b\x08", b"BZh", b"ftyp")
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_BLEEDS: Final = 5  # pixels: JPEG and WebP halve the colours, so that those of a letter bleed beyond its edge


def without_colour(place: str, image: Image.Image, budget: Budget, *, exempt: int | None = None) -> Picture | None:
    """Return what there is to look at, or None for a picture of at most `exempt` (64) pixels a side.

    Brightness alone would hide red letters on a green as bright, and white letters on no background: such a
    picture is shown by its colours too, or on black too, below itself.
    """
    if max(image.size) <= (EXEMPT_PIXELS if exempt is None else exempt):
        return None
    if max(image.size) > MAX_SIDE:
        raise CannotRead(f"A picture in this file is too long for the portal to read. {SAVE_AS_PDF}")
    image = _plain(image)
    views = [_bright(image, "white")]
    if image.mode == "RGBA":
        views.append(_bright(image, "black"))
        views += _unveiled(image)
    views += _stretched(views[0])
    if image.mode != "L":
        views += _hues(image)
    shown = _below_each_other(views)
    colours = b"" if image.mode == "L" else colours_of(_on_white(image), shown.size, len(views))
    packed = zlib.compress(shown.tobytes() + colours, 1)
    budget.keep(len(packed))
    return Picture(place, _hash(image), shown.width, shown.height, packed)


def _unveiled(image: Image.Image) -> list[Image.Image]:
    """Return the colours that wholly clear pixels hold, where they differ: some programs show them."""
    clear = np.asarray(image.getchannel("A")) == 0
    bare = np.asarray(image.convert("RGB").convert("L"))
    return [Image.fromarray(bare)] if clear.any() and np.ptp(bare[clear]) > _FAINT else []


def _stretched(grey: Image.Image) -> list[Image.Image]:
    """Return a picture that seems to be of one colour with its few shades drawn apart: letters nearly white, say."""
    shades = np.asarray(grey)
    low, high = int(shades.min()), int(shades.max())
    if not 1 < high - low <= _FAINT:
        return []
    return [grey.point([min(255, max(0, (level - low) * 255 // (high - low))) for level in range(256)])]


def _plain(image: Image.Image) -> Image.Image:
    """Return the picture as L, RGB or, where it can be seen through, RGBA."""
    if image.mode in {"1", "L", "RGB"} and "transparency" not in image.info:
        return image if image.mode != "1" else image.convert("L")
    if image.mode in _DEEP:
        pixels = np.asarray(image.convert("F"))
        low, high = np.nan_to_num([pixels.min(), pixels.max()])
        scaled = np.nan_to_num((pixels - low) * (255 / max(high - low, 1e-9)))
        return Image.fromarray(np.clip(scaled, 0, 255).astype(np.uint8))
    if image.mode == "LAB":
        return image.getchannel("L")
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info:
        image = image.convert("RGBA")
        is_opaque = image.getchannel("A").getextrema() == (255, 255)
        return image.convert("RGB") if is_opaque else image
    return image.convert("RGB")


def _bands(image: Image.Image) -> Iterator[Image.Image]:
    rows = max(1, _BAND // image.width)
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def _on_white(image: Image.Image) -> Iterator[Image.Image]:
    """Give the bands of a picture in RGB."""
    return (_on(band, "white").convert("RGB") for band in _bands(image))


def _hash(image: Image.Image) -> str:
    shown = hashlib.sha256(b"%d %d " % image.size)
    for band in _on_white(image):
        shown.update(band.tobytes())
    return shown.hexdigest()


def _bright(image: Image.Image, paper: str) -> Image.Image:
    grey = Image.new("L", image.size)
    top = 0
    for band in _bands(image):
        grey.paste(_on(band, paper).convert("L"), (0, top))
        top += band.height
    return grey


def _on(image: Image.Image, paper: str) -> Image.Image:
    if image.mode != "RGBA":
        return image
    sheet = Image.new("RGBA", image.size, paper)
    sheet.alpha_composite(image)
    return sheet.convert("RGB")


def _hues(image: Image.Image) -> list[Image.Image]:
    """Return the picture by its colours alone where these have edges that its brightness does not have."""
    half = _on(image.reduce(2) if image.width * image.height > 1_000_000 else image, "white")
    bright, *hues = (plane for plane in half.convert("YCbCr").split())
    busy = Image.fromarray(_edges(bright) >= _BRIGHT_EDGE).convert("L").filter(ImageFilter.MaxFilter(_BLEEDS))
    smooth = np.asarray(busy) == 0
    edges = [int(np.sum((_edges(hue) > _HUE_EDGE) & smooth)) for hue in hues]
    if max(edges) < max(60, smooth.size // 10_000):
        return []
    hue = hues[int(np.argmax(edges))]
    return [ImageOps.autocontrast(hue.resize(image.size, Image.Resampling.BICUBIC))]


def _edges(plane: Image.Image) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    pixels = np.asarray(plane, dtype=np.int16)
    edges = np.zeros_like(pixels)
    edges[:, 2:] = np.abs(pixels[:, 2:] - pixels[:, :-2])
    return edges


def _below_each_other(views: list[Image.Image]) -> Image.Image:
    width, height = views[0].size
    shrink = min(1.0, (MAX_SHOWN / (width * height * len(views))) ** 0.5)
    size = (max(1, int(width * shrink)), max(1, int(height * shrink)))
    shown = Image.new("L", (size[0], size[1] * len(views)), 255)
    for number, view in enumerate(views):
        shown.paste(view if shrink == 1 else view.resize(size, Image.Resampling.BOX), (0, number * size[1]))
    return shown


def decode_picture(data: bytes, budget: Budget) -> Iterator[Image.Image]:
    """Give every frame or page of a picture file, upright. Raises `CannotRead`.

    The size is asked for before anything is decoded. Several pictures in a row in one file (phones keep the
    bright and dark halves of a photo so) are all given, and so is the veil that LibreOffice keeps behind a bitmap. Any
    file or text behind the end of a picture is refused. Scraps of memory are not (see `told_by`, which sweeps them).
    """
    try:
        yield from _frames(data, budget)
        rest = data[end_of_picture(data) :].strip(b"\0 \r\n\t")
        surplus = data.startswith(b"\x89PNG") and _holds_more(data)
    except DAMAGED:
        raise CannotRead(f"A picture in this file is damaged. {SAVE_AS_PDF}") from None
    except Image.DecompressionBombError:
        budget.show(MAX_SIDE, MAX_SIDE)
    else:
        if surplus:
            raise CannotRead(f"A picture in this file holds more than it shows. {SAVE_AS_PDF}")
        if rest.startswith((b"\xff\xd8\xff", _VEIL)):
            yield from decode_picture(rest.removeprefix(_VEIL), budget)
        elif rest and not _is_scrap(rest):
            raise CannotRead(f"Something else follows the end of a picture in this file. {SAVE_AS_PDF}")


def _is_scrap(rest: bytes) -> bool:
    """Whether bytes are what a program had in its memory: PowerPoint writes some behind its preview of the first slide.

    That is short, no text and no file: it has bytes that no text has, and nothing that unpacks begins in it.
    """
    if len(rest) > MOST_SCRAP or any(mark in rest for mark in _PACKED):
        return False
    if len(rest) <= _NO_NAME:
        return True
    try:
        return rest.decode().isascii() and _CONTROLS.search(rest) is not None
    except UnicodeDecodeError:
        return _CONTROLS.search(rest) is not None


def _frames(data: bytes, budget: Budget) -> Iterator[Image.Image]:
    with _warned(data):
        opened = Image.open(io.BytesIO(data), formats=_FORMATS)
        is_photo = opened.format in {"JPEG", "MPO"}  # whose further pictures are not frames, see `decode_picture`
        count = 1 if is_photo else getattr(opened, "n_frames", 1)
    if count > _MAX_FRAMES:
        raise CannotRead(f"A picture in this file moves, or has too many pages. {SAVE_AS_PDF}")
    for number in range(count):
        with _warned(data):
            if number:
                opened.seek(number)
            budget.show(*opened.size)
            if is_photo and opened.width * opened.height > 2 * MAX_SHOWN:
                opened.draft(None, (opened.width // 2, opened.height // 2))
            if opened.width * opened.height * (1 if opened.mode in {"1", "L", "P"} else 4) > _MAX_BYTES:
                raise CannotRead(TOO_LARGE)
            upright = ImageOps.exif_transpose(opened)
        yield upright


@contextmanager
def _warned(data: bytes) -> Iterator[None]:
    """Take a warning for an error in TIFF, where a field may be left out; elsewhere all is swept, see `told_by`."""
    with warnings.catch_warnings():
        warnings.simplefilter("error" if data.startswith((b"II", b"MM")) else "ignore")
        yield


def end_of_picture(data: bytes) -> int:
    """Return where the picture at the start of `data` ends; all of it for TIFF, which has no end."""
    if data.startswith(b"\xff\xd8"):
        return _end_of_jpeg(data)
    if data.startswith(b"\x89PNG"):
        return data.index(b"IEND", 8) + 8 if b"IEND" in data else len(data)
    if data.startswith(b"GIF8"):
        return _end_of_gif(data)
    if data.startswith(b"RIFF"):
        size = int.from_bytes(data[4:8], "little")
        return 8 + size + size % 2
    if data.startswith(b"BM"):
        return max(int.from_bytes(data[2:6], "little"), 26)
    return len(data)


def png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give kind and content of each chunk (W3C PNG, 5.3)."""
    at = 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        at += 12 + size


def _holds_more(png: bytes) -> bool:
    """Whether there are rows, or anything else, behind the last one that is shown: cut off by the header alone."""
    chunks = list(png_chunks(png))
    width, height, depth, colours, _, _, is_laced = struct.unpack(">IIBBBBB", chunks[0][1])
    bits = depth * _CHANNELS[colours]
    left = sum(_packed_size(width, height, bits, steps) for steps in (_ADAM_7 if is_laced else _WHOLE))
    unpacker = zlib.decompressobj()
    for kind, content in chunks:
        todo = content if kind == b"IDAT" else b""
        while todo and left >= 0 and not unpacker.eof:
            left -= len(unpacker.decompress(todo, _PIECE))
            todo = unpacker.unconsumed_tail
        if left < 0 or todo.strip(b"\0"):
            return True
    return bool(unpacker.unused_data.strip(b"\0"))


def _packed_size(width: int, height: int, bits: int, steps: tuple[int, int, int, int]) -> int:
    left, top, across, down = steps
    columns, rows = -(-(width - left) // across), -(-(height - top) // down)
    return rows * (1 + (columns * bits + 7) // 8) if columns > 0 and rows > 0 else 0


def _end_of_jpeg(data: bytes) -> int:
    at = 2
    for marker, _, at in jpeg_segments(data):
        if marker == _END_OF_IMAGE:
            return at
    if at + 4 <= len(data):
        raise ValueError(at)
    return at + 2


def jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes, int]]:
    """Give marker, content and end of each segment, those between and after the scans as well (ITU-T T.81, annex B).

    A picture within one, such as a thumbnail, is part of it. Ends early where no segment follows.
    """
    at = 2
    while at + 2 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or 0xD0 <= marker <= 0xD8 or marker == 0x01:
            at += 1 if marker == 0xFF else 2
            continue
        size = 0 if marker == _END_OF_IMAGE else int.from_bytes(data[at + 2 : at + 4], "big")
        content = data[at + 4 : at + 2 + size]
        at += 2 + size
        if marker == _START_OF_SCAN:
            at = _after_scan(data, at)
        yield marker, content, at
        if marker == _END_OF_IMAGE:
            return


def _after_scan(data: bytes, at: int) -> int:
    while (at := data.find(b"\xff", at)) >= 0:
        if at + 1 < len(data) and data[at + 1] not in {0x00, *range(0xD0, 0xD8)}:
            return at
        at += 2
    return len(data)


def _end_of_gif(data: bytes) -> int:
    """Walk the blocks (GIF89a, appendix A)."""
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)
    while data[at] != 0x3B:
        if data[at] == 0x2C:
            at += 10 + (3 << (data[at + 9] & 7) + 1 if data[at + 9] & 0x80 else 0) + 1
        else:
            at += 2
        while data[at]:
            at += data[at] + 1
        at += 1
    return at + 1
