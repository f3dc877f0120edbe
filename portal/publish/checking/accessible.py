"""Whether a screen reader can make sense of a cleared PDF, and what its writer can do. It stops nothing."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass
from typing import Any, Final, Protocol

from portal.kernel.errors import PortalError
from portal.overviews.per_child.hearing import unheard_of
from portal.reading.showing.viewer import SHAPES, Outline
from portal.wiring import House
from portal.words.sentences import Sentence, one_after_another, sentence

_PATIENCE: Final = 10.0
_SCANNED: Final = sentence("Make the PDF from the program in which the letter was written, instead of scanning it.")
_TAGGED: Final = sentence(
    "In Word, choose Save As, PDF, and keep “Document structure tags for accessibility” in the options."
)
_NO_TEXT: Final = one_after_another(
    sentence("Its pages are pictures, so a screen reader reads nothing at all."), _SCANNED
)
_NO_TAGS: Final = one_after_another(
    sentence("Its headings, lists and tables are not marked, so a screen reader reads one long text."), _TAGGED
)
_NO_LANGUAGE: Final = sentence(
    "It does not say its language, so it may be read aloud in the wrong one. In Word, choose Review, Language, and save"
    " it as PDF again."
)
_NO_TITLE: Final = sentence(
    "It has no title of its own. In Word, write one under File, Info, Title, and save it as PDF again."
)


_OF_MANY: Final[Mapping[str, Callable[..., Sentence]]] = {
    "text": lambda **facts: sentence(
        "%(count)s of %(letters)s letters: pages are pictures alone, so a screen reader reads nothing.", **facts
    ),
    "tags": lambda **facts: sentence(
        "%(count)s of %(letters)s letters: headings, lists and tables are not marked, "
        "so a screen reader reads one long text.",
        **facts,
    ),
    "language": lambda **facts: sentence(
        "%(count)s of %(letters)s letters: no language is given, so they may be read aloud in the wrong one. "
        "In Word, choose Review, Language.",
        **facts,
    ),
    "title": lambda **facts: sentence(
        "%(count)s of %(letters)s letters: no title is given. In Word, write one under File, Info, Title.", **facts
    ),
}
_ADVICE: Final[Mapping[str, str]] = {"text": _SCANNED, "tags": _TAGGED}


def _cut(count: int, letters: int) -> Sentence:
    """Say what is said where the letters were cut from one PDF, and cannot be made better in Word."""
    return sentence(
        "%(count)s of %(letters)s letters: headings, lists and tables are not marked: cutting one PDF into letters "
        "loses the marks. Give a file for each child, or a letter with fields.",
        count=count,
        letters=letters,
    )


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
        return tuple(told for is_there, told in missing if not is_there)

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
        return tuple(self._said(what) for what in _OF_MANY if self.lacking.get(what) and not self._is_of_cut(what))

    def _is_of_cut(self, what: str) -> bool:
        return self.is_cut and what == "title"

    def _said(self, what: str) -> Sentence:
        about = {"count": self.lacking[what], "letters": self.letters}
        if self.is_cut and what == "tags":
            return _cut(**about)
        return one_after_another(_OF_MANY[what](**about), _ADVICE.get(what, ""))

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
