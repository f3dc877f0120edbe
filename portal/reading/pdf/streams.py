"""The streams of a PDF, sorted by what they hold: pictures, drawings, text, files. Each is unpacked once, in bounds.

Streams are found by where they stand in the bytes, not by who refers to them, so none is left out; qpdf unpacks
them with whatever filters they have (ISO 32000-2, 7.4).
"""

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import pikepdf
from pikepdf import settings

from portal.reading.budget import MIB, SAVE_AS_PDF, CannotRead
from portal.reading.gathering import Gathering
from portal.reading.images.pictures import EXEMPT_PIXELS, THUMBNAIL_PIXELS
from portal.reading.images.profiles import is_profile, told_by_profile
from portal.reading.kinds import FONTS
from portal.reading.pdf.byte_sweep import Segment, Swept, strings_of, told_by_markup
from portal.reading.pdf.lettering.glyphs import draws_more_than_a_letter
from portal.reading.pdf.pages.page import within
from portal.reading.pdf.photos import JPEG_2000, filters_of, make_plain, photo_in, pixels_told

_MOST: Final = 64 * MIB
settings.set_qpdf_limits(  # for the whole process: no PDF of ours needs more, and none of a stranger may have it
    flate_max_memory=_MOST, run_length_max_memory=_MOST, png_max_memory=_MOST, tiff_max_memory=_MOST,
    max_stream_filters=8, parser_max_nesting=100, doc_max_warnings=1000,
)  # fmt: skip

