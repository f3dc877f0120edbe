"""A file that was judged clear and sealed."""

from dataclasses import dataclass
from typing import Final

Slot = tuple[str, int]
"""Where a file stands in a letter for everybody: the tag of its language, and its place."""

MOST_ENCLOSED: Final = 9
"""So many files may be enclosed with a letter, which makes ten with the letter itself."""


@dataclass(frozen=True, slots=True)
class ClearedFile:
    """A file that was judged clear and sealed under `document_id`; its row comes after its bytes.

    `size` is in bytes, `sha256` 64 hexadecimal digits, both of the plain bytes that were judged last. `language` is
    empty where it is the letter for everybody; `page_id` and `page_size` are of the same letter as a web page;
    `unheard` says, parted by blanks, what a PDF lacks for those who listen to it. `place` is 0 for the letter itself,
    else the place of what is enclosed with it.
    """

    document_id: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    parts_read: int
    pages: int | None
    removed: tuple[str, ...] = ()
    language: str = ""
    page_id: str | None = None
    page_size: int | None = None
    unheard: str = ""
    place: int = 0

    @property
    def slot(self) -> Slot:
        """Where it stands in its letter."""
        return self.language, self.place
