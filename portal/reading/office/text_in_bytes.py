"""Letters in bytes of no known form: runs of them in one-byte and in two-byte writing."""

import re
from typing import Final

from portal.reading.budget import CannotRead

_NARROW: Final = re.compile(rb"[\x20-\x7e\x80-\xff]{3,}")
# Latin, Greek, Cyrillic, Hebrew, Arabic and Vietnamese; in Chinese every pair of Latin bytes would be a letter.
_WIDE: Final = re.compile(rb"(?:[\x20-\x7e\xa0-\xff]\x00|[\x00-\xff][\x01-\x06\x1e]|[\x10-\x27]\x20){3,}")
_LETTERS: Final = re.compile(r"[^\W\d_]{2}|\d{5}")
_IS_WIDE: Final = 1
"""The byte before a text in two-byte writing, and behind its length (MS-XLS 2.5.240, `fHighByte`)."""


def sweep(data: bytes) -> str:
    """Return every run of at least three letters, parted by blank lines: nothing says which belong together.

    The length and the flags before a text, or what follows it, may look like letters of it: a run that says how long
    it is comes cut to that, and as it stands once more at the end.
    """
    runs: list[str] = []
    whole: list[str] = []
    for pattern, pieces_of, read in ((_WIDE, _wide_pieces, _two_bytes), (_NARROW, _narrow_pieces, _one_byte)):
        for run in pattern.finditer(data):
            pieces = pieces_of(data, run)
            runs += map(read, pieces)
            whole += [read(run[0])] if len(pieces) > 1 else []
    return "\n\n".join(run for run in [*runs, *whole] if _LETTERS.search(run))


def _wide_pieces(data: bytes, run: re.Match[bytes]) -> list[bytes]:
    """Return a run without the length and flags that were taken for its first letter, and what follows that length."""
    content, start = run[0], run.start()
    if content[1] != _IS_WIDE:
        return [content]
    count = content[0] or int.from_bytes(data[max(start - 1, 0) : start], "little")
    end = 2 + 2 * count
    return [content[:2], content[2:end], content[end:]]


def _narrow_pieces(data: bytes, run: re.Match[bytes]) -> list[bytes]:
    """Return a run as long as it is said to be, and what follows."""
    content, start = run[0], run.start()
    before = data[max(start - 3, 0) : start].rjust(3, b"\xff")
    count = (before[1] or before[0]) if before[2] == 0 else 0
    return [content[:count], content[count:]] if 0 < count < len(content) else [content]


def _two_bytes(run: bytes) -> str:
    return run.decode("utf-16-le", "replace")


def _one_byte(run: bytes) -> str:
    try:
        return run.decode("utf-8")
    except UnicodeDecodeError:
        return run.decode("cp1252", "replace")


def refuse_object(what: str, advice: str) -> CannotRead:
    """Return the refusal of something inside an office file."""
    return CannotRead(f"It holds {what} the portal cannot read. {advice}")
