"""What reading a file gives, and the port that every reader keeps to."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Protocol, get_args

Kind = Literal[
    "pdf", "docx", "xlsx", "pptx", "odt", "ods", "odp", "xls", "csv", "txt", "html", "json", "md", "svg",
    "jpeg", "png", "gif", "webp", "tiff",
]  # fmt: skip

_OOXML: Final = "application/vnd.openxmlformats-officedocument."
_ODF: Final = "application/vnd.oasis.opendocument."
MEDIA_TYPES: Final[dict[Kind, str]] = {
    "pdf": "application/pdf",
    "docx": f"{_OOXML}wordprocessingml.document",
    "xlsx": f"{_OOXML}spreadsheetml.sheet",
    "pptx": f"{_OOXML}presentationml.presentation",
    "odt": f"{_ODF}text",
    "ods": f"{_ODF}spreadsheet",
    "odp": f"{_ODF}presentation",
    "xls": "application/vnd.ms-excel",
    "csv": "text/csv",
    "txt": "text/plain",
    "html": "text/html",
    "json": "application/json",
    "md": "text/markdown",
    "svg": "image/svg+xml",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "tiff": "image/tiff",
}


LONGEST_TITLE: Final = 300
TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
"""A language as a document may name it (BCP 47, without its rarer forms)."""
Unheard = Literal["text", "tags", "language", "title"]
UNHEARD: Final[tuple[Unheard, ...]] = get_args(Unheard)
WORDS_APART: Final = ", words apart"
"""Ends the place of a part that holds rows once more, with each word in a cell of its own."""


FILE_NAME: Final = "file name"
"""The place of the part that is the name of a file."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some text of a file and where it stands, such as `page 2` or `sheet 1 (hidden), rows`.

    The place holds no word of the file itself, so it may be shown and logged. A blank line in the text
    parts what does not belong together (rows of a table, say); a single line end does not. `by_ocr` when the
    letters were read off a picture, so that some may be wrong.
    """

    place: str
    text: str
    by_ocr: bool = False


Rows = tuple[tuple[str, int], ...]
"""Places of a file at which rows of a list stand, and how many stand at each."""
CountRows = Callable[[Iterable[Part]], Rows]
"""Counts the rows of lists in all parts of a file together. Never raises."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything a file says.

    `pages` and `sheets` are 0 where there are none; `hidden` counts sheets and parts that no program shows at
    first sight, `pictures` those read, known or too small to read. `misnamed` when the name's ending says
    another kind than the bytes. `unheard` is what a PDF lacks for those who listen to it.
    `rows` is what was counted of its lists where it was read, of just these parts; None where whoever judges it counts.
    """

    kind: Kind
    parts: tuple[Part, ...]
    pages: int = 0
    pictures: int = 0
    sheets: int = 0
    hidden: int = 0
    misnamed: bool = False
    unheard: tuple[Unheard, ...] = ()
    rows: Rows | None = None

    @property
    def media_type(self) -> str:
        """The type the bytes have, whatever the name says."""
        return MEDIA_TYPES[self.kind]


@dataclass(frozen=True, slots=True)
class Preview:
    """What can be shown of a picture: `width` times `height` grey bytes, packed, maybe with more behind them."""

    sha256: str
    width: int
    height: int
    packed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Not all of the file can be read, so nobody can vouch for it. `reason` says why and what to do.

    `pictures` holds the hashes of the pictures in it that are neither without text nor clearly read, `previews` what an
    admin may be shown of them.
    """

    reason: str
    pictures: tuple[str, ...] = ()
    previews: tuple[Preview, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Stripped:
    """What was taken out of a file before it is published, each in a few words for staff."""

    removed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Packed:
    """A file that came out of a zip: its full name in there (folders end in `/`), where it lies now, its bytes.

    The name is a stranger's: shown and matched, never used as a path. Two files may have one name.
    """

    name: str
    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Unpacked:
    """The files of a zip in its order, and the names of those nobody meant to send (folders, `.DS_Store`)."""

    files: tuple[Packed, ...]
    passed_over: tuple[str, ...] = ()


MOST_LOOKED_AT: Final = 500
"""So many pages of one PDF are read off their pictures at the most."""


@dataclass(frozen=True, slots=True)
class Pages:
    """What each page of a PDF shows, for finding whose page it is. Not all that the file says: `read` reads that.

    `by_ocr` are the pages (from 0) whose text, or some of it, was read off a picture: digits may be wrong. `blank` are
    those on which nothing is drawn, such as the back of a sheet.
    """

    texts: tuple[str, ...]
    by_ocr: frozenset[int] = frozenset()
    blank: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Cut:
    """A PDF for each group of pages, in the order of the groups, written as `strip` writes it."""

    files: tuple[Path, ...]


Origin = Literal["given", "cut", "set"]
"""Where a file comes from: as somebody gave it, cut by `Reader.cut`, which strips as it cuts, or set by the press."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A file to prepare: where it lies, what it is called, and where the stripped one goes.

    A file that was `given` is read before it is stripped, too: what is hidden in it tells that it is the wrong one. One
    that the portal `cut` out of such a file, or `set` itself, hides nothing, and is read once, as it will be published.
    """

    path: Path
    name: str
    into: Path
    origin: Origin = "given"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file read, stripped and read again.

    `before` is all that the original says, `after` all that the stripped file says. `after` is None when that is
    part for part the same as `before`, so that what was judged of `before` holds for the stripped file too.
    """

    before: Reading
    removed: tuple[str, ...]
    after: Reading | None = None


OnPart = Callable[[Part], None]
"""Is told some parts of a file while the rest is being read. Whether all can be read, only the reading says."""
AHEAD: Final = 2_000
"""Letters from which on a part is told ahead."""
LONG: Final = 65_537
"""Letters from which on a part that was told ahead is not told again, and the rows of a file are counted where it is
read: in less they are counted as fast as told."""
OnPage = Callable[[int, int], None]
"""Is told how many pages are done, and of how many."""


class Bundles(Protocol):
    """Opens what holds many documents at once. Never raises for what a file holds."""

    def unpack(self, path: Path, into: Path) -> Unpacked | Unreadable:
        """Unpack a zip of up to 20,000 files and 2 GiB into the folder `into`, under names of our own."""
        ...

    def pages(
        self,
        path: Path,
        on_page: OnPage | None = None,
        look_at: frozenset[int] = frozenset(),
        *,
        at_their_word: bool = False,
    ) -> Pages | Unreadable:
        """Return what each page of a PDF of up to 10,000 pages shows, quickly: some 5 ms a page.

        Pages that say no text to trust are looked at, and those of `look_at` (from 0) as well, whatever they say: a
        number may be a picture. Up to 500, a second each. What cannot be read with confidence adds nothing. Whoever
        reads what is cut in full may take pages `at_their_word`: whether fonts lie is not asked then, some 2 ms a page.
        """
        ...

    def cut(self, path: Path, groups: Sequence[Sequence[int]], into: Path) -> Cut | Unreadable:
        """Write a PDF for each group of pages (from 0) into `into`, with nothing of any other page or to take out."""
        ...


class Reader(Bundles, Protocol):
    """Reads a file to the last part, or says that it cannot; takes out what no family is meant to get."""

    def read(
        self, path: Path, name: str, known: frozenset[str] = frozenset(), on_part: OnPart | None = None
    ) -> Reading | Unreadable:
        """Read the file at `path`, called `name` by whoever chose it. Never raises for what a file holds.

        Pictures whose hash is in `known` (see `Picture.sha256`) are looked at by nobody. `on_part` may go ahead with
        parts that are read already, as long as it decides nothing by them.
        """
        ...

    def read_all(
        self, files: Sequence[tuple[Path, str]], known: frozenset[str] = frozenset(), on_part: OnPart | None = None
    ) -> Iterator[Reading | Unreadable]:
        """Read files, told by path and name, at less than the price of one by one; of each, what `read` answers.

        But rows may be left for whoever judges to count. `on_part` may go ahead with the file whose answer is next.
        """
        ...

    def strip(self, path: Path, into: Path) -> Stripped | Unreadable:
        """Write to `into` the same document without author, place, comments and earlier versions."""
        ...

    def prepare(self, papers: Sequence[Paper], known: frozenset[str]) -> list[Prepared | Unreadable]:
        """Read each file, strip it into its `into` and read that again: `read`, `strip` and `read` at the price of one.

        Those that were not given, but made here, are read as they are published alone.

        Answers in the order of the papers, of each as if it were alone. `into` holds the original's bytes when there
        was nothing to take out, and is not touched when the answer is no.
        """
        ...

    def close(self) -> None:
        """Let go of whatever it keeps ready."""
        ...
