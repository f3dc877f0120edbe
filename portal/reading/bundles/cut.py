"""Cuts a PDF of many letters into its letters, each with what its own pages draw and nothing else (ISO 32000-2, 7.7).

Each is written as `strip` writes it, so that it is written once.

A page object leads to all others: by its tree, its tags, the targets of its links, the fields of its form, and by
resources that many pages share. So pages are not copied as they are: what they draw with is, by name.
"""

import io
import re
from collections.abc import Iterator, Sequence
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from portal.kernel.cage.frames import BYTES, NAME, Frame
from portal.reading.budget import MIB, CannotRead
from portal.reading.bundles.receiving import MAX_BUNDLED_PAGES
from portal.reading.pdf.plan import hidden_layers, inherited
from portal.reading.strip.pdf import write_stripped

LOCKED: Final = "This PDF is locked. Save it without a password or restrictions and choose it again."
DAMAGED: Final = "This PDF is damaged. Open it and print it to a new PDF, then choose that."
_LAYERS: Final = "This PDF has layers that are not shown. Print it to a new PDF and choose that."
_FORM: Final = "This PDF is a form with fields that are not drawn. Print it to a new PDF and choose that."
_TOO_MANY: Final = f"This PDF has more than {MAX_BUNDLED_PAGES:,} pages. Divide it and choose the parts."

_PAGE_KEPT: Final = ("/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/UserUnit")
_INHERITED: Final = frozenset(("/MediaBox", "/CropBox", "/Rotate"))
_MARK_KEPT: Final = (
    "/Type", "/Subtype", "/Rect", "/F", "/AP", "/AS", "/Border", "/BS", "/BE", "/C", "/IC", "/CA", "/ca", "/H", "/BM",
    "/QuadPoints", "/InkList", "/L", "/LE", "/Vertices", "/RD", "/DA", "/Q",
)  # fmt: skip
_NOT_DRAWN: Final = frozenset(("/Popup", "/FileAttachment", "/Sound", "/Movie", "/Screen", "/RichMedia", "/3D"))
_FORM_LEFT: Final = (
    "/StructParent", "/StructParents", "/Metadata", "/PieceInfo", "/LastModified", "/OPI", "/Ref", "/AF", "/OC",
    "/Alternates", "/Measure", "/PtData",
)  # fmt: skip
_NAMED: Final = re.compile(rb"/([^\s/<>\[\](){}%]+)")
_HASHED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_MOST_NESTED: Final = 20
_MOST_CONTENT: Final = 64 * MIB
_GROUPS_AT_ONCE: Final = 400
"""Letters cut before the PDF is opened anew: qpdf keeps all it has met of it, some 65 kB a page."""


def cut_pages(data: bytes, groups: Sequence[Sequence[int]]) -> Iterator[Frame]:
    """Give a PDF for each group of pages (from 0), in the order of the groups. Raises `CannotRead`."""
    try:
        for first in range(0, len(groups), _GROUPS_AT_ONCE):
            with opened(data) as pdf:
                pages = _Pages(pdf)
                for group in groups[first : first + _GROUPS_AT_ONCE]:
                    yield Frame(NAME)
                    cut = pages.bound(group)
                    for at in range(0, len(cut), MIB):
                        yield Frame(BYTES, cut[at : at + MIB])
    except pikepdf.PasswordError:
        raise CannotRead(LOCKED) from None
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError):
        raise CannotRead(DAMAGED) from None


def opened(data: bytes) -> Pdf:
    """Open a PDF of up to 10,000 pages that shows all it holds. Raises `CannotRead`."""
    pdf = Pdf.open(io.BytesIO(data), access_mode=pikepdf.AccessMode.stream, suppress_warnings=True)
    if pdf.is_encrypted:
        raise CannotRead(LOCKED)
    if len(pdf.pages) > MAX_BUNDLED_PAGES:
        raise CannotRead(_TOO_MANY)
    if hidden_layers(pdf.Root.get("/OCProperties")):
        raise CannotRead(_LAYERS)
    return pdf


