"""Text as mail carries it: letters beyond ASCII spelt in plain ones, long lines broken.

Whoever saves a message's source, or a part of it, saves it so; address books and their tables hold it, too.
"""

import binascii
import codecs
import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

QUOTED: Final = "quoted-printable"
_MARK: Final = re.compile(r"=(?:[0-9A-F]{2}|[ \t]*\r?$|\?[\w.*-]{2,40}\?[BbQq]\?)", re.MULTILINE)
_SOFT_END: Final = re.compile(rb"=[ \t]*\r?\n")
_CODES: Final = re.compile(rb"(?:=[0-9A-F]{2})+")
_CONTROLS: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WORD: Final = re.compile(rb"=\?([\w.-]{2,40})(?:\*[\w-]*)?\?([BbQq])\?([^?\s]*)\?=")
_BETWEEN_WORDS: Final = re.compile(rb"(?<=\?=)\s+(?==\?[\w.*-]{2,40}\?[BbQq]\?)")


def unquoted(text: str) -> bytes:
    """Return the lines that are quoted-printable or hold encoded words (RFC 2045, 6.7; RFC 2047), as they were meant.

    Each with the line before it and the line behind it. In which encoding the bytes are is not told, but of words that
    name one these bytes are UTF-8. Empty where there are none.
    """
    if "=" not in text:  # told at once, as most text has none
        return b""
    return b"\n\n".join(meant for lines in _stretches(text) if (meant := _meant(lines)) != lines)


def _stretches(text: str) -> Iterator[bytes]:
    """Yield the lines that hold a mark, with their neighbours; those that follow each other as one."""
    low = high = line_ends = 0
    for mark in _MARK.finditer(text):
        if mark.start() < line_ends:
            continue
        line = text.rfind("\n", 0, mark.start())
        start = text.rfind("\n", 0, max(line, 0)) + 1
        line_ends = _line_end(text, mark.end())
        if start > high:
            yield text[low:high].encode("utf-8", "replace")
            low = start
        high = _line_end(text, line_ends + 1)
    yield text[low:high].encode("utf-8", "replace")


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def _meant(lines: bytes) -> bytes:
    words = _WORD.sub(_read_word, _BETWEEN_WORDS.sub(b"", lines))
    return _CODES.sub(_read_codes, _SOFT_END.sub(b"", words))


def _read_codes(codes: re.Match[bytes]) -> bytes:
    """Return the bytes that are spelt, but for control characters: then it is something else, such as a colour."""
    read = _as_bytes(codes)
    return codes[0] if _CONTROLS.search(read) else read


def _read_word(word: re.Match[bytes]) -> bytes:
    charset, how, text = word.groups()
    try:
        read = b64decode(text + b"==") if how in b"Bb" else _CODES.sub(_as_bytes, text.replace(b"_", b" "))
    except binascii.Error:
        return word[0]
    with suppress(LookupError, UnicodeError):  # the bytes may tell what they are better than the word does
        read = read.decode(codecs.lookup(charset.decode("ascii", "replace")).name).encode()
    return word[0] if _CONTROLS.search(read) else read


def _as_bytes(codes: re.Match[bytes]) -> bytes:
    return bytes.fromhex(codes[0].replace(b"=", b"").decode("ascii"))
