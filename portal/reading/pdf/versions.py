"""Where the versions of a PDF end: each save may leave the one before whole and write only what is new behind it.

(ISO 32000-2, 7.5.6 and annex F.)
"""

import bisect
import re
from typing import Final

from portal.reading.budget import SAVE_AS_PDF, CannotRead
from portal.reading.pdf.byte_sweep import Swept

MOST_VERSIONS: Final = 20
_HEADER_WITHIN: Final = 1024
_SHORT_TAIL: Final = 1024
_END: Final = re.compile(rb"%%EOF(?=[\s\0]|$)")
_LINEARIZED: Final = re.compile(rb"/Linearized\b.{0,200}?/L\s+(\d+)|/L\s+(\d+).{0,200}?/Linearized\b", re.DOTALL)
_BINARY: Final = re.compile(rb"[\x00-\x08\x0e-\x1f]")


def from_its_head(data: bytes) -> bytes:
    """Return the file from its first sign on. Raises `CannotRead` when something else stands before it."""
    start = data.find(b"%PDF-", 0, _HEADER_WITHIN)
    if start < 0 or data[:start].lstrip(b"\xef\xbb\xbf").strip(b"\0 \t\r\n"):
        raise CannotRead(f"Something else stands before the beginning of this PDF. {SAVE_AS_PDF}")
    return data[start:] if start else data


def version_ends(data: bytes, swept: Swept) -> list[int]:
    """Return where each version ends, the newest last. A save that adds no object makes no version.

    Raises `CannotRead` when the end is missing or there are more than 20.
    """
    starts = [segment.start for segment in swept.segments]
    marks = []
    for end in _END.finditer(data):
        before = bisect.bisect_right(starts, end.start()) - 1
        if before < 0 or end.start() >= swept.segments[before].end:
            marks.append(end.end())
    if not marks:
        raise CannotRead(f"This PDF is damaged: its end is missing. {SAVE_AS_PDF}")
    linearized = _LINEARIZED.search(data, 0, 2048)
    if linearized and len(marks) > 1 and marks[0] < int(linearized[1] or linearized[2]) <= len(data):
        marks = marks[1:]  # the first mark closes the part that is sent first, not a version
    ends: list[int] = []
    known = 0
    for mark in marks:
        objects = bisect.bisect_left(swept.objects, mark)
        if objects > known or not ends:
            ends.append(mark)
        else:
            ends[-1] = mark
        known = objects
    if len(ends) > MOST_VERSIONS:
        raise CannotRead("This PDF still holds very many earlier versions. Print it to a new PDF and choose that file.")
    return ends


def tail_of(data: bytes, end: int) -> str:
    """Return the few words behind the end of the newest version. Raises `CannotRead` for anything more."""
    tail = data[end:].strip(b"\0 \t\r\n")
    if len(tail) > _SHORT_TAIL or _BINARY.search(tail):
        raise CannotRead(f"Something else follows the end of this PDF. {SAVE_AS_PDF}")
    return tail.decode("utf-8", "replace")
