"""Inside the cage: the words of a page that are to be seen on it, each with where it stands and how it is set."""

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, Final, NamedTuple

import pypdfium2 as pdfium
from PIL import Image, ImageStat
from pypdfium2 import raw

from portal.reading.pdf.pages.page import flattened
from portal.reading.showing.overprint import without_covered

_UNSEEN_MODES: Final = frozenset((raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP))
_BOLD: Final = 600
_BOLD_NAME: Final = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_LONGEST_NAME: Final = 128
_PIXELS_TO_A_POINT: Final = 1.5
_MOST_PIXELS: Final = 2_000_000
_LEAST_CONTRAST: Final = 12
"""Of 255: print that differs less from what is around it is not to be seen."""
_MIDDLE: Final = 0.25
_LEVEL: Final = math.radians(5)
_TORN: Final = "\x02\ufffe"
"""How pdfium says that a word goes on in the next line."""
_UNSAYABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u00ad\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufffe\uffff]")
"""Control characters, and those that turn the direction of what follows, which could dress one text up as another."""
_PRIVATE: Final = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
BULLET: Final = "•"
"""Stands for a sign by itself from a face of signs: lists of office programs begin their items with one."""
_LONGEST_URL: Final = 2_000
_MOST_LINKS: Final = 500
_NO_NOTES: Final = frozenset((raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP))
_MOST_MARKS: Final = 20
_MOST_POINTS: Final = 400
_VERY_FAR: Final = 1e6
_EVERYWHERE: Final = (-_VERY_FAR, -_VERY_FAR, _VERY_FAR, _VERY_FAR)
_FAR: Final = 0.6
_TIGHT: Final = 0.6  # points
_WIDER: Final = 0.13
_SOME: Final = 4
_BLANK: Final = 32
_LAM: Final = 0x644
_ALEFS: Final = frozenset((0x622, 0x623, 0x625, 0x627))
_NO_LETTERS: Final = frozenset((0xA0, 0xFFFE))


@dataclass(slots=True)
class Word:
    """A word: its box in points from the top left corner of the page, the size of its face, what it belongs to.

    It is torn where it goes on in the next line, and glued where no blank parts it from the one before.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    is_bold: bool
    mark: int
    url: str = ""
    is_torn: bool = False
    is_glued: bool = False
    thing: Any = None

    @property
    def thing_id(self) -> int:
        """Which text of the page it begins in."""
        return ctypes.cast(self.thing, ctypes.c_void_p).value or 0

    @property
    def middle(self) -> float:
        """Where it stands, from above."""
        return (self.top + self.bottom) / 2


class PageWords(NamedTuple):
    """The words of a page that are seen, how many are not, how many are no letters, and how many are turned.

    `are_piled`: some lie upon others, and all of them are seen, as upon a pale word as large as the page.
    """

    seen: list[Word]
    unseen: int
    garbled: int
    turned: int
    are_piled: bool = False


class _Style(NamedTuple):
    size: float
    is_bold: bool
    is_drawn: bool
    mark: int
    clip: tuple[float, float, float, float]


class Paper:
    """A page as it is shown: its corner, its sides in points, and how far it is turned."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        """Measure a page."""
        self.width, self.height = page.get_size()
        self.rotation = page.get_rotation() % 360
        box = raw.FS_RECTF()
        raw.FPDF_GetPageBoundingBox(page.raw, box)
        self._left, self._bottom, self._right, self._top = box.left, box.bottom, box.right, box.top

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point of the file stands: from the left, and from above."""
        match self.rotation:
            case 90:
                return y - self._bottom, x - self._left
            case 180:
                return self._right - x, y - self._bottom
            case 270:
                return self._top - y, self._right - x
        return x - self._left, self._top - y

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """Return a box of the file as left, top, right and bottom."""
        (x0, y0), (x1, y1) = self.point(left, bottom), self.point(right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


class Drawn(NamedTuple):
    """A page as its picture shows it, where it leads, and whether notes or fields say something on it."""

    page: pdfium.PdfPage
    links: list[tuple[Any, str]]
    is_filled_in: bool


def as_drawn(document: pdfium.PdfDocument, number: int) -> Drawn:
    """Return page `number` (from 0) with its notes and fields as page text."""
    page = document[number]
    links, notes = list(_links(document, page)), _notes(page)
    if notes:
        page = flattened(document, page, number)
    for thing in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=8):
        for index in range(min(raw.FPDFPageObj_CountMarks(thing.raw), _MOST_MARKS)):
            # a text in the place of what is drawn (ISO 32000-2, 14.9.4) is not what the page shows
            raw.FPDFPageObjMark_RemoveParam(thing.raw, raw.FPDFPageObj_GetMark(thing.raw, index), b"ActualText")
    return Drawn(page, links, notes)


