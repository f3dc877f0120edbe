"""Given names below a line or cell that holds their family's name, or the other way round.

Each carrier ends lines in its own way: rows of a sheet and headings of a page have a blank line between, and in a table
what stands below is the cell of the same column. A line may be an item of a list, with more behind the name.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from portal.guard.cues.headings import PUPIL_LABELS
from portal.guard.cues.words_between import is_of_class
from portal.guard.evidence.hits import Hit
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Roster
from portal.guard.spellings.spellings import PARTICLES, SUFFIXES
from portal.guard.text.ordinary_words import is_common, is_given_name, is_word
from portal.guard.views.passages import Passage
from portal.guard.views.table_cells import Line, Words, words_between
from portal.guard.views.token_windows import CUES

_FEWEST_LISTED: Final = 3  # names of ordinary words that make a list; by eye
_LONGEST_HEAD: Final = 60  # characters; by eye
_LONGEST_LINE: Final = 40  # characters of a line that is half a name; by eye
_LONGEST_ROW: Final = 200  # characters; by eye
_WORDS_OF_HEAD: Final = 4  # words; by eye
_ROWS_BELOW: Final = 8  # rows below a head; by eye
_ENDS: Final = ("\n", "\t", " ")
_BLANKS: Final = "".join(_ENDS)
_LABEL_AND_VALUE: Final = 2
"""Cells of a row that is a label and what it tells: "Reader | Ana"; by definition."""
_CELL: Final = re.compile(r"[^\t:]+")
_ITEM: Final = re.compile(r"(?:(?! [-\u2013\u2014] )[^,;|/(\n])+")
"""What a line of a list tells first: up to a comma, bracket or dash."""
_CLASS: Final = r"[^\n\t\d]{0,9}\d{1,2}[^\n\t\d]{0,3}"
_BLANK: Final = r"(?:[ ]*\n)"
_TWO_LINES: Final = re.compile(
    rf"\n(?P<first>[^\n\t]{{2,{_LONGEST_LINE}}}+)\n"
    rf"(?=(?:{_BLANK}{{1,2}}(?:(?P<between>{_CLASS})\n{_BLANK}{{0,2}})?|(?P<beside>{_CLASS})\n{_BLANK}{{0,2}})"
    rf"(?P<last>[^\n\t]{{2,{_LONGEST_LINE}}}+)(?:\n|\Z))"
)
"""Finds two lines with blank ones between, or a class."""


class _Row(NamedTuple):
    """The cells of a line that may hold a given name; `is_row` where others stand beside them."""

    cells: tuple[Words, ...]
    is_row: bool


@detector(Rule.NAME_HEAD, needs=Need.PAIR)
def names_under_heads(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield the children whose given names fill cells or lines below a line or cell that holds their family name.

    In lines with nothing beside them, and in columns, only where that family name is nobody's given name: else each
    line is somebody else.
    """
    passage, text = grid.passage, grid.passage.folded
    for start, end in passage.places_of(grid.paired) if "\n" in text else ():
        line = Line.at(passage, start)
        if line.has_cells:
            column = line.column(start)
            yield from _below(passage, roster, (start, end), line.cell(column), _column_below(line, column))
        if line.end < len(text) and line.end - line.start <= _LONGEST_HEAD and line.is_lone:
            yield from _below(passage, roster, (start, end), line.words, _rows_below(passage, line.end))


def _below(
    passage: Passage, roster: Roster, place: tuple[int, int], head: Words, rows: Iterator[_Row]
) -> Iterator[Hit]:
    """Yield the names of the rows below a head, whose family name is at a place; up to one that cannot be of them."""
    family = passage.folded[slice(*place)]
    if len(head) > _WORDS_OF_HEAD:
        return
    is_family_only = not is_given_name(family) and family not in roster.givens
    found, are_rows = list[tuple[tuple[str, int], tuple[int, ...]]](), True
    for row in rows:
        cells = row.cells if is_family_only else row.cells[:1]
        named = [(cell[0], names) for cell in cells if (names := _of_row(roster, family, cell, head))]
        if not row.is_row and not (named and is_family_only):
            break
        found += named
        are_rows = are_rows and (row.is_row or not named)
    is_sure = len(found) > 1 or any(word in CUES for word, _ in head)
    for (given, at), names in found if is_sure or not is_common(family) else ():
        is_given_only = not is_word(given) and (are_rows or given not in roster.by_family)
        hit = Hit(frozenset((at, place[0])), names, (), Rule.NAME_HEAD)
        yield hit if is_sure or is_given_only else hit.but(Rule.CUE_ORDINARY)


def _rows_below(passage: Passage, start: int) -> Iterator[_Row]:
    """Yield each line below one, until one comes that is no row. Numbers and labels do not count."""
    text = passage.folded
    for _ in range(_ROWS_BELOW):
        while text.startswith(_ENDS, start):
            start += 1
        line = Line.at(passage, start)
        low, high = start, min(line.end, start + _LONGEST_ROW)
        cells = [words_between(passage, *cell.span()) for cell in _CELL.finditer(text, low, high)]
        told = tuple(words for words in cells if not all(_is_label(word) for word, _ in words))
        told = () if len(cells) == 1 and _is_class(cells[0]) else told
        start = line.end
        if not cells:
            return
        if told and (len(cells) > 1 or text.startswith("\t", told[-1][-1][1] + len(told[-1][-1][0]))):
            is_labelled = "\t" in text[low:high] and len(cells) == len(told) == _LABEL_AND_VALUE
            yield _Row(told if is_labelled and not _is_class(told[0]) else told[:1], is_row=True)
        elif told:
            items = [words_between(passage, *item.span()) for item in _ITEM.finditer(text, low, high)]
            yield _Row(tuple(filter(None, items)), is_row=False)


