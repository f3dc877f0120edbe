"""One mailing as its page shows it: what it says, whom it reaches, who acted, and how far it has come."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.repository import intakes
from portal.documents.repository.enclosures import enclosed_in
from portal.documents.rules import STRANGERS
from portal.documents.tables import Document, HeldFile
from portal.families.repository.guardians import guardians_called
from portal.mailings import repository as mailings
from portal.mailings.repository.addressed import addressed_of
from portal.mailings.rules import audience_sentence
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences
from portal.overviews.audience.audiences import LeftOutGroup, Reach
from portal.overviews.audience.sent_before import SentBefore, sent_before
from portal.overviews.people.approvers import approvers_of
from portal.overviews.people.staff_mail import name_of
from portal.overviews.per_child import reconciling
from portal.overviews.sending.progress import Progress, progress_of
from portal.staff.rules import Acting
from portal.words.languages import Language, languages


@dataclass(frozen=True, slots=True)
class Numbers:
    """Whom a mailing reaches, and the children it leaves out, by reason and most first.

    `first` are the guardians of the first wave, all of them where there is one alone. `families` is for settings and
    waves, which count those.
    """

    children: int
    guardians: int
    families: int
    first: int
    left_out: tuple[LeftOutGroup, ...]

    @property
    def children_left_out(self) -> int:
        """How many children get nothing."""
        return sum(group.children for group in self.left_out)


@dataclass(frozen=True, slots=True)
class People:
    """Who wrote, approved and ended a mailing, and who was asked to approve it, by name."""

    author: str
    approver: str
    ended_by: str
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Released:
    """Who let a file pass that names somebody, or is a list of people who are not on the roster, when and why."""

    by: str
    at: datetime
    reason: str
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class MailingSeen:
    """Everything the page of a mailing says.

    `numbers` are the roster's today until the approval freezes them; `progress` begins with the approval. `stopped`
    is a file that a second person may still release. `others` are the files in other languages than English, and
    `languages` all others in which it says anything. `letters` counts
    those that have one child each; whoever looks has looked at the sample of them where `is_sample_seen`, and the
    portal still works on them while `is_sorting`. `sent_before` is told until the approval. `is_waived`: its author
    alone may send it. `addressed` are the only guardians whom it is for, `other_guardians` those of the same children.
    `enclosed` are the files that come with the letter.
    """

    mailing: Mailing
    audience: str
    file: Document | None
    numbers: Numbers
    people: People
    progress: Progress | None
    is_mine: bool
    stopped: HeldFile | None = None
    released: Released | None = None
    others: tuple[Document, ...] = ()
    languages: tuple[Language, ...] = ()
    letters: int = 0
    is_sample_seen: bool = False
    is_sorting: bool = False
    sent_before: SentBefore | None = None
    asks_code: bool = False
    addressed: tuple[str, ...] | None = None
    other_guardians: tuple[str, ...] = ()
    is_waived: bool = False
    enclosed: tuple[Document, ...] = ()

    @property
    def is_list_stopped(self) -> bool:
        """Whether the stopped file is a list of people who are not on the roster."""
        return self.stopped is not None and not json.loads(self.stopped.findings)["children"]

    @property
    def messages(self) -> int:
        """How many messages the latest act has."""
        return sum(self.progress.latest.values()) if self.progress else 0


def mailing_seen(
    session: Session, by: Acting, mailing_id: str, *, organisation: str, waived_below: int = 0, now: datetime
) -> MailingSeen:
    """Return a mailing as this staff member may see it. Raises `NoSuchMailing`.

    A letter to fewer families than `waived_below` needs no second person.
    """
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    held = documents.documents_of(session, mailing.id)
    is_frozen, is_shared = mailing.approved_at is not None, mailing.way == "shared"
    reach = audiences.reach_of(session, mailing, now=now)
    working = None if is_shared else reconciling.working_of(intakes.intake_of(session, mailing.id))
    released = _released(session, mailing.id)
    return MailingSeen(
        mailing,
        audience_sentence(mailings.terms_of(session, mailing.id), organisation),
        documents.in_language(held) if is_shared else None,
        _numbers(session, reach),
        _people(session, mailing),
        progress_of(session, mailing.id) if is_frozen else None,
        mailing.author_id == by.id,
        _stopped(session, mailing.id, now),
        released,
        tuple(one for one in held if one.language),
        languages_of(session, mailing.id),
        0 if is_shared else len(held),
        mailings.has_seen_sample(session, mailing, by.id),
        working is not None and not working.is_over,
        None if is_frozen else sent_before(session, mailing, reach.child_ids),
        audiences.asks_code(mailing, reach),
        _names(session, addressed_of(session, mailing)),
        _names(session, audiences.others_of(session, mailing, now=now)) or (),
        audiences.is_waived(mailing, reach, below=waived_below, is_released=released is not None),
        tuple(enclosed_in(held)),
    )


def _names(session: Session, guardian_ids: Collection[str] | None) -> tuple[str, ...] | None:
    if guardian_ids is None:
        return None
    return tuple(one.name for one in guardians_called(session, guardian_ids))


def languages_of(session: Session, mailing_id: str) -> tuple[Language, ...]:
    """Return the languages other than English in which a mailing has a file or words."""
    tags = {one.language for one in documents.documents_of(session, mailing_id)}
    tags |= mailings.words_of(session, mailing_id).keys()
    return tuple(language for language in languages() if language.tag in tags)


def _stopped(session: Session, mailing_id: str, now: datetime) -> HeldFile | None:
    held = documents.held_file(session, mailing_id)
    return held if held and held.expires_at > now else None


def _released(session: Session, mailing_id: str) -> Released | None:
    for release in documents.releases_of(session, mailing_id).values():
        by = name_of(session, release.by_id)
        return Released(by, release.released_at, release.reason, is_list=release.people == STRANGERS)
    return None


def _numbers(session: Session, reach: Reach) -> Numbers:
    groups = audiences.left_out_groups(session, reach)
    return Numbers(reach.children, reach.guardians, reach.families, len(reach.first), groups)


def _people(session: Session, mailing: Mailing) -> People:
    asked: tuple[str, ...] = ()
    if mailing.state == "waiting":
        asked = tuple(one.display for one in approvers_of(session, mailing))
    return People(
        name_of(session, mailing.author_id),
        name_of(session, mailing.approver_id) if mailing.approver_id else "",
        name_of(session, mailing.ended_by_id) if mailing.ended_by_id else "",
        asked,
    )


def how_far(session: Session, by: Acting, mailing_id: str) -> tuple[Mailing, Progress]:
    """Return a mailing and how far it has come. Raises `NoSuchMailing`."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    return mailing, progress_of(session, mailing.id)
