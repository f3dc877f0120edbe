"""Given and family names in fields of their own: behind labels that other lines stand between, or each on a line."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from portal.guard.cues.matching import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.layout.under_headings import Words, names_stacked, names_under_heads, words_between
from portal.guard.roster.index import Roster
from portal.guard.roster.label_words import FAMILY_LABELS, GIVEN_LABELS
from portal.guard.text.vocabulary import any_of
from portal.guard.views.passages import Passage

_REACH: Final = 600
"""Characters between the two fields of one form, at the most."""
_MOST_WORDS: Final = 5
_LONGEST_CELL: Final = 60
_MOST_CELLS: Final = 100
"""People side by side, at the most."""
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


def names_in_fields(passage: Passage, roster: Roster, families: frozenset[str]) -> Iterator[Hit]:
    """Yield the names whose two halves stand in fields of one form, or each on a line of its own.

    `families` are the family words here of which a given name is here, too.
    """
    given, family = passage.present & GIVEN_LABELS, passage.present & FAMILY_LABELS
    if given and family and families:
        yield from _labelled(passage, roster, given, family)
    if families and "\n" in passage.folded:
        yield from names_stacked(passage, roster, families)
        yield from names_under_heads(passage, roster, families)


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


def _cells(passage: Passage, field: _Field) -> Iterator[Words]:
    """Yield what a field holds, and the cells behind it: a table turned over has its people side by side."""
    yield field.words
    start = passage.folded.find("\t", field.words[-1][1], field.words[-1][1] + _LONGEST_CELL) + 1
    end = passage.folded.find("\n", start)
    row = passage.folded[start : end if end >= 0 else len(passage.folded)] if start else ""
    for cell in row.split("\t", _MOST_CELLS)[:_MOST_CELLS] if start else ():
        yield words_between(passage, start, start + len(cell))
        start += len(cell) + 1


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