class _Pages:
    """The pages of a PDF, made bare one by one as they are asked for."""

    def __init__(self, pdf: Pdf) -> None:
        if "/AcroForm" in pdf.Root:  # a field belongs to a tree of all fields: what it shows becomes part of its page
            _check_fields(pdf)
            pdf.flatten_annotations("all")
        self._pages = [page.obj for page in pdf.pages]
        self._language = pdf.Root.get("/Lang")
        self._names_in: dict[tuple[int, int], frozenset[str]] = {}
        self._bare: set[tuple[int, int]] = set()

    def bound(self, group: Sequence[int]) -> bytes:
        """Return a PDF of some pages."""
        with Pdf.new() as cut:
            for number in group:
                if number < 0:
                    raise IndexError(number)
                cut.pages.append(pikepdf.Page(self._bared(self._pages[number])))
            if isinstance(self._language, pikepdf.String):
                cut.Root.Lang = pikepdf.String(str(self._language))
            return write_stripped(cut, [])[0]

    def _bared(self, page: Object) -> Object:
        """Return the page itself, made bare: for a new object qpdf would first load every other one of the file."""
        if page.objgen not in self._bare:
            self._bare.add(page.objgen)
            bare = self._bare_page(page)
            for key in list(page.keys()):
                del page[key]
            page.update(bare)
        return page

    def _bare_page(self, page: Object) -> Object:
        bare = Dictionary(Type=Name.Page)
        for key in _PAGE_KEPT:
            held = inherited(page, key) if key in _INHERITED else page.get(key)
            if held is not None:
                bare[key] = held
        if isinstance(group := page.get("/Group"), Dictionary):
            bare.Group = group
        contents = page.get("/Contents")
        each = list(contents) if isinstance(contents, Array) else [contents]
        streams = [stream for stream in each if isinstance(stream, Stream)]
        bare.Contents = Array(streams)
        resources = inherited(page, "/Resources")
        if isinstance(resources, Dictionary):
            names = frozenset[str]().union(*map(self._names_of, streams))
            bare.Resources = self._bare_resources(resources, names, _MOST_NESTED)
        marks = page.get("/Annots")
        kept = [self._bare_mark(mark) for mark in marks if _is_drawn(mark)] if isinstance(marks, Array) else []
        if kept:
            bare.Annots = Array(kept)
        return bare

    def _names_of(self, stream: Object) -> frozenset[str]:
        """Return every name in a drawing; one that only stands in its text is one too many, which does no harm."""
        if stream.objgen not in self._names_in:
            content = stream.read_bytes(pikepdf.StreamDecodeLevel.specialized)
            if len(content) > _MOST_CONTENT:
                raise CannotRead(DAMAGED)
            self._names_in[stream.objgen] = frozenset(_name(found) for found in set(_NAMED.findall(content)))
        return self._names_in[stream.objgen]

    def _bare_resources(self, resources: Object, names: frozenset[str], depth: int) -> Object:
        """Return the resources a drawing uses by name. A form without resources of its own uses these as well."""
        if depth == 0:
            raise CannotRead(DAMAGED)
        forms = resources.get("/XObject")
        if isinstance(forms, Dictionary):
            names = self._with_lenders(forms, names)
        bare = Dictionary()
        for kind, held in resources.items():
            if kind == "/ProcSet" or not isinstance(held, Dictionary):
                continue
            used = {name: thing for name, thing in held.items() if name in names}
            for thing in used.values():
                self._make_bare(thing, depth)
            if used and kind != "/Properties":
                bare[kind] = Dictionary(used)
        return bare

    def _with_lenders(self, forms: Object, names: frozenset[str]) -> frozenset[str]:
        """Return the names, and those in forms that have no resources of their own and so use the page's."""
        waiting, seen = set(names), set[str]()
        while waiting:
            name = waiting.pop()
            seen.add(name)
            form = forms.get(name) if name in forms else None
            if isinstance(form, Stream) and form.get("/Subtype") == "/Form" and "/Resources" not in form:
                waiting |= self._names_of(form) - seen
        return frozenset(seen)

    def _make_bare(self, thing: Object, depth: int) -> None:
        """Take from a form, picture or pattern what leads elsewhere; once, for it may be shared."""
        if not isinstance(thing, Stream | Dictionary) or (thing.is_indirect and thing.objgen in self._bare):
            return
        if thing.is_indirect:
            self._bare.add(thing.objgen)
        for key in _FORM_LEFT:
            if key in thing:
                del thing[key]
        mask = thing.get("/SMask")
        if isinstance(mask, Dictionary) and "/G" in mask:
            self._make_bare(mask.G, depth - 1)
        if isinstance(thing, Stream) and isinstance(own := thing.get("/Resources"), Dictionary):
            thing.Resources = self._bare_resources(own, self._names_of(thing), depth - 1)

    def _bare_mark(self, mark: Object) -> Object:
        """Return what a mark draws, or where a link leads outside: neither its page nor what was said with it."""
        bare = Dictionary({key: mark[key] for key in _MARK_KEPT if key in mark})
        action = mark.get("/A")
        if isinstance(action, Dictionary) and action.get("/S") == "/URI" and "/URI" in action:
            bare.A = Dictionary(S=Name.URI, URI=action.URI)
        if mark.get("/Subtype") == "/FreeText" and "/Contents" in mark:
            bare.Contents = mark.Contents
        for drawing in _appearances(mark.get("/AP")):
            self._make_bare(drawing, _MOST_NESTED)
        return bare


def _check_fields(pdf: Pdf) -> None:
    """Refuse fields that hold something nobody has drawn: each program would draw it in its own way, or not."""
    if pdf.Root.AcroForm.get("/NeedAppearances"):
        raise CannotRead(_FORM)
    for page in pdf.pages:
        marks = page.obj.get("/Annots")
        for mark in marks if isinstance(marks, Array) else ():
            if mark.get("/Subtype") == "/Widget" and "/AP" not in mark and inherited(mark, "/V") is not None:
                raise CannotRead(_FORM)


def _is_drawn(mark: Object) -> bool:
    if not isinstance(mark, Dictionary) or str(mark.get("/Subtype")) in _NOT_DRAWN:
        return False
    action = mark.get("/A")
    leads_outside = isinstance(action, Dictionary) and action.get("/S") == "/URI"
    return leads_outside or mark.get("/Subtype") != "/Link"


def _appearances(held: Object | None) -> Iterator[Object]:
    """Give the drawings of a mark, for each of its states."""
    for each in held.values() if isinstance(held, Dictionary) else ():
        if isinstance(each, Stream):
            yield each
        elif isinstance(each, Dictionary):
            yield from (state for state in each.values() if isinstance(state, Stream))


def _name(written: bytes) -> str:
    """Return a name as pikepdf does, `#20` and the like undone."""
    return "/" + _HASHED.sub(lambda found: bytes([int(found[1], 16)]), written).decode("utf-8", "surrogateescape")
