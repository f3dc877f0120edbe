"""What a writer of a letter starts from: the places to choose among, and what a mailing says so far."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.repository.enclosures import enclosed_in
from portal.families import repository as families
from portal.mailings import repository as mailings
from portal.mailings.repository.addressed import addressed_of
from portal.mailings.rules import Term
from portal.overviews.audience import guardians_meant
from portal.overviews.people.children import ChildSeen
from portal.staff.rules import Acting
from portal.words.languages import ENGLISH, Language, languages, reading_language


@dataclass(frozen=True, slots=True)
class Places:
    """What an audience can be made of, within a writer's sites.

    `languages` are those other than English, each with how many guardians there read it, most first.
    """

    programs: list[str]
    sites: list[str]
    grades: list[str]
    has_roster: bool
    languages: tuple[tuple[Language, int], ...]


@dataclass(frozen=True, slots=True)
class SoFar:
    """A mailing as its writer goes on with it; `file_name` is empty where no file was cleared yet.

    `words` are title and message in other languages, `files` the names of the files in them, both by tag. `guardians`
    are the only ones whom it is for, one a line, if it is not for all. `enclosed` are the names of what comes with it.
    """

    id: str
    version: int
    state: str
    title: str
    message: str
    link_days: int
    terms: tuple[Term, ...]
    file_name: str
    way: str = "shared"
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    confidential: bool = False
    acknowledge: bool = False
    guardians: str = ""
    enclosed: tuple[str, ...] = ()


def places(session: Session, by: Acting, *, now: datetime) -> Places:
    """Return the programs, sites and grades that somebody may write to."""
    found = families.places(session, by.sites)
    has_roster = families.newest_roster(session) > 0
    return Places(found["program"], found["site"], found["grade"], has_roster, _readers(session, by, now))


def _readers(session: Session, by: Acting, now: datetime) -> tuple[tuple[Language, int], ...]:
    readers: Counter[Language] = Counter(dict.fromkeys(languages(), 0))
    for written, count in families.languages_on_record(session, by.sites, now=now).items():
        readers[reading_language(written)] += count
    del readers[ENGLISH]
    return tuple(readers.most_common())


def guardian_of(session: Session, child: ChildSeen, guardian_id: str) -> str:
    """Return one guardian of a child as a form holds them; nothing where there is no such guardian of it."""
    is_theirs = any(one.id == guardian_id and not one.is_over for one in child.guardians)
    return guardians_meant.written(session, frozenset({guardian_id})) if is_theirs else ""


def so_far(session: Session, mailing_id: str, by: Acting) -> SoFar:
    """Return what a mailing says so far. Raises `NoSuchMailing`."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    held = documents.documents_of(session, mailing_id)
    base = documents.in_language(held) if mailing.way == "shared" else None
    return SoFar(
        mailing.id,
        mailing.version,
        mailing.state,
        mailing.title,
        mailing.message,
        mailing.link_days,
        mailings.terms_of(session, mailing_id),
        base.file_name if base else "",
        mailing.way,
        mailings.words_of(session, mailing_id),
        {one.language: one.file_name for one in held if one.language},
        mailing.confidential and (mailing.way == "shared" or not mailing.plain_for_one),
        mailing.acknowledge,
        guardians_meant.written(session, addressed_of(session, mailing)),
        tuple(one.file_name for one in enclosed_in(held)),
    )
