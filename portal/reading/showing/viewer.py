"""What a letter is shown as, and the port of whoever makes it so."""

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from portal.kernel.errors import NotFound, PortalError
from portal.reading.showing.blocks import Block

WIDE: Final = 640
"""How wide a page stands on the letter's page, in CSS pixels; its picture has twice as many."""
MOST_PAGES: Final = 60
"""How many pages are shown; of a longer letter the rest is in the file."""
MOST_TEXT: Final = 512 * 1024
"""How many letters of text go with them."""
MARK_HIGH: Final = 80
MARK_WIDE: Final = 320
"""How large a school's mark is at most, in pixels of its own; it stands at half of that."""
MARK_BYTES: Final = 4_096
Shape = Literal["pdf", "picture"]
SHAPES: Final[dict[str, Shape]] = {"application/pdf": "pdf", "image/jpeg": "picture", "image/png": "picture"}
"""What can be shown, by its media type."""


class NotShown(NotFound):
    """This page cannot be shown here. Open the letter, or save it."""


class ShowingBusy(PortalError):
    """Too many pages are being made at once. Try again in a few minutes."""


@dataclass(frozen=True, slots=True)
class PageShown:
    """One page: its size in CSS pixels, and what it says in the order of reading; nothing where it is a picture alone.

    `is_sure` where that is all the page says, in its order; else its picture has to come first.
    """

    width: int
    height: int
    blocks: tuple[Block, ...] = ()
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """A letter's pages, the first `MOST_PAGES`, how many there are in all, and what the file says of itself.

    `is_tagged` when it says what is a heading, a list, a table; `language` is a tag (BCP 47), empty where none is
    said.
    """

    pages: tuple[PageShown, ...]
    total: int
    is_tagged: bool = False
    language: str = ""
    title: str = ""

    @property
    def has_text(self) -> bool:
        """Whether any page says something that can be read aloud."""
        return any(page.blocks for page in self.pages)

    @property
    def reads(self) -> bool:
        """Whether some page is shown as its text first."""
        return any(page.is_sure for page in self.pages)


@dataclass(frozen=True, slots=True)
class MarkShown:
    """A school's mark as a PNG, and its size in pixels."""

    png: bytes
    width: int
    height: int


class Viewer(Protocol):
    """Shows letters that were judged and sealed. Raises `NotShown` for what it cannot show."""

    def outline(self, data: bytes, shape: Shape, /) -> Outline:
        """Return the pages of a letter: their sizes and what they say."""
        ...

    def picture(self, data: bytes, number: int, /) -> bytes:
        """Return page `number` (from 1) of a PDF as a PNG, twice as sharp as `WIDE`."""
        ...
