"""A reader whose parsers run in a cage: strangers' bytes never meet the process that holds the keys."""

import io
import itertools
import os
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, Self, TypeVar

from portal.kernel.cage.calls import in_memory
from portal.kernel.cage.frames import PIPE, Answer, CageBroken
from portal.kernel.cage.warm import Cells, Take
from portal.kernel.machine.steps import watching
from portal.reading.answers import BROKE_OFF, MAX_ANSWER, parsed_from, unpack_sight, unpack_stripped
from portal.reading.budget import BUNDLES, LOOKING, MAX_FILE, MAX_NAME, MAX_UNPACKED, MIB, CannotRead, Limits
from portal.reading.bundles.looking import pages_seen
from portal.reading.bundles.receiving import (
    Share,
    pages_of,
    receive_cuts,
    receive_files,
    receive_pictures,
    receive_texts,
)
from portal.reading.bundles.shares import AllPages, shares_of, side_by_side
from portal.reading.cage.cells import CellWithEyes, framed, take_answer
from portal.reading.cage.confinement import Confinement, confinement_from
from portal.reading.cage.drafts import OF_ONE, TOGETHER, Draft, bundled, finish_draft, receive_draft, receive_together
from portal.reading.images.grey import Picture
from portal.reading.reader import (
    LONG,
    CountRows,
    Cut,
    OnPage,
    OnPart,
    Origin,
    Pages,
    Paper,
    Part,
    Prepared,
    Reading,
    Stripped,
    Unpacked,
    Unreadable,
)
from portal.reading.seeing import Parsed, Sight, Sights, Unsure, finish

_LONG_NAME: Final = f"The file's name is longer than {MAX_NAME} characters. Give it a shorter one."
_GONE: Final = "The file is not there any more. Choose it again."
_AHEAD_SECONDS: Final = 2.0
T = TypeVar("T")


