"""A message as the tree of its parts (RFC 2046), cut by their boundaries without a copy of any."""

import binascii
import re
from dataclasses import dataclass, field
from typing import Final

from portal.mail.arriving.fields import Fields, fields_of, media_type, parameter

MOST_PARTS: Final = 200
DEEPEST: Final = 20
_MOST_HEADER: Final = 1 << 20
_BLANK_LINE: Final = re.compile(rb"\n\r?\n")
_LONGEST_BOUNDARY: Final = 200  # RFC 2046 allows 70


class TooDeep(Exception):
    """There are more parts, or parts within parts, than are looked at."""


class MakesNoSense(Exception):
    """This is no message that can be taken apart."""


@dataclass(slots=True)
class Part:
    """A part: its fields, its type, where its body stands, and the parts in it."""

    fields: Fields
    kind: str
    start: int
    end: int
    parts: list["Part"] = field(default_factory=list)


def head_of(raw: bytes, start: int, end: int) -> tuple[Fields, int]:
    """Return the fields of what begins at `start`, and where its body does. Raises `MakesNoSense` for a huge one."""
    if raw[start : start + 2] == b"\r\n" or raw[start : start + 1] == b"\n":
        return Fields(), raw.index(b"\n", start) + 1
    blank = _BLANK_LINE.search(raw, start, end)
    until = blank.end() if blank else end
    if until - start > _MOST_HEADER:
        raise MakesNoSense
    return fields_of(raw[start:until]), until


def tree_of(raw: bytes, fields: Fields, start: int) -> Part:
    """Return the parts of a message whose fields are known. Raises `TooDeep`, `MakesNoSense`."""
    root = Part(fields, media_type(fields), start, len(raw))
    waiting, seen = [(root, 0)], 1
    while waiting:
        part, depth = waiting.pop()
        if not part.kind.startswith("multipart/"):
            continue
        if depth == DEEPEST:
            raise TooDeep
        for begin, end in _cut(raw, part, MOST_PARTS - seen):
            inner, body = head_of(raw, begin, end)
            kind = media_type(inner)
            if part.kind == "multipart/digest" and "Content-Type" not in inner:
                kind = "message/rfc822"
            part.parts.append(Part(inner, kind, min(body, end), end))
            seen += 1
        waiting += [(inner_part, depth + 1) for inner_part in part.parts]
    return root


def _cut(raw: bytes, part: Part, most: int) -> list[tuple[int, int]]:
    """Return where each part of a multipart begins and ends: the line end before a boundary is the boundary's."""
    boundary = parameter(part.fields, "Content-Type", "boundary").encode("utf-8", "replace").rstrip()
    if not 0 < len(boundary) <= _LONGEST_BOUNDARY:
        raise MakesNoSense
    delimiter = re.compile(rb"\n--" + re.escape(boundary) + rb"(--)?+[ \t]*+(?:\r?\n|\r?\Z)")
    found: list[tuple[int, int]] = []
    begin, at = -1, max(part.start - 1, 0)
    while True:
        line = delimiter.search(raw, at, part.end)
        end = part.end if line is None else line.start()
        if begin >= 0:
            end -= line is not None and raw[end - 1 : end] == b"\r"
            found.append((begin, max(end, begin)))
        if line is None or line[1]:
            break
        if len(found) >= most:
            raise TooDeep
        begin = line.end()
        at = begin - 1
    if not found:
        raise MakesNoSense
    return found


def content_of(raw: bytes, part: Part) -> bytes:
    """Return the bytes of a part, whatever they were encoded as on the way (RFC 2045, 6)."""
    body = raw[part.start : part.end]
    encoding = part.fields.get("Content-Transfer-Encoding", "").partition(";")[0].strip().lower()
    if encoding == "base64":
        return _from_base64(body)
    return binascii.a2b_qp(body) if encoding == "quoted-printable" else body


def _from_base64(body: bytes) -> bytes:
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:  # its end is missing: what is whole of it counts
        letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4])
