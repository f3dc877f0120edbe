"""Whether a file is shaped like a list of people: rows of names with what is kept about each, whoever they are.

The accident this exists for sent out children's names, schools, grades, parents' phones, fees and allergies. Next
year's list, or another district's, has nobody on it whom the roster knows, and is a list all the same.

Read line by line. A row is a line of cells, or of pieces that tell what they are, with a person's name among them; the
head above it names the columns. Which columns make a list of families, and not one of people at work, `_needed` says.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Final

from portal.guard.lists.cell_pairs import are_of_a_kind
from portal.guard.lists.column_words import HARD, HEADS, NAMED, Kind
from portal.guard.lists.counted_columns import but_counted
from portal.guard.lists.head_rows import Line, are_alike, head_of, is_signed, may_be_headed
from portal.guard.lists.line_shapes import FEW, FEWEST, GAP, LONGEST_NAME, SHORT, Lines, lines_of, lines_of_each
from portal.guard.lists.phone_shapes import how_many_are_dialled
from portal.guard.lists.private_columns import KeptLists, is_kept_head
from portal.guard.lists.private_words import CHILDREN
from portal.guard.lists.row_shapes import Row, figures_in, is_grade, labelled, name_in, person_alone, row_of, told_by
from portal.guard.text.folding import fold
from portal.guard.text.ordinary_words import SURELY, is_ordinary, odds_of_things
from portal.reading.reader import WORDS_APART, Part

MET_AT_MOST: Final = 65_536
"""Letters of a part whose lines or signs are kept for the next file; by eye."""
_HEAD_LINES: Final = 3  # lines; by eye
_COLUMNS: Final[frozenset[Kind]] = frozenset(("phone", "email", "birth", "number", "grade"))  # filled in every row
_OF_PERSONS: Final[frozenset[Kind]] = HARD - {"birth", "fee"} | {"email", "home", "address"}
"""What only people have: tables of lands and wares have dates, sums and figures that may be phones as well."""
_BIRTH_YEARS: Final = frozenset(map(str, range(2005, 2040)))
"""Those of pupils under a head that speaks of births."""
_WITH_CENTURY: Final = (4, 8)
"""Letters of a date that begins with all of its year; by definition."""
_CROWD: Final = 256  # rows from which on they are counted now and then alone; by eye, for speed
_NEVER: Final = float("inf")

_OF_FAMILIES: Final[frozenset[Kind]] = frozenset(("child", "guardian"))
_EDGES: Final = " \t\"'{}[],;|*-_•·"


def personal_rows(parts: Iterable[Part], met: dict[str, Lines] | None = None) -> tuple[tuple[str, int], ...]:
    """Return the places that hold a list of people with personal columns, and how many filled rows each has.

    The rows of one list may stand in several parts (the pages of a PDF). `met` keeps the lines of texts that will be
    asked about again. Never raises.
    """
    lists, cards, kept = [_List()], _Cards(), KeptLists()
    for line in _lines(parts, cards, kept, met):
        kept.take(line)
        if lists[-1].goes_on_alike(line):
            lists[-1].count(line)
            continue
        _take(line, lists)
        cards.take(line)
    found: Counter[str] = Counter()
    for people in _but_of_things([people for people in lists if people.is_of_families()], lists):
        found.update(row.place for row in people.rows)
        found.update(people.counted)
    if (people := cards.closed()).is_of_families():
        found |= Counter(row.place for row in people.rows)
    kept.close()
    found |= kept.found
    return tuple(found.items())


def _but_of_things(some: Sequence["_List"], every: Iterable["_List"]) -> Iterator["_List"]:
    """Yield the lists but those of things: few rows of a long table may look like people by chance.

    That is told by all its rows, of which some look like nobody, so that it was taken for many lists.
    """
    together = Counter[tuple[str, int]]()
    for people in every if some else ():
        if people.rows:
            together[people.table] += people.odds_of_things
    for people in some:
        if people.is_settled or people.odds_of_things < 0 or together[people.table] < 2 * SURELY:
            yield people


def _begins_staff(line: Line) -> bool:
    """Whether several of the rows from a line on are of staff, and most: one may be of a child and its coach."""
    texts = line.above[line.place_in_part : line.place_in_part + GAP]
    rows = [row for text in texts if (row := row_of(line.place, text))]
    at_work = sum("staff" in row.kinds for row in rows)
    return at_work >= FEWEST and 2 * at_work > len(rows)


def _lines(parts: Iterable[Part], cards: "_Cards", kept: KeptLists, met: dict[str, Lines] | None) -> Iterator[Line]:
    """Yield the lines worth a look: with cells or labels, or figures beside a name. All others cost next to nothing."""
    before = 0
    # words apart are every word a cell: the same rows stand in another part as they are
    for part, lines in _by_lines([part for part in parts if not part.place.endswith(WORDS_APART)], met):
        headed = may_be_headed(lines)
        for number in lines.candidate_lines(lambda: bool(cards.name) or kept.is_open, _says_nothing):
            text, is_lone = lines.texts[number], number in lines.lone
            is_open = bool(cards.name) or kept.is_open or is_kept_head(text)
            if not (is_open or cards.columns or is_lone or number in lines.below) and _is_label_alone(text):
                continue
            line = Line(part.place, text, before + number, lines.texts, number, part.by_ocr)
            if is_lone and not is_open and (number not in headed or not line.head_above(GAP, _HEAD_LINES)):
                continue
            yield line
        before += len(lines.texts)


def _by_lines(parts: Sequence[Part], met: dict[str, Lines] | None) -> Iterator[tuple[Part, Lines]]:
    """Give each part with its lines, those of short ones found together."""
    held = {} if met is None else met
    short = [text for text in dict.fromkeys(part.text for part in parts if len(part.text) <= FEW) if text not in held]
    held |= zip(short, lines_of_each([_one_row_a_line(text) for text in short]), strict=True)
    for part in parts:
        lines = held.get(part.text)
        if lines is None:
            lines = lines_of(_one_row_a_line(part.text))
            if met is not None and len(part.text) <= MET_AT_MOST:
                met[part.text] = lines
        yield part, lines


@lru_cache(maxsize=1 << 12)
def _says_nothing(text: str) -> bool:
    """Whether a line is no row, no head and has no labels, so that nobody's card or list is changed by it."""
    return "\t" not in text and row_of("", text) is None and not any(labelled(text)) and not is_kept_head(text)


