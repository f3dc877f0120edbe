"""The plan of one version of a PDF: which page is drawn with which contents, fonts, forms and pictures."""

from dataclasses import dataclass, field
from typing import Final

import pikepdf

from portal.reading.budget import MAX_PAGES, SAVE_AS_PDF, CannotRead
from portal.reading.pdf.lettering.fonts import is_partly_mapped
from portal.reading.pdf.lettering.glyphs import glyphs_of, has_no_letters, is_drawn
from portal.reading.pdf.pages.page import Looks
from portal.reading.pdf.streams import Loose

_MOST_PARENTS: Final = 100
_MOST_DRAWN: Final = 2_000_000
_STROKES: Final = frozenset(("/Ink", "/PolyLine", "/Polygon"))
_DRAWN_ANEW: Final = (
    "A stroke in this PDF is drawn anew by each program, and not at all by some. Print it to a new PDF and choose that."
)
Key = tuple[int, int] | bytes


@dataclass(slots=True)
class Used:
    """What a drawing may use: fonts by key, forms and pictures by number, and which of these form uses which."""

    fonts: dict[Key, pikepdf.Object] = field(default_factory=dict)
    objects: set[int] = field(default_factory=set)
    inside: dict[int, set[int]] = field(default_factory=dict)

    def add(self, other: "Used") -> None:
        """Use as well what `other` uses."""
        self.fonts |= other.fonts
        self.objects |= other.objects
        self.inside |= other.inside


@dataclass(slots=True)
class Plan:
    """Pages with the numbers of their contents and what they use; the rest of the version in passing."""

    contents_of: list[frozenset[int]] = field(default_factory=list)
    used_by: list[Used] = field(default_factory=list)
    page_of: dict[int, int] = field(default_factory=dict)
    thumbnails: set[int] = field(default_factory=set)
    hidden_layers: int = 0
    resources: pikepdf.Object | None = None
    unmapped: set[Key] = field(default_factory=set)

    @property
    def contents(self) -> frozenset[int]:
        """The numbers of all streams that pages are drawn with."""
        return frozenset().union(*self.contents_of)

    @property
    def glyphs(self) -> frozenset[int]:
        """The numbers of all glyphs that fonts of the pages draw themselves."""
        fonts = {key: font for used in self.used_by for key, font in used.fonts.items() if is_drawn(font)}
        return frozenset(glyph.objgen[0] for font in fonts.values() for glyph in glyphs_of(font))

    @property
    def reached(self) -> frozenset[int]:
        """The numbers of all forms and pictures that pages may use."""
        return frozenset().union(*(used.objects for used in self.used_by))

    def fonts(self, drawings: list[pikepdf.Object]) -> dict[Key, pikepdf.Object]:
        """Return every font of the pages and of these drawings that may draw letters."""
        all_used = Used()
        for used in self.used_by:
            all_used.fonts |= used.fonts
        for drawing in drawings:
            all_used.add(used_by(drawing.get("/Resources")))
        self.unmapped = {key for key, font in all_used.fonts.items() if is_partly_mapped(font)}
        return {key: font for key, font in all_used.fonts.items() if not has_no_letters(font)}

    def check_drawn(self, draws: dict[int, int]) -> None:
        """Refuse pages whose forms draw each other again and again. Raises `CannotRead`."""
        for used in {id(used): used for used in self.used_by if used.inside}.values():
            check_drawn(used, draws)

    def looks(self, number: int, loose: Loose, lying: set[Key]) -> Looks:
        """Return what to look for on a page."""
        used = self.used_by[number]
        drawn_with = self.contents_of[number] | used.objects
        inline = not loose.inline.isdisjoint(drawn_with)
        return Looks(
            replaced=not loose.replaced.isdisjoint(drawn_with),
            drawn=loose.shaded or not loose.curved.isdisjoint(drawn_with),
            shaded=loose.shaded,
            pictures=inline or (bool(used.objects) and loose.pictures > 1),
            inline=inline,
            unmapped=not self.unmapped.isdisjoint(used.fonts),
            doubtful=not lying.isdisjoint(used.fonts),
        )

    def places_of(self, pictures: list[pikepdf.Object]) -> list[str]:
        """Return the places of pictures: the first page that may use each, and its number there."""
        first: dict[int, int] = {}
        for number, used in reversed(list(enumerate(self.used_by, start=1))):
            first |= dict.fromkeys(used.objects, number)
        counts: dict[int, int] = {}
        places = []
        for picture in pictures:
            page = first.get(picture.objgen[0], 0)
            counts[page] = counts.get(page, 0) + 1
            places.append(f"page {page}, picture {counts[page]}" if page else f"picture {counts[page]}")
        return places


