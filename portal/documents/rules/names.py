"""What a document may be called, how large it may be, and what a reason for a release is."""

import re
import unicodedata

from portal.documents.errors import ReasonTooShort

MOST_BYTES = 104_857_600 + 1_048_576
"""The largest file taken: 100 MiB, and what a form puts around it."""


_ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}

REASON_LEAST = 20
REASON_MOST = 1_000
STRANGERS = "*"
"""Whom a list of people was released with of whom nobody is on the roster."""


def reason_of(typed: str) -> str:
    """Return the reason for a release, blanks made plain. Raises `ReasonTooShort` below 20 letters."""
    reason = " ".join(typed.split())[:REASON_MOST]
    if len(reason) < REASON_LEAST:
        raise ReasonTooShort
    return reason


def family_file_name(title: str, media_type: str) -> str:
    """Return what a family's copy is called: the letter's title. What the office called its file is its own affair."""
    return safe_file_name(f"{title.replace('.', ' ').strip()[:100]}{_ENDINGS.get(media_type, '')}")


def safe_file_name(name: str) -> str:
    """Return a name to show and to download by: no path, control, bidi or quoting character; at most 120 letters.

    Starlette passes `../../x` and line ends in upload names through unchanged.
    """
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    name = re.sub(r'[<>:"|?*\u2028\u2029]', "_", name).rstrip(" .")
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= 8:
        return f"{(stem.lstrip(' .') or 'letter')[: 119 - len(ending)]}.{ending}"
    return name.lstrip(" .")[:120] or "letter"
