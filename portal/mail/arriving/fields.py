"""The header of a message or of one of its parts, as `email` reads it with the policy compat32.

compat32 alone raised on none of 174 real messages. What it cannot read is read as it stands: no field raises.
"""

import re
import unicodedata
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses
from typing import Final

from portal.kernel.text.addresses import NotOneAddress, OneAddress
from portal.mail.arriving.charsets import text_of, text_of_raw

Fields = Message

_FIELD: Final = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:[ \t]*([^\r\n]*+(?:\r?\n[ \t][^\r\n]*+)*+)", re.MULTILINE)
_LONGEST: Final = 8_192  # of a field that has parameters: longer than any name that is kept
_LONGEST_LINE: Final = 65_536
_MOST_NAMES: Final = 1_000
_LONGEST_NAME: Final = 150
_LONGEST_ENDING: Final = 10
_JOINERS: Final = "\u200c\u200d"  # Persian, Hindi and emoji need them to be spelled right
_NOT_SEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def fields_of(block: bytes) -> Fields:
    """Return the fields of a header; what is none is passed over."""
    fields = Fields()
    for name, value in _FIELD.findall(block):
        fields[name.decode("ascii")] = text_of_raw(value.replace(b"\r", b"").replace(b"\n", b""))
    return fields


def said(fields: Fields, name: str) -> str:
    """Return what a field says, encoded words read (RFC 2047), as one line; '' where it is not there."""
    return one_line(decoded(fields.get(name, "")))


def decoded(value: str) -> str:
    """Return a value with its encoded words read; as it stands where they make no sense."""
    value = " ".join(value[:_LONGEST_LINE].splitlines())
    # `decode_header` looks for the end of each word in all that follows, which takes seconds where there is none
    words, end, rest = value.rpartition("?=")
    if "=?" not in words:
        return value
    try:
        pieces = decode_header(words + end)
        return "".join(_piece(piece, charset) for piece, charset in pieces) + rest
    except (HeaderParseError, ValueError):
        return value


def _piece(piece: str | bytes, charset: str | None) -> str:
    if isinstance(piece, str):
        return piece
    return piece.decode("raw_unicode_escape", "replace") if charset is None else text_of(piece, charset)


def one_line(text: str) -> str:
    """Return a text as one line of what can be seen: no control, no mark that turns the direction."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return " ".join("".join(letter for letter in line if is_seen(letter)).split())


def is_seen(letter: str) -> bool:
    """Tell whether a letter is more than a control or a mark."""
    return letter in _JOINERS or unicodedata.category(letter) not in _NOT_SEEN


def media_type(fields: Fields) -> str:
    """Return the media type of a part, in small letters; `text/plain` where none is said."""
    value = fields.get("Content-Type", "")[:_LONGEST]
    kind = value.partition(";")[0].strip().lower()
    return kind if kind.count("/") == 1 and kind.isprintable() and " " not in kind else "text/plain"


def parameter(fields: Fields, field: str, name: str) -> str:
    """Return a parameter of a field, one with its character set (RFC 2231) before a plain one; '' for none."""
    if name not in fields.get(field, "").lower():
        return ""
    short = Fields()
    short[field] = fields.get(field, "")[:_LONGEST]
    try:
        found: list[object] = [value for key, value in short.get_params([], field) if key.lower() == name]
    except (ValueError, LookupError, AttributeError, TypeError):  # a number in a name that is none, and the like
        return ""
    told = next((value for value in found if isinstance(value, tuple)), found[0] if found else "")
    if not isinstance(told, tuple):
        return decoded(str(told))
    charset, _, text = told
    return text_of(str(text or "").encode("latin-1", "replace"), str(charset or ""))


def file_name(fields: Fields) -> str:
    """Return what a part is called: by its disposition, else by its type; `as_name` says how."""
    return as_name(parameter(fields, "Content-Disposition", "filename") or parameter(fields, "Content-Type", "name"))


def as_name(text: str) -> str:
    """Return a name without folders, controls and direction marks, of at most 150 letters with its ending."""
    name = one_line(re.split(r"[/\\]", text)[-1]).strip(" .")
    if len(name) <= _LONGEST_NAME:
        return name
    stem, dot, ending = name.rpartition(".")
    if dot and len(ending) <= _LONGEST_ENDING:
        return f"{stem[: _LONGEST_NAME - len(ending) - 1].rstrip()}.{ending}"
    return name[:_LONGEST_NAME].rstrip()


def sender_of(fields: Fields) -> str:
    """Return the one address in From; '' for none, for several, and for what readers could disagree on."""
    lines = fields.get_all("From", [])
    people = mailboxes(lines[0]) if len(lines) == 1 else []
    if len(people) != 1:
        return ""
    try:
        return OneAddress.parse(people[0][1]).text
    except NotOneAddress:
        return ""


def names_in(fields: Fields, *fields_named: str) -> tuple[str, ...]:
    """Return the names that stand beside addresses in these fields, each once."""
    values = ", ".join(value for name in fields_named for value in fields.get_all(name, []))
    names = (one_line(decoded(name)).strip("'\" ") for name, _ in mailboxes(values)[:_MOST_NAMES])
    return tuple(dict.fromkeys(name for name in names if name))


def mailboxes(value: str) -> list[tuple[str, str]]:
    """Return the names and addresses of a field; none where brackets make no sense."""
    try:
        return [(name, address) for name, address in getaddresses([value[:_LONGEST_LINE]]) if name or address]
    except (ValueError, IndexError, RecursionError):
        return []
