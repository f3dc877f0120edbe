"""Bytes to text by a character set that a stranger named: whatever it is, there is text."""

import codecs
from typing import Final

_MEANT: Final = {
    "ascii": "cp1252",  # as WHATWG Encoding reads these labels, and as mail programs mean them
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso2022_jp": "iso2022_jp_ext",  # circled numbers and half-width letters
}
_NO_TEXT: Final = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})
"""Codecs that Python has beside character sets; some take the square of the time."""
_ESCAPE: Final = b"\x1b$"


def text_of(data: bytes, charset: str = "") -> str:
    """Return bytes as text: by their character set, else as UTF-8, else as Windows writes."""
    named = _codec(charset.strip().strip("\"'").lower()[:40])
    for codec in dict.fromkeys((named if named != "cp1252" else "utf-8", "utf-8")):
        try:
            return data.decode(codec)
        except (UnicodeError, ValueError):
            continue
    return data.decode(named if named != "utf-8" else "cp1252", "replace")


def text_of_raw(data: bytes) -> str:
    """Return what stands in a header field as it is: UTF-8, else ISO-2022-JP by its escapes, else Latin-1."""
    if data.isascii() and _ESCAPE not in data:
        return data.decode("ascii")
    if _ESCAPE in data:
        return data.decode("iso2022_jp_ext", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _codec(charset: str) -> str:
    try:
        name = codecs.lookup(charset or "utf-8").name
        "".encode(name)  # only codecs of text do that
    except (LookupError, ValueError, UnicodeError):
        return "utf-8"
    return "utf-8" if name in _NO_TEXT else _MEANT.get(name, name)
