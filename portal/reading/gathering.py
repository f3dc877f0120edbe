"""What the parsers of one file put together: its texts, and the pictures that have yet to be looked at."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PIL import Image

from portal.reading.budget import Budget
from portal.reading.images.grey import Picture
from portal.reading.images.picture_details import told_by
from portal.reading.images.pictures import decode_picture, without_colour
from portal.reading.reader import AHEAD, OnPart, Part, Unheard

Parser = Callable[[bytes, "Gathering"], object]
"""Reads a file inside the file, of whatever kind, into the gathering of the outer one."""


@dataclass(slots=True)
class PagesRead:
    """What the pages of a stripped PDF say and show, for the file that it was made of: the same pages, drawn alike.

    Filled by whoever reads the stripped file; where `streams` is None, nobody has yet. `streams` are the bytes of all
    its streams, `counts` tells what of them is looked at, `seen` how many pictures are shown.
    """

    streams: frozenset[bytes] | None = None
    counts: tuple[int, ...] = ()
    parts: tuple[Part, ...] = ()
    pictures: tuple[Picture, ...] = ()
    seen: int = 0
    unheard: tuple[Unheard, ...] = ()


@dataclass(slots=True)
class Gathering:
    """Filled by the parser of a format, which is handed the bytes and this. There is one for a file and all inside it.

    `pictures` holds each picture once, by its hash; `seen` counts all, those too small to read among them. `pages`,
    `sheets` and `unheard` are those of the outermost file. `on_part` is told parts ahead of the rest. `within` is what
    places begin with while a file inside the file is read. `pages_read` is filled by a PDF, or spares it the reading of
    its pages. `trusts_fonts` where the portal's own draw every letter, so that none says another than it draws.
    Every method raises `CannotRead` when the budget is spent.
    """

    budget: Budget
    parser: Parser
    parts: list[Part] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)
    seen: int = 0
    pages: int = 0
    sheets: int = 0
    hidden: int = 0
    unheard: tuple[Unheard, ...] = ()
    on_part: OnPart | None = None
    within: str = ""
    pages_read: PagesRead | None = None
    trusts_fonts: bool = False

    def inside(self, data: bytes, place: str) -> None:
        """Read a file inside the file, that stands at this place."""
        self.budget.deeper()
        before = self.within, self.pages, self.sheets, self.unheard, self.pages_read
        self.pages_read = None
        self.within += f"{place}: "
        self.parser(data, self)
        self.within, self.pages, self.sheets, self.unheard, self.pages_read = before
        self.budget.shallower()

    def say(self, place: str, text: str) -> None:
        """Take some text."""
        if text and not text.isspace():
            self.budget.say(text)
            self.parts.append(Part(self.within + place, text))
            if self.on_part is not None and len(text) >= AHEAD:
                self.on_part(self.parts[-1])

    def show(self, place: str, image: Image.Image, *, exempt: int | None = None) -> None:
        """Take a decoded picture; one of at most `exempt` pixels a side is only counted."""
        self.seen += 1
        picture = without_colour(self.within + place, image, self.budget, exempt=exempt)
        if picture is not None:
            self.pictures.setdefault(picture.sha256, picture)

    def show_file(self, place: str, data: bytes, *, exempt: int | None = None) -> None:
        """Take a picture as its file (JPEG, PNG, GIF, WebP, TIFF, BMP), with what it says of itself (EXIF, XMP)."""
        for frame in decode_picture(data, self.budget):
            self.show(place, frame, exempt=exempt)
        self.tell_details(place, data, exempt=exempt)

    def tell_details(self, place: str, data: bytes, *, exempt: int | None = None) -> None:
        """Take what a picture's file says beside its pixels, and the smaller pictures in it."""
        details = told_by(data, self.budget)
        self.say(f"{place}, details", "\n\n".join(details.texts))
        for small in details.pictures:
            for frame in decode_picture(small, self.budget):
                self.show(f"{place}, preview", frame, exempt=exempt)
