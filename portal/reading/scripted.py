"""A fake reader that says what it was told to, for tests of the stories above it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from portal.kernel.cage.frames import ended
from portal.reading.budget import CannotRead
from portal.reading.bundles.receiving import receive_files
from portal.reading.bundles.zip_of_files import files_of
from portal.reading.reader import (
    Cut,
    OnPage,
    OnPart,
    Pages,
    Paper,
    Part,
    Prepared,
    Reading,
    Stripped,
    Unpacked,
    Unreadable,
)

_CANNOT: Final = "This file cannot be read. Choose another one."
_PAGE_END: Final = "\f"
_PICTURE: Final = "\v"


class ScriptedReader:
    """Answers by the file's name; a name nobody scripted is read as plain UTF-8 text, or is unreadable.

    A zip is a zip; a PDF of many letters is a text whose pages end with a form feed, and what follows a vertical tab
    on a page stands in a picture.
    """

    def __init__(self, answers: Mapping[str, Reading | Unreadable] | None = None) -> None:
        """Take the answer for each name."""
        self._answers = dict(answers or {})

    def close(self) -> None:
        """Keep nothing, so let go of nothing."""

    def read(
        self, path: Path, name: str, known: frozenset[str] = frozenset(), on_part: OnPart | None = None
    ) -> Reading | Unreadable:
        """Return the scripted answer for `name`; one that is unreadable for `known` pictures alone is read as text."""
        answer = self._answers.get(name)
        if answer is not None and not _is_now_known(answer, known):
            return answer
        text = _text_of(path)
        if isinstance(text, Unreadable) or not text.strip() or "\0" in text:
            return Unreadable(_CANNOT)
        reading = Reading("txt", (Part("file name", name), Part("text", text)))
        if on_part is not None:
            on_part(reading.parts[1])
        return reading

    def read_all(
        self, files: Sequence[tuple[Path, str]], known: frozenset[str] = frozenset(), on_part: OnPart | None = None
    ) -> Iterator[Reading | Unreadable]:
        """Return the scripted answer for each."""
        return (self.read(path, name, known, on_part) for path, name in files)

    def strip(self, path: Path, into: Path) -> Stripped | Unreadable:
        """Copy the file: a scripted one has nothing to take out."""
        try:
            into.write_bytes(path.read_bytes())
        except OSError:
            return Unreadable(_CANNOT)
        return Stripped(())

    def prepare(self, papers: Sequence[Paper], known: frozenset[str]) -> list[Prepared | Unreadable]:
        """Read each file and copy it: what was copied says the same."""
        return [self._prepare(paper, known) for paper in papers]

    def _prepare(self, paper: Paper, known: frozenset[str]) -> Prepared | Unreadable:
        before = self.read(paper.path, paper.name, known)
        if isinstance(before, Unreadable):
            return before
        stripped = self.strip(paper.path, paper.into)
        return stripped if isinstance(stripped, Unreadable) else Prepared(before, stripped.removed)

    def unpack(self, path: Path, into: Path) -> Unpacked | Unreadable:
        """Unpack a zip below `into`."""
        try:
            with path.open("rb") as file:
                return receive_files(ended(files_of(file), _CANNOT), into)
        except CannotRead as sentence:
            return Unreadable(str(sentence))
        except FileNotFoundError:
            return Unreadable(_CANNOT)

    def pages(
        self,
        path: Path,
        on_page: OnPage | None = None,
        look_at: frozenset[int] = frozenset(),
        *,
        at_their_word: bool = False,  # noqa: ARG002 - a text has no fonts
    ) -> Pages | Unreadable:
        """Return the text between form feeds, with what pictures say where there is nothing else, or in `look_at`."""
        text = _text_of(path)
        if isinstance(text, Unreadable):
            return text
        texts, by_ocr = list[str](), set[int]()
        pages = text.removesuffix(_PAGE_END).split(_PAGE_END)
        for number, page in enumerate(pages):
            layer, picture, seen = page.partition(_PICTURE)
            is_seen = bool(picture) and (number in look_at or not layer)
            texts.append(layer + seen if is_seen else layer)
            by_ocr |= {number} if is_seen else set()
            if on_page:
                on_page(number + 1, len(pages))
        blank = frozenset(number for number, page in enumerate(pages) if not page.strip())
        return Pages(tuple(texts), frozenset(by_ocr), blank)

    def cut(self, path: Path, groups: Sequence[Sequence[int]], into: Path) -> Cut | Unreadable:
        """Write a text for each group of pages below `into`."""
        text = _text_of(path)
        if isinstance(text, Unreadable):
            return text
        pages = text.removesuffix(_PAGE_END).split(_PAGE_END)
        if not all(0 <= number < len(pages) for group in groups for number in group):
            return Unreadable(_CANNOT)
        into.mkdir(parents=True, exist_ok=True)
        files = tuple(into / f"{number:05d}" for number in range(1, len(groups) + 1))
        for file, group in zip(files, groups, strict=True):
            file.write_text("".join(pages[number] + _PAGE_END for number in group), encoding="utf-8")
        return Cut(files)


def _text_of(path: Path) -> str | Unreadable:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return Unreadable(_CANNOT)


def _is_now_known(answer: Reading | Unreadable, known: frozenset[str]) -> bool:
    return isinstance(answer, Unreadable) and bool(answer.pictures) and known.issuperset(answer.pictures)
