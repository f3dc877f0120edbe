"""Given names below a line or cell that holds their family's name, or the other way round.

Each carrier ends lines in its own way: rows of a sheet and headings of a page have a blank line between, and in a table
what stands below is the cell of the same column. A line may be an item of a list, with more behind the name.
"""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from portal.guard.cues.headings import PUPIL_LABELS
from portal.guard.cues.matching import Hit
from portal.guard.cues.words_between import is_of_class
from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.strength import SURE, lowered
from portal.guard.roster.index import Roster
from portal.guard.spellings.spellings import PARTICLES, SUFFIXES
from portal.guard.text.ordinary_words import is_common, is_given_name, is_word
from portal.guard.views.passages import Passage
from portal.guard.views.token_windows import CUES

Words = tuple[tuple[str, int], ...]
"""Folded words with where they begin."""

_FEWEST_LISTED: Final = 3
_LONGEST_HEAD: Final = 60
_LONGEST_LINE: Final = 40
_LONGEST_ROW: Final = 200
_WORDS_OF_HEAD: Final = 4
_ROWS_BELOW: Final = 8
_ENDS: Final = ("\n", "\t", " ")
_LABEL_AND_VALUE: Final = 2
"""Cells of a row that is a label and what it tells: "Reader | Ana"."""
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


def words_between(passage: Passage, start: int, end: int) -> Words:
    """Return the words of a stretch of `folded` with where they begin."""
    spaced = passage.spaced[start + 1 : end + 1]  # begins one blank earlier than `folded`
    return tuple((word[0], start + word.start()) for word in re.finditer(r"\S+", spaced))


def names_under_heads(passage: Passage, roster: Roster, families: frozenset[str]) -> Iterator[Hit]:
    """Yield the children whose given names fill cells or lines below a line or cell that holds their family name.

    In lines with nothing beside them, and in columns, only where that family name is nobody's given name: else each
    line is somebody else.
    """
    text = passage.folded
    for start, end in passage.places_of(families):
        low, high = _line(text, start, end)
        if "\t" in text[low:high]:
            low_cell, high_cell = text.rfind("\t", low, start) + 1 or low, text.find("\t", end, high)
            head = words_between(passage, low_cell, high_cell if high_cell >= 0 else high)
            yield from _below(passage, roster, (start, end), head, _column_below(passage, low, low_cell, high))
        if high < len(text) and high - low <= _LONGEST_HEAD and "\t" not in text[low:high].strip():
            head = words_between(passage, low, high)
            yield from _below(passage, roster, (start, end), head, _rows_below(passage, high))


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
        cues = SURE if is_sure or is_given_only else lowered(Rule.CUE_ORDINARY, to="row")
        yield Hit(frozenset((at, place[0])), names, (), Rule.NAME_HEAD, *cues)


