"""An incident as its page tells it: the facts before the freeze first, then what was decided since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlmodel import Session, col

from portal.documents import repository as documents
from portal.documents.tables import Copy, Document
from portal.families.rules import count_families
from portal.families.tables import Child, Guardian
from portal.incidents import repository as incidents
from portal.incidents.errors import NoSuchIncident
from portal.incidents.tables import Incident, IncidentMailing
from portal.ledger.tables import Disclosure
from portal.links.tables import Opening
from portal.mailings import repository as mailings
from portal.mailings.errors import NoSuchMailing
from portal.mailings.rules import audience_sentence
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice, NoticeLink
from portal.overviews.people.staff_mail import name_of
from portal.overviews.records import record
from portal.staff.rules import Acting
from portal.words.sentences import numbered, sentence

FILES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class FileSeen:
    """One sealed file of a frozen mailing; `released` says who let it pass although it names somebody, when and why."""

    id: str
    kind: str
    name: str
    size: int
    pages: int | None
    sha256: str
    released: tuple[str, datetime, str] | None


@dataclass(frozen=True, slots=True)
class MailingFacts:
    """What a mailing was and how far it had come. `notices` counts the messages of all acts up to the freeze.

    `children`, `guardians` and `families` are those to whom a message or a page had gone.
    """

    id: str
    title: str
    message: str
    audience: str
    author: str
    approver: str
    approved_at: datetime | None
    state: str
    is_ours: bool
    undone_at: datetime | None
    confidential: bool
    files: tuple[FileSeen, ...]
    file_count: int
    notices: dict[str, int]
    children: int
    guardians: int
    families: int
    first_sent: datetime | None
    last_sent: datetime | None

    @property
    def may_be_undone(self) -> bool:
        """Whether families could be sent fresh links: it died by this incident, and that was not undone."""
        return self.is_ours and self.undone_at is None


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """Somebody looked at a letter, or saved it, before the freeze; `network` is where the link had been opened."""

    guardian_id: str
    guardian_name: str
    address: str
    student_number: str
    child_id: str
    child_name: str
    title: str
    file_name: str
    kind: str
    at: datetime
    network: str


@dataclass(frozen=True, slots=True)
class Said:
    """A decision, and who wrote it down."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class IncidentSeen:
    """Everything the page of an incident says but who opened what; `by` is who pressed, by name."""

    incident: Incident
    by: str
    sender: str
    mailings: tuple[MailingFacts, ...]
    opened_by: int
    families_opened: int
    children_opened: int
    downloaded_by: int
    decisions: tuple[Said, ...]

    @property
    def title(self) -> str:
        """What the incident is called: its letter, or its letters."""
        first = self.mailings[0].title
        more = len(self.mailings) - 1
        return (
            numbered("%(title)s, and %(number)s more", "%(title)s, and %(number)s more", more, title=first)
            if more
            else first
        )

    def sum(self, state: str) -> int:
        """How many messages of all mailings ended like this before the freeze."""
        return sum(one.notices.get(state, 0) for one in self.mailings)


def find_incident(session: Session, incident_id: str, *, by: Acting) -> tuple[Incident, Sequence[IncidentMailing]]:
    """Return an incident all of whose mailings are within somebody's sites. Raises `NoSuchIncident`."""
    incident = incidents.find(session, incident_id)
    about = incidents.mailings_of(session, incident_id)
    try:
        for one in about:
            mailings.find(session, one.mailing_id, staff_id=by.id, sites=by.sites)
    except NoSuchMailing:
        raise NoSuchIncident from None
    return incident, about


