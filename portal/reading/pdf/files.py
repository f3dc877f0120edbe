"""PDF: everything a file holds, in its newest version and in each one before, whether a page shows it or not.

Three ways over the same bytes: a sweep for the strings of all objects, qpdf for all streams, pdfium for what
pages say and show. Pictures, and whatever may draw letters without saying them, are handed over as pictures.
"""

import io
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

import pikepdf
import pypdfium2 as pdfium
from pypdfium2 import raw

from portal.reading.budget import MAX_PAGES, SAVE_AS_PDF, CannotRead
from portal.reading.gathering import Gathering, PagesRead
from portal.reading.pdf.aloud import unheard_in
from portal.reading.pdf.apart import set_apart
from portal.reading.pdf.byte_sweep import Segment, Swept, sweep
from portal.reading.pdf.leaves import Leaves
from portal.reading.pdf.lettering.glyphs import as_pages, glyphs_of
from portal.reading.pdf.orphans import adopted
from portal.reading.pdf.pages.page import Looks, read_page, show_leaf, show_signs
from portal.reading.pdf.plan import Key, Plan, plan_of, used_by
from portal.reading.pdf.streams import Loose, Sorter, is_at
from portal.reading.pdf.versions import from_its_head, tail_of, version_ends

_LOCKED: Final = "This PDF is locked. Save it without a password or restrictions and choose it again."
_DAMAGED: Final = f"This PDF is damaged. Open it and print it to a new PDF. {SAVE_AS_PDF}"
_EARLIER: Final = (
    "This PDF still holds earlier versions that cannot be read. Print it to a new PDF and choose that file."
)
_BESIDE_PAGES: Final = re.compile(rb"/Type\s*/(?:ObjStm|XRef|Metadata)\b")
_LINE_ENDS: Final = b"\r\n"


def read_pdf(data: bytes, to: Gathering) -> None:
    """Fill `to` with all a PDF holds. Raises `CannotRead` when it is locked, damaged, too large, or not all PDF."""
    first = len(to.parts)
    data = from_its_head(data)
    swept = sweep(data)
    ends = version_ends(data, swept)
    to.say("after the end", tail_of(data, ends[-1]))
    file = _File(data, swept, to)
    try:
        file.read_version(len(data), "", _known_pages(data, swept, to.pages_read) if len(ends) == 1 else None)
        for number, end in enumerate(ends[-2::-1], start=1):
            to.hidden += 1
            file.read_earlier(end, number)
        file.read_orphans()
    except (pikepdf.PdfError, pdfium.PdfiumError):
        raise CannotRead(_DAMAGED) from None
    file.say_strings()
    to.parts[first:] = sorted(to.parts[first:], key=lambda part: not part.place.startswith(f"{to.within}page "))


