"""What a cell answers, as bytes: one line of JSON, then texts and pictures as they are, so that none is escaped.

Packed in the cage and unpacked outside, where nothing in it is trusted.
"""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, cast

from portal.reading.budget import MAX_FILE, MAX_GREY, MAX_TEXT, MIB, SAVE_AS_PDF
from portal.reading.pictures import MAX_SHOWN, MAX_SIDE, Picture
from portal.reading.reader import MEDIA_TYPES, UNHEARD, Kind, Part, Reading, Unreadable
from portal.reading.seeing import NoText, Parsed, Read, Sight, Unsure

MAX_ANSWER: Final = 3 * MAX_TEXT + MAX_GREY + 16 * MIB  # UTF-8 of MAX_TEXT letters, in nearly all scripts
_TOLD: Final = ("kind", "pages", "pictures", "sheets", "hidden", "misnamed", "unheard")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
BROKE_OFF: Final = (
    f"Reading this file took more memory or time than any letter needs, so the portal stopped. {SAVE_AS_PDF}"
)


def pack_parsed(parsed: Parsed | Unreadable) -> list[bytes]:
    """Return a parsed file as pieces to be written one after the other."""
    if isinstance(parsed, Unreadable):
        return [_line({"reason": parsed.reason})]
    reading = parsed.reading
    texts = [part.text.encode("utf-8", "replace") for part in reading.parts]
    head = {
        **{name: getattr(reading, name) for name in _TOLD},
        "parts": [[part.place[:200], len(text)] for part, text in zip(reading.parts, texts, strict=True)],
        "unseen": [[unseen.place[:200], unseen.sha256, unseen.width, unseen.height, len(unseen.packed)]
                   for unseen in parsed.pictures],
    }  # fmt: skip
    return [_line(head), *texts, *(unseen.packed for unseen in parsed.pictures)]


def pack_sight(sight: Sight) -> list[bytes]:
    """Return what was seen in a picture."""
    match sight:
        case Read(text):
            return [_line({"saw": "text"}), text.encode("utf-8", "replace")]
        case NoText():
            return [_line({"saw": "no text"})]
        case Unsure():
            return [_line({"saw": "unsure"})]


def pack_stripped(data: bytes, removed: tuple[str, ...]) -> list[bytes]:
    """Return a stripped file and what was taken out of it."""
    return [_line({"removed": list(removed)}), data]


def _line(head: dict[str, Any]) -> bytes:
    return json.dumps(head).encode() + b"\n"


class _Nonsense(Exception):
    """An answer that does not add up."""


def unpack_parsed(message: bytes) -> Parsed | Unreadable:
    """Return what a cell made of a file. What does not add up is `Unreadable`."""
    try:
        head, rest = _head(message)
        if "reason" in head:
            return Unreadable(_text_of(head["reason"])[:500])
        pieces = _pieces(rest, [*(part[-1] for part in head["parts"]), *(one[-1] for one in head["unseen"])])
        parts = tuple(Part(_text_of(place)[:200], next(pieces).decode()) for place, _ in head["parts"])
        unseen = tuple(_picture(about, next(pieces)) for about in head["unseen"])
        counts = {name: _count(head[name]) for name in ("pages", "pictures", "sheets", "hidden")}
        unheard = tuple(what for what in UNHEARD if what in head["unheard"])
        misnamed = head["misnamed"] is True
        return Parsed(Reading(_kind(head["kind"]), parts, misnamed=misnamed, unheard=unheard, **counts), unseen)
    except (_Nonsense, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Unreadable(BROKE_OFF)


def unpack_sight(message: bytes) -> Sight:
    """Return what a cell saw in a picture. What does not add up is `Unsure`."""
    try:
        head, rest = _head(message)
        if head == {"saw": "no text"} and not rest:
            return NoText()
        if head == {"saw": "text"} and len(rest) <= MAX_TEXT:
            return Read(rest.decode())
    except (_Nonsense, ValueError, RecursionError):
        pass
    return Unsure()


def unpack_stripped(message: bytes) -> tuple[bytes, tuple[str, ...]] | Unreadable:
    """Return a file a cell stripped, and what it took out. What does not add up is `Unreadable`."""
    try:
        head, data = _head(message)
        if "reason" in head:
            return Unreadable(_text_of(head["reason"])[:500])
        removed = tuple(_text_of(thing)[:200] for thing in head["removed"][:100])
        if data and len(data) <= 2 * MAX_FILE:
            return data, removed
    except (_Nonsense, ValueError, KeyError, TypeError, RecursionError):
        pass
    return Unreadable(BROKE_OFF)


def _head(message: bytes) -> tuple[dict[str, Any], bytes]:
    line, _, rest = message.partition(b"\n")
    head = json.loads(line)
    if not isinstance(head, dict):
        raise _Nonsense
    return head, rest


def _pieces(rest: bytes, lengths: list[Any]) -> Iterator[bytes]:
    """Cut the rest into pieces, with nothing left over."""
    if sum(_count(length) for length in lengths) != len(rest):
        raise _Nonsense
    position, pieces = 0, []
    for length in lengths:
        pieces.append(rest[position : position + length])
        position += length
    return iter(pieces)


def _picture(about: Any, packed: bytes) -> Picture:  # noqa: ANN401 - whatever the JSON held
    place, sha256, width, height, _ = about
    size = _count(width), _count(height)
    if not (0 < size[0] <= MAX_SIDE and 0 < size[1] <= MAX_SIDE and size[0] * size[1] <= MAX_SHOWN and packed):
        raise _Nonsense
    if not _SHA256.fullmatch(_text_of(sha256)):
        raise _Nonsense
    return Picture(_text_of(place)[:200], sha256, *size, packed)


def _kind(kind: Any) -> Kind:  # noqa: ANN401 - whatever the JSON held
    if kind not in MEDIA_TYPES:
        raise _Nonsense
    return cast("Kind", kind)


def _count(number: object) -> int:
    if type(number) is not int or not 0 <= number <= MAX_ANSWER:
        raise _Nonsense
    return number


def _text_of(value: object) -> str:
    if not isinstance(value, str):
        raise _Nonsense
    return value
