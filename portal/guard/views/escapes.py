"""Text as it is meant where a program escaped it: JSON, links, HTML, quotes of a language."""

import html
import re
from typing import Final
from urllib.parse import unquote

_ESCAPED: Final = re.compile(r"\\++u([0-9a-fA-F]{4})")
"""With more than one backslash where a text is kept in another."""
_PERCENT: Final = re.compile(r"%[0-9a-fA-F]{2}(?:%[0-9a-fA-F]{2})*")
_NAME_BEGINS: Final = re.compile("(%[A-F][a-f])")
"""No program writes an escape with a capital and a small letter."""
_SPELT: Final = re.compile(r"(?<!\\)\\++(?:([nrtbfv])|((?:x[0-9a-fA-F]{2}(?:\\++(?=x[0-9a-fA-F]{2}))?)++)|([\"'/]))")
"""Finds escapes of programs beside those that `unescaped` reads: they may as well be parts of a path."""
_OPENED: Final = re.compile(r"\b(?:[abefghkpqruvwxyz]|(?-i:N))'(?=[^\W\d_]{2})", re.IGNORECASE)
"""Finds what tells how a text is quoted: N'Rivera' (SQL), b'Rivera'. Other letters begin names, such as D'Aubigne."""
_BLANKS: Final = {"n": "\n", "r": "\n", "t": "\t", "b": " ", "f": "\n\n", "v": "\n"}
_CODE: Final = re.compile("x([0-9a-fA-F]{2})")
_MOST_ESCAPED: Final = 3
"""Times that one text is escaped: by a page, by the table that holds the page; by eye."""


def unescaped(text: str) -> str:
    r"""Return text without the escapes of JSON (`\u00e1`), links (`%C3%A1`) and HTML (`&aacute;`)."""
    if "\\" in text and "\\u" in text:  # one letter is found ten times as fast as two
        text = _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text)
    if "%" in text:
        text = _PERCENT.sub(_of_link, text)
    for _ in range(_MOST_ESCAPED if "&" in text and ";" in text else 0):
        escaped, text = text, html.unescape(text)
        if text == escaped:
            break
    return text


def _of_link(escape: re.Match[str]) -> str:
    """Return what an escape of a link stands for; as it is where a name begins behind the mark: "Ana%Davis"."""
    read = unquote(escape[0])
    if "\ufffd" not in read:
        return read
    return "".join(part if _NAME_BEGINS.match(part) else unquote(part) for part in _NAME_BEGINS.split(escape[0]))


def unescaped_backslashes(text: str) -> str:
    r"""Return text with what programs write behind a backslash: `\n`, `\xc3\xa1`, `\"`. It may as well be a path."""
    return _SPELT.sub(_read_escape, text)


def _read_escape(escape: re.Match[str]) -> str:
    blank, codes, mark = escape.groups()
    if not codes:
        return _BLANKS[blank] if blank else str(mark)
    read = bytes(int(code, 16) for code in _CODE.findall(codes))
    try:
        return read.decode()
    except UnicodeDecodeError:
        return read.decode("cp1252", "replace")


def opened(text: str) -> str:
    """Return text with blanks for what tells how it is quoted; names begin so, too (N'Diaye)."""
    return _OPENED.sub(" ", text) if "'" in text else text