def _notes(page: pdfium.PdfPage) -> bool:
    """Whether there is a note or a field on a page, which are more than a place to press."""
    for at in range(min(raw.FPDFPage_GetAnnotCount(page.raw), _MOST_LINKS)):
        note = raw.FPDFPage_GetAnnot(page.raw, at)
        kind = raw.FPDFAnnot_GetSubtype(note)
        raw.FPDFPage_CloseAnnot(note)
        if kind not in _NO_NOTES:
            return True
    return False


def _links(document: pdfium.PdfDocument, page: pdfium.PdfPage) -> Iterator[tuple[Any, str]]:
    position, link = ctypes.c_int(0), raw.FPDF_LINK()
    for _ in range(_MOST_LINKS):
        if not raw.FPDFLink_Enumerate(page.raw, position, link):
            return
        action, box = raw.FPDFLink_GetAction(link), raw.FS_RECTF()
        if action and raw.FPDFAction_GetType(action) == raw.PDFACTION_URI and raw.FPDFLink_GetAnnotRect(link, box):
            held = ctypes.create_string_buffer(_LONGEST_URL)
            size = raw.FPDFAction_GetURIPath(document.raw, action, held, _LONGEST_URL)
            if 1 < size <= _LONGEST_URL:
                yield box, held.raw[: size - 1].decode("ascii", "replace")


def words_of(page: pdfium.PdfPage, paper: Paper, links: list[tuple[Any, str]], most: int) -> tuple[PageWords, int]:
    """Return the words of a page in the order of its text, and how many letters they have; none of more than `most`."""
    textpage = page.get_textpage()
    try:
        letters = max(textpage.count_chars(), 0)
        if letters > most:
            return PageWords([], 0, 0, 0), letters
        found = _Words(textpage, paper)
        found.read()
    finally:
        textpage.close()
    seen, are_piled = _seen(page, paper, found.words) if found.words else ([], False)
    leading = [(paper.box(box.left, box.bottom, box.right, box.top), url) for box, url in links]
    for word in seen if leading else ():
        across = (word.left + word.right) / 2
        word.url = next(
            (url for (x0, y0, x1, y1), url in leading if x0 <= across <= x1 and y0 <= word.middle <= y1), ""
        )
    unseen = found.unseen + len(found.words) - len(seen)
    return PageWords(seen, unseen, found.garbled, found.turned, are_piled), letters


class _Letter(NamedTuple):
    unit: int
    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_sign(self) -> bool:
        """Whether it is of a face of signs, as what office programs begin the items of a list with."""
        return 0xE000 <= self.unit <= 0xF8FF