class CagedReader:
    """Reads each file in a process of its own without environment, network, files or time to waste.

    `cells` files are read at once; further callers wait. `limits` are for reading or stripping a file, `looking`
    for each picture in it. `models` is a folder of `*.traineddata` for other scripts than Latin. `count_rows` is
    a function, or `module:function`, that counts the rows of long files in the cage, while whoever asked searches them.
    Safe for threads. A crash, a breach of limits or an answer that makes no sense is `Unreadable`, never an error.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        cells: int = 2,
        *,
        looking: Limits = LOOKING,
        models: Path | None = None,
        count_rows: CountRows | str = "",
    ) -> None:
        """Start nothing yet: the first files, and the first pictures, warm the cells up (0.5 and 1.3 s)."""
        self._limits = limits or Limits()
        self._looking = looking
        self._at_once = cells
        self._cells = Cells(cells, partial(CellWithEyes, models, count_rows))
        self._sights = Sights(self._look_at)

    def __enter__(self) -> Self:
        """Be used in a `with` that ends the cells."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the cells."""
        self.close()

    def close(self) -> None:
        """End every cell that is not at work; the reader can be used again."""
        self._cells.close()

    def read(
        self, path: Path, name: str, known: frozenset[str] = frozenset(), on_part: OnPart | None = None
    ) -> Reading | Unreadable:
        """Read the file at `path`, called `name`; at most `wall_seconds` once a cell is free, more for pictures.

        `on_part` is told parts for two seconds at the most: a cell that waits for it has no more time for that.
        """
        if len(name) > MAX_NAME:
            return Unreadable(_LONG_NAME)
        order = {"do": "read", "name": name, "ahead": on_part is not None}
        parsed = self._about(path, order, partial(_take_parsed, on_part=on_part))
        return parsed if isinstance(parsed, Unreadable) else finish(parsed, known, self._sights.of)

    def read_all(
        self, files: Sequence[tuple[Path, str]], known: frozenset[str] = frozenset(), on_part: OnPart | None = None
    ) -> Iterator[Reading | Unreadable]:
        """Read each file; small neighbours share a process, as in `prepare`, and then nobody is told ahead."""
        for run in bundled(files):
            some = files[run.start : run.stop]
            drafts: Sequence[Draft | None] = [None]
            if len(some) > 1:
                drafts = self._drafts([(name, _content_of(path), "cut") for path, name in some], self._limits)
            for (path, name), draft in zip(some, drafts, strict=True):
                yield (finish(draft.before, known, self._sights.of) if draft else self.read(path, name, known, on_part))

    def strip(self, path: Path, into: Path) -> Stripped | Unreadable:
        """Write the stripped file to `into`, which is not touched when the answer is no."""
        answer = self._about(path, {"do": "strip"}, take_answer)
        stripped = answer if isinstance(answer, Unreadable) else unpack_stripped(answer)
        if isinstance(stripped, Unreadable):
            return stripped
        data, removed = stripped
        into.write_bytes(data)
        return Stripped(removed)

    def prepare(self, papers: Sequence[Paper], known: frozenset[str]) -> list[Prepared | Unreadable]:
        """Read, strip and read again, each file in at most three times `wall_seconds`; small ones share a process.

        Whatever such a process can't prepare, or if it breaks off, is prepared once more in a process of its own. So a
        file costs no other, and all of them together may use no more memory and time than one.
        """
        answers: list[Prepared | Unreadable] = []
        most = TOGETHER if any(paper.origin == "given" for paper in papers) else OF_ONE
        for run in bundled([(paper.path, paper.name) for paper in papers], most):
            some = papers[run.start : run.stop]
            answers += self._prepare_together(some, known) if len(some) > 1 else [self._prepare(some[0], known)]
        return answers

    def _prepare_together(self, papers: Sequence[Paper], known: frozenset[str]) -> list[Prepared | Unreadable]:
        files = [_content_of(paper.path) for paper in papers]
        named = [(paper.name, data, paper.origin) for paper, data in zip(papers, files, strict=True)]
        drafts = self._drafts(named, self._limits.times(3))
        answers: list[Prepared | Unreadable] = []
        for paper, data, draft in zip(papers, files, drafts, strict=True):
            if draft is None:
                answers.append(self._prepare(paper, known))
                continue
            prepared = finish_draft(draft, known, self._sights.of)
            if isinstance(prepared, Prepared):
                paper.into.write_bytes(data if draft.data is None else draft.data)
            answers.append(prepared)
        return answers

    def _drafts(self, files: Sequence[tuple[str, bytes, Origin]], limits: Limits) -> Sequence[Draft | None]:
        """Have one process prepare small files; none for those it could not, or for all if it broke off."""
        told_of = [(name, len(data), origin) for name, data, origin in files]
        take = framed(lambda frames: receive_together(frames, len(files)), MAX_ANSWER)
        with in_memory(b"".join(data for _, data, _ in files)) as file:
            told = self._told({"do": "prepare together", "papers": told_of}, file, limits, take)
        return [None] * len(files) if isinstance(told, Unreadable) else told

    def _prepare(self, paper: Paper, known: frozenset[str]) -> Prepared | Unreadable:
        if len(paper.name) > MAX_NAME:
            return Unreadable(_LONG_NAME)
        file = _open(paper.path, MAX_FILE)
        if isinstance(file, Unreadable):
            return file
        with os.fdopen(file, "rb") as original:
            order = {"do": "prepare", "name": paper.name, "origin": paper.origin}
            draft = self._told(order, file, self._limits.times(3), framed(receive_draft, MAX_ANSWER))
            prepared = draft if isinstance(draft, Unreadable) else finish_draft(draft, known, self._sights.of)
            if isinstance(draft, Unreadable) or isinstance(prepared, Unreadable):
                return prepared
            if draft.data is not None:
                paper.into.write_bytes(draft.data)
            else:
                original.seek(0)  # the cell has read it through the same descriptor
                with paper.into.open("wb") as copy:
                    shutil.copyfileobj(original, copy, MIB)
        return prepared

    def unpack(self, path: Path, into: Path) -> Unpacked | Unreadable:
        """Unpack a zip below `into`; at most five minutes. What is left of one that cannot be read is removed."""
        take = framed(lambda frames: receive_files(frames, into))
        return self._about(path, {"do": "unpack"}, take, BUNDLES, most=MAX_UNPACKED)

    def pages(
        self,
        path: Path,
        on_page: OnPage | None = None,
        look_at: frozenset[int] = frozenset(),
        *,
        at_their_word: bool = False,
    ) -> Pages | Unreadable:
        """Return what each page shows; at most five minutes, more for pages that are looked at."""
        done = AllPages(on_page)

        def read(share: Share) -> tuple[list[str], list[int]] | Unreadable:
            order = {"do": "pages", "share": share, "at their word": at_their_word}
            take = framed(lambda frames: receive_texts(frames, done.of(share), share))
            return self._about(path, order, take, BUNDLES)

        told = side_by_side(read, shares_of(path, self._at_once))
        if isinstance(told, Unreadable):
            return told
        texts = [text for some, _ in told for text in some]
        unseen = [number for _, some in told for number in some]

        def show(numbers: Sequence[int]) -> list[tuple[Picture, ...]]:
            take = framed(lambda frames: receive_pictures(frames, len(numbers)), MAX_ANSWER)
            shown = self._about(path, {"do": "show", "pages": list(numbers)}, take)
            if isinstance(shown, Unreadable):
                raise CannotRead(shown.reason)
            return shown

        try:
            return pages_seen(texts, {*unseen, *look_at}, show=show, look=self._sights.of, on_page=on_page)
        except CannotRead as sentence:
            return Unreadable(str(sentence))

    def cut(self, path: Path, groups: Sequence[Sequence[int]], into: Path) -> Cut | Unreadable:
        """Write a PDF for each group of pages below `into`; at most five minutes."""
        shares = shares_of(path, self._at_once)

        def cut(share: Share) -> Cut | Unreadable:
            some = [list(groups[at]) for at in pages_of(share, len(groups))]
            folder = into / f"{share[0]}" if len(shares) > 1 else into
            take = framed(lambda frames: receive_cuts(frames, folder, len(some)))
            return self._about(path, {"do": "cut", "groups": some}, take, BUNDLES)

        done = side_by_side(cut, shares)
        return done if isinstance(done, Unreadable) else Cut(tuple(file for some in done for file in some.files))

    def confinement(self) -> Confinement:
        """Tell what holds a caged process, which tried it. Outside loopback it must be off the network."""
        file = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return confinement_from(self._cells.ask({"do": "probe"}, file, self._limits, take_answer))
        except CageBroken:
            return Confinement(is_off_the_network=False)
        finally:
            os.close(file)

    def _about(
        self,
        path: Path,
        order: Mapping[str, object],
        take: Take[T | Unreadable],
        limits: Limits | None = None,
        *,
        most: int = MAX_FILE,
    ) -> T | Unreadable:
        """Have an order done about a file of at most `most` bytes."""
        file = _open(path, most)
        if isinstance(file, Unreadable):
            return file
        try:
            return self._told(order, file, limits or self._limits, take)
        finally:
            os.close(file)

    def _told(
        self, order: Mapping[str, object], file: int, limits: Limits, take: Take[T | Unreadable]
    ) -> T | Unreadable:
        try:
            return self._cells.ask(order, file, limits, take)
        except CageBroken:
            return Unreadable(BROKE_OFF)

    def _look_at(self, pictures: Sequence[Picture]) -> list[Sight]:
        """Look at the pictures of one file, on as many cells as are free."""
        tell, count, done = watching(), len(pictures), itertools.count(1)

        def look(picture: Picture) -> Sight:
            sight = self._look(picture)
            tell("picture", next(done), count)
            return sight

        if pictures:
            tell("picture", 0, count)
        if count <= 1:
            return [look(picture) for picture in pictures]
        with ThreadPoolExecutor(self._at_once) as threads:
            return list(threads.map(look, pictures))

    def _look(self, picture: Picture) -> Sight:
        order = {"do": "look", "width": picture.width, "height": picture.height}
        with in_memory(picture.packed) as file:
            try:
                return unpack_sight(self._cells.ask(order, file, self._looking, take_answer))
            except CageBroken:
                return Unsure()


