"""The streams of a PDF, sorted by what they hold: pictures, drawings, text, files. Each is unpacked once, in bounds.

Streams are found by where they stand in the bytes, not by who refers to them, so none is left out; qpdf unpacks
them with whatever filters they have (ISO 32000-2, 7.4).
"""

import base64
import binascii
import hashlib
import io
import re
from dataclasses import dataclass, field
from typing import Final

import pikepdf
from pikepdf import settings
from PIL import Image

from portal.reading.budget import MIB, SAVE_AS_PDF, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.pdf.glyphs import draws_more_than_a_letter
from portal.reading.pdf.page import within
from portal.reading.pdf.sweep import Segment, Swept, strings_of, told_by_markup
from portal.reading.pictures import EXEMPT_PIXELS, THUMBNAIL_PIXELS

_MOST: Final = 64 * MIB
settings.set_qpdf_limits(  # for the whole process: no PDF of ours needs more, and none of a stranger may have it
    flate_max_memory=_MOST, run_length_max_memory=_MOST, png_max_memory=_MOST, tiff_max_memory=_MOST,
    max_stream_filters=8, parser_max_nesting=100, doc_max_warnings=1000,
)  # fmt: skip

_SHOWS: Final = re.compile(rb"\bT[jJ]\b|[)\]>]\s*['\"]")
_DRAWS: Final = re.compile(rb"\b(?:T[jJ*fdmD]|BT|ET|re|Do|cm|BI|[mlcvyhfSsBbWnqQ])\s")
_INLINE: Final = re.compile(rb"\bBI\s.{1,600}?\sID\s", re.DOTALL)
_ALTERNATE: Final = re.compile(rb"/Alt\s*(\((?:[^()\\]|\\.){0,2000}\)|<[0-9A-Fa-f\s]{0,8000}>)", re.DOTALL)
_NAMED_MARK: Final = re.compile(rb"/\S+\s*/[^\s<]+\s+BDC")
_GLYPH: Final = re.compile(rb"^[\s\d.+-]*d[01]\b")
_NOT_BINARY: Final = bytes(byte for byte in range(256) if byte >= 32 or byte in b"\t\n\x0b\x0c\r\x1b")
_SAMPLE: Final = 20_000
_WORD: Final = re.compile(r"[^\W\d_]{2}")
_RUN: Final = re.compile(rb"[\x20-\x7e\x80-\xff]{6,}")
_THUMBNAIL: Final = re.compile(r"<xmpGImg:image>([^<]*)<")
_CURVES: Final = (*(b" %c%c" % (letter, end) for letter in b"clvy" for end in b"\n \r"), b" re")
_JPEG_2000: Final = ("/JPXDecode", pikepdf.Array([pikepdf.Name.JPXDecode]))
_FONT_PROGRAMS: Final = frozenset(("/Type1C", "/CIDFontType0C", "/OpenType"))
_FILES: Final = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"GIF8",
    b"{\\rtf",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
)
_DAMAGED: Final = f"This PDF is damaged: a part of it cannot be unpacked. {SAVE_AS_PDF}"
DRAWN: Final = 16
"""Lines, curves and boxes in a whole drawing that may be letters; fewer are no name."""


@dataclass(slots=True)
class Loose:
    """What the streams of one version hold.

    `contents` are the numbers of what pages are drawn with, `glyphs` those of letters that fonts draw themselves,
    `reached` those of the forms and pictures pages may use, `thumbnails` those of small pictures of pages.
    `shown` are pictures to look at, `pictures` how many there are in all; `drawings` are those whose text no
    page may show; `signs` are glyphs that draw more than a letter. `draws` is how often each drawing draws
    another; `curved`, `inline` and `replaced` are the numbers of those that draw curves, pictures of their own,
    and text that stands for other text.
    """

    contents: frozenset[int] = frozenset()
    glyphs: frozenset[int] = frozenset()
    reached: frozenset[int] = frozenset()
    thumbnails: set[int] = field(default_factory=set)
    shown: list[pikepdf.Object] = field(default_factory=list)
    drawings: list[pikepdf.Object] = field(default_factory=list)
    signs: list[pikepdf.Object] = field(default_factory=list)
    curved: set[int] = field(default_factory=set)
    inline: set[int] = field(default_factory=set)
    replaced: set[int] = field(default_factory=set)
    draws: dict[int, int] = field(default_factory=dict)
    pictures: int = 0
    seen: set[bytes] = field(default_factory=set)

    def begin(
        self, contents: frozenset[int], glyphs: frozenset[int], reached: frozenset[int], thumbnails: set[int]
    ) -> None:
        """Begin another version, in which these are the numbers of pages' contents, of glyphs and so on."""
        self.contents, self.glyphs, self.reached, self.thumbnails = contents, glyphs, reached, thumbnails
        self.shown, self.drawings, self.signs = [], [], []