def plan_of(pdf: pikepdf.Pdf) -> Plan:
    """Return the plan of a version. Raises `CannotRead` for more than 2,000 pages."""
    plan = Plan()
    known: dict[Key, Used] = {}
    for number, page in enumerate(pdf.pages):
        if number >= MAX_PAGES:
            raise CannotRead(f"The portal reads a PDF of up to {MAX_PAGES:,} pages. Divide it and choose a part.")
        contents, annots = page.obj.get("/Contents"), page.obj.get("/Annots")
        streams = list(contents) if isinstance(contents, pikepdf.Array) else [contents]
        plan.contents_of.append(frozenset(each.objgen[0] for each in streams if isinstance(each, pikepdf.Stream)))
        resources = inherited(page.obj, "/Resources")
        plan.resources = plan.resources if resources is None or plan.resources is not None else resources
        plan.used_by.append(used_by_page(resources, known))
        plan.page_of[page.obj.objgen[0]] = number
        if "/Thumb" in page.obj:
            plan.thumbnails.add(page.obj.Thumb.objgen[0])
        for annot in annots if isinstance(annots, pikepdf.Array) else ():
            if isinstance(annot, pikepdf.Dictionary):
                if annot.get("/Subtype") in _STROKES and "/AP" not in annot:
                    raise CannotRead(_DRAWN_ANEW)
                plan.page_of[annot.objgen[0] or page.obj.objgen[0]] = number
    plan.hidden_layers = hidden_layers(pdf.Root.get("/OCProperties"))
    return plan


def key_of(font: pikepdf.Object) -> Key:
    """Return what tells a font from others of its version."""
    return font.objgen if font.is_indirect else font.unparse()


def used_by_page(resources: pikepdf.Object | None, known: dict[Key, Used]) -> Used:
    """Look once into resources that many pages share."""
    if resources is None or not resources.is_indirect:
        return used_by(resources)
    if resources.objgen not in known:
        known[resources.objgen] = used_by(resources)
    return known[resources.objgen]


def used_by(resources: pikepdf.Object | None) -> Used:
    """Return what a drawing with these resources may use, forms within forms as well."""
    used = Used()
    waiting = [(0, resources)]
    while waiting:
        parent, resources = waiting.pop()
        if not isinstance(resources, pikepdf.Dictionary):
            continue
        fonts, objects = resources.get("/Font"), resources.get("/XObject")
        for font in fonts.values() if isinstance(fonts, pikepdf.Dictionary) else ():
            if isinstance(font, pikepdf.Dictionary):
                used.fonts[key_of(font)] = font
        for thing in objects.values() if isinstance(objects, pikepdf.Dictionary) else ():
            if not isinstance(thing, pikepdf.Stream):
                continue
            number = thing.objgen[0]
            used.inside.setdefault(parent, set()).add(number)
            if number not in used.objects:
                used.objects.add(number)
                if thing.get("/Subtype") == "/Form":
                    waiting.append((number, thing.get("/Resources")))
    return used


def check_drawn(used: Used, draws: dict[int, int]) -> None:
    """Refuse forms that draw each other again and again; `draws` says how often each draws another.

    Raises `CannotRead` when a drawing with `used` could come to more than two million parts.
    """
    times: dict[int, int] = {}
    waiting = [0]
    while waiting:
        form = waiting[-1]
        inner = used.inside.get(form, set())
        todo = [each for each in inner if each not in times and each not in waiting]
        if todo:
            waiting.append(todo[0])
            continue
        times[form] = 1 + (draws.get(form, 0) if form else 1) * max((times.get(each, 1) for each in inner), default=1)
        if times[form] > _MOST_DRAWN:
            raise CannotRead(f"This PDF is drawn with far too many parts. {SAVE_AS_PDF}")
        waiting.pop()


def inherited(page: pikepdf.Object, key: str) -> pikepdf.Object | None:
    """Return what a page has under a key (its resources, say), its own or that of a node above it."""
    node = page
    for _ in range(_MOST_PARENTS):
        if key in node:
            return node[key]
        if not isinstance(node.get("/Parent"), pikepdf.Dictionary):
            return None
        node = node.Parent
    return None


def hidden_layers(properties: pikepdf.Object | None) -> int:
    """Return how many layers are not shown at first sight."""
    if not isinstance(properties, pikepdf.Dictionary):
        return 0
    default, layers = properties.get("/D"), properties.get("/OCGs")
    if not isinstance(default, pikepdf.Dictionary):
        return 0
    off = layers if default.get("/BaseState") == "/OFF" else default.get("/OFF")
    return len(off) if isinstance(off, pikepdf.Array) else 0
