"""The reader itself, in the process that calls it. Parsers meet strangers' bytes here: cage it outside tests."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar

from portal.kernel.cage.frames import Frame, ended
from portal.reading.budget import MAX_FILE, CannotRead
from portal.reading.bundles.cut import cut_pages
from portal.reading.bundles.leaf_texts import page_pictures, page_texts
from portal.reading.bundles.looking import pages_seen
from portal.reading.bundles.receiving import receive_cuts, receive_files, receive_pictures, receive_texts
from portal.reading.bundles.zip_of_files import files_of
from portal.reading.cage.drafts import finish_draft, receive_draft
from portal.reading.cage.preparing import prepare
from portal.reading.images.grey import Picture
from portal.reading.parsing import DAMAGED, answered, parse
from portal.reading.reader import Cut, OnPage, OnPart, Pages, Paper, Prepared, Reading, Stripped, Unpacked, Unreadable
from portal.reading.seeing import Look, Parsed, Sight, Sights, finish
from portal.reading.strip.strip import strip

_GONE: Final = "The file is not there any more. Choose it again."
T = TypeVar("T")


class PlainReader:
    """Reads all text of a file, up to 100 MiB; what it cannot read to the last part is `Unreadable`."""

    def __init__(self) -> None:
        """Load what looks at pictures only when there is one."""
        self._eyes: Look | None = None

    def close(self) -> None:
        """Keep nothing open, so let go of nothing."""

    def read(
        self, path: Path, name: str, known: Collection[str] = frozenset(), on_part: OnPart | None = None
    ) -> Reading | Unreadable:
        """Read the file at `path`, called `name`, and its pictures but the `known` ones."""
        data = _content_of(path)
        parsed = data if isinstance(data, Unreadable) else parse(data, name, on_part)
        return parsed if isinstance(parsed, Unreadable) else finish(parsed, known, self._look)

    def read_all(
        self, files: Sequence[tuple[Path, str]], known: Collection[str] = frozenset(), on_part: OnPart | None = None
    ) -> Iterator[Reading | Unreadable]:
        """Read each file, here and now."""
        return (self.read(path, name, known, on_part) for path, name in files)

    def strip(self, path: Path, into: Path) -> Stripped | Unreadable:
        """Write the stripped file to `into`, which is not touched when the answer is no."""
        data = _content_of(path)
        stripped = data if isinstance(data, Unreadable) else answered(lambda: strip(data))
        if isinstance(stripped, Unreadable):
            return stripped
        into.write_bytes(stripped[0])
        return Stripped(stripped[1])

    def prepare(self, papers: Sequence[Paper], known: Collection[str]) -> list[Prepared | Unreadable]:
        """Read each file, strip it and read it again, here and now."""
        return [self._prepare(paper, known) for paper in papers]

    def _prepare(self, paper: Paper, known: Collection[str]) -> Prepared | Unreadable:
        data = _content_of(paper.path)
        if isinstance(data, Unreadable):
            return data
        draft = _told(prepare(data, paper.name, paper.origin), receive_draft)
        prepared = draft if isinstance(draft, Unreadable) else finish_draft(draft, known, self._look)
        if not isinstance(draft, Unreadable) and not isinstance(prepared, Unreadable):
            paper.into.write_bytes(data if draft.data is None else draft.data)
        return prepared

    def unpack(self, path: Path, into: Path) -> Unpacked | Unreadable:
        """Unpack a zip below `into`."""
        try:
            with path.open("rb") as file:
                return _told(files_of(file), lambda frames: receive_files(frames, into))
        except FileNotFoundError:
            return Unreadable(_GONE)

    def pages(
        self,
        path: Path,
        on_page: OnPage | None = None,
        look_at: Collection[int] = frozenset(),
        *,
        at_their_word: bool = False,
    ) -> Pages | Unreadable:
        """Return what each page shows."""
        data = _content_of(path)
        if isinstance(data, Unreadable):
            return data
        told = _told(page_texts(data, at_their_word=at_their_word), lambda it: receive_texts(it, on_page))
        if isinstance(told, Unreadable):
            return told
        texts, unseen = told

        def show(numbers: Sequence[int]) -> list[tuple[Picture, ...]]:
            return receive_pictures(ended(page_pictures(data, numbers), DAMAGED), len(numbers))

        try:
            return pages_seen(texts, {*unseen, *look_at}, show=show, look=self._look, on_page=on_page)
        except CannotRead as sentence:
            return Unreadable(str(sentence))

    def cut(self, path: Path, groups: Sequence[Sequence[int]], into: Path) -> Cut | Unreadable:
        """Write a PDF for each group of pages below `into`."""
        data = _content_of(path)
        if isinstance(data, Unreadable):
            return data
        return _told(cut_pages(data, groups), lambda frames: receive_cuts(frames, into, len(groups)))

    def read_bytes(self, data: bytes, name: str, known: Collection[str] = frozenset()) -> Reading | Unreadable:
        """Read a file given as its bytes, and look at its pictures. Never raises for what they hold."""
        parsed = self.parse(data, name)
        return parsed if isinstance(parsed, Unreadable) else finish(parsed, known, self._look)

    def parse(self, data: bytes, name: str) -> Parsed | Unreadable:
        """Read a file but its pictures, which are given along. Never raises for what it holds."""
        return parse(data, name)

    def _look(self, pictures: Sequence[Picture]) -> Sequence[Sight]:
        if not pictures:
            return []
        if self._eyes is None:
            from portal.reading.ocr.picture_reader import Eyes  # noqa: PLC0415 - the cage parses in a process that never looks

            self._eyes = Sights(Eyes().look_at).of
        return self._eyes(pictures)


def _told(frames: Iterable[Frame], receive: Callable[[Iterable[Frame]], T]) -> T | Unreadable:
    try:
        return receive(ended(frames, DAMAGED))
    except CannotRead as sentence:
        return Unreadable(str(sentence))


def _content_of(path: Path) -> bytes | Unreadable:
    try:
        with path.open("rb") as file:
            return file.read(MAX_FILE + 1)
    except OSError:
        return Unreadable(_GONE)