def _take_parsed(answer: int, until: float, on_part: OnPart | None) -> Parsed | Unreadable:
    with io.BufferedReader(Answer(answer, until), PIPE) as told:
        if on_part is None:
            return parsed_from(told)
        with _told_beside(on_part) as ahead:
            return parsed_from(told, ahead)


@contextmanager
def _told_beside(on_part: OnPart) -> Iterator[OnPart]:
    """Give what tells parts, until that took two seconds: from the first long one on in a thread, all by the end.

    A cell that had to wait until a long one is searched would use up its own time, and the file be unreadable. Two
    threads share a lock, so that many short parts are told faster without.
    """
    left = _AHEAD_SECONDS

    def tell(part: Part) -> None:
        nonlocal left
        if left > 0:
            begun = time.monotonic()
            on_part(part)
            left -= time.monotonic() - begun

    told: list[Future[None]] = []

    def ahead(part: Part) -> None:
        if told or len(part.text) >= LONG:
            told.append(thread.submit(tell, part))
        else:
            tell(part)

    with ThreadPoolExecutor(1, "ahead") as thread:
        try:
            yield ahead
            for one in told:
                one.result()
        finally:
            thread.shutdown(cancel_futures=True)


def _content_of(path: Path) -> bytes:
    """Return a small file; nothing where it is gone, which nobody can prepare."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _open(path: Path, most: int) -> int | Unreadable:
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return Unreadable(_GONE)
    if os.fstat(file).st_size > most:
        os.close(file)
        return Unreadable(f"This file is larger than {most // MIB:,} MB. Choose a smaller one.")
    return file


def confinement_here() -> Confinement:
    """Tell what would hold files that are read on this machine, tried with a cage of its own."""
    with CagedReader(cells=1) as reader:
        return reader.confinement()
