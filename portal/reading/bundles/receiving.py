"""Writes what comes out of a bundle, under names of our own. Nothing that comes is trusted: not names, not counts.

Raises `CannotRead` with the sentence that came instead, `CageBroken` for what makes no sense; then no file is left.
"""

import contextlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from portal.kernel.cage.frames import BYTES, COUNT, NAME, PARSED, PASSED, TEXT, UNSEEN, CageBroken, Frame, until_the_end
from portal.reading.answers import unpack_parsed
from portal.reading.budget import MAX_FILE, MAX_FILES, MAX_NAME_BYTES, MAX_UNPACKED
from portal.reading.images.grey import Picture
from portal.reading.reader import Cut, OnPage, Packed, Unpacked
from portal.reading.seeing import Parsed

MAX_BUNDLED_PAGES: Final = 10_000
Share = tuple[int, int]
"""Which part of the pages one cell reads (from 0), and of how many parts."""
WHOLE: Final[Share] = (0, 1)


def pages_of(share: Share, count: int) -> range:
    """Return the numbers (from 0) of the pages in a share of so many."""
    at, parts = share
    return range(count * at // parts, count * (at + 1) // parts)


@dataclass(slots=True)
class _Shelf:
    """A folder being filled with files, one after the other."""

    into: Path
    files: list[Packed] = field(default_factory=list)
    _open: BinaryIO | None = None
    _name: str = ""
    _size: int = 0
    _all: int = 0

    def begin(self, name: str) -> None:
        self.finish()
        if len(self.files) >= MAX_FILES:
            raise CageBroken
        self._name, self._size = name, 0
        self._open = self.path(len(self.files)).open("xb")

    def add(self, content: bytes) -> None:
        self._size += len(content)
        self._all += len(content)
        if self._open is None or self._size > MAX_FILE or self._all > MAX_UNPACKED:
            raise CageBroken
        self._open.write(content)

    def finish(self) -> None:
        if self._open is not None:
            self._open.close()
            self.files.append(Packed(self._name, self.path(len(self.files)), self._size))
            self._open = None

    def path(self, number: int) -> Path:
        return self.into / f"{number + 1:05d}"

    def clear(self) -> None:
        """Leave nothing behind."""
        self.finish()
        for packed in self.files:
            packed.path.unlink(missing_ok=True)


@contextmanager
def _filled(into: Path) -> Iterator[_Shelf]:
    into.mkdir(parents=True, exist_ok=True)
    shelf = _Shelf(into)
    try:
        yield shelf
        shelf.finish()
    except BaseException:
        with contextlib.suppress(OSError):
            shelf.clear()
        raise


def receive_files(frames: Iterable[Frame], into: Path) -> Unpacked:
    """Write each file below `into`, which is made if need be."""
    passed_over: list[str] = []
    with _filled(into) as shelf:
        for kind, body in until_the_end(frames):
            if kind == NAME and len(body) <= MAX_NAME_BYTES:
                shelf.begin(body.decode("utf-8", "replace"))
            elif kind == BYTES:
                shelf.add(body)
            elif kind == PASSED and len(body) <= MAX_NAME_BYTES and len(passed_over) < MAX_FILES:
                passed_over.append(body.decode("utf-8", "replace"))
            else:
                raise CageBroken
    return Unpacked(tuple(shelf.files), tuple(passed_over))


def receive_cuts(frames: Iterable[Frame], into: Path, groups: int) -> Cut:
    """Write a PDF for each of the `groups`."""
    cut = receive_files(frames, into)
    if len(cut.files) != groups or cut.passed_over:
        for packed in cut.files:
            packed.path.unlink(missing_ok=True)
        raise CageBroken
    return Cut(tuple(packed.path for packed in cut.files))


def receive_texts(frames: Iterable[Frame], on_page: OnPage | None, share: Share = WHOLE) -> tuple[list[str], list[int]]:
    """Return the text of each page of a share, and the numbers of the pages that say none that can be trusted."""
    texts: list[str] = []
    unseen: list[int] = []
    count, pages = 0, range(0)
    for kind, body in until_the_end(frames):
        if kind == COUNT and not count and body.isdigit() and 0 < int(body) <= MAX_BUNDLED_PAGES:
            count = int(body)
            pages = pages_of(share, count)
            continue
        if kind not in {TEXT, UNSEEN} or len(texts) >= len(pages):
            raise CageBroken
        if kind == UNSEEN:
            unseen.append(pages[len(texts)])
        texts.append(body.decode("utf-8", "replace"))
        if on_page:
            on_page(len(texts) - len(unseen), count)
    if not count or len(texts) != len(pages):
        raise CageBroken
    return texts, unseen


def receive_pictures(frames: Iterable[Frame], pages: int) -> list[tuple[Picture, ...]]:
    """Return the pictures of each of these pages."""
    shown: list[tuple[Picture, ...]] = []
    for kind, body in until_the_end(frames):
        parsed = unpack_parsed(body) if kind == PARSED else None
        if not isinstance(parsed, Parsed) or len(shown) >= pages:
            raise CageBroken
        shown.append(parsed.pictures)
    if len(shown) != pages:
        raise CageBroken
    return shown
