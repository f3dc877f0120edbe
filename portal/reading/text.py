"""Plain text, tables of text and HTML, in whatever encoding they are."""

import base64
import binascii
import codecs
import csv
import io
import re
from html.parser import HTMLParser
from typing import Final
from urllib.parse import unquote_to_bytes

from portal.reading.budget import CannotRead
from portal.reading.pictures import check_picture
from portal.reading.reader import Part
from portal.reading.weave import Weave, bare

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the other's
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WEB: Final = {"iso8859-1": "cp1252", "ascii": "cp1252"}  # as every browser reads them
_DECLARED: Final = (
    "utf-8", "utf-16", "cp1252", "iso8859-1", "ascii", "iso8859-15", "iso8859-2", "cp1250", "cp1251", "koi8-r",
    "gb18030", "gbk", "gb2312", "big5", "shift_jis", "euc_jp", "euc_kr", "cp1256", "cp1258",
)  # fmt: skip
ENCODINGS: Final = (*_DECLARED, "utf-8-sig", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "cp437")
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_NOT_TEXT: Final = "This file is not text in an encoding the portal knows. Save it as UTF-8 text and choose it again."
_CHARSET: Final = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE
)
_DATA_URI: Final = re.compile(r"data:([\w.+-]+/[\w.+-]+)?[^,\s\"')]{0,100},([^\s\"')<>]*)", re.IGNORECASE)


def decode(data: bytes) -> str:
    """Return the text in `data`: what its mark says, else UTF-16 by its zeros, else UTF-8, else CP1252.

    Every step is strict. CP1252 holds all of Latin-1's letters; a byte it does not define, or a control
    character no text has, means that this is no text. Raises `CannotRead`.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding)
    if b"\0" in data[:4096]:
        odd, even = data[1:4096:2].count(0), data[0:4096:2].count(0)
        return _strictly(data, "utf-16-le" if odd >= even else "utf-16-be")
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _strictly(data, "cp1252")


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return _checked(data.decode(encoding))
    except (UnicodeDecodeError, LookupError):
        raise CannotRead(_NOT_TEXT) from None


def _checked(text: str) -> str:
    if _CONTROLS.search(text):
        raise CannotRead(_NOT_TEXT)
    return text


def read_text(data: bytes) -> list[Part]:
    """Return a plain text file as one part."""
    return [Part("text", decode(data))]


def read_table(data: bytes) -> list[Part]:
    """Return a table of text as one part: cells parted by tabs, rows by blank lines."""
    text = decode(data)
    first = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(",;\t|", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    before = csv.field_size_limit(len(text) + 1)  # one for the whole process: others are owed theirs back
    try:
        return [Part("rows", "\n\n".join("\t".join(row) for row in rows))]
    except csv.Error:
        return [Part("rows", text)]
    finally:
        csv.field_size_limit(before)


def read_html(data: bytes) -> list[Part]:
    """Return a page as read with every script, comment, hidden element and attribute, and as written.

    Raises `CannotRead` for a picture or file packed into the page itself.
    """
    declared = _CHARSET.search(data[:2048])
    marked = any(data.startswith(mark) for mark, _ in _MARKS)
    encoding = declared[1].decode("ascii") if declared and not marked and b"\0" not in data[:64] else ""
    text = _strictly(data, _known(encoding)) if encoding else decode(data)
    _check_packed(text)
    page = _Page()
    page.feed(text)
    page.close()
    return [Part("page", page.weave.woven()), Part("source", text)]


def _known(declared: str) -> str:
    try:
        name = codecs.lookup(declared).name
    except LookupError:
        raise CannotRead(_NOT_TEXT) from None
    if name not in _DECLARED:
        raise CannotRead(_NOT_TEXT)
    return _WEB.get(name, name)


def _check_packed(text: str) -> None:
    for media_type, packed in _DATA_URI.findall(text):
        if not media_type.lower().startswith("image/"):
            raise CannotRead("A file is packed into this page. Save the page as PDF and choose it again.")
        try:
            check_picture(base64.b64decode(unquote_to_bytes(packed)))
        except binascii.Error:
            raise CannotRead("A picture in this page is damaged. Take it out and choose the page again.") from None


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.weave = Weave(digits=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.weave.attributes({bare(name): value or "" for name, value in attrs})
        if tag == "br":
            self.weave.end(tag)

    def handle_endtag(self, tag: str) -> None:
        self.weave.end(tag)

    def handle_data(self, data: str) -> None:
        self.weave.text("text", data)

    def handle_comment(self, data: str) -> None:
        self.weave.text("text", data)
        self.weave.end("p")

    def handle_decl(self, decl: str) -> None:
        self.handle_comment(decl)

    def handle_pi(self, data: str) -> None:
        self.handle_comment(data)

    def unknown_decl(self, data: str) -> None:
        self.handle_comment(data)
