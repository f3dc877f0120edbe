"""Text that is written as the numbers of its bytes: in base64 of UTF-16, as some shells take it, or in hexadecimal."""

import re
from typing import Final

_HEX: Final = re.compile(r"(?<![0-9A-Za-z])(?:(?:0x|\\x)?+[0-9A-Fa-f]{2}(?:[ \t:,;-]|\r?\n){0,2}+){8,}+")
_PAIR: Final = re.compile(r"(?:0x|\\x)?([0-9A-Fa-f]{2})")
_MARKS: Final = "\u0020-\u024f\u2010-\u2027\u3000-\u303f\uff00-\uffef"
_SCRIPTS: Final = (
    "", "\u0370-\u03ff", "\u0400-\u052f", "\u0590-\u05ff", "\u0600-\u06ff", "\u0900-\u0dff",
    "\u0e00-\u0eff", "\u1e00-\u1eff\u0300-\u036f", "\u3040-\u30ff\u4e00-\u9fff", "\uac00-\ud7af",
)  # fmt: skip
_ONE_SCRIPT: Final = re.compile("|".join(f"[{_MARKS}{script}]+" for script in _SCRIPTS))
"""Bytes of something else, taken for text, have letters of many scripts."""
_MOSTLY: Final = 0.7
"""So much of a text are letters and figures; other numbers are read as marks."""
_FEWEST: Final = 4


def hex_read(text: str) -> str:
    """Return the texts that runs of bytes in hexadecimal spell, in UTF-8 or UTF-16; empty if none."""
    runs = (bytes.fromhex("".join(_PAIR.findall(run))) for run in dict.fromkeys(_HEX.findall(text)))
    return "\n\n".join(filter(None, map(read_bytes, runs)))


def read_bytes(content: bytes) -> str:
    """Return what bytes spell in UTF-8 or UTF-16, if it looks like words; else nothing."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        try:
            text = content.decode(encoding).lstrip("\ufeff").rstrip("\0")
        except UnicodeDecodeError:
            continue
        if _looks_written("".join(text.split())):
            return text
    return ""


def _looks_written(letters: str) -> bool:
    is_text = len(letters) >= _FEWEST and letters.isprintable() and _ONE_SCRIPT.fullmatch(letters) is not None
    return is_text and sum(map(str.isalnum, letters)) >= _MOSTLY * len(letters)
