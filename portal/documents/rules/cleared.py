"""A file that was judged clear and sealed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClearedFile:
    """A file that was judged clear and sealed under `document_id`; its row comes after its bytes.

    `size` is in bytes, `sha256` 64 hexadecimal digits, both of the plain bytes that were judged last. `language` is
    empty where it is the letter for everybody; `page_id` and `page_size` are of the same letter as a web page;
    `unheard` says, parted by blanks, what a PDF lacks for those who listen to it.
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