def _line(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the line of a place begins and ends."""
    high = text.find("\n", end)
    return text.rfind("\n", 0, start) + 1, high if high >= 0 else len(text)


def _rows_below(passage: Passage, start: int) -> Iterator[_Row]:
    """Yield each line below one, until one comes that is no row. Numbers and labels do not count."""
    text = passage.folded
    for _ in range(_ROWS_BELOW):
        while text.startswith(_ENDS, start):
            start += 1
        low, high = start, min(_line(text, start, start)[1], start + _LONGEST_ROW)
        cells = [words_between(passage, *cell.span()) for cell in _CELL.finditer(text, low, high)]
        told = tuple(words for words in cells if not all(_is_label(word) for word, _ in words))
        told = () if len(cells) == 1 and _is_class(cells[0]) else told
        start = _line(text, start, start)[1]
        if not cells:
            return
        if told and (len(cells) > 1 or text.startswith("\t", told[-1][-1][1] + len(told[-1][-1][0]))):
            is_labelled = "\t" in text[low:high] and len(cells) == len(told) == _LABEL_AND_VALUE
            yield _Row(told if is_labelled and not _is_class(told[0]) else told[:1], is_row=True)
        elif told:
            items = [words_between(passage, *item.span()) for item in _ITEM.finditer(text, low, high)]
            yield _Row(tuple(filter(None, items)), is_row=False)


def _column_below(passage: Passage, low: int, cell: int, high: int) -> Iterator[_Row]:
    """Yield the cells below one in its column. Empty ones do not count, nor do numbers."""
    text, column, start = passage.folded, passage.folded.count("\t", low, cell), high
    is_head = _heads_a_table(text, low, high)
    for _ in range(_ROWS_BELOW):
        while text.startswith(("\n", " "), start):
            start += 1
        row_start, start = start, _line(text, start, start)[1]
        if row_start >= start or "\t" not in text[row_start:start]:
            return
        words = _cell_at(passage, row_start, start, column)
        if not (is_head or _is_alone(text, row_start, start)):
            return
        if not all(_is_label(word) for word, _ in words):
            yield _Row((words,), is_row=False)


def _heads_a_table(text: str, low: int, high: int) -> bool:
    """Whether a row of cells has none above it, and no figures: in other rows each may be somebody else."""
    above = text[text.rfind("\n", 0, len(text[:low].rstrip())) + 1 : low]
    return "\t" not in above and not any(map(str.isdigit, text[low:high]))


def _is_alone(text: str, low: int, high: int) -> bool:
    """Whether a row holds one cell and nothing beside it."""
    return "\t" not in text[low:high].strip()


def _cell_at(passage: Passage, low: int, high: int, column: int) -> Words:
    """Return the words of the cell in a column of a line; none where the line has fewer."""
    for _ in range(column):
        low = passage.folded.find("\t", low, high) + 1
        if not low:
            return ()
    end = passage.folded.find("\t", low, high)
    return words_between(passage, low, end if end >= 0 else high)


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


def names_stacked(passage: Passage, roster: Roster, families: frozenset[str]) -> Iterator[Hit]:
    """Yield names of which the given name fills a line or cell, and the family name the next.

    With a blank line or a class between: right below each other they are found by their words.
    In a list of single words each line is somebody else, unless some such names stand in it.
    """
    listed: list[Hit] = []
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
    text = passage.folded
    for start, end in passage.places_of(families) if "\t" in text else ():
        low, high = _line(text, start, end)
        if "\t" not in text[low:high]:
            continue
        column = text.count("\t", low, start)
        if not _is_alone(text, low, high):
            continue
        above, last = _next_above(passage, low, column), _cell_at(passage, low, high, column)
        if above is None or len(last) > _WORDS_OF_HEAD or not _is_alone(text, above[1], text.find("\n", above[1])):
            continue
        over, below = _next_above(passage, above[1], column), next(_column_below(passage, low, start, high), None)
        beside = (over[0] if over else (), below.cells[0] if below else ())
        yield above[0], last, any(_is_another(passage, words) for words in beside)


def _is_another(passage: Passage, words: Words) -> bool:
    """Whether a cell beside two holds one word with a capital as well, and no label."""
    return len(words) == 1 and passage.cased[words[0][1]].isupper() and not _is_label(words[0][0])


def _next_above(passage: Passage, low: int, column: int) -> tuple[Words, int] | None:
    """Return the words of the next cell above a line in a column, and where its line begins; empty ones end it."""
    text = passage.folded
    end = low
    while end > 0 and text[end - 1] in "\n ":
        end -= 1
    start = text.rfind("\n", 0, end) + 1
    words = _cell_at(passage, start, end, column) if "\t" in text[start:end] else ()
    return (words, start) if words else None


def _is_in_list(passage: Passage, low: int, high: int) -> bool:
    """Whether the line before or after two is one word with a capital as well, and no label: each is somebody else."""
    before = passage.cased[max(low - 80, 0) : low].strip().rpartition("\n")[2]
    after = passage.cased[high : high + 80].strip().partition("\n")[0]
    return any(line.isalpha() and line[:1].isupper() and not _is_label(line.lower()) for line in (before, after))
