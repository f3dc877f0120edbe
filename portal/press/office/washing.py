"""Letters are washed and compared in a cage; what comes back is checked here."""

from collections.abc import Sequence
from functools import cache
from typing import Final

from pydantic import Base64Bytes, TypeAdapter
from pydantic.dataclasses import dataclass as checked_dataclass

from portal.kernel.cage.calls import Calls, in_memory
from portal.kernel.cage.limits import MIB, Limits
from portal.press.office.converter import LARGEST, NotConverted, OfficeKind
from portal.press.office.notes import refusal

_LIMITS: Final = Limits(memory=1024 * MIB, cpu_seconds=20, wall_seconds=40.0)
_LONGEST: Final = 96 * MIB
_CELLS: Final = 2


@checked_dataclass(frozen=True, slots=True)
class Washed:
    """A letter without what families are not meant to get; the words that it shows, and the fonts that it asks for.

    `notes` say what was taken out. `pages` is what the program says that wrote it, or 0; `gate` what of it the
    portal's own converter would draw wrongly.
    """

    data: Base64Bytes
    notes: list[str]
    words: list[str]
    fonts: list[str]
    pages: int
    gate: str


@checked_dataclass(frozen=True, slots=True)
class _Refused:
    refused: str


@checked_dataclass(frozen=True, slots=True)
class Compared:
    """How a PDF compares with the letter it was made of: words that are missing, fonts not here, its pages."""

    missing: int
    fonts: list[str]
    pages: int


_WASHED: Final = TypeAdapter[Washed | _Refused](Washed | _Refused)
_COMPARED: Final = TypeAdapter(Compared)


def wash(source: bytes, kind: OfficeKind) -> Washed:
    """Wash a letter. Raises `NotConverted`."""
    if len(source) > LARGEST:
        raise NotConverted(refusal("large"))
    with in_memory(source) as file:
        washed = _calls().value("wash", file, _WASHED, {"kind": kind}, longest=_LONGEST)
    if isinstance(washed, _Refused):
        raise NotConverted(refusal(washed.refused))
    return washed


def compare(pdf: bytes, words: Sequence[str], fonts: Sequence[str]) -> Compared:
    """Compare a PDF with the letter it was made of. Raises `NotConverted`."""
    with in_memory(pdf) as file:
        return _calls().value("compare", file, _COMPARED, {"words": list(words), "fonts": list(fonts)})


def _broken() -> NotConverted:
    return NotConverted(refusal("failed"))


@cache
def _calls() -> Calls:
    return Calls("portal.press.office.cleaning.washing_cell", limits=_LIMITS, refusals=(), broken=_broken, cells=_CELLS)