@lru_cache(maxsize=1 << 12)
def _is_label_alone(text: str) -> bool:
    """Whether a line is no row and nothing follows its labels, so that nobody's card is changed by it."""
    return "\t" not in text and row_of("", text) is None and not any(value.strip(_EDGES) for _, value in labelled(text))


def _one_row_a_line(text: str) -> str:
    """Return a text with one line a row where blank lines part rows of cells."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "\t" in text:
        rows = text.split("\n\n")
        tabbed = [row for row in rows if "\t" in row]
        if len(tabbed) > 2 and sum(row.count("\n") for row in tabbed) <= 2 * len(tabbed):
            return "\n".join(row.replace("\n", " ") for row in rows)
    return text


@dataclass(slots=True)
class _List:
    """Rows that stand together under a head, which names their columns (or is none)."""

    head: frozenset[Kind] = frozenset()
    rows: list[Row] = field(default_factory=list)
    last: int = 0
    others: int = 0  # lines with cells among them that name nobody
    tabs: int = 0  # in its last line
    counted: Counter[str] = field(default_factory=Counter)  # by place, the lines that nobody looked at
    is_settled: bool = False

    def take(self, row: Row, line: Line) -> None:
        """Take a line that was looked at. So many rows settle that it is a list of families, whatever follows."""
        self.rows.append(row)
        self.last, self.tabs = line.at, line.text.count("\t")
        if len(self.rows) >= _CROWD and len(self.rows).bit_count() == 1:  # not too often: each asks all rows so far
            self.is_settled = self.is_settled or self.is_of_families()

    def goes_on_alike(self, line: Line) -> bool:
        """Whether a line has as many cells as the one before it in a list that is settled."""
        return self.is_settled and line.at - self.last == 1 and line.text.count("\t") == self.tabs > 0

    def count(self, line: Line) -> None:
        """Count a line as one row more."""
        self.counted[line.place] += 1
        self.last = line.at

    def is_of_families(self) -> bool:
        """Whether enough different people stand in it, with columns that only a list of families has."""
        if self.is_settled or not self.rows:
            return self.is_settled
        rows = [row for row in self.rows if "child" in self.head or not row.is_given_alone]
        shared, is_of_people = _shared(rows), bool(self.head & NAMED)
        if not is_of_people and shared.isdisjoint(_OF_PERSONS) and are_of_a_kind(rows):
            return False
        kinds = self.head | (shared - self.no_more_than_figures(shared) if self.head else shared)
        if "birth" in self.head & shared and _are_of_children(rows):
            kinds -= {"staff"}  # the room they are in, their coach
        if shared.isdisjoint(("birth", "phone", "email")) and _are_of_the_past(rows) and "number" not in self.head:
            kinds -= {"birth"}  # a roll of honor, the pupils of Bach
        if kinds & HARD == {"fee"} and "fee" not in shared and not kinds & {"child", "phone", "address"}:
            kinds -= {"fee"}  # what things cost
        if self.others + len(self.rows) - len(rows) > len(rows) and "child" not in kinds:
            return False
        if self.head and not is_of_people and not kinds & HARD:
            return False
        if (odds := self.odds_of_things) >= SURELY:
            return False
        people = {row.name for row in rows if self.is_headed or not _is_ordinary(row.name)}
        are_told = is_of_people or ("health" in kinds and odds <= -2 * len(people))
        return len(people) >= _needed(kinds, has_head=are_told)

    def no_more_than_figures(self, shared: frozenset[Kind]) -> frozenset[Kind]:
        """Return which kinds, of those that rows share, are just dates and figures under a head that names neither.

        A class is none (4B), and beside what reaches people a figure is their grade.
        """
        is_grade = "class" in shared or not shared.isdisjoint(("phone", "email", "home", "number"))
        return frozenset(("birth",) if is_grade else ("birth", "grade"))

    @property
    def is_headed(self) -> bool:
        """Whether its head speaks of children or parents, so that whatever stands below is their names."""
        return not self.head.isdisjoint(_OF_FAMILIES)

    @property
    def table(self) -> tuple[str, int]:
        """The place of its first row, and how many cells that has: lists of one table have both in common."""
        return self.rows[0].place, self.rows[0].width

    @property
    def odds_of_things(self) -> int:
        """How likely its names are those of things; not at all under a head that names children or their parents."""
        if self.is_headed:
            return -SURELY
        return odds_of_things([row.name for row in self.rows])

    def goes_on_with(self, row: Row, line: Line) -> bool:
        """Whether a row some lines or a page later has the columns of one of the last; no staff list begins with it."""
        before = self.rows[-_HEAD_LINES:] or [row]
        may_be_staff = row.place != before[-1].place and "staff" in row.kinds
        if may_be_staff and not any("staff" in other.kinds for other in before) and _begins_staff(line):
            return False
        return any(
            other.at == row.at and other.width >= row.width and (other.kinds ^ row.kinds).isdisjoint(_COLUMNS)
            for other in before
        )


def _needed(kinds: frozenset[Kind], *, has_head: bool) -> float:
    """Return how many different people make a list with such columns one of families; infinity for none."""
    told = kinds - {"name", "child", "staff", "class"}
    hard = told & HARD
    is_of_health = has_head and "health" in hard and bool(told & {"grade", "birth"})
    if "child" in kinds:
        told |= kinds & {"staff"}  # the child's teacher, the child's room
        return (
            3 if is_of_health or (hard and len(told) >= 3) else 5 if hard or len(told) >= 2 else 8 if told else _NEVER
        )
    if "staff" in kinds:
        return 5 if len(hard) >= 2 else _NEVER
    if is_of_health or (len(hard - {"guardian"}) >= 2 and len(told) >= 3):
        return 3
    reach = told & {"phone", "email", "address", "birth"}
    if hard and len(told) >= 2 and (has_head or reach - {"email"}):
        return 5
    if reach & {"phone", "birth", "home"} and told & {"grade", "number", "address", "home"}:
        return 5
    return 8 if has_head and "birth" in told else _NEVER


def _is_ordinary(name: str) -> bool:
    words = name.split()
    return is_ordinary(words[:-1], words[-1:])


def _shared(rows: list[Row]) -> frozenset[Kind]:
    """Return what half of the rows tell. Posts in every third, or mail domains of several, tell a staff list."""
    counts = Counter(kind for row in rows for kind in row.kinds)
    kinds = {kind for kind, count in counts.items() if 2 * count >= len(rows)}
    if kinds.isdisjoint(_OF_PERSONS) and not _are_called(rows):
        kinds.discard("phone")
    domains = Counter(row.domain for row in rows if row.domain)
    at_work = sum("staff" in row.kinds or domains[row.domain] > 2 for row in rows)
    if 3 * counts["staff"] >= len(rows) > 0 or 2 * at_work > len(rows):
        kinds.add("staff")
    dates = [row.date for row in rows if row.date]
    if len(dates) > 2 and all(one <= other for one, other in pairwise(dates)):  # a calendar
        kinds.discard("birth")
    return frozenset(kinds)


def _are_called(rows: list[Row]) -> bool:
    """Whether half of the rows have a phone number. Figures beside names of things are none, nor those of a count."""
    figures = [row.figures for row in rows if row.figures]
    others = sum("phone" in row.kinds and not row.figures for row in rows)
    are_things = bool(figures) and odds_of_things([row.name for row in rows]) > 0
    return 2 * (others + (0 if are_things else how_many_are_dialled(figures))) >= len(rows)


def _are_of_children(rows: list[Row]) -> bool:
    """Whether most rows have the birth date of somebody who is a child, or was one not long ago."""
    years = (row.date[:4] if len(row.date) in _WITH_CENTURY else f"20{row.date[:2]}" for row in rows if row.date)
    return 2 * sum(year in _BIRTH_YEARS for year in years) > len(rows)


def _are_of_the_past(rows: list[Row]) -> bool:
    """Whether most rows have a date too old for anybody of a school, and none a date of a child's time."""
    return 2 * sum(row.is_past for row in rows) > len(rows) and not any("birth" in row.kinds for row in rows)


