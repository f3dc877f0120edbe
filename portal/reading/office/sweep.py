"""Letters in bytes of no known form: runs of them in one-byte and in two-byte writing."""

import re
from typing import Final

from portal.reading.budget import CannotRead

_NARROW: Final = re.compile(rb"[\x20-\x7e\x80-\xff]{3,}")
# Latin, Greek, Cyrillic, Hebrew, Arabic and Vietnamese; in Chinese every pair of Latin bytes would be a letter.
_WIDE: Final = re.compile(rb"(?:[\x20-\x7e\xa0-\xff]\x00|[\x00-\xff][\x01-\x06\x1e]|[\x10-\x27]\x20){3,}")
_LETTERS: Final = re.compile(r"[^\W\d_]{2}|\d{5}")


def sweep(data: bytes) -> str:
    """Return every run of at least three letters, parted by blank lines: nothing says which belong together."""
    narrow = (_one_byte(run) for run in _NARROW.findall(data))
    wide = (run.decode("utf-16-le", "replace") for run in _WIDE.findall(data))
    return "\n\n".join(run for runs in (wide, narrow) for run in runs if _LETTERS.search(run))


def _one_byte(run: bytes) -> str:
    try:
        return run.decode("utf-8")
    except UnicodeDecodeError:
        return run.decode("cp1252", "replace")


def refuse_object(what: str, advice: str) -> CannotRead:
    """Return the refusal of something inside an office file."""
    return CannotRead(f"It holds {what} the portal cannot read. {advice}")
