"""A first look at a whole flat roster, before a row of it is taken: what the dropped columns hold, how dates are meant.

A column is judged by its cells, not by its header: one that holds mail addresses, phones or names of persons is not
dropped in silence. Every such finding is a doubt, which stops the import until somebody answers it.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from portal.kernel.text.counts import count_of
from portal.rosters.fields.answers import DROP, Answers
from portal.rosters.fields.cells import is_formula, is_phone
from portal.rosters.fields.dates import DateColumn, Order, Samples
from portal.rosters.fields.headings import heading, speaks_of_guardian
from portal.rosters.fields.values import Report
from portal.rosters.tables.mapping import Columns, Row

_ADDRESS: Final = re.compile(r"[^\s@,;<>\"']+@[^\s@,;<>\"']+\.[^\s@,;<>\"']{2,}")
_WORD: Final = re.compile(r"[^\W\d_][^\W\d_'’.\-]*(?:['’.\-][^\W\d_'’.\-]*)*")
_NAME: Final = re.compile(rf"{_WORD.pattern}(?:,? {_WORD.pattern}){{0,4}}")
_TOTAL: Final = re.compile(
    r"(?:grand |sub ?)?(?:total|count|sum)s?(?: (?:of )?\w+)?\s*[:=]?\s*[\d,.]*"
    r"|[\d,.]+ (?:students|pupils|records|rows|children)",
    re.IGNORECASE,
)
_TELLING: Final = frozenset("=+-@'")
_FEWEST: Final = 3
_KEPT_CELLS: Final = 500
_KEPT_WORDS: Final = 50_000
_NO_NAMES: Final = frozenset(
    ("yes", "no", "true", "false", "n/a", "na", "none", "unknown", "male", "female", "active", "inactive", "mother",
     "father", "parent", "guardian", "both", "other", "self", "stepmother", "stepfather", "grandmother", "grandfather",
     "aunt", "uncle", "married", "divorced", "single", "english", "spanish")
)  # fmt: skip
_TOTALS: Final = "Rows that only total the others, left out: {}."
_MARKED: Final = "Cells with an apostrophe before them, as spreadsheets mark text; it was left off: {}."


@dataclass(slots=True)
class Held:
    """What the cells of one column hold that is not kept."""

    cells: int = 0
    addresses: Samples = field(default_factory=Samples)
    phones: Samples = field(default_factory=Samples)
    plain_phones: Samples = field(default_factory=Samples)
    kept: list[str] = field(default_factory=list)

    def take(self, cell: str) -> None:
        """Look at one cell that is not empty."""
        self.cells += 1
        if "@" in cell and _ADDRESS.search(cell):
            self.addresses.take(cell)
        elif is_phone(cell):
            (self.plain_phones if cell.isdigit() else self.phones).take(cell)
        elif len(self.kept) < _KEPT_CELLS:
            self.kept.append(cell)

    def settle(self) -> None:
        """Count bare digits as phones where nearly all of the column can be such."""
        if self.plain_phones.total * 10 >= self.cells * 9:
            self.phones.total += self.plain_phones.total
            self.phones.cells += self.plain_phones.cells[: _FEWEST - len(self.phones.cells)]

    def reached(self) -> dict[str, Samples]:
        """Return the addresses and the phones, where they are more than chance."""
        self.settle()
        found = {"addresses": self.addresses, "phones": self.phones}
        return {kind: one for kind, one in found.items() if _is_many(one.total, self.cells, is_names=False)}

    def names(self, known: set[str], *, is_guardians: bool) -> Samples:
        """Return the cells that name somebody: with a word that is a name elsewhere here, or below such a header."""
        found, seen = Samples(), set()
        for cell in self.kept:
            words = [word.casefold() for word in _WORD.findall(cell)]
            if not _NAME.fullmatch(cell) or cell.casefold() in _NO_NAMES:
                continue
            if is_guardians or any(word in known for word in words):
                found.take(cell)
                seen.add(cell.casefold())
        # People differ; the words of a choice, such as a school or a yes, come again and again.
        is_choice = found.total > _FEWEST and len(seen) * 3 <= found.total
        return Samples() if is_choice or not _is_many(found.total, len(self.kept), is_names=True) else found


class Survey:
    """What the rows of a file say as a whole."""

    def __init__(self, columns: Columns, today: date) -> None:
        """Take the columns; nothing has been looked at."""
        self._columns = columns
        self._held = {place: Held() for place in {*columns.dropped, *columns.doubtful}}
        self._kept = {place: key for key, place in columns.places.items()}
        self._dates = DateColumn(today)
        self._birth = columns.places.get("birth_date")
        self._words: set[str] = set()
        self._formulas: dict[int, Samples] = {}
        self._marked: dict[int, int] = {}
        self._filled = [0] * len(columns.header)
        self._names = {place for place, key in self._kept.items() if "name" in key}
        self.order: Order | None = None

    def take(self, rows: Iterable[Row]) -> None:
        """Look at every row."""
        for _, cells in rows:
            if not is_total(cells):
                self._row(cells)

    def _row(self, cells: list[str]) -> None:
        for place, cell in enumerate(map(str.strip, cells)):
            if not cell:
                continue
            if place in self._held:
                self._held[place].take(cell)
            elif place in self._kept:
                self._known(place, cell)

    def _known(self, place: int, cell: str) -> None:
        self._filled[place] += 1
        if cell[0] in _TELLING:
            if is_formula(cell):
                self._formulas.setdefault(place, Samples()).take(cell)
            elif cell[0] == "'":
                self._marked[place] = self._marked.get(place, 0) + 1
        if place == self._birth:
            self._dates.take(cell)
        elif place in self._names and len(self._words) < _KEPT_WORDS:
            self._words.update(word.casefold() for word in _WORD.findall(cell) if len(word) > 2)

    def tell(self, report: Report, said: Answers) -> None:
        """Put into the report what the columns that are not kept hold, and whatever only a person can answer."""
        self.settle()
        for place, held in sorted(self._held.items()):
            self._tell_held(place, held, report)
        for place, found in sorted(self._formulas.items()):
            tell_formulas(self._columns, place, found, report)
        if self._birth is not None:
            column = self._columns.written(self._birth)
            self.order = self._dates.settle(self._columns.file, column, report, said.dates)
        report.count(_MARKED, sum(self._marked.values()))

    def _tell_held(self, place: int, held: Held, report: Report) -> None:
        written = self._columns.written(place)
        kinds = self._kinds(place, held)
        if written:
            counts = {kind: found.total for kind, found in kinds.items() if found.total}
            report.held.setdefault(self._columns.file, {})[written] = {"cells": held.cells} | counts
        if many := self.asked_of(place):
            self._ask(place, many, report)

    def _kinds(self, place: int, held: Held) -> dict[str, Samples]:
        names = held.names(self._words, is_guardians=speaks_of_guardian(self._columns.written(place)))
        return {"addresses": held.addresses, "phones": held.phones, "names": names}

    def asked_of(self, place: int) -> dict[str, Samples]:
        """Return whom the cells of a column hold about which somebody has to answer, by kind; once all is settled."""
        if place not in self._columns.doubtful:
            return {}
        held = self._held[place]
        return {
            kind: found
            for kind, found in self._kinds(place, held).items()
            if _is_many(found.total, held.cells, is_names=kind == "names")
        }

    def settle(self) -> None:
        """Count what columns hold, once all rows were looked at."""
        for held in self._held.values():
            held.settle()

    def _ask(self, place: int, many: dict[str, Samples], report: Report) -> None:
        written, file = self._columns.written(place), self._columns.file
        kind = next(iter(many))
        told = said_of(many)
        name, field_ = self._columns.name(place), self.free(FIELD_OF[kind])
        says = (f"{name}={field_}", f"{name}={DROP}")
        answer = f'Say what it is, as --column "{says[0]}", or leave it out with --column "{says[1]}".'
        if not written:
            sentence = f"Column {place + 1} of {file} has no header, and holds {told}."
            report.doubt("column", file, name, sentence, answer=answer, samples=many[kind].cells, says=says)
            return
        found = heading(written)
        why = "is not known and would be dropped"
        if found and found.key in self._columns.places:
            why = f"would be dropped, for another already says {found.key}"
        sentence = f"The column “{written}” {why}. It holds {told}."
        report.doubt("column", file, written, sentence, answer=answer, samples=many[kind].cells, says=says)

    def free(self, field_: str, taken: Container[str] = ()) -> str:
        """Return the first guardian's field that no column holds yet."""
        keys = [field_, *(f"{field_} {slot}" for slot in (*self._columns.slots, *"234") if slot != "1")]
        return next((key for key in keys if key not in self._columns.places and key not in taken), field_)

    def cleaned(self, rows: Iterable[Row], report: Report) -> Iterator[Row]:
        """Give the rows without those that total the others, and without the apostrophes that mark text."""
        marked = [place for place, count in self._marked.items() if count * 2 > self._filled[place]]
        for row, cells in rows:
            if is_total(cells):
                report.count(_TOTALS)
                continue
            for place in marked:
                if place < len(cells):
                    cells[place] = cells[place].strip().removeprefix("'")
            yield row, cells


