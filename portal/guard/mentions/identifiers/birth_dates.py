"""Birth dates that stand beside a name, or the initials, of the child they belong to."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from portal.guard.cues.bare_initials import DOTTED, WITH_PLAIN, letters_of, may_stand_for
from portal.guard.evidence.hits import Sign
from portal.guard.evidence.rule_ids import Rule
from portal.guard.lists.column_words import HEADS
from portal.guard.mentions.detector import detector
from portal.guard.mentions.grid import Grid, Need
from portal.guard.roster.index import Roster
from portal.guard.roster.named_among import is_named
from portal.guard.text.dates import MONTHS, days_meant, east_asian_dates_in, numeric_dates_in, worded_dates_in
from portal.guard.text.folding import in_small, pieces_of
from portal.guard.text.vocabulary import listed
from portal.guard.views.passages import Passage

_AROUND: Final = 60
"""Characters on either side of a date: a few words; by eye."""
_BESIDE_MONTH: Final = 10
"""Characters beside a month that hold its day, or its year in two digits; by eye."""
_FIGURE_BEHIND: Final = re.compile(r"[\s.,/-]{0,3}(?:del? |the )?'?[0-9]")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_BORN: Final = listed("born")
_BETWEEN: Final = listed("between-born-and-date")
"""Words between a name, a word for birth and the date."""
_MOST_BETWEEN: Final = 6  # words between a name and the date; by eye
_BEHIND: Final = 16
"""Characters behind a date in which its child's initials stand; by eye."""
_MARKS: Final = re.compile(r"[ \xa0,;:()\u2013-]{1,4}")
_ROW: Final = 1000  # characters of a row on either side; by eye
_FEW: Final = 16
"""Words of all who were born on one day, which are faster asked for one by one; by eye."""
_SERIAL: Final = 5
"""Digits of a day as a workbook counts it, which is a date in a row of cells alone; by definition."""


@detector(Rule.BIRTH_BESIDE, needs=Need.DIGITS)
def births_in(grid: Grid, roster: Roster) -> Iterator[Sign]:
    """Yield birth dates with the persons who are named beside them: in the row, the line, or a few words off.

    A date that may be read in two ways is one sign, of whoever was born on either day.
    """
    passage = grid.passage
    if not roster.born:
        return
    found: dict[tuple[int, int], tuple[date, list[int]]] = {}
    for born, start, end in sorted(_dates(passage, roster)):
        low, high, in_row = _context(passage, start, end)
        if end - start == _SERIAL and not in_row:
            continue
        whose = _named_beside(passage, roster, born, (low, start), (end, high), in_row=in_row)
        whose += roster.born_on(born).get(_told_as_born(passage, low, start), ())
        whose += _told_by_initials(passage, roster, born, (start, end), (low, high) if in_row else None)
        if whose:
            found.setdefault((start, end), (born, []))[1].extend(whose)
    for born, every in found.values():
        yield Sign("", "birth-date", born.isoformat(), tuple(dict.fromkeys(every)), Rule.BIRTH_BESIDE)


def _named_beside(
    passage: Passage, roster: Roster, born: date, before: tuple[int, int], after: tuple[int, int], *, in_row: bool
) -> tuple[int, ...]:
    """Return who was born on that day and is named before or after it.

    Where few were, told by the words alone if nobody else's may be within them: that is asked of the letters.
    """
    by_word, spaced = roster.born_on(born), passage.spaced  # which begins one blank earlier
    if len(by_word) <= _FEW:
        letters = spaced[before[0] + 1 : after[1] + 1].replace(" ", "")
        near = sorted({person for word in by_word if word in letters for person in by_word[word]})
        words = {*spaced[before[0] + 1 : before[1] + 1].split(), *spaced[after[0] + 1 : after[1] + 1].split()}
        words |= pieces_of(words)
        if all(is_named(roster, at, words) for at in near):
            return tuple(near)
    words = _words(passage, *before, in_row=in_row) | _words(passage, *after, in_row=in_row)
    near = sorted({person for word in by_word.keys() & words for person in by_word[word]})
    cells = _cells(passage.line_at(before[1], after[0])) if in_row else frozenset[str]()
    alone = {person for cell in cells for person in by_word.get(cell, ())}
    return tuple([at for at in near if is_named(roster, at, words) or at in alone])


def _cells(line: str) -> frozenset[str]:
    """Return the cells of a row. One that is a name and nothing else is that name, though it is a word as well."""
    return frozenset(cell.strip() for cell in line.split("\t"))


def _dates(passage: Passage, roster: Roster) -> Iterator[tuple[date, int, int]]:
    """Yield the dates in a passage on which someone was born."""
    found = _in_figures(passage, roster)
    if passage.has_all_words:
        found.update(_told(passage))
    yield from (place for place in found if place[0] in roster.born)


