"""Files and children laid beside each other, as of now: what was given, whom the mailing is for, who is left out."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from sqlmodel import Session

from portal.documents.repository import intakes
from portal.documents.rules import pairing
from portal.documents.rules.inside import Open, Perhaps, as_read
from portal.documents.rules.problems import Judged, Pair
from portal.documents.rules.reconciling import Addressee, Reconciliation, reconcile
from portal.documents.rules.sampling import sample_of, uneven
from portal.documents.rules.tokens import Pupil
from portal.documents.tables import GivenFile, Intake
from portal.families import repository as families
from portal.families.rules import plan
from portal.mailings import repository as mailings
from portal.mailings.errors import NoSuchMailing
from portal.mailings.repository.addressed import addressed_of
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences
from portal.staff import repository as staff
from portal.words.sentences import numbered, one_after_another, sentence
from portal.words.several import in_words

_STOPPED: Mapping[str, Literal["is-list", "wrong-child", "names-others", "same-name", "unreadable"]] = {
    "is-list": "is-list",
    "wrong-child": "wrong-child",
    "names-others": "names-others",
    "same-name": "same-name",
    "unreadable": "unreadable",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """What stops all that was given, and what to do."""

    sentence: str
    fix: str
    pages: tuple[int, ...] = ()
    children: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Working:
    """How far the sorting is: `step` is unpack, pages, merge or judge; empty before it begins."""

    state: str
    step: str
    done: int
    total: int
    troubles: tuple[Trouble, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether nothing is being done any more."""
        return self.state in {"done", "failed", "set-aside"}


