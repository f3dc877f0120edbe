"""One letter for each child as staff see it: what is in doubt and what can be done about it, and every pair."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.errors import NoSuchDocument
from portal.documents.repository import intakes
from portal.documents.rules.problems import Pair, Problem, grounds_said
from portal.documents.rules.reconciling import LeftOut
from portal.documents.rules.tokens import Pupil
from portal.documents.tables import GivenFile
from portal.families import repository as families
from portal.mailings import repository as mailings
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences
from portal.overviews.per_child import reconciling
from portal.overviews.per_child.narrower import Narrower, narrower
from portal.overviews.per_child.reconciling import Table, Working
from portal.staff.rules import Acting
from portal.words.sentences import sentence

_WHOSE_FILE = frozenset(
    {"is-list", "wrong-child", "names-others", "same-as-other", "doubled", "empty", "unreadable", "missing"}
)
"""Kinds of problem that a right file for the child ends, and so does leaving the child out."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter and the one child it is for."""

    document_id: str
    file_name: str
    size: int
    child_id: str
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that does not add up, with the file and the child it is about, where there are such.

    `partner` is the file that it may change places with, `files` are all of a child's where it has several. `may_be`
    are the children of the audience one of whom it may be for.
    """

    problem: Problem
    given: GivenFile | None
    child: Pupil | None
    suggested: Pupil | None
    partner: GivenFile | None = None
    files: tuple[GivenFile, ...] = ()
    may_be: tuple[Pupil, ...] = ()

    @property
    def id(self) -> str:
        """What tells its row on the page from the others: its file's id, or its child's number."""
        return self.given.id if self.given else self.child.student_number if self.child else self.problem.kind

    @property
    def can_be_given(self) -> bool:
        """Whether another file for the child would put it right, or leaving the child out."""
        return self.child is not None and self.problem.kind in _WHOSE_FILE


@dataclass(frozen=True, slots=True)
class Suggested:
    """A file that is read as the letter of the child it may be for, and why it may be; a person says so, or not."""

    given: GivenFile
    child: Pupil
    why: str


@dataclass(frozen=True, slots=True)
class Given:
    """What a mailing was given: in which way, told what, and whether it is kept, so that it can be sorted again."""

    way: str
    told: Mapping[str, Any]
    names: Mapping[str, str]
    is_kept: bool


@dataclass(frozen=True, slots=True)
class LettersSeen:
    """The letters of a mailing; `table` is None once it is approved, when nothing can be in doubt any more.

    With a `narrower` audience, the children without a file are one doubt, and told with it. `is_waived`: its author
    alone may send it.
    """

    mailing: Mailing
    given: Given
    working: Working | None
    table: Table | None
    doubts: tuple[Doubt, ...]
    letters: tuple[Letter, ...]
    left_out: tuple[tuple[LeftOut, Pupil], ...]
    suggested: tuple[Suggested, ...] = ()
    narrower: Narrower | None = None
    is_waived: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether it may go to its approver, or has."""
        return self.table is None or self.table.is_complete

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """How many there are of each kind of doubt, the gravest kind first; several files for one child are one."""
        return list(
            Counter(kind for kind, _ in dict.fromkeys((one.problem.kind, one.id) for one in self.doubts)).items()
        )

    @property
    def to_put_right(self) -> int:
        """How many things there are to put right."""
        return sum(count for _, count in self.kinds) + (self.narrower is not None)

    @property
    def shift(self) -> Problem | None:
        """What says that many files stand under their neighbours' names, if anything does."""
        return next((doubt.problem for doubt in self.doubts if doubt.problem.kind == "shifted"), None)

    @property
    def missing(self) -> tuple[str, ...]:
        """The student numbers of all children without a file."""
        return (
            tuple(self.table.pupils[child].student_number for child in self.table.found.missing) if self.table else ()
        )

    def number_of(self, child_id: str) -> str:
        """Return the student number of a child of the audience; empty for anybody else."""
        child = self.table.pupils.get(child_id) if self.table else None
        return child.student_number if child else ""

    def named(self, child_id: str) -> str:
        """Return the name and number of a child of the audience; a number of words for anybody else."""
        child = self.table.pupils.get(child_id) if self.table else None
        return f"{_name(child)} ({child.student_number})" if child else sentence("a child this is not for")

    def has_number(self, number: str) -> bool:
        """Whether a child of the audience has this student number."""
        return self.table is not None and any(one.student_number == number for one in self.table.pupils.values())

    def matching(self, words: str) -> list[Letter]:
        """Return the letters whose child's name, number or file's name holds every one of these words."""
        wanted = words.casefold().split()
        return [
            one
            for one in self.letters
            if all(word in f"{one.name} {one.number} {one.file_name}".casefold() for word in wanted)
        ]


