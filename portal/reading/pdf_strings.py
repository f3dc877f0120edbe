"""The strings of a PDF that stand outside its pages: properties, bookmarks, notes, form values, scripts.

A sweep over every object in the file's bytes, so what no page refers to any more is found as well
(ISO 32000-2, 7.3 to 7.5). Content streams are left to the page reader, which knows their fonts.
"""

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from portal.reading.budget import SAVE_AS_PDF, Budget, CannotRead
from portal.reading.pictures import HOLDS_A_PICTURE, is_exempt

_OBJECT: Final = re.compile(rb"\d+\s+\d+\s+obj\b")
_BODY: Final = re.compile(rb">>\s*stream\r?\n|endobj")
_LITERAL: Final = re.compile(rb"\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.|\([^()]*+\))*+\))*+\)", re.DOTALL)
_HEX: Final = re.compile(rb"<([0-9A-Fa-f\s]{4,})>")
_ESCAPE: Final = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\r\n])|(.))", re.DOTALL)
_ESCAPED: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_TECHNICAL: Final = re.compile(r"D:\d{8}|Adobe$|UCS$")
_IMAGE: Final = re.compile(rb"/Subtype\s*/Image\b")
_SIZE: Final = {side: re.compile(rb"/" + side + rb"\s+(\d+)(?!\s+\d+\s+R)\b") for side in (b"Width", b"Height")}
_TEXTUAL: Final = re.compile(rb"/Type\s*/(?:ObjStm|Metadata|XObjectData)\b|/Subtype\s*/(?:XML|JavaScript)\b")
_BINARY: Final = re.compile(
    rb"/Type\s*/XRef\b|/Length1\b|/Subtype\s*/(?:Type1C|CIDFontType0C|OpenType|Form)\b|/FunctionType\b|/N\s+[134]\b"
    rb"|/Type\s*/(?:EmbeddedFile|CMap)\b|/ShadingType\b|/PatternType\b"
)
_PLAYED: Final = re.compile(rb"/Subtype\s*/(?:RichMedia|3D|Movie|Sound|Screen)\b|/(?:U3D|PRC)\b")

_FILTER: Final = re.compile(rb"/(\w+Decode)\b")
_PREDICTED: Final = re.compile(rb"/Predictor\s+(?!1\b)")
_DRAWING: Final = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]|\bT[jJ]\b")
_ATTACHED: Final = re.compile(rb"/EF\s*(?:<<|\d)")


@dataclass(slots=True)
class Swept:
    """What a sweep found: `strings` of objects, XML or scripts in `texts`, exempt pictures, attached files."""

    strings: list[str] = field(default_factory=list)
    texts: list[bytes] = field(default_factory=list)
    pictures: int = 0
    attached: int = 0


def sweep(data: bytes, budget: Budget) -> Swept:
    """Return the strings of every object in `data`. Raises `CannotRead` for pictures and unknown packing."""
    found = Swept()
    for head, packed in _objects(data):
        _take_object(head, found)
        if packed is None:
            continue
        if _IMAGE.search(head):
            sides = [side.search(head) for side in _SIZE.values()]
            if not is_exempt((int(sides[0][1]), int(sides[1][1])) if sides[0] and sides[1] else None):
                raise CannotRead(HOLDS_A_PICTURE)
            found.pictures += 1
        elif _TEXTUAL.search(head):
            _take_textual(head, _inflated(head, packed, budget), found)
        elif not _BINARY.search(head):
            _take_untyped(head, packed, budget, found)
    found.strings += [text for tail in _between(data) for text in _strings(tail)]
    return found


def _objects(data: bytes) -> Iterator[tuple[bytes, bytes | None]]:
    position = 0
    while start := _OBJECT.search(data, position):
        stop = _BODY.search(data, start.end())
        if stop is None:
            yield data[start.end() :], None
            return
        head, position = data[start.end() : stop.end()], stop.end()
        if stop[0] == b"endobj":
            yield head, None
            continue
        end = data.find(b"endstream", position)
        if end < 0:
            raise CannotRead(f"This PDF is damaged. {SAVE_AS_PDF}")
        yield head, data[position:end]
        position = end


def _between(data: bytes) -> Iterator[bytes]:
    """Trailers, where an older PDF keeps nothing but ids; and whatever else follows the last object."""
    last = data.rfind(b"endobj")
    yield data[last + 6 :] if last >= 0 else data


def _take_textual(head: bytes, content: bytes, found: Swept) -> None:
    if b"/ObjStm" in head:
        _take_object(content, found)
    else:
        found.texts.append(content)


def _take_untyped(head: bytes, packed: bytes, budget: Budget, found: Swept) -> None:
    """Take a stream that does not say what it is, when it is XML (forms) or a script and not drawing."""
    filters = _FILTER.findall(head)
    if filters not in ([], [b"FlateDecode"]):
        return  # drawn by a page: read there
    content = _inflated(head, packed, budget) if filters else packed
    start = content[:400].lstrip()
    is_markup = start.startswith(b"<") and not start.startswith(b"<<") and b">" in start
    is_script = b"app." in content or b"this.getField" in content
    if (is_markup or is_script) and not _DRAWING.search(content):
        found.texts.append(content)


def _take_object(source: bytes, found: Swept) -> None:
    if _PLAYED.search(source):
        raise CannotRead(f"It holds a film, a sound or a model the portal cannot read. {SAVE_AS_PDF}")
    found.attached += len(_ATTACHED.findall(source))
    found.strings += _strings(source)


def _inflated(head: bytes, packed: bytes, budget: Budget) -> bytes:
    filters = _FILTER.findall(head)
    if not filters and b"/Filter" not in head:
        budget.unpack(len(packed))
        return packed
    if filters != [b"FlateDecode"] or _PREDICTED.search(head):
        raise CannotRead(f"A part of this PDF is packed in a way the portal does not read. {SAVE_AS_PDF}")
    unpacker = zlib.decompressobj()
    try:
        content = unpacker.decompress(packed, budget.unpacked + 1)
    except zlib.error:
        raise CannotRead(f"This PDF is damaged. {SAVE_AS_PDF}") from None
    budget.check_ratio(len(packed), len(content))
    budget.unpack(len(content))
    return content


def _strings(source: bytes) -> list[str]:
    texts = [_decode(_ESCAPE.sub(_unescape, literal[1:-1])) for literal in _LITERAL.findall(source)]
    for digits in _HEX.findall(source):
        packed = b"".join(digits.split())
        texts.append(_decode(bytes.fromhex((packed + b"0" * (len(packed) % 2)).decode())))
    return [text for text in texts if text.strip() and not _TECHNICAL.match(text)]


def _unescape(escape: re.Match[bytes]) -> bytes:
    if escape[1]:
        return bytes([int(escape[1], 8) & 0xFF])
    return b"" if escape[2] else _ESCAPED.get(escape[3], escape[3])


def _decode(text: bytes) -> str:
    if text.startswith((b"\xfe\xff", b"\xff\xfe")):
        return text.decode("utf-16", "replace")
    if text.startswith(b"\xef\xbb\xbf"):
        return text.decode("utf-8-sig", "replace")
    return text.decode("cp1252", "replace")