def incident_seen(session: Session, incident_id: str, *, by: Acting, organisation: str) -> IncidentSeen:
    """Return an incident as this admin may see it. Raises `NoSuchIncident`."""
    incident, about = find_incident(session, incident_id, by=by)
    decisions = incidents.decisions_of(session, incident_id)
    names = record.names_of_staff(session, [incident.by, *(one.by for one in decisions)])
    readers = [
        (row[0], row[1], row[2])
        for row in session.execute(
            select(col(Disclosure.guardian_id), col(Disclosure.child_id), col(Disclosure.kind))
            .where(_before_freeze(incident, about))
            .distinct()
        )
    ]
    return IncidentSeen(
        incident,
        names.get(incident.by, incident.by),
        name_of(session, incident.sender_id) if incident.sender_id else "",
        tuple(_facts(session, incident, one, organisation) for one in about),
        len({guardian for guardian, _, _ in readers}),
        count_families({(guardian, child) for guardian, child, _ in readers}),
        len({child for _, child, _ in readers}),
        len({guardian for guardian, _, kind in readers if kind == "download"}),
        tuple(Said(one.at, names.get(one.by, one.by), one.text) for one in decisions),
    )


def _facts(session: Session, incident: Incident, about: IncidentMailing, organisation: str) -> MailingFacts:
    mailing = mailings.find_any(session, about.mailing_id)
    assert mailing is not None  # a key holds it
    files, file_count = _files(session, incident, mailing)
    sent = _sent_pairs(session, incident, about)
    first, last = _sent_between(session, incident, about)
    return MailingFacts(
        mailing.id,
        mailing.title,
        mailing.message,
        _for_whom(session, incident, mailing, organisation),
        name_of(session, mailing.author_id),
        name_of(session, mailing.approver_id) if mailing.approver_id else "",
        mailing.approved_at,
        about.state,
        about.is_ours,
        about.undone_at,
        mailing.confidential,
        files,
        file_count,
        _notices(session, incident, about),
        len({child for _, child in sent}),
        len({guardian for guardian, _ in sent}),
        count_families(sent),
        first,
        last,
    )


def _files(session: Session, incident: Incident, mailing: Mailing) -> tuple[tuple[FileSeen, ...], int]:
    """Return the first files of a mailing, and how many there are; the one file that an incident is about."""
    mine = col(Document.mailing_id) == mailing.id
    if incident.document_id:
        mine = and_(mine, col(Document.id) == incident.document_id)
    count: int = session.execute(select(func.count()).select_from(Document).where(mine)).scalar_one()
    query = select(Document).where(mine).limit(FILES_SHOWN)
    releases = documents.releases_of(session, mailing.id)
    found: list[FileSeen] = []
    for one in session.execute(query.order_by(col(Document.created_at), col(Document.file_name))).scalars():
        release = releases.get(one.id)
        told = (name_of(session, release.by_id), release.released_at, release.reason) if release else None
        found.append(FileSeen(one.id, one.kind, one.file_name, one.size, one.pages, one.sha256, told))
    return tuple(found), count


def _for_whom(session: Session, incident: Incident, mailing: Mailing, organisation: str) -> str:
    """Say whom a mailing was for; where the incident is about one child's file, that it was for one child."""
    addressee = select(col(Document.addressee_id)).where(col(Document.id) == incident.document_id)
    if incident.document_id is not None and session.execute(addressee).scalar() is not None:
        return sentence("one child")
    return audience_sentence(mailings.terms_of(session, mailing.id), organisation)


def about_children(incident: Incident) -> ColumnElement[bool]:
    """Return the condition for the children whom an incident is about, of those that messages carry links for."""
    if incident.document_id is None:
        return true()
    return col(NoticeLink.child_id).in_(select(col(Copy.child_id)).where(col(Copy.document_id) == incident.document_id))


def up_to(incident: Incident, about: IncidentMailing) -> ColumnElement[bool]:
    """Return the condition for the messages and pages of a mailing that an incident is about."""
    mine = and_(col(Notice.mailing_id) == about.mailing_id, col(Notice.round) <= about.round)
    if incident.document_id is None:
        return mine
    return and_(mine, col(Notice.id).in_(select(col(NoticeLink.notice_id)).where(about_children(incident))))