def _column_below(line: Line, column: int) -> Iterator[_Row]:
    """Yield the cells below one in its column. Empty ones do not count, nor do numbers."""
    is_head, row = _heads_a_table(line), line.below()
    for _ in range(_ROWS_BELOW):
        if row is None or not row.has_cells or not (is_head or row.is_lone):
            return
        words = row.cell(column)
        if not all(_is_label(word) for word, _ in words):
            yield _Row((words,), is_row=False)
        row = row.below()


def _heads_a_table(line: Line) -> bool:
    """Whether a row of cells has none above it, and no figures: in other rows each may be somebody else."""
    above = line.above(_BLANKS)
    return not (above and above.has_cells) and not any(map(str.isdigit, line.folded))


def _is_label(word: str) -> bool:
    return word in PUPIL_LABELS or word in CUES or word.isdigit()


def _is_class(words: Words) -> bool:
    return all(word.isdigit() or is_of_class(word) for word, _ in words)


def _of_row(roster: Roster, family: str, cell: Words, head: Words) -> tuple[int, ...]:
    """Return the names of which a cell is the given name, and a line above all of the family name and no more."""
    partners, last = roster.by_family[family], tuple(word for word in head if word[0] not in CUES)
    return tuple(at for at in partners.get(cell[0][0], ()) if _is_all(roster, at, cell[0][0], cell, last))


def _is_all(roster: Roster, at: int, given: str, first: Words, last: Words) -> bool:
    """Whether two lines hold a name and nothing else."""
    name = roster.names[at]
    return (
        given in name.given.firsts
        and all(word in name.given.own or len(word) == 1 for word, _ in first)
        and all(word in name.family.own or word in PARTICLES or word in SUFFIXES for word, _ in last)
    )


@detector(Rule.NAME_LINES, needs=Need.PAIR)
def names_stacked(grid: Grid, roster: Roster) -> Iterator[Hit]:
    """Yield names of which the given name fills a line or cell, and the family name the next.

    With a blank line or a class between: right below each other they are found by their words.
    In a list of single words each line is somebody else, unless some such names stand in it.
    """
    listed: list[Hit] = []
    passage, families = grid.passage, grid.paired
    if "\n" not in passage.folded:
        return
    for first, last, is_in_list in (*_lines_stacked(passage, families), *_cells_stacked(passage, families)):
        if not all(passage.cased[at].isupper() for _, at in (*first[:1], *last[:1])):
            continue
        hits = [
            (Hit(frozenset((place, start)), (at,), (), Rule.NAME_LINES), is_common(family))
            for family, start in last
            for given, place in first
            for at in (roster.by_family[family] if family in families else {}).get(given, ())
            if _is_all(roster, at, given, first, last)
        ]
        if is_in_list:
            listed += [hit for hit, _ in hits]
        else:
            yield from (hit for hit, is_of_many in hits if not is_of_many)
    yield from listed if len({hit.at for hit in listed}) >= _FEWEST_LISTED else ()


def _lines_stacked(passage: Passage, families: frozenset[str]) -> Iterator[tuple[Words, Words, bool]]:
    """Yield the words of two lines with a blank line or a class between, and whether they are within a list."""
    if not any(_is_short(passage.folded, *place) for place in passage.places_of(families)):
        return  # as in prose, of which each line would be looked at
    for lines in _TWO_LINES.finditer(f"\n{passage.folded}"):  # as long as `spaced`
        low, high = lines.span("last")
        held = next((name for name in ("between", "beside") if lines[name]), "")
        between = words_between(passage, *(at - 1 for at in lines.span(held))) if held else ()
        is_parted = _is_class(between) if between else lines.end() < low
        if is_parted and not families.isdisjoint(passage.spaced[low:high].split()):
            first = words_between(passage, *(at - 1 for at in lines.span("first")))
            yield first, words_between(passage, low - 1, high - 1), _is_in_list(passage, lines.start(), high)


def _is_short(text: str, start: int, end: int) -> bool:
    """Whether the line that holds a word is as short as one of `_TWO_LINES`."""
    low, high = text.rfind("\n", 0, start) + 1, text.find("\n", end, start + _LONGEST_LINE + 1)
    return (high if high >= 0 else len(text)) - low <= _LONGEST_LINE


def _cells_stacked(passage: Passage, families: frozenset[str]) -> Iterator[tuple[Words, Words, bool]]:
    """Yield the words of two cells below each other, and whether they are within a list."""
    for start, _ in passage.places_of(families) if "\t" in passage.folded else ():
        line = Line.at(passage, start)
        if not (line.has_cells and line.is_lone):
            continue
        column = line.column(start)
        above, last = line.above(), line.cell(column)
        first = above.cell(column) if above and above.has_cells and above.is_lone else ()
        if not above or not first or len(last) > _WORDS_OF_HEAD:
            continue
        over, below = above.above(), next(_column_below(line, column), None)
        beside = (over.cell(column) if over and over.has_cells else (), below.cells[0] if below else ())
        yield first, last, any(_is_another(passage, words) for words in beside)


def _is_another(passage: Passage, words: Words) -> bool:
    """Whether a cell beside two holds one word with a capital as well, and no label."""
    return len(words) == 1 and passage.cased[words[0][1]].isupper() and not _is_label(words[0][0])


def _is_in_list(passage: Passage, low: int, high: int) -> bool:
    """Whether the line before or after two is one word with a capital as well, and no label: each is somebody else."""
    before = passage.cased[max(low - 80, 0) : low].strip().rpartition("\n")[2]
    after = passage.cased[high : high + 80].strip().partition("\n")[0]
    return any(line.isalpha() and line[:1].isupper() and not _is_label(line.lower()) for line in (before, after))
