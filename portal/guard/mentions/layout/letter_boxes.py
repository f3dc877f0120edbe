"""Words of which each letter fills a cell or line, as forms have it: along a row, down a column, a half in each row."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Final

from portal.guard.roster.index import Roster
from portal.guard.views.passages import Passage

_FEWEST: Final = 3
"""Letters of a word."""
_FEWEST_OF_BOTH, _LONGEST = 5, 60
_MOST_LINES: Final = 20_000
_MOST_CELLS: Final = 200
_NEAR: Final = 4
"""Lines between two words of one form, at the most."""

_Run = tuple[int, str]
"""At which line a word ends, and the word with a blank where a cell was empty."""


def uncombed(passage: Passage, roster: Roster) -> Iterator[str]:
    """Yield texts of the words that letters in cells of their own spell: of each form its lines, or its columns.

    A word that is a whole name without a blank is told as one with a blank as well.
    """
    if sum(passage.cased[at].isalpha() for at in passage.alone) < _FEWEST:
        return
    lines = passage.cased.split("\n", _MOST_LINES)[:_MOST_LINES]
    rows = [line.split("\t", _MOST_CELLS)[:_MOST_CELLS] for line in lines]
    for runs in (_along(rows), _down(rows)):
        for form in _near(runs):
            told = (one for _, run in form for one in (run, *_parted(run, roster)))
            yield "\n\n".join(dict.fromkeys(told))


def _along(rows: Iterable[list[str]]) -> Iterator[_Run]:
    """Yield rows in which letters spell a word, with what stands beside them."""
    for number, cells in enumerate(rows):
        if len(cells) < _FEWEST:
            continue
        told, has_word = list[str](), False
        for is_letters, some in groupby(cells, _is_letter):
            word = ("" if is_letters else "\t").join(list(some))
            has_word = has_word or (is_letters and len(word) >= _FEWEST)
            told.append(word)
        if has_word:
            yield number, "\t".join(filter(None, (one.strip(" -'") for one in told)))


def _down(rows: list[list[str]]) -> Iterator[_Run]:
    """Yield the words that letters below each other spell, column by column; and in lines that are no rows."""
    is_table = any(len(cells) > 1 for cells in rows)
    told = [(number, cells) for number, cells in enumerate(rows) if not is_table or any(cells)]
    letters = Counter(column for cells in rows for column, cell in enumerate(cells) if _is_letter(cell))
    for column in sorted(column for column, count in letters.items() if count >= _FEWEST):
        cells = [(number, cells[column].strip() if column < len(cells) else "") for number, cells in told]
        for is_letters, some in groupby(cells, lambda cell: not cell[1] or _is_letter(cell[1])):
            run = list(some)
            words = "".join(letter or " " for _, letter in run).split()
            if is_letters and sum(map(len, words)) >= _FEWEST:
                is_apart = all(len(word) == 1 for word in words)  # a blank line stands between all
                yield run[-1][0], ("" if is_apart else " ").join(words)[:_LONGEST]


def _is_letter(cell: str) -> bool:
    letter = cell.strip()
    return len(letter) == 1 and (letter.isalpha() or letter in "-'")


def _near(runs: Iterable[_Run]) -> Iterator[list[_Run]]:
    """Yield the runs that are near enough to be of one form."""
    form: list[_Run] = []
    for run in runs:
        if form and abs(run[0] - form[-1][0]) > _NEAR:
            yield form
            form = []
        form.append(run)
    if form:
        yield form


def _parted(run: str, roster: Roster) -> Iterator[str]:
    """Yield a given and a family name that letters spell without a blank between."""
    for word in run.split("\t"):
        joined = "".join(word.split()).lower()
        for at in range(2, len(joined) - 1) if _FEWEST_OF_BOTH <= len(joined) <= _LONGEST else ():
            for given, family in ((joined[:at], joined[at:]), (joined[at:], joined[:at])):
                if given in roster.by_family.get(family, ()):
                    yield f"{given.title()} {family.title()}"