class _Words:
    """Gathers letters to words."""

    def __init__(self, textpage: pdfium.PdfTextPage, paper: Paper) -> None:
        self._page, self._paper = textpage, paper
        self._styles: dict[int, _Style] = {}
        self._letters: list[_Letter] = []
        self._style = _Style(0, is_bold=False, is_drawn=True, mark=-1, clip=_EVERYWHERE)
        self._is_level, self._thing = True, None
        self._angle = math.radians(paper.rotation)
        self._is_unknown = self._glues = False
        self._before: _Letter | None = None
        self.words: list[Word] = []
        self.unseen = self.garbled = self.turned = 0

    def read(self) -> None:
        """Read the page."""
        box = raw.FS_RECTF()
        for at in range(self._page.count_chars()):
            unit = raw.FPDFText_GetUnicode(self._page.raw, at)
            if unit <= _BLANK or unit in _NO_LETTERS or not self._is_written(at):
                last = self._letters[-1] if self._letters else self._before
                self._end(is_torn=chr(unit) in _TORN)
                self._before = None if self._is_written(at) else last
                continue
            style = self._style_of(at)
            raw.FPDFText_GetLooseCharBox(self._page.raw, at, box)
            letter = _Letter(unit, *self._paper.box(box.left, box.bottom, box.right, box.top))
            if self._letters and letter.is_sign and letter[1:] == self._letters[-1][1:]:
                self._letters.pop()  # one sign that says two things
            if self._letters and (self._is_apart(letter, style) or self._is_other(letter, style)):
                self._end(glues=not self._is_apart(letter, style))
            if not self._letters:
                self._glues |= self._before is not None and _touch(self._before, letter)
                self._before, self._style = None, style
                self._thing = raw.FPDFText_GetTextObject(self._page.raw, at)
                angle = float(raw.FPDFText_GetCharAngle(self._page.raw, at))
                turned = (angle + self._angle + math.pi) % (2 * math.pi) - math.pi
                self._is_level = angle < 0 or abs(turned) < _LEVEL
            self._letters.append(letter)
            self._is_unknown |= raw.FPDFText_HasUnicodeMapError(self._page.raw, at) == 1
        self._end()

    def _is_written(self, at: int) -> bool:
        """Whether a letter is in the file, and not a blank or a line end that pdfium sees between others."""
        return bool(raw.FPDFText_IsGenerated(self._page.raw, at) != 1)

    def _is_apart(self, letter: _Letter, style: _Style) -> bool:
        """Whether a letter is far from the one before it."""
        last = self._letters[-1]
        gap = max(letter.left - last.right, last.left - letter.right)
        return gap > _FAR * max(style.size, 1) or letter.top > last.bottom or letter.bottom < last.top

    def _is_other(self, letter: _Letter, style: _Style) -> bool:
        """Whether a letter belongs to something else than the one before it."""
        return letter.is_sign != self._letters[-1].is_sign or style[2:] != self._style[2:]

    def _style_of(self, at: int) -> _Style:
        thing = raw.FPDFText_GetTextObject(self._page.raw, at)
        key = ctypes.cast(thing, ctypes.c_void_p).value or 0
        if key not in self._styles:
            self._styles[key] = _style(self._page, self._paper, thing, at)
        return self._styles[key]

    def _end(self, *, is_torn: bool = False, glues: bool = False) -> None:
        for letters in _apart(self._letters):
            self._note(letters)
        if is_torn and self.words:
            self.words[-1].is_torn = True
        self._glues = glues and bool(self._letters)
        self._letters, self._is_unknown = [], False

    def _note(self, letters: list[_Letter]) -> None:
        letters = _lam_first(letters)
        units = b"".join(letter.unit.to_bytes(2, "little") for letter in letters if letter.unit < 1 << 16)
        whole = units.decode("utf-16-le", "replace")
        text = _UNSAYABLE.sub("", BULLET if _PRIVATE.fullmatch(whole) else whole)
        style, glues, self._glues = self._style, self._glues, False
        left, top = min(letter.left for letter in letters), min(letter.top for letter in letters)
        right, bottom = max(letter.right for letter in letters), max(letter.bottom for letter in letters)
        x0, y0, x1, y1 = style.clip
        is_cut_off = not (x0 <= (left + right) / 2 <= x1 and y0 <= (bottom + top) / 2 <= y1)
        if not text:
            return
        if not style.is_drawn or is_cut_off:
            self.unseen += 1
        elif _PRIVATE.search(text) or (self._is_unknown and len(text) > 1):
            self.garbled += 1
        elif not self._is_level:
            self.turned += 1
        else:
            word = Word(text, left, top, right, bottom, style.size, style.is_bold, style.mark, is_glued=glues)
            word.thing = self._thing
            self.words.append(word)


def _lam_first(letters: list[_Letter]) -> list[_Letter]:
    """Return letters with lam before alef where one sign is both: pdfium turns them round with the line."""
    for at, (before, letter) in enumerate(pairwise(letters)):
        if letter.unit == _LAM and before.unit in _ALEFS and letter[1:] == before[1:]:
            letters[at], letters[at + 1] = letter, before
    return letters


def _touch(before: _Letter, letter: _Letter) -> bool:
    """Whether two letters stand beside each other without a gap, as one that is set higher does."""
    is_beside = 0 <= letter.left - before.right + _TIGHT < 2 * _TIGHT
    return is_beside and letter.top < before.bottom and letter.bottom > before.top


