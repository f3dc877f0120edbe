"""What a cell answers, as bytes: one line of JSON, then texts and pictures as they are, so that none is escaped.

Packed in the cage and unpacked outside, where nothing in it is trusted. A long text is read piece by piece while it is
still being written, and is never whole in memory as bytes.
"""

import codecs
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, Self, cast

from portal.kernel.cage.frames import HEAD
from portal.reading.budget import MAX_FILE, MAX_GREY, MAX_TEXT, MIB, SAVE_AS_PDF
from portal.reading.images.grey import MAX_SHOWN, MAX_SIDE, Picture
from portal.reading.reader import (
    LONG,
    MEDIA_TYPES,
    UNHEARD,
    CountRows,
    Kind,
    OnPart,
    Part,
    Reading,
    Rows,
    Unreadable,
)
from portal.reading.seeing import NoText, Parsed, Read, Sight, Unsure

MAX_ANSWER: Final = 3 * MAX_TEXT + MAX_GREY + 16 * MIB  # UTF-8 of MAX_TEXT letters, in nearly all scripts
_TOLD: Final = ("kind", "pages", "pictures", "sheets", "hidden", "misnamed", "unheard")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_LONGEST_HEAD: Final = 8 * MIB
"""More than any file's: to take one apart holds up everybody else in the process, which has better to do."""
_LEAST_AHEAD: Final = 1_000
"""Bytes that a part ahead counts for at the least, so that even empty ones come to an end."""
_BY_PIECES: Final = "by pieces"
_AS_TOLD: Final = "as told"
_BYTES_FOR_EACH: Final = {_BY_PIECES: 3, _AS_TOLD: 0}
_BYTES, _PAIRS, _SPELLED = b"1", b"2", b"8"
_CODES: Final = {_BYTES: "latin-1", _PAIRS: "utf-16-le", _SPELLED: "utf-8"}
_PIECE: Final = 1 << 18
"""Bytes written or read at once: few enough to stay in the processor's cache."""
BROKE_OFF: Final = (
    f"Reading this file took more memory or time than any letter needs, so the portal stopped. {SAVE_AS_PDF}"
)


class Ahead:
    """Tells parts ahead of the file that holds them: a long one for good, a shorter one to be told again."""

    def __init__(self, tell: Callable[[bytes], None]) -> None:
        """Take what writes to whoever waits for the answer."""
        self._tell = tell
        self._for_good: list[tuple[Part, _Encoded]] = []

    def take(self, part: Part) -> None:
        """Tell a part."""
        text = _Encoded.of(part.text)
        head = _line({"ahead": [part.place[:200], text.encoding, text.size]})
        for piece in _together(chain([head], text.pieces)):
            self._tell(piece)
        if len(part.text) >= LONG:
            self._for_good.append((part, _Encoded(_AS_TOLD, len(self._for_good), (), text.told)))

    def encoded(self, part: Part) -> "_Encoded":
        """Return the text of a part of the file or, of one told for good, which of these it is."""
        return next((text for told, text in self._for_good if told is part), None) or _Encoded.of(part.text)


def pack_parsed(
    parsed: Parsed | Unreadable, count_rows: CountRows | None = None, ahead: Ahead | None = None
) -> Iterator[bytes]:
    """Give a parsed file as pieces to be written one after the other; some of its parts may have been told `ahead`.

    The rows of a long one are counted last, when all of it has been taken: whoever asked can search it meanwhile.
    """
    if isinstance(parsed, Unreadable):
        return iter([_line({"reason": parsed.reason})])
    reading = parsed.reading
    texts = [ahead.encoded(part) if ahead else _Encoded.of(part.text) for part in reading.parts]
    count = count_rows if sum(len(part.text) for part in reading.parts) >= LONG else None
    head = {
        **{name: getattr(reading, name) for name in _TOLD},
        "parts": [[part.place[:200], text.encoding, text.size]
                  for part, text in zip(reading.parts, texts, strict=True)],
        "unseen": [[unseen.place[:200], unseen.sha256, unseen.width, unseen.height, len(unseen.packed)]
                   for unseen in parsed.pictures],
        "counted": count is not None,
    }  # fmt: skip
    said = chain.from_iterable(text.pieces for text in texts)
    all_but_rows = _together(chain([_line(head)], said, (unseen.packed for unseen in parsed.pictures)))
    if count is None:
        return all_but_rows
    told = (Part(part.place[:200], text.told) for part, text in zip(reading.parts, texts, strict=True))
    return chain(all_but_rows, _counted(told, count))