def is_at(data: bytes, stream: pikepdf.Object, segment: Segment) -> bool:
    """Whether a stream is the one that stands there in the bytes, and not a newer or older one of its number."""
    packed = stream.read_raw_bytes()
    return data[segment.start : segment.start + len(packed)] == packed


class Sorter:
    """Sorts the streams of one file, its earlier versions included, into a gathering and `Loose`."""

    def __init__(self, swept: Swept, to: Gathering) -> None:
        """Sort into `to`; strings of packed objects go to `swept`."""
        self._swept = swept
        self._to = to
        self._files = 0
        self._replaces = any(b"/ActualText" in segment.head for segment in swept.segments) or swept.replaces

    def sort(self, stream: pikepdf.Object, number: int, loose: Loose) -> None:
        """Take one stream. Raises `CannotRead`."""
        kind, subtype = stream.get("/Type"), stream.get("/Subtype")
        if number in loose.contents:
            self._take_drawing(stream, number, self._unpacked(stream), loose)
        elif number in loose.glyphs:
            self._take_glyph(stream, number, self._unpacked(stream), loose)
        elif "/Width" in stream and "/Height" in stream:
            exempt = THUMBNAIL_PIXELS if number in loose.thumbnails else EXEMPT_PIXELS
            self._take_picture(stream, loose, exempt)
        elif kind == "/ObjStm":
            self._take_objects(stream)
        elif number in self._swept.attached or kind == "/EmbeddedFile":
            self._take_file(self._unpacked(stream))
        elif not (
            kind == "/XRef"
            or subtype in _FONT_PROGRAMS
            or any(key in stream for key in ("/Length1", "/FunctionType", "/ShadingType"))
        ):
            content = self._unpacked(stream)
            if subtype == "/Form" or "/PatternType" in stream:
                self._take_drawing(stream, number, content, loose)
            elif not (content[36:40] == b"acsp" or b"begincmap" in content):
                self._take_untyped(stream, number, content, loose)

    def _unpacked(self, stream: pikepdf.Object) -> bytes:
        try:
            content = stream.read_bytes(pikepdf.StreamDecodeLevel.specialized)
        except (pikepdf.PdfError, RuntimeError):
            raise CannotRead(_DAMAGED) from None
        self._to.budget.check_ratio(int(stream.get("/Length", 0)), len(content))
        self._to.budget.unpack(len(content))
        return content

    def _take_picture(self, stream: pikepdf.Object, loose: Loose, exempt: int) -> None:
        width, height = int(stream.Width), int(stream.Height)
        if width <= 0 or height <= 0:
            raise CannotRead(_DAMAGED)
        loose.pictures += 1
        if max(width, height) <= exempt:
            self._to.seen += 1
            return
        packed = stream.read_raw_bytes()
        print_ = hashlib.sha256(b"%d %d " % (width, height) + packed).digest()
        if print_ in loose.seen:
            return
        loose.seen.add(print_)
        within(self._to, max(width * height, _pixels_told(stream, packed)))
        if stream.get("/Filter") in _JPEG_2000:
            _make_plain(stream, packed)
        loose.shown.append(stream)

    def _take_objects(self, stream: pikepdf.Object) -> None:
        content, first = self._unpacked(stream), int(stream.First)
        numbers = content[:first].split()
        places = [(int(number), int(at)) for number, at in zip(numbers[::2], numbers[1::2], strict=False)]
        ends = [first + at for _, at in places[1:]] + [len(content)]
        for (number, at), end in zip(places, ends, strict=True):
            self._swept.take(content[first + at : end], number)

    def _take_drawing(self, stream: pikepdf.Object, number: int, content: bytes, loose: Loose) -> None:
        loose.draws[number] = content.count(b"Do")
        if sum(map(content.count, _CURVES)) >= DRAWN:
            loose.curved.add(number)
        if b"BI" in content and _INLINE.search(content):
            loose.inline.add(number)
        if b"ActualText" in content or (self._replaces and b"BDC" in content and _NAMED_MARK.search(content)):
            loose.replaced.add(number)
        if b"/Alt" in content:
            self._say_alternates(content)
        shows_no_text = number in loose.reached and not _shows_text(content)
        if not (number in loose.contents or shows_no_text):
            loose.drawings.append(stream)

    def _say_alternates(self, content: bytes) -> None:
        """Say what a marked stretch is said to show (ISO 32000-2, 14.9.3), which no page has."""
        told = [text for mark in _ALTERNATE.finditer(content) for text in strings_of(mark[1])]
        if told:
            self._to.say("other data", "\n\n".join(told))

    def _take_glyph(self, stream: pikepdf.Object, number: int, content: bytes, loose: Loose) -> None:
        """Take a glyph that a font draws itself. Whether one letter is the one it says is tried with the fonts."""
        if _shows_text(content):
            self._to.say("other data", "\n\n".join(strings_of(content)))
        elif not draws_more_than_a_letter(content):
            return
        loose.signs.append(stream)
        if _INLINE.search(content):
            loose.inline.add(number)
        if b"BDC" in content:
            loose.replaced.add(number)

    def _take_untyped(self, stream: pikepdf.Object, number: int, content: bytes, loose: Loose) -> None:
        if content.isspace():
            return
        start = content[:512].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
        if start.startswith(_FILES):
            self._take_file(content)
        elif start.startswith(b"<") and not start.startswith(b"<<"):
            self._say_marked_up(content)
        elif _GLYPH.match(content):
            self._take_glyph(stream, number, content, loose)
        elif len(_DRAWS.findall(content[:_SAMPLE])) * 40 > len(content[:_SAMPLE]) or _shows_text(content):
            self._take_drawing(stream, number, content, loose)
            self._to.say("other data", "\n\n".join(strings_of(content)))
        elif content.translate(None, _NOT_BINARY):
            runs = (run.decode("utf-8", "replace") for run in _RUN.findall(content))
            self._to.say("other data", "\n\n".join(run for run in runs if _WORD.search(run)))
        elif _WORD.search(text := _decoded(content)):
            self._to.say("scripts and other data", text)

    def _say_marked_up(self, content: bytes) -> None:
        text = _decoded(content)
        for packed in _THUMBNAIL.findall(text):
            try:
                picture = base64.b64decode(packed.replace("&#xA;", ""))
            except binascii.Error:
                continue
            self._to.show_file("properties, picture", picture, exempt=THUMBNAIL_PIXELS)
        text = _THUMBNAIL.sub("<", text)
        self._to.say("properties and marked-up data", told_by_markup(text))
        if "rdf:RDF" not in text:  # data of a form: given and family name are elements side by side
            self._to.say("marked-up data", "\n".join(told_by_markup(text).split()))

    def _take_file(self, content: bytes) -> None:
        self._files += 1
        self._to.hidden += 1
        if content.strip():
            self._to.inside(content, f"attachment {self._files}")


