"""Rows of given names right above rows of family names, as a seating plan in a table has them."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

from portal.guard.cues.pairs import is_known_given
from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Roster
from portal.guard.text.ordinary_words import is_family_name, is_given_name, is_word
from portal.guard.views.passages import Passage

_WORD: Final = r"[^\W\d_]{2,}(?:[ '-][^\W\d_]+)?"
_ROW: Final = re.compile(rf"(?<![^\n]){_WORD}(?:\t{_WORD})+(?=\t*(?:\n|\Z))")
"""A row of two cells and more of a word or two each, and nothing else."""
_BETWEEN: Final = re.compile(r"\t*\n{1,2}")


class _Cell(NamedTuple):
    """A word or two, and where they begin."""

    text: str
    start: int


@detector(Rule.NAME_STACKED, needs=Need.PAIR | Need.SHORT)
def names_in_stacks(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield whose given name fills a cell of a row of given names, above a cell that the family name fills."""
    passage, partners = grid.passage, grid.partners
    if "\t" not in passage.folded:
        return
    for above, row in pairwise(_ROW.finditer(passage.folded)):
        if not _BETWEEN.fullmatch(passage.folded, above.end(), row.start()):
            continue
        givens, families = _cells(above), _cells(row)
        if len(givens) != len(families) or not any(
            given.text.split()[0] in partners.get(family.text.split()[-1], ())
            for given, family in zip(givens, families, strict=True)
        ):
            continue
        if _are_given_names(passage, givens, roster) and _are_no_given_names(passage, families, roster):
            for given, family in zip(givens, families, strict=True):
                yield from _named(given, family, roster)


def _cells(row: re.Match[str]) -> list[_Cell]:
    cells, start = list[_Cell](), row.start()
    for text in row[0].split("\t"):
        cells.append(_Cell(text, start))
        start += len(text) + 1
    return cells


def _are_given_names(passage: Passage, cells: list[_Cell], roster: Roster) -> bool:
    return all(passage.cased[cell.start].isupper() and _may_be_given(cell.text.split()[0], roster) for cell in cells)


def _may_be_given(word: str, roster: Roster) -> bool:
    return is_known_given(word, roster) or not (is_word(word) or is_family_name(word) or word in roster.by_family)


def _are_no_given_names(passage: Passage, cells: list[_Cell], roster: Roster) -> bool:
    """Whether all cells may be family names, and none is a given name alone."""
    words = [cell.text.split()[0] for cell in cells]
    usual = [word for word in words if is_given_name(word) and not (is_family_name(word) or word in roster.by_family)]
    return not usual and all(passage.cased[cell.start].isupper() for cell in cells)


def _named(given: _Cell, family: _Cell, roster: Roster) -> Iterator[Hit]:
    first, last = given.text.split()[0], family.text.split()[-1]
    for at in roster.by_family.get(last, {}).get(first, ()):
        name = roster.names[at]
        if first in name.given.firsts:
            places = frozenset((given.start, family.start + len(family.text) - len(last)))
            hit = Hit(places, (), (at,), Rule.NAME_STACKED)
            yield hit.but(Rule.CUE_ORDINARY) if name.is_ordinary((first, last)) else hit
