"""Whom a print run would add, by today's rights: guardians without a mail address, or whose message came back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlmodel import Session, col

from portal.documents import repository as documents
from portal.documents.tables import Copy, Document
from portal.families import repository as families
from portal.families.rules import NO_ADDRESS, Tie
from portal.mailings import repository as mailings
from portal.mailings.repository.addressed import addressed_of
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice, NoticeLink
from portal.overviews.sending.round_facts import HeldLink, Pair, links_of
from portal.overviews.sending.unreached import came_back

WhyNot = Literal["no-letter", "taken-back", "expired", "has-address", "may-not-receive"]
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Carried:
    """A child whom a page is about, and the link that opens its letter; without one, a link of this edition is made."""

    child_id: str
    link_id: str | None
    edition: int


@dataclass(frozen=True, slots=True)
class OnPaper:
    """One guardian who is to get a page, and the children whom it is about."""

    guardian_id: str
    children: tuple[Carried, ...]


@dataclass(frozen=True, slots=True)
class NotPrinted:
    """A guardian who gets no page about a child, and why."""

    guardian_id: str
    child_id: str
    why: WhyNot


@dataclass(frozen=True, slots=True)
class Unprinted:
    """What a print run would add; `copies` are the documents that children get with it, where they have none."""

    pages: tuple[OnPaper, ...]
    copies: tuple[tuple[Document, str], ...]
    missing: tuple[NotPrinted, ...]


def unprinted(session: Session, mailing: Mailing, *, now: datetime) -> Unprinted:
    """Return whom this mailing left out since there is no address, or could not reach there, and who has no page yet.

    For a child of whom nobody was reached, today's guardians; for any other child, those left out at the approval.
    """
    lost = came_back(session, mailing.id)
    ties = list(_ties(session, mailing, lost, now=now))
    copies, readable = _copies(session, mailing.id, {tie.child_id for tie in ties})
    links, printed = links_of(session, mailing.id), _printed(session, mailing.id)
    pages: dict[str, list[Carried]] = {}
    missing: list[NotPrinted] = []
    for tie in ties:
        if tie.guardian_id is None or (tie.guardian_id, tie.child_id) in printed:
            continue
        link, has_letter = links.get((tie.guardian_id, tie.child_id)), tie.child_id in readable
        is_lost = lost.get((tie.guardian_id, tie.child_id)) == tie.address
        found = _judged(tie, link, has_letter=has_letter, is_lost=is_lost, now=now)
        if isinstance(found, Carried):
            pages.setdefault(tie.guardian_id, []).append(found)
        else:
            missing.append(NotPrinted(tie.guardian_id, tie.child_id, found))
    named = {one.child_id for children in pages.values() for one in children}
    return Unprinted(
        tuple(OnPaper(guardian, tuple(children)) for guardian, children in pages.items()),
        tuple((document, child) for document, child in copies if child in named),
        tuple(missing),
    )


def _judged(tie: Tie, link: HeldLink | None, *, has_letter: bool, is_lost: bool, now: datetime) -> Carried | WhyNot:
    if tie.is_barred or tie.is_paused or tie.is_over:
        return "may-not-receive"
    if tie.address and not is_lost:
        return "has-address"
    if not has_letter:
        return "no-letter"
    if link is None:
        return Carried(tie.child_id, None, 1)
    if link.is_taken_back:
        return "taken-back"
    is_alive = link.expires_at > now
    return Carried(tie.child_id, link.id if is_alive else None, link.edition if is_alive else link.edition + 1)


def _ties(session: Session, mailing: Mailing, lost: Mapping[Pair, str], *, now: datetime) -> Iterable[Tie]:
    """Yield the guardianships that a print run is about, in the order of the children's names."""
    rows = {
        (child, guardian) for child, guardian, why in mailings.left_out_of(session, mailing.id) if why == NO_ADDRESS
    }
    rows |= {(child, guardian) for guardian, child in lost}
    left_out_by_staff = mailings.leave_outs(session, mailing.id)
    alone = {child for child, guardian in rows if guardian is None}
    addressed = addressed_of(session, mailing)
    children = sorted({child for child, _ in rows} - left_out_by_staff.keys())
    numbers = [number for number, _, _ in families.names_of_children(session, children).values()]
    for start in range(0, len(numbers), _AT_ONCE):
        terms = [("child", number) for number in numbers[start : start + _AT_ONCE]]
        for tie in families.ties_of_audience(session, terms, now=now):
            is_meant = addressed is None or tie.guardian_id in addressed
            if is_meant and (tie.child_id in alone or (tie.child_id, tie.guardian_id) in rows):
                yield tie


def _printed(session: Session, mailing_id: str) -> set[Pair]:
    query = (
        select(col(NoticeLink.guardian_id), col(NoticeLink.child_id))
        .join(Notice, col(Notice.id) == col(NoticeLink.notice_id))
        .where(col(Notice.mailing_id) == mailing_id, col(Notice.channel) == "paper")
    )
    return {(guardian, child) for guardian, child in session.execute(query)}


def _copies(session: Session, mailing_id: str, children: set[str]) -> tuple[Sequence[tuple[Document, str]], set[str]]:
    """Return the copies that these children would get, and the children who can then be shown something."""
    query = select(col(Copy.document_id), col(Copy.child_id), col(Copy.revoked_at))
    there: set[Pair] = set()
    readable: set[str] = set()
    for document_id, child_id, revoked_at in session.execute(query.where(col(Copy.mailing_id) == mailing_id)):
        there.add((document_id, child_id))
        readable |= {child_id} if revoked_at is None else set()
    new = [
        (document, child)
        for document in documents.documents_of(session, mailing_id)
        if document.revoked_at is None
        for child in sorted(children if document.addressee_id is None else children & {document.addressee_id})
        if (document.id, child) not in there
    ]
    return new, readable | {child for _, child in new}
