"""How letters were made that came as Word or OpenDocument files: what to look at, and what was taken out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from portal.overviews.per_child.hearing import removed_of_letters
from portal.press.office.notes import LOOK, removed_of, warnings_of, was_converted
from portal.wiring import House
from portal.words.sentences import Sentence, sentence


class _File(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def file_name(self) -> str: ...
    @property
    def removed(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class HowMade:
    """One file: whether it was converted, what to look at before it is sent, and what was taken out of it."""

    file_name: str
    is_converted: bool
    warnings: list[Sentence]
    removed: list[str]
    document_id: str = ""

    @property
    def advice(self) -> list[Sentence]:
        """What to look at, and what to do about it."""
        return [*self.warnings, LOOK] if self.warnings else []

    def facts(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "file": self.file_name,
            "converted": self.is_converted,
            "look_at": [str(one) for one in self.advice],
            "removed": [str(one) for one in self.removed],
        }


@dataclass(frozen=True, slots=True)
class HowAllMade:
    """Letters for single children: how many were converted, and what to look at, each with its number of letters."""

    converted: int
    warnings: list[Sentence]

    @property
    def advice(self) -> list[Sentence]:
        """What to look at, and what to do about it."""
        return [*self.warnings, LOOK] if self.warnings else []


def how_made(files: Iterable[_File]) -> list[HowMade]:
    """Tell how each file of a letter was made."""
    return [_how(file.file_name, (file.removed or "").split("\n"), file.id) for file in files]


def _how(name: str, kept: list[str], document_id: str = "") -> HowMade:
    return HowMade(name, was_converted(kept), warnings_of(kept), removed_of(kept), document_id)


def how_all_made(house: House, mailing_id: str) -> HowAllMade:
    """Tell how the letters of a mailing for single children were made."""
    with house.db.read() as session:
        letters = removed_of_letters(session, mailing_id)
    counts, told, converted = Counter[str](), dict[str, Sentence](), 0
    for kept, count in letters.items():
        how = _how("", kept.split("\n"))
        converted += count if how.is_converted else 0
        for warning in how.warnings:
            told.setdefault(warning, warning)
            counts[warning] += count
    return HowAllMade(
        converted,
        [
            sentence(
                "%(count)s of %(letters)s letters: %(what)s", count=count, letters=letters.total(), what=told[text]
            )
            for text, count in counts.most_common()
        ],
    )