def _in_figures(passage: Passage, roster: Roster) -> set[tuple[date, int, int]]:
    """Return the dates with a year in figures, not all of them somebody's; only beside such a year is looked."""
    text, figures = passage.folded, passage.figures
    found = set[tuple[date, int, int]]()
    if any(day in roster.born for written in passage.dates for day in days_meant(written)):
        found.update(
            (born, place := figures.place(start), place + end - start)  # no date lies in two stretches
            for born, start, end in numeric_dates_in(figures.text)
            if born in roster.born
        )
    if not passage.present.isdisjoint(MONTHS):
        for token in passage.present & roster.birth_years:
            for start, end in passage.places(token):
                low = max(start - 28, 0)
                found.update(_shifted(worded_dates_in(text[low : end + 16]), low))
    if "\u5e74" in text or "\ub144" in text:  # the year of 2014年8月25日 is no word of its own
        found.update(east_asian_dates_in(text))
    for serial in passage.present & roster.birth_serials.keys():
        found.update((roster.birth_serials[serial], *place) for place in passage.places(serial))
    return found


def _told(passage: Passage) -> Iterator[tuple[date, int, int]]:
    """Yield the dates with two digits of a year behind a month; not of a text of very many words."""
    months, text = passage.present & MONTHS, passage.folded
    for start, end in passage.places_of(months) if months else ():
        if _FIGURE_BEHIND.match(text, end):
            low = max(start - _BESIDE_MONTH, 0)
            yield from _shifted(worded_dates_in(text[low : end + 2 * _BESIDE_MONTH]), low)


def _shifted(dates: Iterable[tuple[date, int, int]], by: int) -> Iterator[tuple[date, int, int]]:
    return ((born, start + by, end + by) for born, start, end in dates)


def _told_as_born(passage: Passage, low: int, start: int) -> str:
    """Return the name that is tied to the date behind it, were it an ordinary word; else nothing.

    "Grace (born", "E. Long, DOB", "Grace's birthday is on", or with the date as all that is told of it: "Grace (";
    not "Will children born on or after".
    """
    is_birth = passage.cased[low:start].endswith("(")
    for word in reversed(_LETTERS.findall(passage.cased, low, start)[-_MOST_BETWEEN:]):
        small = in_small(word)
        if small in _BORN or "birth" in HEADS.kinds_in(small):
            is_birth = True
        elif is_birth and word[0].isupper():
            return small
        elif len(word) > 1 and small not in _BETWEEN:
            break
    return ""


def _told_by_initials(
    passage: Passage, roster: Roster, born: date, place: tuple[int, int], row: tuple[int, int] | None
) -> tuple[int, ...]:
    """Return who was born on that day and has the initials beside the date: "A.R. (DOB", "05/14/2015, A. R."."""
    letters = set(map(letters_of, _initials_beside(passage.cased, *place, row)))
    if not letters:
        return ()
    named = [(person, name) for person in roster.born[born] if (name := roster.name_of(person))]
    return tuple([person for person, name in named if any(may_stand_for(one, name) for one in letters)])


def _initials_beside(text: str, start: int, end: int, row: tuple[int, int] | None) -> Iterator[str]:
    """Yield initials that fill a cell of the date's row, or those before the date or behind it in a line."""
    if row is not None:
        yield from (cell for cell in map(str.strip, text[slice(*row)].split("\t")) if WITH_PLAIN.fullmatch(cell))
    before = text[max(start - _AROUND, 0) : start]
    for written in WITH_PLAIN.finditer(before):
        between = _LETTERS.findall(before[written.end() :].replace(".", ""))
        if all(_is_of_birth(in_small(word)) for word in between):
            yield written[0]
    behind = DOTTED.search(text[end : end + _BEHIND])
    if behind and _MARKS.fullmatch(text[end : end + behind.start()]):
        yield behind[0]


def _is_of_birth(small: str) -> bool:
    return small in _BORN or small in _BETWEEN or "birth" in HEADS.kinds_in(small)


def _context(passage: Passage, start: int, end: int) -> tuple[int, int, bool]:
    """Return where what belongs to a date begins and ends, and whether that is a row of cells."""
    text = passage.cased
    far = max(start - _ROW, 0)
    low, high = max(text.rfind("\n\n", far, start), far), text.find("\n\n", end, end + _ROW)
    high = high if high >= 0 else min(end + _ROW, len(text))
    if text.find("\t", low, start) >= 0 or text.find("\t", end, high) >= 0:
        return low, high, True
    line_start, line_end = text.rfind("\n", far, start) + 1, text.find("\n", end, end + _ROW)
    line_end = line_end if line_end >= 0 else len(text)
    low = max(min(line_start, start - _AROUND), low, line_start - _AROUND)
    high = min(max(line_end, end + _AROUND), high)
    return max(low, start - 2 * _AROUND), min(high, end + 2 * _AROUND), False


def _words(passage: Passage, low: int, high: int, *, in_row: bool) -> set[str]:
    """Return the words between two places that may be names, and in a row whole cells."""
    spaced = passage.spaced[low + 1 : high + 1]
    found = set(spaced.split())
    found.update([word[:-1] for word in found if word[-1] == "s"])  # "the Whitcombes' boy"
    found |= pieces_of(found)
    if in_row:  # a cell that is one word is among them
        at = 0
        for cell in passage.folded[low:high].split("\t"):
            if not cell.isalnum():
                found.add(spaced[at : at + len(cell)].replace(" ", ""))
            at += len(cell) + 1
    return found