def _pixels_told(stream: pikepdf.Object, packed: bytes) -> int:
    """Return how many pixels a JPEG says it has; its dictionary may say less."""
    filters = stream.get("/Filter")
    last = filters[-1] if isinstance(filters, pikepdf.Array) and len(filters) else filters
    if last not in {"/DCTDecode", "/JPXDecode"} or (isinstance(filters, pikepdf.Array) and len(filters) > 1):
        return 0
    try:
        with Image.open(io.BytesIO(packed), formats=("JPEG", "JPEG2000")) as told:
            return told.width * told.height
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise CannotRead(f"A picture in this PDF is damaged. {SAVE_AS_PDF}") from None


def _make_plain(stream: pikepdf.Object, packed: bytes) -> None:
    """Unpack a JPEG 2000, whose own colours count whatever its dictionary says (ISO 32000-2, 7.4.9)."""
    try:
        with Image.open(io.BytesIO(packed), formats=("JPEG2000",)) as opened:
            plain = opened.convert("RGBA" if "A" in opened.mode else "RGB").convert("L")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise CannotRead(f"A picture in this PDF is damaged. {SAVE_AS_PDF}") from None
    stream.write(plain.tobytes())
    stream.Width, stream.Height, stream.BitsPerComponent = plain.width, plain.height, 8
    stream.ColorSpace = pikepdf.Name.DeviceGray
    for key in ("/Decode", "/ImageMask"):
        if key in stream:
            del stream[key]


def _shows_text(content: bytes) -> bool:
    """Whether a drawing shows text (ISO 32000-2, 9.4.3). Looks closely only where the operators occur at all."""
    return any(operator in content for operator in (b"Tj", b"TJ", b"'", b'"')) and bool(_SHOWS.search(content))


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xfe\xff", b"\xff\xfe")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