def letters_seen(session: Session, by: Acting, mailing_id: str, *, now: datetime, waived_below: int = 0) -> LettersSeen:
    """Return the letters of a mailing as they stand. Raises `NoSuchMailing`; `NoSuchDocument` for a shared letter."""
    mailing = _of_each(session, by, mailing_id)
    intake = intakes.intake_of(session, mailing_id)
    given = given_of(session, mailing)
    if mailing.approved_at is not None:
        return LettersSeen(mailing, given, None, None, (), tuple(_frozen(session, mailing_id)), ())
    working = reconciling.working_of(intake)
    if working is not None and not working.is_over and mailing.state == "draft":  # the page shows how far it is
        return LettersSeen(mailing, given, working, None, (), (), ())
    table = reconciling.table_of(session, mailing_id, now=now)
    left_out = tuple((one, table.pupils[one.child_id]) for one in table.found.left_out)
    here = {row[0] for row in families.pupils_of(session, audiences.terms_of(session, mailing))}
    wide = narrower(session, table)
    doubts = tuple(one for one in _doubts(session, table, here) if wide is None or one.problem.kind != "missing")
    suggested = tuple(_suggested(table))
    is_waived = bool(waived_below) and audiences.is_waived(
        mailing,
        audiences.reach_of(session, mailing, now=now),
        below=waived_below,
        is_released=bool(documents.releases_of(session, mailing_id)),
    )
    return LettersSeen(mailing, given, working, table, doubts, letters_of(table), left_out, suggested, wide, is_waived)


def _of_each(session: Session, by: Acting, mailing_id: str) -> Mailing:
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    if mailing.way == "shared":
        raise NoSuchDocument(sentence("This mailing has one letter for everybody, and none for each child."))
    return mailing


def given_of(session: Session, mailing: Mailing) -> Given:
    """Return what a mailing was given to make its letters from."""
    intake = intakes.intake_of(session, mailing.id)
    if intake is None:
        return Given(mailing.way, {}, {}, is_kept=False)
    told = json.loads(intake.ask)
    names = {role: one.file_name for role, one in intakes.intake_files(session, mailing.id).items()}
    return Given(intake.way, told, names, is_kept=bool(names) or bool(told.get("markdown")))


def given_to(session: Session, by: Acting, mailing_id: str) -> Given:
    """Return what a mailing was given, to whoever may see the mailing. Raises `NoSuchMailing`, `NoSuchDocument`."""
    return given_of(session, _of_each(session, by, mailing_id))


def how_far(session: Session, by: Acting, mailing_id: str) -> Working | None:
    """Return how far the sorting is, for the page that looks again. Raises `NoSuchMailing`, `NoSuchDocument`."""
    _of_each(session, by, mailing_id)
    return reconciling.working_of(intakes.intake_of(session, mailing_id))


def letters_of(table: Table, pairs: Sequence[Pair] | None = None) -> tuple[Letter, ...]:
    """Return the pairs of a table, or some of them, as letters, in the order of the files."""
    found = []
    for pair in sorted(table.found.pairs if pairs is None else pairs, key=lambda pair: pair.place):
        child, document_id = table.pupils[pair.child_id], table.files[pair.place].document_id
        if document_id:
            found.append(Letter(document_id, pair.name, pair.size, pair.child_id, child.student_number, _name(child)))
    return tuple(found)


def _frozen(session: Session, mailing_id: str) -> Iterator[Letter]:
    held = [one for one in documents.documents_of(session, mailing_id) if one.addressee_id]
    names = families.names_of_children(session, [one.addressee_id for one in held if one.addressee_id])
    rows = ((one, *names[one.addressee_id]) for one in held if one.addressee_id)
    for one, number, given, family in sorted(rows, key=lambda row: (row[3], row[2], row[1])):
        assert one.addressee_id is not None
        yield Letter(one.id, one.file_name, one.size, one.addressee_id, number, f"{given} {family}".strip())


def _suggested(table: Table) -> Iterator[Suggested]:
    for one in table.found.suggestions:
        child = table.pupils[one.child_id]
        yield Suggested(table.files[one.place], child, grounds_said(one.why, child))


def _doubts(session: Session, table: Table, here: Collection[str]) -> Iterator[Doubt]:
    """Yield what is in doubt; a child whom the mailing is not for is not named, since not everybody may see it."""
    unclear = {child for problem in table.found.problems for child in problem.may_be if child in here}
    chosen_from = {one.child_id: one for one in reconciling.placed(session, map(table.pupils.__getitem__, unclear))}
    for problem in table.found.problems:
        given = table.files.get(problem.place) if problem.place is not None else None
        child = table.pupils.get(problem.child_id) if problem.child_id and problem.child_id in here else None
        suggested = table.pupils.get(problem.suggested) if problem.suggested and problem.suggested in here else None
        is_all = problem.kind == "shifted"  # its file is the first of many: nothing is to be done about it alone
        partner = (
            table.files.get(problem.partner) if problem.partner is not None and problem.suggested in here else None
        )
        several = (problem.place, *problem.others) if problem.others and problem.place is not None else ()
        files = tuple(table.files[place] for place in several)
        may_be = sorted((chosen_from[child] for child in problem.may_be if child in chosen_from), key=_number)
        yield Doubt(
            problem, None if is_all else given, None if is_all else child, suggested, partner, files, tuple(may_be)
        )


def _number(child: Pupil) -> str:
    return child.student_number


def _name(child: Pupil) -> str:
    return f"{child.given_name} {child.family_name}".strip()
