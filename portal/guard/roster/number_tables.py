"""Tables of figures: among the many numbers of a statistic some are student numbers by chance.

A column of figures is told by its rows: many, each with several figures, of which few are known; and by its head, which
speaks of no pupil and no ID. A list of pupils by number has known ones in nearly all its rows, or a head that says so.
"""

import re
from collections import Counter
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from typing import Final

from portal.guard.text.folding import words_of

_FEWEST_ROWS: Final = 20  # rows; by eye
_FEWEST_FIGURES: Final = 2
"""Figures in each row; by eye."""
_ONE_IN: Final = 3
"""At most so many rows of a column of figures are known, or hold no figure; by eye."""
_LONGEST: Final = 2_000
"""Letters of a row; by eye."""
_RARE: Final = 20
"""Rows, of which a single one is known where a column of numbers is something else's; by eye."""
_FIGURE: Final = re.compile(r"[-+(]?(?:[$€£]|[a-z]{1,4}-?(?:[0-9]{2,4}-)?)?[0-9][0-9.,]*[)%]?")
"""Also one with a code before it, as orders and cases have: CA-2016-152156. Of folded text."""
_LAST_DIGITS: Final = re.compile(r"[0-9]+(?=[)%]?\Z)")


class Columns:
    """The columns of figures in a folded text, told from the right, as a name at the left has any number of words.

    `is_known` says of a number whether it is a pupil's; `persons` are the words of a head that speaks of pupils, and
    `labels` those that a column of their numbers may be headed by.
    """

    def __init__(
        self, text: str, is_known: Callable[[str], bool], *, persons: AbstractSet[str], labels: AbstractSet[str]
    ) -> None:
        """Count nothing yet: most texts have no number that anybody asks about."""
        self._text = text
        self._is_known = is_known
        self._persons = persons
        self._labels = labels
        self._rows: Counter[int] | None = None
        self._known: Counter[int] = Counter()
        self._heads: dict[int, list[str]] = {}

    def is_in_figure_column(self, start: int, end: int) -> bool:
        """Whether the number at this place is one of a column of figures."""
        first, last = self._text.rfind("\n", 0, start) + 1, self._text.find("\n", end)
        line = self._text[first : last if last >= 0 else len(self._text)]
        if len(line) > _LONGEST or sum(map(_is_figure, _cells(line))) < _FEWEST_FIGURES:
            return False
        if self._rows is None:
            self._rows = self._counted()
        behind = self._text[end : first + len(line)]
        column = behind.count("\t") if "\t" in line else len(behind.split())
        rows = self._rows[column]
        if rows < _FEWEST_ROWS or _ONE_IN * self._known[column] > rows:
            return False
        return not self._is_of_pupils(line, column, is_rare=_RARE * self._known[column] <= rows)

    def _counted(self) -> Counter[int]:
        """Count figures, and those that are known, by column; keep the first row of each width that holds none."""
        rows: Counter[int] = Counter()
        for line in self._text.split("\n"):
            if not line or len(line) > _LONGEST:
                continue
            cells = _cells(line)
            figures = [column for column, cell in enumerate(reversed(cells)) if _is_figure(cell)]
            if not figures and "\t" in line:
                self._heads.setdefault(len(cells), cells)
            elif len(figures) >= _FEWEST_FIGURES:
                rows.update(figures)
                self._known.update(column for column in figures if self._holds_known(cells[-1 - column].strip()))
        return rows

    def _holds_known(self, cell: str) -> bool:
        found = _LAST_DIGITS.search(cell)
        return found is not None and self._is_known(found[0])

    def _is_of_pupils(self, line: str, column: int, *, is_rare: bool) -> bool:
        """Whether the head of a column may be that of pupils' numbers; without a head, whether any word here may.

        Where known ones are rare, no head that says of what else they are: orders and trips have IDs as well.
        """
        head = self._heads.get(len(_cells(line))) if "\t" in line else None
        if head is None:
            said = set(words_of(self._text))
            return not (said.isdisjoint(self._persons) and said.isdisjoint(self._labels))
        over = words_of(head[-1 - column])
        every = set(words_of(" ".join(head)))
        is_of_others = is_rare and not set(over) <= self._labels  # an order's ID, a case's number
        return not over or not every.isdisjoint(self._persons) or not (is_of_others or self._labels.isdisjoint(over))


def _cells(line: str) -> list[str]:
    return line.split("\t") if "\t" in line else line.split()


def _is_figure(cell: str) -> bool:
    return _FIGURE.fullmatch(cell.strip()) is not None
