"""Given and family names in fields of their own: behind labels that other lines stand between, or each on a line."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from portal.guard.clues import FAMILY_LABELS, GIVEN_LABELS
from portal.guard.heads import PUPIL_LABELS
from portal.guard.matching import Hit
from portal.guard.ordinary import is_common, is_given_name, is_word
from portal.guard.pairs import is_of_staff
from portal.guard.passages import Passage
from portal.guard.roster import Roster
from portal.guard.sentences import CUES
from portal.guard.spelling import PARTICLES, SUFFIXES

_REACH: Final = 600
"""Characters between the two fields of one form, at the most."""
_MOST_WORDS: Final = 5
_FEWEST_LISTED: Final = 3
_LONGEST_HEAD: Final = 60
_LONGEST_ROW: Final = 200
_LONGEST_CELL: Final = 60
_MOST_CELLS: Final = 100
"""People side by side, at the most."""
_WORDS_OF_HEAD: Final = 4
_ROWS_BELOW: Final = 8
_INDENT: Final = ("\n", "\t", " ")
_BEFORE: Final = re.compile(r"(?:[\t\n>|;,{(]|  |: )[^\w\n\t]*(?:[^\W_]+[ _.]{1,2}){0,3}\Z")
_AFTER: Final = re.compile(
    r"[ _-]?(?:names?|de pila|de famille|paterno|materno)?\s?(?:\([^)\n]{0,24}\)\s?)?[\"'*_]{0,3}"
    r"(?:\s?[:=]|[\t>|]|[ ]?\n)"
)
_TWO_LINES: Final = re.compile(r"\n([^\n\t]{2,40})\n(?=[ ]*\n(?:[ ]*\n)?([^\n\t]{2,40})(?:\n|\Z))")
_CELL: Final = re.compile(r"[^\t:]+")
_VALUE: Final = re.compile(r"(?:[\s\"'*_|]|<[^<>]*>)*([^\t\n;|<>:={}]{1,60})")


@dataclass(frozen=True, slots=True, order=True)
class _Field:
    start: int
    words: tuple[tuple[str, int], ...]
    is_given: bool


def names_in_fields(passage: Passage, roster: Roster, families: frozenset[str]) -> Iterator[Hit]:
    """Yield the names whose two halves stand in fields of one form, or each on a line of its own.

    `families` are the family words here of which a given name is here, too.
    """
    given, family = passage.present & GIVEN_LABELS, passage.present & FAMILY_LABELS
    if given and family and families:
        yield from _labelled(passage, roster, given, family)
    if families and "\n\n" in passage.folded:
        yield from _on_lines(passage, roster, families)
    if families and "\n" in passage.folded:
        yield from _under_families(passage, roster, families)


def _labelled(passage: Passage, roster: Roster, given: set[str], family: set[str]) -> Iterator[Hit]:
    """Pair each field with the last of the other kind, if none of its own kind stands between."""
    held: dict[bool, _Field] = {}
    for field in sorted((*_fields(passage, given, is_given=True), *_fields(passage, family, is_given=False))):
        held[field.is_given] = field
        other = held.get(not field.is_given)
        if other is None:
            continue
        held.clear()
        if field.start - other.start <= _REACH:
            given_field, family_field = (field, other) if field.is_given else (other, field)
            between = frozenset(passage.spaced[other.start + 1 : field.start + 1].split())
            for first, last in zip(_cells(passage, given_field), _cells(passage, family_field), strict=False):
                yield from _hits(roster, first, last, between)


def _cells(passage: Passage, field: _Field) -> Iterator[tuple[tuple[str, int], ...]]:
    """Yield what a field holds, and the cells behind it: a table turned over has its people side by side."""
    yield field.words
    start = passage.folded.find("\t", field.words[-1][1], field.words[-1][1] + _LONGEST_CELL) + 1
    end = passage.folded.find("\n", start)
    row = passage.folded[start : end if end >= 0 else len(passage.folded)] if start else ""
    for cell in row.split("\t", _MOST_CELLS)[:_MOST_CELLS] if start else ():
        yield _words(passage, start, start + len(cell))
        start += len(cell) + 1


def _fields(passage: Passage, labels: set[str], *, is_given: bool) -> Iterator[_Field]:
    text = passage.folded
    for label in labels:
        for start, end in passage.places(label):
            ended = _AFTER.match(text, end)
            if ended is None or not _BEFORE.search(f"\n{text[:start]}" if start < 40 else text[start - 40 : start]):
                continue
            value = _VALUE.match(text, ended.end())
            words = _words(passage, *value.span(1)) if value else ()
            if 0 < len(words) <= _MOST_WORDS:
                yield _Field(start, words, is_given)


def _words(passage: Passage, start: int, end: int) -> tuple[tuple[str, int], ...]:
    """Return the words of a stretch of `folded` with where they begin."""
    spaced = passage.spaced[start + 1 : end + 1]  # begins one blank earlier than `folded`
    return tuple((word[0], start + word.start()) for word in re.finditer(r"\S+", spaced))


def _hits(
    roster: Roster,
    given: tuple[tuple[str, int], ...],
    family: tuple[tuple[str, int], ...],
    between: frozenset[str],
) -> Iterator[Hit]:
    """Yield the roster's names with a word of each of two fields, and all other given ones in a field `between`."""
    written = frozenset(word for word, _ in (*given, *family))
    for last, at in family:
        partners = roster.by_family.get(last, {})
        for first, place in given:
            if first not in partners:
                continue
            names = partners[first]
            exact = tuple(name for name in names if roster.names[name].is_whole(written))
            others = tuple(name for name in names if name not in exact)
            parts = [roster.names[name].given for name in names]
            if any(first in part.firsts or {*part.words} <= {first, *between} for part in parts):
                yield Hit(frozenset((place, at)), exact, others, "sure")