class _File:
    """One PDF being read: what of its streams and lines is known already, from the newest version back."""

    def __init__(self, data: bytes, swept: Swept, to: Gathering) -> None:
        self._data = data
        self._swept = swept
        self._to = to
        self._sorter = Sorter(swept, to)
        self._pending = swept.segments
        self._lines: set[str] = set()
        self._loose = Loose()
        self._page_of: dict[int, int] = {}

    def read_version(self, end: int, prefix: str, known: PagesRead | None = None) -> None:
        """Read the version that ends there: its streams not met before, its pages, and what they leave out.

        Its pages are not read if they are `known`: what they are drawn with is all in the file whose pages these were.
        """
        data = self._data[:end] if end < len(self._data) else self._data
        with _opened(data) as pdf, ExitStack() as stack:
            document = None if known else _shown(data, stack)
            plan = plan_of(pdf)
            if not prefix:
                self._to.pages += len(plan.used_by)
                self._to.hidden += plan.hidden_layers
                self._page_of = plan.page_of
            self._loose.begin(plan.contents, plan.glyphs, plan.reached, plan.thumbnails)
            self._sort(pdf, data)
            plan.check_drawn(self._loose.draws)
            if known and not self._pending and known.counts == self._counts(plan):
                self._take_over(known)
            else:
                document = document or _shown(data, stack)
                if len(plan.used_by) != len(document):
                    raise CannotRead(_DAMAGED)
                before = len(self._to.parts), len(self._to.pictures), self._to.seen
                self._read(pdf, document, plan, prefix)
                if not prefix:
                    self._to.unheard = unheard_in(document, has_text=any(map(str.strip, self._lines)))
                    self._remember(plan, *before)
            _check_is_whole(pdf)

    def read_earlier(self, end: int, number: int) -> None:
        """Read the version that ends there, the `number`th before the newest. Raises `CannotRead`."""
        try:
            self.read_version(end, f"earlier version {number}: ")
        except (pikepdf.PdfError, pdfium.PdfiumError):
            raise CannotRead(_EARLIER) from None

    def read_orphans(self) -> None:
        """Read the streams that are part of no version."""
        if not self._pending:
            return
        with _opened(self._data) as pdf:
            plan = plan_of(pdf)
            self._loose.begin(plan.contents, plan.glyphs, plan.reached, plan.thumbnails)
            for segment in self._pending:
                self._sorter.sort(adopted(pdf, self._data, segment), 0, self._loose)
            self._read(pdf, None, plan, "left over: ")

    def say_strings(self) -> None:
        """Say the strings of all objects, notes with their page."""
        for place, text in self._swept.told():
            self._to.say(place, text)
        for number, texts in self._swept.notes.items():
            page = self._page_of.get(number)
            self._to.say("notes" if page is None else f"page {page + 1}, notes", "\n\n".join(texts))

    def _sort(self, pdf: pikepdf.Pdf, data: bytes) -> None:
        left: list[Segment] = []
        for segment in self._pending:
            found = pdf.get_object(segment.number, segment.generation) if segment.end <= len(data) else None
            if isinstance(found, pikepdf.Stream) and is_at(data, found, segment):
                self._sorter.sort(found, segment.number, self._loose)
            else:
                left.append(segment)
        self._pending = left

    def _read(self, pdf: pikepdf.Pdf, document: pdfium.PdfDocument | None, plan: Plan, prefix: str) -> None:
        self._loose.shaded = self._swept.shades
        leaves, lying = self._leaves(pdf, plan)
        places = plan.places_of(leaves.pictures)
        hints = [
            (name, leaf.objgen[0] not in plan.reached, set(used_by(leaf.get("/Resources")).fonts))
            for name, leaf in leaves.named()
        ]
        loose = leaves.open(pdf)
        try:
            lying |= leaves.lying_fonts(loose) if loose else set()
            known = set(self._lines)
            for number in range(len(document) if document else 0):
                look = plan.looks(number, self._loose, lying)
                self._lines |= read_page(document, number, f"{prefix}page {number + 1}", self._to, look, known=known)
            for number, place in enumerate(places):
                show_leaf(loose, number, f"{prefix}{place}", self._to)
            for number, (name, is_apart, fonts) in enumerate(hints, start=len(places)):
                look = self._look_at_leaf(is_apart, not lying.isdisjoint(fonts))
                self._lines |= read_page(loose, number, f"{prefix}{name}", self._to, look, known=self._lines)
            end = len(places) + len(hints)
            show_signs(loose, range(end - len(leaves.signs), end), f"{prefix}sign", self._to)
        finally:
            if loose:
                loose.close()

    def _counts(self, plan: Plan) -> tuple[int, ...]:
        """Return how much there is to look at, of each kind."""
        loose, apart = self._loose, len(self._swept.pages - plan.page_of.keys())
        drawn = (loose.shown, loose.drawings, loose.signs, loose.draws, loose.curved, loose.inline, loose.replaced)
        return len(plan.used_by), apart, loose.pictures, self._swept.shades, *map(len, drawn)

    def _remember(self, plan: Plan, parts: int, pictures: int, seen: int) -> None:
        """Keep what was read behind so much for the file that this one was made of: pages, and a leaf at the most.

        Leaves are numbered in the order of the file, which is another in a file that was written anew.
        """
        known, loose, to = self._to.pages_read, self._loose, self._to
        if known is None or len(loose.shown) + len(loose.drawings) + len(loose.signs) > 1:
            return
        known.streams = frozenset(_streams_of(self._data, self._swept))
        known.counts, known.unheard = self._counts(plan), to.unheard
        known.parts, known.pictures = tuple(to.parts[parts:]), tuple(to.pictures.values())[pictures:]
        known.seen = to.seen - seen

    def _take_over(self, known: PagesRead) -> None:
        """Take what was read of the same pages in another file."""
        for part in known.parts:
            self._to.say(part.place, part.text)
        for picture in known.pictures:
            self._to.pictures.setdefault(picture.sha256, picture)
        self._to.seen += known.seen
        self._to.unheard = known.unheard

    def _leaves(self, pdf: pikepdf.Pdf, plan: Plan) -> tuple[Leaves, set[Key]]:
        """Return all that is read beside the pages, and the fonts that draw more with a glyph than a letter."""
        loose = self._loose
        pages, drawings = set_apart(pdf, plan, self._swept.pages, loose.drawings)
        fonts = plan.fonts([*drawings, *pages])
        if not loose.signs:
            is_ours = self._to.trusts_fonts and loose.draws.keys() <= plan.contents  # no drawing from elsewhere
            tried = {} if is_ours else fonts
            return Leaves(loose.shown, drawings, pages, [], tried, plan.resources), set()
        signs = as_pages(loose.signs, fonts.values(), plan.resources)
        drawn = {sign.objgen for sign in loose.signs}
        lying = {key for key, font in fonts.items() if any(glyph.objgen in drawn for glyph in glyphs_of(font))}
        fonts = plan.fonts([*drawings, *pages, *signs])
        return Leaves(loose.shown, drawings, pages, signs, fonts, plan.resources), lying

    def _look_at_leaf(self, is_apart: bool, is_doubtful: bool) -> Looks:  # noqa: FBT001 - two facts of a drawing
        """Return what to look for in a drawing; one that a page may use is looked at there."""
        replaced, inline = bool(self._loose.replaced), bool(self._loose.inline)
        pictures = is_apart and (inline or self._loose.pictures > 1)
        shaded = is_apart and self._loose.shaded
        return Looks(replaced, drawn=is_apart, pictures=pictures, inline=inline, doubtful=is_doubtful, shaded=shaded)