def _counted(told: Iterable[Part], count_rows: CountRows) -> Iterator[bytes]:
    """Give the line that tells the rows of a file, or none when counting them needs too much."""
    try:
        rows = list(count_rows([*told]))
    except Exception:  # noqa: BLE001 - out of memory, say: whoever judges the file counts for themselves
        return
    yield _line({"rows": rows})


@dataclass(slots=True)
class _Encoded:
    """A text in the shortest encoding, so that a long one is copied rather than spelled letter by letter.

    `told` is the text as it will be decoded, once all `pieces` have been taken. `size` is in bytes, or in characters of
    what is encoded piece by piece, each as it is quickest.
    """

    encoding: str
    size: int
    pieces: Iterable[bytes]
    told: str

    @classmethod
    def of(cls, text: str) -> Self:
        if text.isascii():
            pieces = (text[at : at + _PIECE].encode() for at in range(0, len(text), _PIECE))
            return cls("latin-1", len(text), pieces, text)
        if len(text) > _PIECE:
            encoded = cls(_BY_PIECES, len(text), (), text)
            encoded.pieces = encoded._by_pieces()
            return encoded
        for encoding in ("latin-1", "utf-8"):
            with suppress(UnicodeEncodeError):
                data = text.encode(encoding)
                return cls(encoding, len(data), [data], text)
        data = text.encode("utf-8", "replace")
        return cls("utf-8", len(data), [data], data.decode())

    def _by_pieces(self) -> Iterator[bytes]:
        said = self.told
        replaced: dict[int, str] = {}
        for at in range(0, len(said), _PIECE):
            piece = said[at : at + _PIECE]
            code, data = _quickly(piece)
            if code == _SPELLED:
                replaced[at] = data.decode()
            yield HEAD.pack(code, len(data))
            yield data
        if replaced:
            self.told = "".join(replaced.get(at, said[at : at + _PIECE]) for at in range(0, len(said), _PIECE))


def _quickly(piece: str) -> tuple[bytes, bytes]:
    """Encode some text in what is copied most quickly, or with a question mark for each half of a character."""
    for code in (_BYTES, _PAIRS):
        with suppress(UnicodeEncodeError):
            return code, piece.encode(_CODES[code])
    return _SPELLED, piece.encode("utf-8", "replace")


