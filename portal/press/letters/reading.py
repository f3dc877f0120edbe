"""What staff write for the press, and what a press makes, is parsed in a cage: Markdown, templates, PDFs."""

from functools import cache
from typing import Final

from pydantic import Base64Bytes, TypeAdapter
from pydantic.dataclasses import dataclass as checked_dataclass

from portal.kernel.cage.calls import Calls, in_memory
from portal.kernel.cage.limits import MIB, Limits
from portal.press import NotTypeset
from portal.press.letters.fields import WrongField, WrongTemplate
from portal.press.letters.letter_text import LetterText, WrongLetter, is_sound

MAX_LETTER: Final = 100_000
_LIMITS: Final = Limits(memory=512 * MIB, cpu_seconds=5, wall_seconds=15.0)
_LONGEST: Final = 32 * MIB
_CELLS: Final = 2
_TEXT: Final = TypeAdapter(LetterText)
_FIELDS: Final = TypeAdapter(tuple[str, ...])
_COUNT: Final = TypeAdapter(int)
_MOST_BOUND: Final = 96 * MIB
_BROKE_OFF: Final = (
    "Reading this text took more time or memory than any letter needs, so the portal stopped. "
    "Write it more simply, with fewer marks within marks, and try again."
)


@checked_dataclass(frozen=True, slots=True)
class _Bound:
    data: Base64Bytes


_BOUND: Final = TypeAdapter(_Bound)


def read_letter(markdown: str) -> LetterText:
    """Parse a letter. Raises `WrongLetter` or `WrongField`, naming the line."""
    if len(markdown) > MAX_LETTER:
        raise WrongLetter(f"This letter is longer than {MAX_LETTER:,} characters.")
    with in_memory(markdown.encode("utf-8", "replace")) as file:
        text = _calls().value("letter", file, _TEXT, longest=_LONGEST)
    if not is_sound(text):
        raise _broke_off()
    return text


def template_fields(source: str) -> tuple[str, ...]:
    """Return the fields that a template names. Raises `WrongTemplate` for one that there is not, `WrongField`."""
    with in_memory(source.encode("utf-8", "replace")) as file:
        return _calls().value("template", file, _FIELDS)


def count_pages(pdf: bytes) -> int:
    """Return how many pages a PDF of the press has. Raises `NotTypeset`."""
    with in_memory(pdf) as file:
        return _calls().value("pages", file, _COUNT)


def put_before(page: bytes, file: bytes, source: bytes = b"") -> bytes:
    """Return a PDF of a page that the press set and of a file behind it: a PDF, a JPEG or a PNG. Raises `NotTypeset`.

    What is hidden in the file stays in it. `source` is the office letter that the file was made of: it is attached, so
    that the guard reads it too, and goes before families get anything (`reading.strip`).
    """
    told = {"file": len(page), "source": len(page) + len(file)}
    with in_memory(page + file + source) as given:
        return _calls().value("before", given, _BOUND, told, longest=_MOST_BOUND).data


def _broke_off() -> NotTypeset:
    return WrongLetter(_BROKE_OFF)


@cache
def _calls() -> Calls:
    refusals = (NotTypeset, WrongField, WrongLetter, WrongTemplate)
    return Calls(
        "portal.press.letters.reading_cell", limits=_LIMITS, refusals=refusals, broken=_broke_off, cells=_CELLS
    )
