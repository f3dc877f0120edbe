"""Given and family names in fields of their own: behind labels that other lines stand between, or each on a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Roster
from portal.guard.roster.label_words import FAMILY_LABELS, GIVEN_LABELS
from portal.guard.text.vocabulary import any_of
from portal.guard.views.passages import Passage
from portal.guard.views.table_cells import Line, Words, words_between

_REACH: Final = 600
"""Characters between the two fields of one form, at the most; by eye."""
_MOST_WORDS: Final = 5  # words of a field; by eye
_LONGEST_CELL: Final = 60  # characters; by eye
_MOST_CELLS: Final = 100
"""People side by side, at the most; by eye."""
_BEFORE: Final = re.compile(r"(?:[\t\n>|;,{(]|  |: )[^\w\n\t]*(?:[^\W_]+[ _.]{1,2}){0,3}\Z")
_AFTER: Final = re.compile(
    rf"[ _-]?(?:{any_of('words-behind-labels')})?\s?(?:\([^)\n]{{0,24}}\)\s?)?[\"'*_]{{0,3}}"
    r"(?:\s?[:=]|[\t>|]|[ ]?\n|[ ]?(?:[._\u2026\u00b7][ ]?){3,80})"
)
_VALUE: Final = re.compile(r"(?:[\s\"'*_|]|<[^<>]*>)*([^\t\n;|<>:={}]{1,60})")


@dataclass(frozen=True, slots=True, order=True)
class _Field:
    start: int
    words: Words
    is_given: bool


@detector(Rule.NAME_FIELDS, needs=Need.PAIR)
def names_in_fields(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the names whose two halves stand in fields of one form.

    Each field is paired with the last of the other kind, if none of its own kind stands between.
    """
    passage = grid.passage
    given, family = passage.present & GIVEN_LABELS, passage.present & FAMILY_LABELS
    if not (given and family):
        return
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


def _cells(passage: Passage, field: _Field) -> Iterator[Words]:
    """Yield what a field holds, and the cells behind it: a table turned over has its people side by side."""
    yield field.words
    line, at = Line.at(passage, field.words[-1][1]), field.words[-1][1]
    if 0 <= passage.folded.find("\t", at, line.end) - at < _LONGEST_CELL:
        yield from islice(line.cells(at), _MOST_CELLS)


def _fields(passage: Passage, labels: set[str], *, is_given: bool) -> Iterator[_Field]:
    text = passage.folded
    for label in labels:
        for start, end in passage.places(label):
            ended = _AFTER.match(text, end)
            if ended is None or not _BEFORE.search(f"\n{text[:start]}" if start < 40 else text[start - 40 : start]):
                continue
            value = _VALUE.match(text, ended.end())
            words = words_between(passage, *value.span(1)) if value else ()
            if 0 < len(words) <= _MOST_WORDS:
                yield _Field(start, words, is_given)


def _hits(
    roster: Roster,
    given: Words,
    family: Words,
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
                yield Hit(frozenset((place, at)), exact, others, Rule.NAME_FIELDS)
