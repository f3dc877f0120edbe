"""What a writer of a letter starts from: the places to choose among, and what a mailing says so far."""

from dataclasses import dataclass

from sqlmodel import Session

from portal.documents import repository as documents
from portal.families import repository as families
from portal.mailings import repository as mailings
from portal.mailings.rules import Term
from portal.staff.rules import Acting


@dataclass(frozen=True, slots=True)
class Places:
    """What an audience can be made of, within a writer's sites."""

    programs: list[str]
    sites: list[str]
    grades: list[str]
    has_roster: bool


@dataclass(frozen=True, slots=True)
class SoFar:
    """A mailing as its writer goes on with it; `file_name` is empty where no file was cleared yet."""

    id: str
    version: int
    state: str
    title: str
    message: str
    link_days: int
    terms: tuple[Term, ...]
    file_name: str


def places(session: Session, by: Acting) -> Places:
    """Return the programs, sites and grades that somebody may write to."""
    found = families.places(session, by.sites)
    return Places(found["program"], found["site"], found["grade"], families.newest_roster(session) > 0)


def so_far(session: Session, mailing_id: str, by: Acting) -> SoFar:
    """Return what a mailing says so far. Raises `NoSuchMailing`."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    held = documents.documents_of(session, mailing_id)
    return SoFar(
        mailing.id,
        mailing.version,
        mailing.state,
        mailing.title,
        mailing.message,
        mailing.link_days,
        mailings.terms_of(session, mailing_id),
        held[-1].file_name if held else "",
    )
