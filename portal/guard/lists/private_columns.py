"""Lists of a name and what is kept about each person: "Student | Allergies", whatever the cells below say.

A name beside one cell tells nothing by itself: so it stands in casts, menus and lists of those who bring a cake. Here
the head tells all of it, cell by cell. One says that names stand below it and no more, another what is kept about
them and no more: "Student fees" is a column of a report, and "Children's dentist" nobody's child.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, NamedTuple

from portal.guard.lists.column_words import HEADS
from portal.guard.lists.head_rows import Line, are_alike, head_of
from portal.guard.lists.line_shapes import GAP, SHORT
from portal.guard.lists.private_words import CHILDREN, EXPORTED, FIRST, GRADES, KEPT, LAST, NAMES, NAMING, PRIVATE
from portal.guard.lists.row_shapes import is_grade, person, person_alone
from portal.guard.text.folding import fold
from portal.guard.text.ordinary_words import is_given_name
from portal.guard.text.vocabulary import any_of

_MOST_CELLS: Final = 24  # cells of a row; by eye
_LONGEST_HEAD: Final = 48
"""Letters of a cell of a head; by eye."""
_NEEDED_OF_CHILDREN: Final = 5  # people; by eye
_NEEDED: Final = 8
"""How many different people make a list of children, and of people of whom it is not said that they are; by eye."""
_FEWEST_FILLED: Final = 2  # rows in which a private cell is filled; by eye
_TWO: Final = 2
"""Sections, of which the second may be of others; by definition."""
_WORD: Final = re.compile(r"\w+")
_WIDE: Final = re.compile(r" {2,}|\u3000")
_NOTHING: Final = re.compile(rf"(?:[\W_]|\b(?:{any_of('words-for-nothing')})\b)*")
_FIGURE: Final = re.compile(r"\d")
_YEAR: Final = re.compile(r"\b20\d\d(?:[-/](?:20)?\d\d)?\b")
_PLAN: Final = "504"
"""Figures that stand in a head as well: a school year, and the plan by Section 504."""
_OTHERS: Final = re.compile(rf"\b(?:{any_of('others-than-children')})\b")
"""What is above people of whom nothing is kept."""
_OF_GROUPS: Final = re.compile(rf"\b(?:{any_of('groups-of-a-list')})\b")
"""What is above some of the children of a list."""


class _Head(NamedTuple):
    """What a head says: how many cells a row has, which hold names and what is kept, and how many people are enough."""

    width: int
    names: tuple[int, ...]
    kept: tuple[int, ...]
    of_children: bool

    @property
    def needed(self) -> int:
        """How many different people make a list."""
        return _NEEDED_OF_CHILDREN if self.of_children else _NEEDED


@dataclass(slots=True)
class KeptLists:
    """The lists of this kind among lines that are taken in order, and how many rows of them each place has."""

    found: Counter[str] = field(default_factory=Counter)
    _head: _Head | None = None
    _last: Line | None = None
    _people: set[str] = field(default_factory=set)
    _filled: int = 0
    _rows: Counter[str] = field(default_factory=Counter)
    _sections: int = 0
    _is_below_heading: bool = True
    _is_one: bool = False  # by its first section alone

    @property
    def is_open(self) -> bool:
        """Whether the next lines may be rows of one, however little each tells by itself."""
        return self._head is not None

    def take(self, line: Line) -> None:
        """Take a line: a head begins a list, and any other belongs to the last, ends it or says nothing of it."""
        if (head := _head_of(line.text) or _head_of_two(line)) is not None:
            if head != self._head or self._last is None or not are_alike(self._last.place, line.place):
                self.close()
            self._head, self._last = head, line
        elif self._last is not None:
            self._pass_over(self._last, line)
            if self._take_row(line):
                self._last = line
            else:
                self._take_other(line.text)

    def _pass_over(self, last: Line, line: Line) -> None:
        """Take what stands between the last row and a line; end the list where that is too much, or on another page."""
        between = line.above[last.place_in_part + 1 : line.place_in_part]
        if line.place != last.place or line.place_in_part <= last.place_in_part or len(between) > GAP:
            self.close()
        for text in between[:GAP]:
            self._take_other(text)

    def _take_other(self, text: str) -> None:
        """End the list at another head, or where others are spoken of; a heading begins a section of it.

        One above all rows ends it, too: nobody has filled in the form above.
        """
        if (len(_cells(text)) > 1 and head_of(text)) or _OTHERS.search(fold(text)):
            self.close()
        elif _is_heading(text):
            self._is_one = self._is_one or (self._sections == 1 and self._are_enough)
            self._is_below_heading = True
            if not self._people:
                self.close()

    @property
    def _are_enough(self) -> bool:
        is_told = self._filled >= _FEWEST_FILLED
        return self._head is not None and len(self._people) >= self._head.needed and is_told

    def _take_row(self, line: Line) -> bool:
        """Count a row, and say whether it was one."""
        head, cells = self._head, _cells(line.text)
        if head is None or not max(head.names) < len(cells) <= head.width or len(cells) < 2:
            return False
        name = _name_in([cells[at] for at in head.names], may_be_given=head.of_children)
        if name is None:
            return False
        self._sections += self._is_below_heading
        self._is_below_heading = False
        self._people.add(name)
        self._filled += any(not _NOTHING.fullmatch(fold(cells[at])) for at in head.kept if at < len(cells))
        self._rows[line.place] += 1
        return True

    def close(self) -> None:
        """End a list: enough different people make it one, of whom something is kept about more than one.

        They stand in its first section, or in three and more: two may be a child's medicine, and who is at the desk.
        """
        if self._is_one or (self._sections != _TWO and self._are_enough):
            self.found.update(self._rows)
        self._head, self._last, self._filled, self._people, self._rows = None, None, 0, set(), Counter()
        self._sections, self._is_below_heading, self._is_one = 0, True, False


def is_kept_head(text: str) -> bool:
    """Whether a line is the head of such a list."""
    return _head_of(text) is not None


@lru_cache(maxsize=1 << 12)
def _head_of(text: str) -> _Head | None:
    return _as_head(_cells(text)) if _may_be_head(text) else None


@lru_cache(maxsize=1 << 12)
def _may_be_head(text: str) -> bool:
    """Whether a line has a word for children or names and no figure, or half of a head may be that."""
    has_figures = _FIGURE.search(text) and _FIGURE.search(_YEAR.sub("", text).replace(_PLAN, ""))
    return not has_figures and NAMING.may_stand_in(fold(text))


def _head_of_two(line: Line) -> _Head | None:
    """Return the head that a line is with the one above, cell by cell: "Student's | Lunch" over "name | status"."""
    if not line.place_in_part or len(line.text) > SHORT or _FIGURE.search(line.text):
        return None
    before = line.above[line.place_in_part - 1]
    if not (_may_be_head(line.text) or _may_be_head(before)):
        return None
    below, above = _cells(line.text), _cells(before)
    if not 1 < len(below) == len(above):
        return None
    return _as_head([f"{one} {other}" for one, other in zip(above, below, strict=True)])


def _as_head(cells: Sequence[str]) -> _Head | None:
    if not 1 < len(cells) <= _MOST_CELLS or any(len(cell) > _LONGEST_HEAD for cell in cells):
        return None
    said = [" ".join(_WORD.findall(fold(_YEAR.sub("", cell)))) for cell in cells]
    children = [at for at, cell in enumerate(said) if CHILDREN.is_said(cell)]
    names = children or _names_at(said)
    if not names:
        return None
    is_whole = (len(names) > 1 or any(map(GRADES.is_said, said))) and "staff" not in HEADS.kinds_in("\t".join(said))
    told = KEPT if children else EXPORTED if is_whole else PRIVATE
    kept = [at for at, cell in enumerate(said) if at not in names and told.is_said(cell)]
    if not children and is_whole and len(names) > 1:
        kept += [at for at, cell in enumerate(said) if GRADES.is_said(cell)]
    if not kept:
        return None
    return _Head(len(cells), tuple(names[:2]), tuple(kept), of_children=bool(children))


def _names_at(said: Sequence[str]) -> list[int]:
    """Return which cells of a head are those of given and of family names, or which one is of both."""
    halves = [next((at for at, cell in enumerate(said) if half.is_said(cell)), -1) for half in (FIRST, LAST)]
    if min(halves) >= 0 and halves[0] != halves[1]:
        return sorted(halves)
    return [at for at, cell in enumerate(said) if NAMES.is_said(cell)][:1]


def _cells(text: str) -> list[str]:
    """Divide a line into cells; empty ones count, for they tell which column another is in."""
    mark = next((mark for mark in "\t|;" if mark in text), None)
    bare = text.strip().removeprefix("|").removesuffix("|") if mark == "|" else text
    return [cell.strip() for cell in (bare.split(mark) if mark else _WIDE.split(text.strip()))]


def _name_in(cells: Sequence[str], *, may_be_given: bool) -> str | None:
    """Return the person whose name cells are, in one or in two; of children a given name by itself will do."""
    joined = " ".join(filter(None, cells))
    joined = joined.title() if joined.islower() else joined  # typed in a hurry
    if (name := person(joined)) is not None:
        return name
    bare = fold(joined.strip(" .,*#0123456789"))
    return bare if may_be_given and joined[:1].isupper() and is_given_name(bare) else None


def _is_heading(text: str) -> bool:
    """Whether a line is a heading of what may be another list; a class, a school or a teacher is one of these children.

    Neither is what a row goes on in, a name alone, or the number of a page or room.
    """
    if not text.strip()[:1].isupper() or _FIGURE.search(text) or len(_cells(text)) > 1 or person_alone(text):
        return False
    folded = fold(text)
    return not (is_grade(folded) or _OF_GROUPS.search(folded) or "grade" in HEADS.kinds_in(folded))