_SAID: Final = {"addresses": ("mail address", "mail addresses"), "phones": ("phone number", "phone numbers"),
                "names": ("name of a person", "names of persons")}  # fmt: skip
FIELD_OF: Final = {"addresses": "guardian_email", "phones": "guardian_mobile", "names": "guardian_name"}


def said_of(many: Mapping[str, Samples]) -> str:
    """Say what a column holds: “60 mail addresses and 3 phone numbers”."""
    return " and ".join(count_of(found.total, *_SAID[kind]) for kind, found in many.items())


def tell_formulas(columns: Columns, place: int, found: Samples, report: Report) -> None:
    """Put into the report that a column is calculated: what a formula says depends on where it is opened."""
    column = columns.written(place)
    sentence = f"The column “{column}” holds {count_of(found.total, 'formula')}."
    answer = "Copy the column, paste it as values alone, and save the file again."
    report.doubt("formulas", columns.file, column, sentence, answer=answer, samples=found.cells)


def is_total(cells: list[str]) -> bool:
    """Whether a row only totals the others: it begins with such a word, and names nobody."""
    filled = [cell for cell in map(str.strip, cells) if cell]
    return (
        0 < len(filled) <= _FEWEST
        and bool(_TOTAL.fullmatch(filled[0]))
        and not any(letter.isalpha() for cell in filled[1:] for letter in cell)
    )


def _is_many(found: int, cells: int, *, is_names: bool) -> bool:
    """Whether so many cells of a column are more than chance: three of them, or a tenth; of names, both."""
    if is_names:
        return found * 10 >= cells and found >= min(_FEWEST, cells) > 0
    return found >= _FEWEST or found * 10 >= cells > 0 < found
