"""What a pack of evidence holds beside the facts: whom a letter was sent to, and what the ledger says of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlmodel import Session, col

from portal.documents.tables import Document
from portal.families.tables import Child, Guardian
from portal.ledger import repository as ledger
from portal.ledger.rules import Entry
from portal.links.tables import Link
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice, NoticeLink
from portal.overviews.incidents.incident_seen import about_children, find_incident, up_to
from portal.overviews.records import record
from portal.staff.rules import Acting

_MARGIN = timedelta(minutes=10)
"""Clocks of several machines differ; what was written down a little earlier is looked at too."""


@dataclass(frozen=True, slots=True)
class SentTo:
    """One message, or one page, about one child, and what became of it."""

    guardian_name: str
    address: str
    student_number: str
    child_name: str
    title: str
    round: int
    channel: str
    state: str
    at: datetime | None
    reply: str


def sent_to(session: Session, incident_id: str, *, by: Acting) -> list[SentTo]:
    """Return everybody for whom a message or a page was made before the freeze, also those that never left."""
    incident, about = find_incident(session, incident_id, by=by)
    before = or_(*(up_to(incident, one) for one in about))
    query = (
        select(
            col(Guardian.given_name) + " " + col(Guardian.family_name),
            col(Notice.address),
            col(Child.student_number),
            col(Child.given_name) + " " + col(Child.family_name),
            col(Mailing.title),
            col(Notice.round),
            col(Notice.channel),
            col(Notice.state),
            col(Notice.done_at),
            col(Notice.reply),
        )
        .join(NoticeLink, col(NoticeLink.notice_id) == col(Notice.id))
        .join(Mailing, col(Mailing.id) == col(Notice.mailing_id))
        .join(Guardian, col(Guardian.id) == col(NoticeLink.guardian_id))
        .join(Child, col(Child.id) == col(NoticeLink.child_id))
        .where(before, about_children(incident))
        .order_by(col(Mailing.title), col(Notice.round), col(Guardian.family_name), col(Guardian.given_name))
    )
    return [SentTo(*row) for row in session.execute(query)]


def ledger_of(session: Session, incident_id: str, *, by: Acting) -> Iterator[Entry]:
    """Yield, in order, every entry about an incident, its mailings, and their documents, links and disclosures.

    Looks from the time on when the first of them was written. Raises `NoSuchIncident`, `LedgerBroken`.
    """
    _, about = find_incident(session, incident_id, by=by)
    mailing_ids = [one.mailing_id for one in about]
    ids = {incident_id, *mailing_ids}
    for table in (Document, Link):
        query = select(col(table.id)).where(col(table.mailing_id).in_(mailing_ids))
        ids.update(session.execute(query).scalars())
    begun = select(col(Mailing.created_at)).where(col(Mailing.id).in_(mailing_ids))
    since = min(session.execute(begun).scalars()) - _MARGIN
    for entry in ledger.entries(session, after=_last_before(session, since)):
        if _names_one_of(record.line_of(entry).about.values(), ids):
            yield entry


def _last_before(session: Session, moment: datetime) -> int:
    """Return the number of the last entry before a moment, by halving: numbers rise with time, without gaps."""
    low, high = 0, ledger.head(session)[0]
    while low < high:
        middle = (low + high + 1) // 2
        entry = next(ledger.entries(session, after=middle - 1, chunk=1), None)
        if entry is not None and record.line_of(entry).at < moment:
            low = middle
        else:
            high = middle - 1
    return low


def _names_one_of(values: Iterable[object], ids: set[str]) -> bool:
    return any(
        value in ids if isinstance(value, str) else isinstance(value, list) and ids & set(value) for value in values
    )
