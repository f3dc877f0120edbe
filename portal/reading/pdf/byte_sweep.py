"""A sweep over the bytes of a PDF: the strings of every object, used or not, and where every stream stands.

It follows no table of contents, so what no page and no version refers to any more is found as well
(ISO 32000-2, 7.3 to 7.5). What streams hold is left to those who can unpack them.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from pikepdf.codec import PdfDocCodec

from portal.reading.budget import SAVE_AS_PDF, CannotRead

_PDF_DOC: Final = PdfDocCodec()
_OBJECT: Final = re.compile(rb"\b(\d{1,10})\s+(\d{1,5})\s+obj\b")
_BODY: Final = re.compile(rb">>\s*stream(?:\r\n|\n|\r)|\bendobj\b|\b(\d{1,10}\s+\d{1,5}\s+obj)\b")
_LENGTH: Final = re.compile(rb"/Length\s+(\d+)(?!\s+\d+\s+R)")
_END_OF_STREAM: Final = re.compile(rb"\s*endstream\b")
_VALUE: Final = re.compile(rb"/V\s*(?=[(<])")
_LITERAL: Final = re.compile(rb"\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.|\((?:[^()\\]++|\\.)*+\))*+\))*+\)", re.DOTALL)
_FOLLOWED: Final = 4
_PAREN: Final = re.compile(rb"\\.|[()]", re.DOTALL)
_HEX: Final = re.compile(rb"(?<!<)<([^<>]{4,})>")
_NO_DIGIT: Final = re.compile(rb"%[^\r\n]*|[^0-9A-Fa-f]")
"""What programs pass over within a string of digits, each in its own way."""
_ESCAPE: Final = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\r\n])|(.))", re.DOTALL)
_ESCAPED: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_TECHNICAL: Final = re.compile(r"D:\d{4,14}(?:[Z+-](?:\d\d'?){0,2})?|Adobe|UCS|Identity")
_NAME: Final = re.compile(rb"/([^\s/<>\[\](){}%]{6,127})")
_FONT_NAME: Final = re.compile(rb"/(?:BaseFont|FontName|FontFamily|Encoding|CIDSystemInfo)\s*/([^\s/<>\[\](){}%]+)")
_CHOSEN: Final = re.compile(rb"/(?:AS|V|DV|Name|NM|D|Opt)\s*/([^\s/<>\[\](){}%]{6,127})")
_SPOKEN: Final = re.compile(rb"#[0-9A-Fa-f]{2}|[_,-]")
_HASH: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_LANGUAGE: Final = re.compile("\x1b[^\x1b]{2,6}\x1b")
_QUOTED: Final = re.compile(r"""=\s*"([^"]*)"|=\s*'([^']*)'""")
_TAG: Final = re.compile(r"<[^<>]*>")
_BYTE_ORDER: Final = "\ufeff"
_QUOTED_BYTE: Final = re.compile("%[0-9A-Fa-f]{2}")
_COMMENT: Final = re.compile(rb"%([^\r\n]{4,})")
_TABLE: Final = re.compile(
    rb"\d{10} \d{5} [nf]|startxref\s+\d+|<<.*?>>|\b(?:xref|trailer|endobj|endstream)\b", re.DOTALL
)
_BINARY: Final = re.compile(rb"[\x01-\x08\x0e-\x1f]")
_IDENTITY: Final = re.compile(rb"/ID\s*\[\s*(?:\((?:[^()\\]|\\.){0,32}\)\s*){1,2}\]", re.DOTALL)
"""What tells a file apart, which Ghostscript writes as plain bytes."""
_IDENTITIES: Final = re.compile(rb"/ID\s*\[(?:\s*(?:<[0-9A-Fa-f\s]*>|\((?:[^()\\]|\\.)*\))){1,2}\s*\]", re.DOTALL)
_TWICE: Final = re.compile(rb"/ID\s*\[\s*(<[0-9A-Fa-f\s]*>|\((?:[^()\\]|\\.)*\))\s*\1\s*\]", re.DOTALL)
_HASHED: Final = 16
_MARKS: Final = (b"\xfe\xff", b"\xff\xfe")
_SPELT: Final = re.compile(rb"[A-Za-z ,.'-]{6,}")
_UNSPOKEN: Final = re.compile(rb"[\x01-\x08\x0e-\x1f\x7f-\x9f]")
_SHORT: Final = 64
_MOST_TORN: Final = 1_000
_WORD: Final = re.compile(r"\w")
_PLAIN: Final = re.compile(r"[^\W\d_]{2,}")
_PLAYED: Final = re.compile(
    rb"/Subtype\s*/(?:RichMedia|3D|Movie|Sound|Screen|U3D|PRC)\b|/(?:Type\s*/Sound|S\s*/Rendition)\b"
)
_ATTACHED: Final = re.compile(rb"/EF\s*<<([^>]*)>>|/EF\s+(\d+)\s+\d+\s+R")
_PAGE: Final = re.compile(rb"/Type\s*/(?:Page|Template)\b")
_SHADE: Final = re.compile(rb"/ShadingType\s*[14567]\b")
"""Shades whose colours come from a table of two directions or from a mesh: they may draw anything (8.7.4.5)."""
_REFERENCE: Final = re.compile(rb"(\d+)\s+\d+\s+R\b")
_KINDS: Final = (
    ("form fields", re.compile(rb"/(?:FT|TU|Opt)\b")),
    ("notes", re.compile(rb"/Annots?\b|/Subtype\s*/(?:Text|FreeText|Popup|Stamp|Link|Highlight|Ink|FileAttachment)\b")),
    ("scripts", re.compile(rb"/JS\b")),
    ("form fields", re.compile(rb"/(?:DV|V)\s*[(<]")),
    ("layers", re.compile(rb"/OCG\b")),
    ("attachment names", re.compile(rb"/(?:Filespec|EF)\b")),
    ("structure", re.compile(rb"/(?:StructElem|ActualText|Alt|Pg)\b")),
    (
        "bookmarks",
        re.compile(rb"/Title\b[^%]*/(?:Parent|Dest|A|Next|Prev)\b|/(?:Parent|Dest|A|Next|Prev)\b[^%]*/Title\b"),
    ),
    ("properties", re.compile(rb"/(?:Producer|Creator|Author|Title|Subject|Keywords|CreationDate|ModDate)\b")),
    ("page labels", re.compile(rb"/(?:St|P)\b")),
    ("link targets", re.compile(rb"/(?:Names|Limits|Dests|D)\b")),
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A stream in the bytes: its object's number and generation, its dictionary, where its content starts and ends."""

    number: int
    generation: int
    head: bytes
    start: int
    end: int


@dataclass(slots=True)
class Swept:
    """What a sweep found: strings by kind, notes by object, streams, and the numbers of pages and attached files."""

    strings: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[int, list[str]] = field(default_factory=dict)
    names: set[bytes] = field(default_factory=set)
    segments: list[Segment] = field(default_factory=list)
    attached: set[int] = field(default_factory=set)
    objects: list[int] = field(default_factory=list)
    pages: set[int] = field(default_factory=set)
    values: list[str] = field(default_factory=list)
    replaces: bool = False
    shades: bool = False
    torn: int = 0

    def take(self, source: bytes, number: int) -> None:
        """Take the strings of one object. Raises `CannotRead` for films, sounds and models."""
        if _PLAYED.search(source):
            raise CannotRead(f"This PDF holds a film, a sound or a model that the portal cannot read. {SAVE_AS_PDF}")
        for direct, indirect in _ATTACHED.findall(source) if b"/EF" in source else ():
            self.attached |= {int(at) for at in _REFERENCE.findall(direct)} if direct else {int(indirect)}
        if number in self.attached:  # a dictionary of attached files, spoken of before it came
            self.attached |= {int(at) for at in _REFERENCE.findall(source)}
        if b"/Type" in source and _PAGE.search(source):
            self.pages.add(number)
        self.replaces = self.replaces or b"/ActualText" in source
        self.shades = self.shades or (b"/ShadingType" in source and _SHADE.search(source) is not None)
        self._take_names(source)
        texts = strings_of(source)
        if not texts:
            return
        for value in _VALUE.finditer(source):
            held = _LITERAL.match(source, value.end()) or _HEX.match(source, value.end())
            self.values += strings_of(held[0]) if held else ()
        kind = next((kind for kind, sign in _KINDS if sign.search(source)), "other data")
        if kind == "notes":
            self.notes.setdefault(number, []).extend(texts)
        else:
            self.strings.setdefault(kind, []).extend(texts)

    def _take_names(self, source: bytes) -> None:
        """Take names that somebody may have given: chosen values of fields, and those of several words."""
        names = set(filter(_SPOKEN.search, _NAME.findall(source))) if _SPOKEN.search(source) else set[bytes]()
        names.update(_CHOSEN.findall(source))
        if names:
            self.names |= names.difference(_FONT_NAME.findall(source))

    def told(self) -> Iterator[tuple[str, str]]:
        """Give place and text of all but the notes. What one string says does not belong to the next."""
        for kind, texts in self.strings.items():
            yield kind, "\n\n".join(texts)
        yield "form fields", "\n".join(self.values)  # given and family name may stand in fields of their own
        yield "names of parts", "\n\n".join(sorted(_decode(_HASH.sub(_unhash, name)) for name in self.names))


def sweep(data: bytes) -> Swept:
    """Return what stands in `data` outside its streams. Raises `CannotRead`."""
    found = Swept()
    position = 0
    while start := _OBJECT.search(data, position):
        _take_gap(data[position : start.start()], found)
        position = start.end()
        found.objects.append(start.start())
        stop = _end_of_body(data, position, found)
        if stop is None:
            break
        number, head = int(start[1]), data[position : stop.end()]
        if stop[1]:  # the next object begins, and this one has no end
            found.take(data[position : stop.start()], number)
            position = stop.start()
            continue
        found.take(head, number)
        if b"%" in head:
            _take_comments(head, found)
        position = stop.end()
        if stop[0] != b"endobj":
            position = _end_of_stream(data, head, stop.end())
            found.segments.append(Segment(number, int(start[2]), head, stop.end(), position))
    _take_gap(data[position : data.rfind(b"%%EOF")], found)  # what follows the end is told apart
    return found


def _end_of_body(data: bytes, start: int, found: Swept) -> re.Match[bytes] | None:
    stop = _BODY.search(data, start)
    while stop and stop[1] and b"(" in data[start : stop.start()]:  # what looks like an object may be in a string
        found.torn += 1
        if found.torn > _MOST_TORN:
            raise CannotRead(f"This PDF is damaged. {SAVE_AS_PDF}")
        stop = _BODY.search(data, stop.end())
    return stop


def _end_of_stream(data: bytes, head: bytes, start: int) -> int:
    length = _LENGTH.search(head)
    if length and _END_OF_STREAM.match(data, start + int(length[1])):
        return start + int(length[1])
    end = data.find(b"endstream", start)
    if end < 0:
        raise CannotRead(f"This PDF is damaged. {SAVE_AS_PDF}")
    return end


def _take_gap(gap: bytes, found: Swept) -> None:
    """Take what stands between objects: nothing, tables, a trailer; or anything."""
    if len(gap) < 4 or gap.isspace():
        return
    if len(gap) > _SHORT and _BINARY.search(_IDENTITY.sub(b"", gap)):
        raise CannotRead(f"Something that is no PDF stands between the parts of this PDF. {SAVE_AS_PDF}")
    found.take(gap, 0)
    _take_comments(gap, found)
    left = _TABLE.sub(b" ", _COMMENT.sub(b"", gap)).decode("cp1252", "replace")
    if _PLAIN.search(left):
        found.strings.setdefault("between the parts", []).append(left)


def _take_comments(source: bytes, found: Swept) -> None:
    texts = [comment.decode("utf-8", "replace") for comment in _COMMENT.findall(source)]
    found.strings.setdefault("comments", []).extend(
        text for text in texts if _PLAIN.search(text) and not text.startswith(("%EOF", "PDF-"))
    )


def strings_of(source: bytes) -> list[str]:
    """Return the text strings of an object, those of marked-up text also without its marks."""
    texts = [_decode(held) for held in _held_by(_IDENTITIES.sub(_as_written, source) if b"/ID" in source else source)]
    texts = [text for text in texts if _WORD.search(text) and not _TECHNICAL.fullmatch(text)]
    texts += [unquote(text) for text in texts if _QUOTED_BYTE.search(text)]
    return [*texts, *(untagged(text) for text in texts if "<" in text and _TAG.search(text))]


def untagged(text: str) -> str:
    """Return marked-up text without its marks: joined, and once more with every mark as a gap."""
    return html.unescape(f"{_TAG.sub('', text)}\n\n{_TAG.sub(' ', text)}")


def told_by_markup(text: str) -> str:
    """Return what stands between the marks and in them, each apart."""
    text = text.replace(_BYTE_ORDER, "")  # the mark in the head of each XMP, for which all would be no Latin text
    quoted = "\n\n".join(one or other for one, other in _QUOTED.findall(text))
    return html.unescape(re.sub(r"\s*\n\s*\n\s*", "\n\n", f"{_TAG.sub(chr(10) * 2, text)}\n\n{quoted}"))


def _held_by(source: bytes) -> Iterator[bytes]:
    """Yield what the strings of an object hold, as bytes."""
    opened = source.count(b"(")
    literals = _LITERAL.findall(source) if opened else []
    if opened > len(literals):  # some stand within others, or after a backslash
        literals += _nested_deeply(source)
    for literal in literals:
        yield _ESCAPE.sub(_unescape, literal[1:-1])
    if source.count(b"<") == 2 * source.count(b"<<"):
        return  # each opens a dictionary, two at a time: none stands alone
    for digits in _HEX.findall(source):
        packed = _NO_DIGIT.sub(b"", digits)
        yield bytes.fromhex((packed + b"0" * (len(packed) % 2)).decode())


def _nested_deeply(source: bytes) -> Iterator[bytes]:
    """Yield the strings with more parentheses within parentheses than the pattern follows."""
    start = depth = deepest = 0
    for paren in _PAREN.finditer(source):
        if paren[0] == b"(":
            start = start if depth else paren.start()
            depth += 1
            deepest = max(deepest, depth)
        elif paren[0] == b")" and depth:
            depth -= 1
            if depth == 0:
                if deepest > _FOLLOWED:
                    yield source[start : paren.end()]
                deepest = 0


def _as_written(identities: re.Match[bytes]) -> bytes:
    """Leave out what tells a file apart where it is a hash: its bytes spell a name by chance, in one file of thousands.

    Anything else there is a string like any other, and so are plain letters between the bytes of a hash. One said
    twice, as in a file that was never changed, is given once.
    """
    held = list(_held_by(identities[0]))
    if not all(_is_hash(one) for one in held):
        half = _TWICE.fullmatch(identities[0])
        return half[1] if half else identities[0]
    return b"".join(b"(%s)" % letters for one in held for letters in _SPELT.findall(one))


def _is_hash(held: bytes) -> bool:
    """Tell whether these are sixteen bytes that no encoding of text explains."""
    if len(held) != _HASHED or not _UNSPOKEN.search(held) or held.startswith(_MARKS):
        return False
    try:
        held.decode()
    except UnicodeDecodeError:
        return True
    return False


def _unescape(escape: re.Match[bytes]) -> bytes:
    if escape[1]:
        return bytes([int(escape[1], 8) & 0xFF])
    return b"" if escape[2] else _ESCAPED.get(escape[3], escape[3])


def _unhash(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape[1], 16)])


def _decode(text: bytes) -> str:
    if text.startswith(_MARKS):
        return _LANGUAGE.sub("", text.decode("utf-16", "replace"))
    if text.startswith(b"\xef\xbb\xbf"):
        return text.decode("utf-8-sig", "replace")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        as_told, as_written = _PDF_DOC.decode(text, "replace")[0], text.decode("cp1252", "replace")
        return as_told if as_told == as_written else f"{as_told}\n\n{as_written}"