def _together(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give small pieces as one, so that whoever waits for them wakes once."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        if size + len(piece) > _PIECE and held:
            yield b"".join(held)
            held, size = [], 0
        held.append(piece)
        size += len(piece)
    yield b"".join(held)


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
    return parsed_from(io.BytesIO(message))


def parsed_from(answer: io.BufferedIOBase, on_part: OnPart = lambda _part: None) -> Parsed | Unreadable:
    """Read what a cell made of a file while it is still being written. What does not add up is `Unreadable`.

    `on_part` is told parts that come ahead. They say nothing of the file: all that it says is told behind them, and
    which of the long ones are parts of it. It is told any other long one while the rows of the file are being counted.
    """
    try:
        head = _headed(answer.readline(_LONGEST_HEAD))
        left, long = MAX_ANSWER, list[Part]()
        while "ahead" in head:
            left = _count(left - max(_weight(head["ahead"]), _LEAST_AHEAD))
            part = _part_of(head["ahead"], answer)
            long += [part] if len(part.text) >= LONG else []
            on_part(part)
            head = _headed(answer.readline(_LONGEST_HEAD))
        if "reason" in head:
            return Unreadable(_told(head["reason"], 500))
        _count(sum(map(_weight, (*head["parts"], *head["unseen"]))))
        parts = tuple(_parts_of(head["parts"], answer, long))
        unseen = tuple(_picture(about, b"".join(_cut(answer, about[-1]))) for about in head["unseen"])
        for part in parts if head["counted"] is True else ():
            if len(part.text) >= LONG and not any(part is told for told in long):
                on_part(part)
        rows = _rows_behind(answer, parts) if head["counted"] is True else None
        _ended(answer)
        counts = {name: _count(head[name]) for name in ("pages", "pictures", "sheets", "hidden")}
        unheard = tuple(what for what in UNHEARD if what in head["unheard"])
        misnamed = head["misnamed"] is True
        kind = _kind(head["kind"])
        return Parsed(Reading(kind, parts, misnamed=misnamed, unheard=unheard, rows=rows, **counts), unseen)
    except (_Nonsense, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Unreadable(BROKE_OFF)


def _rows_behind(answer: io.BufferedIOBase, parts: tuple[Part, ...]) -> Rows | None:
    """Return the rows that were counted, or None if counting them broke off."""
    line = answer.readline(_LONGEST_HEAD)
    if not line.endswith(b"\n"):
        return None
    places = {part.place for part in parts}
    rows = tuple((_told(place), _count(number)) for place, number in _headed(line)["rows"])
    if not places.issuperset(place for place, _ in rows) or len(dict(rows)) < len(rows):
        raise _Nonsense
    return rows


def _parts_of(every: Iterable[Any], answer: io.BufferedIOBase, long: Sequence[Part]) -> Iterator[Part]:
    """Give the parts of a file. Those told for good are the `long` ones, by their number, none of them twice."""
    left = dict(enumerate(long))
    for about in every:
        if about[1] != _AS_TOLD:
            yield _part_of(about, answer)
            continue
        part = left.pop(_count(about[2]))
        if part.place != _told(about[0]):
            raise _Nonsense
        yield part


def _part_of(about: Any, answer: io.BufferedIOBase) -> Part:  # noqa: ANN401 - whatever the JSON held
    place, encoding, size = about
    said = _put_together(answer, size) if encoding == _BY_PIECES else _decoded(_cut(answer, _count(size)), encoding)
    return Part(_told(place), "".join(said))


def _weight(about: Sequence[Any]) -> int:
    """Return how many bytes something may have, by what is told about it."""
    return _count(about[-1]) * _BYTES_FOR_EACH.get(about[1], 1)


def _put_together(answer: io.BufferedIOBase, size: int) -> Iterator[str]:
    """Give so many characters, each piece decoded as it comes."""
    while size > 0:
        code, length = HEAD.unpack(b"".join(_cut(answer, HEAD.size)))
        piece = b"".join(_cut(answer, min(length, 4 * _PIECE))).decode(_CODES[code])
        if len(piece) != min(size, _PIECE):
            raise _Nonsense  # a text in a million pieces would be as good, and take as long as a million
        size -= len(piece)
        yield piece


def _cut(answer: io.BufferedIOBase, size: int) -> Iterator[bytes]:
    """Give the next so many bytes, as they come."""
    while size:
        piece = answer.read1(min(size, _PIECE))
        if not piece:
            raise _Nonsense
        size -= len(piece)
        yield piece


def _ended(answer: io.BufferedIOBase) -> None:
    if answer.read1(1):
        raise _Nonsense


def _decoded(pieces: Iterator[bytes], encoding: object) -> Iterator[str]:
    """Give the text in an encoding that `_Encoded` has."""
    if encoding == "latin-1":
        yield from (piece.decode("latin-1") for piece in pieces)
        return
    if encoding != "utf-8":
        raise _Nonsense
    decode = codecs.getincrementaldecoder("utf-8")().decode
    yield from map(decode, pieces)
    yield decode(b"", final=True)


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
            return Unreadable(_told(head["reason"], 500))
        removed = tuple(_told(thing) for thing in head["removed"][:100])
        if data and len(data) <= 2 * MAX_FILE:
            return data, removed
    except (_Nonsense, ValueError, KeyError, TypeError, RecursionError):
        pass
    return Unreadable(BROKE_OFF)


def _head(message: bytes) -> tuple[dict[str, Any], bytes]:
    line, _, rest = message.partition(b"\n")
    return _headed(line), rest


def _headed(line: bytes) -> dict[str, Any]:
    head = json.loads(line)
    if not isinstance(head, dict):
        raise _Nonsense
    return head


def _picture(about: Any, packed: bytes) -> Picture:  # noqa: ANN401 - whatever the JSON held
    place, sha256, width, height, _ = about
    size = _count(width), _count(height)
    if not (0 < size[0] <= MAX_SIDE and 0 < size[1] <= MAX_SIDE and size[0] * size[1] <= MAX_SHOWN and packed):
        raise _Nonsense
    if not _SHA256.fullmatch(_text_of(sha256)):
        raise _Nonsense
    return Picture(_told(place), sha256, *size, packed)


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


def _told(value: object, most: int = 200) -> str:
    """Return what people will read on a page, in the ledger or on a terminal, without what could lead these astray."""
    return "".join(letter if letter.isprintable() else " " for letter in _text_of(value)[:most])