_SHOWS: Final = re.compile(rb"\bT[jJ]\b|[)\]>]\s*['\"]")
_DRAWS: Final = re.compile(rb"\b(?:T[jJ*fdmD]|BT|ET|re|Do|cm|BI|[mlcvyhfSsBbWnqQ])\s")
_INLINE: Final = re.compile(rb"\bBI(?=[\s/]).{1,8000}?[\s\])>]ID\s", re.DOTALL)
_NAMED_MARK: Final = re.compile(rb"/\S+\s*/[^\s<]+\s+BDC")
_GLYPH: Final = re.compile(rb"^[\s\d.+-]*d[01]\b")
_NOT_BINARY: Final = bytes(byte for byte in range(256) if byte >= 32 or byte in b"\t\n\x0b\x0c\r\x1b")
_SAMPLE: Final = 20_000
_WORD: Final = re.compile(r"[^\W\d_]{2}")
_RUN: Final = re.compile(rb"[\x20-\x7e\x80-\xff]{6,}")
_PREVIEW: Final = re.compile(r"<xmpGImg:image>([^<]*)<")
_BLANKS: Final = bytes.maketrans(b"\0\t\n\f\r", b"     ")
_STEPS: Final = (*(b" %c " % letter for letter in b"clvy"), b" re ")
_HOLDS_A_STRING: Final = re.compile(rb"<<[^<>(]*+(?:\(|<(?!<))")
_MARK: Final = re.compile(rb"<<(.{1,4000}?)>>\s*(?:BDC|DP)\b", re.DOTALL)
_REPLACED: Final = re.compile(rb"/ActualText\s*(?:\((?:[^()\\ ]|\\.)*\)|<[^<>]*>)", re.DOTALL)
"""A word that stands for what is drawn, as fonts without a map have it for each; the page's own text holds it."""
_NOTE: Final = re.compile(rb"%([\x20-\x7e\x80-\xff]{4,})")
_FONT_PROGRAMS: Final = frozenset(("/Type1C", "/CIDFontType0C", "/OpenType"))
_FONTS: Final = (*FONTS, b"%!", b"\x80\1", b"\1\0")
_BEGIN: Final = 64
_THUMBNAIL: Final = 106
"""Pixels of the longer side of a small picture of a page (ISO 32000-2, 12.3.4)."""
_SMALL: Final = 65_536
_PICTURES_ALONE: Final = frozenset(("/DCTDecode", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode"))
_LETTERS: Final = re.compile(rb"[A-Za-z0-9 ,.;:'@+/()-]{6,}")
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
    and text that stands for other text. `shaded` when the file has shades that may be pictures.
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
    shaded: bool = False
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
        """Take one stream. What it says of itself may be said by anybody, so it is drawn first. Raises `CannotRead`."""
        kind, subtype = stream.get("/Type"), stream.get("/Subtype")
        is_drawn = number in loose.contents or subtype == "/Form" or "/PatternType" in stream
        is_file = number in self._swept.attached or kind == "/EmbeddedFile"
        if is_file:
            self._take_file(self._unpacked(stream))
        if is_drawn:
            self._take_drawing(stream, number, self._unpacked(stream), loose)
        elif number in loose.glyphs:
            self._take_glyph(stream, number, self._unpacked(stream), loose)
        elif "/Width" in stream and "/Height" in stream and not (is_file and number not in loose.reached):
            self._take_picture(stream, number, loose)
        elif kind == "/ObjStm":
            self._take_objects(stream)
        elif kind == "/XRef" or "/FunctionType" in stream or "/ShadingType" in stream:
            self._say_letters(self._unpacked(stream))
        elif not (is_file or _is_font(stream)):
            self._take_data(stream, number, loose)

    def _take_data(self, stream: pikepdf.Object, number: int, loose: Loose) -> None:
        content = self._unpacked(stream)
        if is_profile(content):
            self._to.say("colour profile", "\n\n".join(told_by_profile(content)))
        elif b"begincmap" not in content:
            self._take_untyped(stream, number, content, loose)

    def _unpacked(self, stream: pikepdf.Object) -> bytes:
        try:
            content = stream.read_bytes(pikepdf.StreamDecodeLevel.specialized)
        except (pikepdf.PdfError, RuntimeError):
            raise CannotRead(_DAMAGED) from None
        self._to.budget.check_ratio(int(stream.get("/Length", 0)), len(content))
        self._to.budget.unpack(len(content))
        return content

    def _take_picture(self, stream: pikepdf.Object, number: int, loose: Loose) -> None:
        width, height = int(stream.Width), int(stream.Height)
        if width <= 0 or height <= 0:
            raise CannotRead(_DAMAGED)
        loose.pictures += 1
        is_thumbnail = number in loose.thumbnails and number not in loose.reached
        packed = stream.read_raw_bytes()
        if max(width, height) <= (_THUMBNAIL if is_thumbnail else EXEMPT_PIXELS) and len(packed) <= _SMALL:
            self._to.seen += 1
            if not _PICTURES_ALONE.intersection(filters_of(stream)):
                self._say_letters(self._unpacked(stream))
            return
        print_ = hashlib.sha256(b"%d %d " % (width, height) + packed).digest()
        if print_ in loose.seen:
            return
        loose.seen.add(print_)
        photo = photo_in(stream, packed)
        within(self._to, max(width * height, pixels_told(photo) if photo else 0))
        if photo:
            self._to.tell_details("picture", photo)
        if stream.get("/Filter") in JPEG_2000:
            make_plain(stream, packed)
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
        if sum(map(content.translate(_BLANKS).count, _STEPS)) >= DRAWN:
            loose.curved.add(number)
        if b"BI" in content and _INLINE.search(content):
            loose.inline.add(number)
        if b"ActualText" in content or (self._replaces and b"BDC" in content and _NAMED_MARK.search(content)):
            loose.replaced.add(number)
        self._say_beside(content)
        shows_no_text = number in loose.reached and not _shows_text(content)
        if not (number in loose.contents or shows_no_text):
            loose.drawings.append(stream)

    def _say_beside(self, content: bytes) -> None:
        """Say what a drawing holds and no page shows: properties of marked stretches (14.6.2), and comments."""
        told: list[str] = []
        if _HOLDS_A_STRING.search(content):
            marks = (mark for mark in _MARK.findall(content) if b"(" in mark or b"<" in mark)
            told += (text for mark in marks for text in strings_of(_REPLACED.sub(b"", mark)))
        if b"%" in content:
            told += _notes_in(content)
        if told:
            self._to.say("other data", "\n\n".join(dict.fromkeys(told)))

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
        for packed in _PREVIEW.findall(text):
            try:
                picture = base64.b64decode(packed.replace("&#xA;", ""))
            except binascii.Error:
                continue
            self._to.show_file("properties, picture", picture, exempt=THUMBNAIL_PIXELS)
        text = _PREVIEW.sub("<", text)
        self._to.say("properties and marked-up data", told_by_markup(text))
        if "rdf:RDF" not in text:  # data of a form: given and family name are elements side by side
            self._to.say("marked-up data", "\n".join(told_by_markup(text).split()))

    def _say_letters(self, content: bytes) -> None:
        """Say the words in data that is made of numbers."""
        told = [run.decode("ascii") for run in _LETTERS.findall(content)]
        self._to.say("other data", "\n\n".join(run for run in told if _WORD.search(run)))

    def _take_file(self, content: bytes) -> None:
        self._files += 1
        self._to.hidden += 1
        if content.strip():
            self._to.inside(content, f"attachment {self._files}")


def _notes_in(content: bytes) -> Iterator[str]:
    """Give the comments of a drawing."""
    for note in _NOTE.finditer(content):
        before = content[max(note.start() - 1, 0) : note.start()]
        if not before.strip() and _WORD.search(text := _decoded(note[1])):
            yield text


def _is_font(stream: pikepdf.Object) -> bool:
    """Whether a stream begins like a font program: the shapes of letters; no text stands there.

    Some programs do not say how long it is (ISO 32000-2, 9.9.1): those of kinds with a sign of four bytes or more.
    """
    is_told = "/Length1" in stream or stream.get("/Subtype") in _FONT_PROGRAMS
    packed, told = stream.read_raw_bytes(), stream.get("/Filter")
    try:
        if told == "/FlateDecode" or told == pikepdf.Array([pikepdf.Name.FlateDecode]):
            begin = zlib.decompressobj().decompress(packed, _BEGIN)
        else:
            begin = packed if told is None else stream.read_bytes(pikepdf.StreamDecodeLevel.generalized)
    except (pikepdf.PdfError, RuntimeError, zlib.error):
        return False
    return begin.startswith(FONTS) or (
        is_told and (begin.lstrip(b" \r\n\t").startswith(_FONTS) or begin.startswith(_FONTS))
    )


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