def _on_lines(passage: Passage, roster: Roster, families: frozenset[str]) -> Iterator[Hit]:
    """Yield names of which the given name fills a line, and after a blank one the family name the next.

    In a list of single words each line is somebody else, unless some such names stand in it.
    """
    listed: list[Hit] = []
    for lines in _TWO_LINES.finditer(f"\n{passage.folded}"):  # as long as `spaced`
        if families.isdisjoint(passage.spaced[lines.start(2) : lines.end(2)].split()):
            continue
        first, last = (_words(passage, lines.start(line) - 1, lines.end(line) - 1) for line in (1, 2))
        if not all(passage.cased[at].isupper() for _, at in (*first[:1], *last[:1])):
            continue
        hits = [
            (Hit(frozenset((place, start)), (at,), (), "sure"), is_common(family))
            for family, start in last
            for given, place in first
            for at in (roster.by_family[family] if family in families else {}).get(given, ())
            if _is_all(roster, at, given, first, last)
        ]
        if _is_in_list(passage, lines.start(), lines.end(2)):
            listed += [hit for hit, _ in hits]
        else:
            yield from (hit for hit, is_of_many in hits if not is_of_many)
    yield from listed if len({hit.at for hit in listed}) >= _FEWEST_LISTED else ()


def _under_families(passage: Passage, roster: Roster, families: frozenset[str]) -> Iterator[Hit]:
    """Yield the children whose given names fill the first cells of rows below a line that holds their family name.

    Or fill the very next lines, where that family name is nobody's given name: else each line is somebody else.
    """
    text = passage.folded
    for start, end in passage.places_of(families):
        low, high = text.rfind("\n", 0, start) + 1, text.find("\n", end)
        if high < 0 or high - low > _LONGEST_HEAD or "\t" in text[low:high].strip():
            continue
        family, head = text[start:end], _words(passage, low, high)
        if len(head) > _WORDS_OF_HEAD or is_of_staff(roster, family):
            continue
        is_family_only = not is_given_name(family) and family not in roster.givens
        found, are_rows = list[tuple[tuple[str, int], tuple[int, ...]]](), True
        for cell, is_row in _first_cells(passage, high):
            names = _of_row(roster, roster.by_family[family], cell, head)
            if not is_row and not (names and is_family_only):
                break
            if names:
                found.append((cell[0], names))
                are_rows = are_rows and is_row
        is_sure = len(found) > 1 or any(word in CUES for word, _ in head)
        for (given, place), names in found if is_sure or not is_common(family) else ():
            is_given_only = not is_word(given) and (are_rows or given not in roster.by_family)
            yield Hit(frozenset((place, start)), names, (), "sure" if is_sure or is_given_only else "row")


def _first_cells(passage: Passage, start: int) -> Iterator[tuple[tuple[tuple[str, int], ...], bool]]:
    """Yield the first cell of each row below a line, and whether others are beside it, until a line comes that is none.

    Numbers and labels do not count: a child may stand behind both.
    """
    text = passage.folded
    for _ in range(_ROWS_BELOW):
        while text.startswith(_INDENT, start):
            start += 1
        end = text.find("\n", start)
        end = end if end >= 0 else len(text)
        cells = [_words(passage, *cell.span()) for cell in _CELL.finditer(text, start, min(end, start + _LONGEST_ROW))]
        told = next((words for words in cells if not all(_is_label(word) for word, _ in words)), ())
        if not cells or sum(len(word) + 1 for word, _ in told) > _LONGEST_HEAD:
            return
        if told:
            yield told, len(cells) > 1 or text.startswith("\t", told[-1][1] + len(told[-1][0]))
        start = end


def _is_label(word: str) -> bool:
    return word in PUPIL_LABELS or word in CUES or word.isdigit()


def _of_row(
    roster: Roster,
    partners: Mapping[str, tuple[int, ...]],
    cell: tuple[tuple[str, int], ...],
    head: tuple[tuple[str, int], ...],
) -> tuple[int, ...]:
    """Return the names of which a cell is the given name, and a line above all of the family name and no more."""
    return tuple(
        at
        for at in partners.get(cell[0][0], ())
        if _is_all(roster, at, cell[0][0], cell, tuple(word for word in head if word[0] not in CUES))
    )


def _is_all(
    roster: Roster, at: int, given: str, first: tuple[tuple[str, int], ...], last: tuple[tuple[str, int], ...]
) -> bool:
    """Whether two lines hold a name and nothing else."""
    name = roster.names[at]
    return (
        given in name.given.firsts
        and all(word in name.given.own or len(word) == 1 for word, _ in first)
        and all(word in name.family.own or word in PARTICLES or word in SUFFIXES for word, _ in last)
    )


def _is_in_list(passage: Passage, low: int, high: int) -> bool:
    """Whether the line before or after two is one word with a capital as well: then each line is somebody else."""
    before = passage.cased[max(low - 80, 0) : low].strip().rpartition("\n")[2]
    after = passage.cased[high : high + 80].strip().partition("\n")[0]
    return any(line.isalpha() and line[:1].isupper() for line in (before, after))