def _take(line: Line, lists: list[_List]) -> None:
    """Add the line to the list it belongs to if it is a row."""
    row, people = row_of(line.place, line.text), lists[-1]
    if row is None:
        people.others += people.rows != [] and "\t" in line.text and line.at - people.last < _HEAD_LINES
        return
    if head_of(line.text) and (HEADS.kinds_in(row.name) or not row.kinds):
        return  # the head itself: what looks like a name in it ("Capacity | Expires") has nothing told beside it
    between = line.at - people.last - 1 if people.rows else line.place_in_part
    if between > 0 or not people.rows or row.place != people.rows[-1].place:
        reach = min(between, GAP)
        if head := line.head_above(reach, _HEAD_LINES):
            head = but_counted(head, line.head_line(reach), line.text)
        is_near = (
            line.by_ocr and bool(people.head & NAMED) and between < _HEAD_LINES
        )  # cells may be lost in a picture of a list
        goes_on = is_near or (between <= GAP and people.goes_on_with(row, line))
        if head is None and not goes_on:
            head = frozenset()
        if head is not None and (head != people.head or not head):
            lists.append(people := _List(head))
    people.take(row, line)


@dataclass(slots=True)
class _Cards:
    """People one after another: each in lines with labels ("Name: …"), or a name over what belongs to it."""

    people: _List = field(default_factory=_List)
    columns: frozenset[Kind] = frozenset()
    kinds: set[Kind] = field(default_factory=set)
    place: str = ""
    name: str = ""
    is_childs: bool = False  # its label says so and nothing else: no children's librarian
    half: str = ""  # a first or a last name that waits for the other
    figures: tuple[str, ...] = ()
    last: int = 0

    def take(self, line: Line) -> None:
        """Read a line: the name over it, its labels with what follows each, and what it tells without one."""
        if self.name and line.at - self.last > GAP:
            self.close()
        if self.columns and not are_alike(self.place, line.place):
            self.close()
            self.columns = frozenset()
        above = line.above[line.place_in_part - 1] if line.place_in_part else ""
        name = person_alone(above)
        if name and name != self.name and not is_signed(line):
            columns = self.columns if self.name else line.head_above(GAP, GAP) or self.columns
            self.open(line, name, but_counted(columns, line.head_line(GAP), above))
        fields = list(labelled(line.text))
        for label, value in fields:
            self.take_label(line, fold(label[-40:]).strip(_EDGES), value.strip(_EDGES))
        if self.name and len(line.text) < SHORT:
            folded = fold(line.text)
            told = told_by(folded)
            if "phone" in told:
                self.figures = figures_in(folded) if "phone" not in self.kinds else ()
            if is_grade(folded):
                told.add("grade")
            self.kinds |= told
            if told or fields or len(line.text) <= LONGEST_NAME:  # prose does not keep a card open to its end
                self.last = line.at

    def take_label(self, line: Line, label: str, value: str) -> None:
        """Take what a label names if something follows it; a name begins another card."""
        kinds = HEADS.kinds_in(label) if value else set()
        if "number" in kinds and value[0].isdigit():
            value = value.partition(". ")[0]  # the number: what is said behind it is another sentence
        kinds = kinds if self.name else kinds & NAMED
        if kinds & NAMED and not kinds & {"guardian", "staff"}:
            name = name_in(f"{self.half} {value}" if self.half and " " not in value else value)
            self.half = "" if name or " " in value else value
            if name:
                self.open(line, name, frozenset(kinds - {"name"}))
                self.is_childs = CHILDREN.is_said(label)
        elif self.name:
            self.kinds |= kinds

    def open(self, line: Line, name: str, columns: frozenset[Kind]) -> None:
        """Begin the card of a person."""
        self.close()
        self.place, self.name, self.columns, self.kinds, self.last = line.place, name, columns, set(columns), line.at

    def close(self) -> None:
        """Take the card as it stands as a row, if it tells what only a child's does."""
        is_reached = self.is_childs and not self.kinds.isdisjoint(("phone", "address", "email"))
        if self.name and (is_reached or self.kinds & (HARD - {"guardian"} | {"grade", "number"})):
            self.people.rows.append(Row(self.place, self.name, frozenset(self.kinds), figures=self.figures))
        self.name, self.kinds, self.figures, self.is_childs = "", set(), (), False

    def closed(self) -> _List:
        """Return all cards as one list."""
        self.close()
        self.people.head = _shared(self.people.rows) | {"name"}
        return self.people