def _known_pages(data: bytes, swept: Swept, known: PagesRead | None) -> PagesRead | None:
    """Return what was read of the pages of the stripped file, if all streams here but those of tables are there too."""
    if known is None or known.streams is None:
        return None
    return known if known.streams.issuperset(_streams_of(data, swept)) else None


def _streams_of(data: bytes, swept: Swept) -> Iterator[bytes]:
    """Give what pages may be drawn with: each stream as it is packed, but tables, packed objects and properties."""
    for segment in swept.segments:
        if not _BESIDE_PAGES.search(segment.head):
            yield data[segment.start : segment.end].rstrip(_LINE_ENDS)


def _shown(data: bytes, stack: ExitStack) -> pdfium.PdfDocument:
    """Open the file as it is shown, until the stack ends."""
    document = stack.enter_context(pdfium.PdfDocument(data))
    _check(document)
    return document


def _opened(data: bytes) -> pikepdf.Pdf:
    try:
        pdf = pikepdf.Pdf.open(io.BytesIO(data), access_mode=pikepdf.AccessMode.stream, suppress_warnings=True)
    except pikepdf.PasswordError:
        raise CannotRead(_LOCKED) from None
    if pdf.is_encrypted:
        pdf.close()
        raise CannotRead(_LOCKED)
    return pdf


def _check_is_whole(pdf: pikepdf.Pdf) -> None:
    """Refuse what qpdf had to mend: programs mend in different ways, so one may show what another does not."""
    told = " ".join(map(str, pdf.get_warnings()))
    if "file is damaged" in told or "recovered stream length" in told:
        raise CannotRead(_DAMAGED)


def _check(document: pdfium.PdfDocument) -> None:
    if raw.FPDF_GetFormType(document.raw) == raw.FORMTYPE_XFA_FULL:
        raise CannotRead("This PDF is a form that only some programs show. Print it to PDF and choose that file.")
    if not 0 < len(document) <= MAX_PAGES:
        raise CannotRead(f"The portal reads a PDF of up to {MAX_PAGES:,} pages. Divide it and choose a part.")