def _apart(letters: list[_Letter]) -> Iterator[list[_Letter]]:
    """Give the words of letters without blanks: some programs leave a gap alone, that is wider than others are."""
    gaps = [max(after.left - before.right, before.left - after.right) for before, after in pairwise(letters)]
    wide = _WIDER * max((letter.bottom - letter.top for letter in letters), default=0) + (median(gaps) if gaps else 0)
    word: list[_Letter] = []
    for letter, gap in zip(letters, [0.0, *gaps], strict=False):
        if word and len(gaps) >= _SOME and gap > wide:
            yield word
            word = []
        word.append(letter)
    if word:
        yield word


def _style(textpage: pdfium.PdfTextPage, paper: Paper, thing: Any, at: int) -> _Style:  # noqa: ANN401 - a handle of pdfium
    matrix = raw.FS_MATRIX()
    raw.FPDFText_GetMatrix(textpage.raw, at, matrix)
    size = float(raw.FPDFText_GetFontSize(textpage.raw, at)) * math.hypot(matrix.c, matrix.d)
    weight = raw.FPDFText_GetFontWeight(textpage.raw, at)
    alpha = ctypes.c_uint(255)
    raw.FPDFPageObj_GetFillColor(thing, ctypes.c_uint(), ctypes.c_uint(), ctypes.c_uint(), alpha)
    mode = raw.FPDFTextObj_GetTextRenderMode(thing)
    return _Style(
        size,
        is_bold=weight >= _BOLD or bool(_BOLD_NAME.search(_face(thing))),
        is_drawn=mode not in _UNSEEN_MODES and alpha.value > 0,
        mark=int(raw.FPDFPageObj_GetMarkedContentID(thing)),
        clip=paper.box(*_clip(thing)),
    )


def _clip(thing: Any) -> tuple[float, float, float, float]:  # noqa: ANN401 - a handle of pdfium
    """Return the box that a text is cut off at; a narrow column of a sheet hides what is too long for it."""
    x0, y0, x1, y1 = -_VERY_FAR, -_VERY_FAR, _VERY_FAR, _VERY_FAR
    held, x, y = raw.FPDFPageObj_GetClipPath(thing), ctypes.c_float(), ctypes.c_float()
    for path in range(max(raw.FPDFClipPath_CountPaths(held), 0) if held else 0):
        points = []
        for at in range(min(raw.FPDFClipPath_CountPathSegments(held, path), _MOST_POINTS)):
            raw.FPDFPathSegment_GetPoint(raw.FPDFClipPath_GetPathSegment(held, path, at), x, y)
            points.append((x.value, y.value))
        if points:
            across, up = zip(*points, strict=True)
            x0, y0, x1, y1 = max(x0, min(across)), max(y0, min(up)), min(x1, max(across)), min(y1, max(up))
    return x0, y0, x1, y1


def _face(thing: Any) -> str:  # noqa: ANN401 - a handle of pdfium
    held = ctypes.create_string_buffer(_LONGEST_NAME)
    size = raw.FPDFFont_GetBaseFontName(raw.FPDFTextObj_GetFont(thing), held, _LONGEST_NAME)
    return held.raw[: max(min(size, _LONGEST_NAME) - 1, 0)].decode("ascii", "replace")


def _seen(page: pdfium.PdfPage, paper: Paper, words: list[Word]) -> tuple[list[Word], bool]:
    """Return the words that leave ink on the page, none that is white on white or covered; whether some are piled."""
    scale = min(_PIXELS_TO_A_POINT, math.sqrt(_MOST_PIXELS / (paper.width * paper.height)))

    def draw() -> Image.Image:
        whole: Image.Image = page.render(scale=scale, may_draw_forms=False, grayscale=True).to_pil()
        return whole.convert("L")

    def box_of(word: Word) -> tuple[int, int, int, int]:
        inset = _MIDDLE * (word.bottom - word.top) if any(map(str.isalnum, word.text)) else 0
        left, right = max(int(word.left * scale), 0), min(math.ceil(word.right * scale), drawn.width)
        top = max(int((word.top + inset) * scale), 0)
        return left, top, right, min(math.ceil((word.bottom - inset) * scale), drawn.height)

    drawn = draw()
    return without_covered([word for word in words if _has_ink(drawn, box_of(word))], drawn, draw, box_of)


def _has_ink(drawn: Image.Image, box: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = box
    if right <= left or bottom <= top:
        return False
    darkest, brightest = ImageStat.Stat(drawn.crop(box)).extrema[0]
    return brightest - darkest >= _LEAST_CONTRAST