@dataclass(frozen=True, slots=True)
class Table:
    """The two-way table of one version of a mailing, with what its rows need: files by place, children by id.

    `odd` are the places of letters whose number of pages is not the usual one, `unnamed` of those with pages that name
    nobody and differ from child to child.
    """

    mailing: Mailing
    version: int
    working: Working | None
    found: Reconciliation
    files: Mapping[int, GivenFile]
    pupils: Mapping[str, Pupil]
    odd: tuple[int, ...] = ()
    unnamed: tuple[int, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether every child has its one letter, nothing is in doubt, and nothing is being done any more."""
        is_over = self.working is None or self.working.state == "done"
        return is_over and self.found.is_complete

    @property
    def sample(self) -> tuple[Pair, ...]:
        """The pairs that a person has to look at before the mailing may be approved."""
        return sample_of(self.found.pairs, self.mailing.id, self.odd, self.unnamed)

    @property
    def warning(self) -> str:
        """What the portal cannot tell and a person has to look at, in a sentence; or nothing."""
        if not self.unnamed:
            return ""
        return one_after_another(
            numbered(
                "%(number)s letter has a page without any name, and what stands there differs from child to child.",
                "%(number)s letters have pages without any name, and what stands there differs from child to child.",
                len(self.unnamed),
            ),
            sentence(
                "Only its place says whose such a page is: where one page is lost, each child gets the next one's."
            ),
            sentence("Look at the last of them, and have the name printed on every page."),
        )


def table_of(session: Session, mailing_id: str, *, now: datetime) -> Table:
    """Return the table of a mailing with one letter for each child. Raises `NoSuchMailing`."""
    mailing = mailings.find_any(session, mailing_id)
    if mailing is None:
        raise NoSuchMailing
    terms = audiences.terms_of(session, mailing)
    pupils = _pupils(session, terms)
    files = {one.place: one for one in intakes.given_files(session, mailing_id)}
    intake = intakes.intake_of(session, mailing_id)
    sites = sites_of_writer(session, mailing)
    known_by = _pupils(session, None, sites) if audiences.is_for_its_files(session, mailing_id) else pupils
    found = reconcile(
        _pairing(session, files.values(), known_by, sites),
        _addressees(session, mailing, terms, pupils, now),
        {place: _judged(one) for place, one in files.items() if one.document_id or one.problem in _STOPPED},
        mailings.leave_outs(session, mailing_id),
        known=known_by,
    )
    known = {pupil.child_id: pupil for pupil in pupils}
    strangers = {child for one in files.values() for child in (one.child_id, one.suggested_id) if child} - known.keys()
    for child, (number, given, family) in families.names_of_children(session, sorted(strangers)).items():
        known[child] = Pupil(child, number, given, family)
    suggested = [known[one.child_id] for one in found.suggestions]
    known |= {pupil.child_id: pupil for pupil in placed(session, suggested)}
    pages = intakes.pages_by_place(session, mailing_id)
    return Table(
        mailing, mailing.version, working_of(intake), found, files, known, uneven(pages), _unnamed(files.values())
    )


def working_of(intake: Intake | None) -> Working | None:
    """Return how far the sorting of what was given is."""
    if intake is None:
        return None
    troubles = tuple(
        Trouble(in_words(one, "sentence"), in_words(one, "fix"), tuple(one["pages"]), tuple(one["children"]))
        for one in json.loads(intake.problem or "[]")
    )
    return Working(intake.state, intake.step, intake.done, intake.total, troubles)


def sites_of_writer(session: Session, mailing: Mailing) -> frozenset[str] | None:
    """Return the sites whose children a file may be known by, beside the audience: those of whoever wrote the mailing.

    Else a list of numbers would tell staff of one site which children there are at another.
    """
    writer = staff.by_id(session, mailing.author_id)
    return writer.sites if writer else frozenset()


def _pupils(
    session: Session, terms: tuple[tuple[str, str], ...] | None, sites: frozenset[str] | None = None
) -> list[Pupil]:
    rows = families.pupils_of(session, terms, scope=sites)
    return [Pupil(child_id, number, given, family) for child_id, number, given, family in rows]


def _pairing(
    session: Session, files: Collection[GivenFile], pupils: Sequence[Pupil], sites: frozenset[str] | None
) -> pairing.Pairing:
    given = [pairing.GivenFile(one.place, one.file_name, one.size, _told_apart(one)) for one in files]
    chosen = {one.place: one.child_id for one in files if one.child_id}
    undecided = any(one.child_id is None for one in files)
    here = {pupil.child_id for pupil in pupils}
    elsewhere = [one for one in _pupils(session, None, sites) if one.child_id not in here] if undecided else []
    told = {one.place: said for one in files if (said := _said(one))}
    opened = {place: said for place, said in told.items() if isinstance(said, Open)}
    mailed = {place: said.children for place, said in opened.items() if said.why == "addressed"}
    return as_read(pairing.pair(given, pupils, elsewhere=elsewhere, chosen=chosen, addressed=mailed), told, here)


def _said(one: GivenFile) -> Perhaps | Open | None:
    """Return what reading a file told of whose it may be."""
    said = json.loads(one.report) if one.child_id is None and one.report else {}
    if "why" in said and one.suggested_id and one.is_kept:
        return Perhaps(one.suggested_id, tuple(said["why"]))
    return Open(said["open"], tuple(said["children"])) if "open" in said else None


def placed(session: Session, pupils: Iterable[Pupil]) -> list[Pupil]:
    """Return children with their sites and grades, by which namesakes are told apart."""
    all_of_them = list(pupils)
    ids = [pupil.child_id for pupil in all_of_them]
    grades, places = families.grades_of(session, ids), families.places_of_children(session, ids)
    return [
        replace(
            pupil,
            sites=tuple(dict.fromkeys(site for site, _ in places.get(pupil.child_id, ()))),
            grade=grades.get(pupil.child_id) or "",
        )
        for pupil in all_of_them
    ]


def _told_apart(one: GivenFile) -> str:
    """Return what the same file has in common; letters that were filled in may be alike for two children called Ana."""
    return f"{one.sha256} {one.child_id}" if one.is_filled else one.sha256


def _addressees(
    session: Session, mailing: Mailing, terms: tuple[tuple[str, str], ...], pupils: Sequence[Pupil], now: datetime
) -> list[Addressee]:
    ties = families.ties_of_audience(session, terms, now=now)
    by_roster = plan(ties, addressed=addressed_of(session, mailing))  # whoever staff leave out besides
    why = {one.child_id: audiences.WHY[one.why] for one in by_roster.children_left_out}
    return [Addressee(pupil, why.get(pupil.child_id, "")) for pupil in pupils]


def _judged(one: GivenFile) -> Judged:
    if one.document_id:
        return Judged("clear")
    said = json.loads(one.report or "{}")
    if one.problem == "is-list":
        return Judged("is-list", reason=_list_of(said.get("children", 0), others=said.get("others", False)))
    rightful = one.suggested_id if one.is_kept else None
    return Judged(_STOPPED[one.problem], frozenset(said.get("named", ())), in_words(said, "reason"), rightful)


def _unnamed(files: Collection[GivenFile]) -> tuple[int, ...]:
    return tuple(one.place for one in files if one.document_id and one.report and json.loads(one.report).get("unnamed"))


def _list_of(children: int, *, others: bool) -> str:
    """Return what a list holds; of children whom the writer does not write to, only that there are some."""
    if not children and not others:
        return sentence("It holds personal data in rows, of people who are not on your roster.")
    if not children:
        return sentence("It is a list: it names others from your roster.")
    if not others:
        return numbered(
            "It is a list: it names %(number)s child from your roster.",
            "It is a list: it names %(number)s children from your roster.",
            children,
        )
    return numbered(
        "It is a list: it names %(number)s child and others from your roster.",
        "It is a list: it names %(number)s children and others from your roster.",
        children,
    )
