"""An audience that is far too wide for the files that were given: whom alone they are for, in a few words."""

from dataclasses import dataclass
from functools import reduce
from typing import Final

from sqlmodel import Session

from portal.documents.rules.tokens import Pupil
from portal.families import repository as families
from portal.mailings.rules import Term, audience_sentence
from portal.overviews.audience import audiences
from portal.overviews.per_child.reconciling import Table, placed

_MOST_WORDS: Final = 3
"""So many grades or sites can be read at a glance."""


@dataclass(frozen=True, slots=True)
class Narrower:
    """Whom the files are for: `words` as an audience is said, with its `terms`, where few words say it; and each child.

    `of` is how many children the audience has now, `within` how many these words name.
    """

    children: tuple[str, ...]
    of: int
    words: str = ""
    terms: tuple[Term, ...] = ()
    within: int = 0

    @property
    def by_number(self) -> tuple[Term, ...]:
        """The children themselves, as an audience."""
        return tuple(Term("child", number) for number in self.children)


def narrower(session: Session, table: Table) -> Narrower | None:
    """Return whom the files are for if most of the audience has none; None where they are for most of it."""
    terms = audiences.terms_of(session, table.mailing)
    here = {row[0]: Pupil(*row) for row in families.pupils_of(session, terms)}
    given = {one.child_id or one.suggested_id for one in table.files.values()}
    theirs = [here[child] for child in here if child in given]
    if not theirs or len(table.found.missing) <= len(theirs):
        return None
    found = Narrower(tuple(pupil.student_number for pupil in theirs), len(here))
    by_place = _by_place(placed(session, theirs))
    within = {row[0] for row in families.pupils_of(session, [(term.kind, term.value) for term in by_place])}
    if not by_place or not within < here.keys() or len(within) > 2 * len(theirs):
        return found
    return Narrower(found.children, found.of, audience_sentence(by_place, ""), by_place, len(within))


def _by_place(pupils: list[Pupil]) -> tuple[Term, ...]:
    """Return the grades and sites of children as an audience that holds them all; empty where it takes many words."""
    grades = {pupil.grade for pupil in pupils}
    shared = reduce(frozenset.intersection, (frozenset(pupil.sites) for pupil in pupils))
    sites = sorted(shared)[:1] or sorted({pupil.sites[0] for pupil in pupils if pupil.sites})
    terms: list[Term] = []
    if "" not in grades and len(grades) <= _MOST_WORDS:
        terms += [Term("grade", grade) for grade in sorted(grades)]
    if len(sites) <= _MOST_WORDS and all(pupil.sites for pupil in pupils):
        terms += [Term("site", site) for site in sites]
    return tuple(terms)
