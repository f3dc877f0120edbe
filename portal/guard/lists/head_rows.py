"""The head of a list of people: the line above its rows that names its columns."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final, NamedTuple

from portal.guard.lists.column_words import HEADS, NAMED, NAMED_HEADS, NO_BIRTHS, NO_PERSONS, SPOKEN, Kind
from portal.guard.lists.line_shapes import GAP, HAS_DIGITS, SHORT, Lines, LineTexts
from portal.guard.text.folding import fold, fold_each
from portal.guard.text.vocabulary import listed

_LONGEST_HEAD: Final = 400  # characters; by eye
_NUMBERS: Final = re.compile("[0-9]+")
_CLOSING: Final = re.compile(rf"\W*(?:{'|'.join(sorted(listed('closings')))})\W*")
_PARTED: Final = re.compile(r"\||^[^\n,;.]+(?:[,;][^\s,;.][^\n,;.]*){2,}$", re.MULTILINE)
"""What parts cells without tabs: "Question | Ask | Phone", "School,Address,Phone,Principal"; prose has blanks there."""
_TOGETHER: Final = 256
"""Lines whose heads are looked for at once: what stands above so many stays in the processor's cache; by eye."""


class Line(NamedTuple):
    """A line that may be a row. `at` counts lines through all parts; `above` holds all lines of its part."""

    place: str
    text: str
    at: int
    above: LineTexts
    place_in_part: int
    by_ocr: bool = False

    def head_above(self, between: int, together: int) -> frozenset[Kind] | None:
        """Return the columns that one of so many lines above names, or the last `together`; None if none does."""
        return _head_above(self.above, self.place_in_part, between, together)

    def head_line(self, between: int) -> str:
        """Return the nearest of so many lines above that is a head by itself, or nothing."""
        above = self.above[max(self.place_in_part - between, 0) : self.place_in_part]
        return next((text for text in reversed(above) if text and head_of(text)), "")


def are_alike(place: str, next_place: str) -> bool:
    """Whether two places are pages, slides or sheets of one kind, so that what stands at one may go on at the next."""
    return _NUMBERS.sub("", place) == _NUMBERS.sub("", next_place)


def is_signed(line: Line) -> bool:
    """Whether the name above a line stands below the end of a letter, or behind a label of somebody at work."""
    before = line.place_in_part - 1
    label, _, name = line.above[before].partition(":")
    if name:
        return HEADS.kinds_in(fold(label)) == {"staff"}
    return before > 0 and _CLOSING.fullmatch(fold(line.above[before - 1])) is not None


def may_be_headed(lines: Lines) -> frozenset[int]:
    """Return which of the lone lines have cells or a word for people above them."""
    return frozenset(_may_be_headed(lines.texts, list(lines.lone)))


def _may_be_headed(texts: LineTexts, numbers: list[int]) -> Iterator[int]:
    for first in range(0, len(numbers), _TOGETHER):
        some = numbers[first : first + _TOGETHER]
        spans = [texts.span(max(number - GAP, 0), number) for number in some]
        may_name = NAMED_HEADS.may_stand_in_each(fold_each(spans))
        yield from (number for number, span, may in zip(some, spans, may_name, strict=True) if may or "\t" in span)


def _head_above(texts: LineTexts, at: int, between: int, together: int) -> frozenset[Kind] | None:
    """Return the columns that one of a few lines above line `at` names, or the last `together`; None if none does."""
    span = texts.span(max(at - between, 0), at)
    if not _may_have_cells(span) and not NAMED_HEADS.may_stand_in(fold(span)):
        return None  # without cells, a head names someone
    above = [text for text in span.split("\n") if 0 < len(text) <= _LONGEST_HEAD and not _speaks(text)]
    lines = "\n".join(above)
    folded = fold(lines)
    if not _may_have_cells(lines) and not NAMED_HEADS.may_stand_in(folded):
        return None  # without cells, a head names someone
    if not HEADS.stand_in(folded):
        return None
    last = above[-together:]
    together_in_cells = [text for text in last if "\t" in text]  # what stands above a table is not its head
    for head in (*reversed(above), " ".join(together_in_cells or last)):
        if kinds := head_of(head):
            return kinds
    return None


def _may_have_cells(text: str) -> bool:
    return "\t" in text or _PARTED.search(text) is not None


def _speaks(text: str) -> bool:
    """Whether a line without cells speaks to its reader: a salutation, "whom to call for your child", is no head."""
    return not _may_have_cells(text) and SPOKEN.search(fold(text)) is not None


@lru_cache(maxsize=1 << 10)
def head_of(text: str) -> frozenset[Kind] | None:
    """Return the kinds of columns a line names: of people and something about them, or else in cells."""
    if "@" in text or HAS_DIGITS.search(text):
        return None  # a row of somebody called Nina, not a head for girls
    folded, is_in_cells = fold(text).replace("(e)", ""), "\t" in text  # né(e) le
    but_things = NO_BIRTHS.sub(" ", NO_PERSONS.sub(" ", folded))
    kinds = frozenset(HEADS.kinds_in(but_things if is_in_cells else folded))
    if not is_in_cells and _PARTED.search(text):
        of_staff = frozenset(HEADS.kinds_in(but_things))
        if "staff" in of_staff and not of_staff & NAMED:
            return of_staff
    if not is_in_cells and not kinds & NAMED:
        return None
    is_sentence = len(text) > SHORT and text.rstrip().endswith((".", "!", "?"))
    is_head = len(kinds) > 1 or (is_in_cells and bool(kinds & NAMED))
    return kinds if is_head and not is_sentence else None
