"""The values a roster is made of, and the report that says what became of every part of the file."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import NamedTuple

from portal.kernel.errors import PortalError
from portal.kernel.text.addresses import OneAddress
from portal.rosters.fields.cells import printable

GUARDIAN_ROLES = ("parent", "guardian", "relative")
"""Who may be a guardian, in the order in which one of several is taken as the basis."""
COLUMNS = (
    "child_id", "child_given_name", "child_family_name", "birth_date", "grade", "site", "program",
    "guardian_id", "guardian_given_name", "guardian_family_name", "guardian_email", "guardian_mobile",
    "guardian_home_phone", "language", "may_receive",
)  # fmt: skip
"""The portal's own names for the columns of a flat roster."""
_LISTED = 5_000
_SAMPLE = 60


class RosterUnreadable(PortalError):
    """This is not a roster the portal can read. Nothing was changed."""


class ColumnsMissing(RosterUnreadable):
    """The headers of this roster do not say where something is that every roster needs. Nothing was changed."""


class Enrolment(NamedTuple):
    """A place a child has: a program at a site. Either may be empty when the roster does not name it."""

    program: str
    site: str


@dataclass(frozen=True, slots=True)
class ChildRow:
    """One child. `source_id` is the roster's own id, `student_number` the one staff know."""

    source_id: str
    student_number: str
    given_name: str
    family_name: str
    birth_date: date | None = None
    grade: str = ""
    enrolments: tuple[Enrolment, ...] = ()


@dataclass(frozen=True, slots=True)
class GuardianRow:
    """One adult. Phones are as the roster writes them; `language` is a tag such as `es`, or empty."""

    source_id: str
    given_name: str
    family_name: str
    email: OneAddress | None = None
    mobile: str = ""
    home_phone: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class GuardianshipRow:
    """One adult's tie to one child. `may_view` is None when the roster does not say."""

    guardian_source: str
    child_source: str
    basis: str
    may_view: bool | None = None


@dataclass(frozen=True, slots=True, order=True)
class Defect:
    """A cell that cannot be right. `row` counts as a spreadsheet does: the header is usually row 1."""

    file: str
    row: int
    column: str
    sentence: str

    def __str__(self) -> str:
        """Return the place and the sentence on one line."""
        return f"{self.file}, row {self.row}, {self.column}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something in a roster that can be understood in more than one way: it stops the import until it is answered.

    `sentence` and `answer` hold counts and headers alone. `samples` are up to three cells as written, for the
    operator's own screen and nowhere else. `says` are the answers that settle it, as `--column` takes them.
    """

    kind: str
    file: str
    column: str
    sentence: str
    answer: str
    samples: tuple[str, ...] = ()
    says: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Return what was seen, with samples, and what to do."""
        seen = f" For example: {'; '.join(self.samples)}." if self.samples else ""
        return f"{self.sentence}{seen} {self.answer}"


@dataclass(slots=True)
class Report:
    """What was found while reading. Lists at most 5,000 defects; `defect_total` counts them all.

    `held` says what a dropped column held, in counts: cells, addresses, phones, names. `ended` counts the children
    whose time had ended, `last_end` is the last such day.
    """

    format: str = ""
    mapping: dict[str, dict[str, str]] = field(default_factory=dict)
    dropped: dict[str, list[str]] = field(default_factory=dict)
    held: dict[str, dict[str, dict[str, int]]] = field(default_factory=dict)
    doubts: list[Doubt] = field(default_factory=list)
    ended: int = 0
    last_end: date | None = None
    notes: list[str] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)
    defect_total: int = 0
    tally: Counter[str] = field(default_factory=Counter)

    def note(self, sentence: str) -> None:
        """Keep a remark that stops nothing; the same remark once."""
        shown = printable(sentence)
        if shown not in self.notes:
            self.notes.append(shown)

    def count(self, sentence: str, by: int = 1) -> None:
        """Add to a remark that is told once with its number: `sentence` has a `{}` for it."""
        self.tally[sentence] += by

    def drop(self, file: str, column: str) -> None:
        """Name a column, or `the whole file`, that is not kept."""
        self.dropped.setdefault(file, []).append(printable(column))

    def doubt(
        self,
        kind: str,
        file: str,
        column: str,
        sentence: str,
        *,
        answer: str,
        samples: Iterable[str] = (),
        says: Iterable[str] = (),
    ) -> None:
        """Keep what only a person can answer. Up to three samples are kept."""
        shown = tuple(printable(sample.strip())[:_SAMPLE] for sample in islice(samples, 3))
        answers = tuple(printable(one) for one in says)
        found = Doubt(kind, file, printable(column), printable(sentence), printable(answer), shown, answers)
        if found not in self.doubts:
            self.doubts.append(found)

    def defect(self, file: str, row: int, column: str, sentence: str) -> None:
        """Keep a defect with its place."""
        self.defect_total += 1
        if len(self.defects) < _LISTED:
            self.defects.append(Defect(file, row, printable(column), printable(sentence)))

    def close(self) -> None:
        """Put the defects in the order of the file and tell the counted remarks."""
        self.defects.sort()
        for sentence, number in self.tally.items():
            if number:
                self.note(sentence.format(number))
        self.tally.clear()


@dataclass(frozen=True, slots=True)
class Keyed:
    """Values by student number and field, as written; an empty cell is an empty value. Faults stop a mailing.

    `columns` are the fields (`amount_due`), `headings` how the file writes each (`Amount due`). A leading zero is
    kept where the file has it; one that a spreadsheet dropped is for whoever looks the number up.
    """

    columns: tuple[str, ...]
    rows: Mapping[str, Mapping[str, str]]
    faults: tuple[str, ...]
    headings: Mapping[str, str]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileList:
    """Rows of (file name, student number) in their order; a file stands twice if the list names it twice."""

    rows: tuple[tuple[str, str], ...]
    faults: tuple[str, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SeenColumn:
    """One column of a flat roster, for a person to say what it holds.

    `name` is what answers call it. `key` is the field it was taken for, or nothing. `kind` is `known`, `left-out` (by
    its header), `twin` (its header stands in the file before) or `unknown`. `holds` says in words which persons were
    found in its cells, and then somebody has to answer; `proposed` is the field that addresses are proposed for.
    """

    name: str
    key: str
    kind: str
    samples: tuple[str, ...]
    holds: str = ""
    proposed: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The columns of a flat roster below the header that was found, or that is likeliest to be one."""

    row: int
    columns: tuple[SeenColumn, ...]