def _notices(session: Session, incident: Incident, about: IncidentMailing) -> dict[str, int]:
    query = select(col(Notice.state), func.count()).where(up_to(incident, about)).group_by(col(Notice.state))
    return {row[0]: row[1] for row in session.execute(query)}


def _sent_pairs(session: Session, incident: Incident, about: IncidentMailing) -> set[tuple[str, str]]:
    """Return to whom a message or a page went, and about which child; a printed page may be in somebody's hands."""
    query = (
        select(col(NoticeLink.guardian_id), col(NoticeLink.child_id))
        .join(Notice, col(Notice.id) == col(NoticeLink.notice_id))
        .where(up_to(incident, about), about_children(incident))
        .where(or_(col(Notice.state).in_(("sent", "bounced")), col(Notice.printed_at).is_not(None)))
    )
    return {(row[0], row[1]) for row in session.execute(query.distinct())}


def _sent_between(
    session: Session, incident: Incident, about: IncidentMailing
) -> tuple[datetime | None, datetime | None]:
    query = select(func.min(col(Notice.done_at)), func.max(col(Notice.done_at)))
    row = session.execute(query.where(up_to(incident, about), col(Notice.state) == "sent")).one()
    return row[0], row[1]


def affected(session: Session, incident: Incident, about: Sequence[IncidentMailing]) -> set[str]:
    """Return the children about whom a message or a page went out, or whose letter was looked at, before the freeze."""
    seen = select(col(Disclosure.child_id)).where(_before_freeze(incident, about)).distinct()
    sent = {child for one in about for _, child in _sent_pairs(session, incident, one)}
    return sent | set(session.execute(seen).scalars())


def _before_freeze(incident: Incident, about: Sequence[IncidentMailing]) -> ColumnElement[bool]:
    """Return the condition for what was seen before the freeze, of one document where the incident is about one."""
    mine = and_(col(Disclosure.mailing_id).in_([one.mailing_id for one in about]), col(Disclosure.at) <= incident.at)
    if incident.document_id is None:
        return mine
    copies = select(col(Copy.id)).where(col(Copy.document_id) == incident.document_id)
    return and_(mine, col(Disclosure.copy_id).in_(copies))


def has_reached(session: Session, incident_id: str, *, by: Acting) -> bool:
    """Tell whether an incident reached anybody, so that there are families to tell. Raises `NoSuchIncident`."""
    return bool(affected(session, *find_incident(session, incident_id, by=by)))


def opened_rows(session: Session, incident_id: str, *, by: Acting, limit: int | None = None) -> list[OpenedRow]:
    """Return who looked at what before the freeze, or saved it, the earliest first. Raises `NoSuchIncident`."""
    incident, about = find_incident(session, incident_id, by=by)
    query = (
        select(
            col(Guardian.id),
            col(Guardian.given_name) + " " + col(Guardian.family_name),
            func.coalesce(col(Guardian.address), ""),
            col(Child.student_number),
            col(Child.id),
            col(Child.given_name) + " " + col(Child.family_name),
            col(Mailing.title),
            col(Document.file_name),
            col(Disclosure.kind),
            col(Disclosure.at),
            col(Opening.network),
        )
        .join(Guardian, col(Guardian.id) == col(Disclosure.guardian_id))
        .join(Child, col(Child.id) == col(Disclosure.child_id))
        .join(Mailing, col(Mailing.id) == col(Disclosure.mailing_id))
        .join(Copy, col(Copy.id) == col(Disclosure.copy_id))
        .join(Document, col(Document.id) == col(Copy.document_id))
        .join(Opening, col(Opening.id) == col(Disclosure.opening_id))
        .where(_before_freeze(incident, about))
        .order_by(col(Disclosure.at), col(Disclosure.id))
    )
    return [OpenedRow(*row) for row in session.execute(query if limit is None else query.limit(limit))]
