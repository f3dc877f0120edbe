"""Whether a screen reader can make sense of a cleared PDF, and what its writer can do. It stops nothing."""

from collections.abc import Iterable, Mapping
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from typing import Any, Final, Protocol

from portal.kernel.errors import PortalError
from portal.overviews.hearing import unheard_of
from portal.reading.showing.viewer import SHAPES, Outline
from portal.wiring import House

_PATIENCE: Final = 10.0
_SCANNED: Final = "Make the PDF from the program in which the letter was written, instead of scanning it."
_TAGGED: Final = "In Word, choose Save As, PDF, and keep “Document structure tags for accessibility” in the options."
_NO_TEXT: Final = f"Its pages are pictures, so a screen reader reads nothing at all. {_SCANNED}"
_NO_TAGS: Final = f"Its headings, lists and tables are not marked, so a screen reader reads one long text. {_TAGGED}"
_NO_LANGUAGE: Final = (
    "It does not say its language, so it may be read aloud in the wrong one. In Word, choose Review, Language, and save"
    " it as PDF again."
)
_NO_TITLE: Final = "It has no title of its own. In Word, write one under File, Info, Title, and save it as PDF again."
_OF_MANY: Final = {
    "text": f"pages are pictures alone, so a screen reader reads nothing. {_SCANNED}",
    "tags": f"headings, lists and tables are not marked, so a screen reader reads one long text. {_TAGGED}",
    "language": "no language is given, so they may be read aloud in the wrong one. In Word, choose Review, Language.",
    "title": "no title is given. In Word, write one under File, Info, Title.",
}
_CUT: Final = {
    "tags": "headings, lists and tables are not marked: cutting one PDF into letters loses the marks. Give a file for"
    " each child, or a letter with fields.",
    "title": "",
}
"""What is said where the letters were cut from one PDF, and cannot be made better in Word."""


class SealedFile(Protocol):
    """What has to be known of a sealed file."""

    id: str
    file_name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Readable:
    """What a PDF says of itself that a screen reader needs, and a sentence for each thing that is missing."""

    file_name: str
    is_tagged: bool
    language: str
    title: str
    has_text: bool

    @property
    def advice(self) -> tuple[str, ...]:
        """What is missing and what to do, the gravest first."""
        if not self.has_text:
            return (_NO_TEXT,)
        missing = ((self.is_tagged, _NO_TAGS), (self.language, _NO_LANGUAGE), (self.title, _NO_TITLE))
        return tuple(sentence for is_there, sentence in missing if not is_there)

    def facts(self) -> dict[str, Any]:
        """Return the same as plain values."""
        return {
            "file": self.file_name,
            "tagged": self.is_tagged,
            "language": self.language,
            "title": self.title,
            "text": self.has_text,
            "advice": list(self.advice),
        }


@dataclass(frozen=True, slots=True)
class ManyHeard:
    """How many letters of a mailing there are, how many lack what, and a sentence for each thing that some lack."""

    letters: int
    lacking: Mapping[str, int]
    is_cut: bool

    @property
    def advice(self) -> tuple[str, ...]:
        """What some lack and what to do, the gravest first."""
        words = _OF_MANY | (_CUT if self.is_cut else {})
        each = ((self.lacking.get(what, 0), sentence) for what, sentence in words.items() if sentence)
        return tuple(f"{count:,} of {self.letters:,} letters: {sentence}" for count, sentence in each if count)

    def facts(self) -> dict[str, Any]:
        """Return the same as plain values."""
        return {"letters": self.letters, "lacking": dict(self.lacking), "advice": list(self.advice)}


def how_they_read(house: House, mailing_id: str) -> ManyHeard:
    """Return how the letters of a mailing with one for each child read aloud: found out when the guard read them."""
    with house.db.read() as session:
        letters, lacking, is_cut = unheard_of(session, mailing_id)
    return ManyHeard(letters, lacking, is_cut=is_cut)


def how_it_reads(house: House, files: Iterable[SealedFile]) -> list[Readable]:
    """Return how each sealed PDF reads aloud; one that cannot be looked at now says nothing."""
    return [found for file in files if SHAPES.get(file.media_type) == "pdf" and (found := _looked_at(house, file))]


def _looked_at(house: House, file: SealedFile) -> Readable | None:
    document_id, size = file.id, file.size
    try:
        looking = house.pages.outline(document_id, "pdf", lambda: b"".join(house.documents.open(document_id, size)))
        outline: Outline = looking.result(timeout=_PATIENCE)
    except (PortalError, TookTooLong):
        return None
    return Readable(file.file_name, outline.is_tagged, outline.language, outline.title, outline.has_text)
