"""Who gets a mailing: the one answer that pages, mails to staff, commands, lists, the approval and top-ups share.

Messages go to guardians and are about children: both are what is counted. Families are counted where a setting or a
first wave is a number of families, and nowhere beside guardians.
"""

from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from portal.documents.repository import intakes
from portal.families import repository as families
from portal.families.rules import (
    LEFT_OUT,
    Omission,
    Plan,
    Term,
    count_families,
    count_homes,
    is_one_family,
    later_wave,
    plan,
)
from portal.links.tables import Link
from portal.mailings import repository as mailings
from portal.mailings.repository.addressed import addressed_of
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice, NoticeLink
from portal.words.sentences import sentence

WHY: dict[str, str] = {
    "left-out": sentence("Left out by staff"),
    "no-guardian": sentence("No guardian is on the roster"),
    "no-address": sentence("No e-mail address is on file"),
    "may-not-receive": sentence("Not marked to receive letters"),
    "of-age": sentence("The child is 18 or older, so letters to guardians pause"),
    "shared-mailbox": sentence("The mailbox is shared with somebody who does not receive letters about this child"),
    "not-addressed": sentence("Not among the guardians whom the letter is for"),
}
WHAT_TO_DO: dict[str, str] = {
    "left-out": sentence("Write to this family on its own, if it should get a letter after all."),
    "no-guardian": sentence("Add a guardian in the student information system, then import the roster again."),
    "no-address": sentence("Hand the letter over on paper, or add an address and import the roster again."),
    "may-not-receive": sentence("Ask the school office who may receive letters."),
    "of-age": sentence("Decide on the child’s page whether letters go on."),
    "shared-mailbox": sentence("Ask the family for an address of their own."),
    "not-addressed": sentence("Change whom the letter is for, if this guardian should get it too."),
}

_FILES = ("files", "")
_NAMED = 5
"""So many children are named beside a reason; the list of all is a page of its own."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Guardians and children whom a mailing reaches, and whom it leaves out.

    `first` are the guardians of the first wave: all of them where there is one wave alone.
    """

    pairs: tuple[tuple[str, str], ...]
    first: frozenset[str]
    omissions: tuple[Omission, ...]

    @property
    def child_ids(self) -> frozenset[str]:
        """The children whom its messages are about."""
        return frozenset(child for _, child in self.pairs)

    @property
    def children(self) -> int:
        """How many children its messages are about."""
        return len(self.child_ids)

    @property
    def guardians(self) -> int:
        """How many guardians get a message."""
        return len({guardian for guardian, _ in self.pairs})

    @property
    def families(self) -> int:
        """How many families that is: children and guardians that hang together count once."""
        return count_families(self.pairs)

    @property
    def homes(self) -> int:
        """How many families that is if two homes of one guardian are two."""
        return count_homes(self.pairs)

    @property
    def is_one_family(self) -> bool:
        """Whether all of it is for one family, those included whom no message reaches."""
        return is_one_family(self.pairs, self.omissions)

    @property
    def children_left_out(self) -> tuple[Omission, ...]:
        """The children whom nobody gets a message about."""
        return tuple(one for one in self.omissions if one.guardian_id is None)

    @property
    def left_out_by_why(self) -> dict[str, int]:
        """How many children are left out, by the kind of reason, most first."""
        return dict(Counter(one.why for one in self.children_left_out).most_common())


def reach_of(session: Session, mailing: Mailing, *, now: datetime) -> Reach:
    """Return whom a mailing reaches: by today's roster until it is approved, and as it stands from then on."""
    if mailing.approved_at is not None:
        return _as_approved(session, mailing.id)
    planned = plan_of(session, mailing, now=now)
    waiting = later_wave(planned.addressees, first=mailing.first_wave)
    return Reach(
        planned.pairs,
        frozenset(one.guardian_id for one in planned.addressees if one.guardian_id not in waiting),
        planned.omissions,
    )


def asks_code(mailing: Mailing, reach: Reach | Plan) -> bool:
    """Tell whether families are asked for a code before a mailing opens; the approval freezes it.

    Own letters to more than one family always ask: a message that goes astray shall not open a child's letter.
    """
    if mailing.way == "shared" or mailing.approved_at is not None:
        return mailing.confidential
    return not (mailing.plain_for_one and reach.is_one_family)


def is_waived(mailing: Mailing, reach: Reach, *, below: int, is_released: bool) -> bool:
    """Tell whether its author alone may send a mailing: a setting says so of fewer than `below` families.

    Two homes of one guardian are two: a school office that is everybody's guardian makes no small audience. Never what
    asks families for a code, nor what holds a file that was released.
    """
    return reach.homes < below and not (is_released or asks_code(mailing, reach))


def plan_of(session: Session, mailing: Mailing, *, now: datetime, but: Container[str] = frozenset()) -> Plan:
    """Return who would get what if this mailing went out now, to all but these children."""
    ties = families.ties_of_audience(session, terms_of(session, mailing), now=now)
    return plan(
        (tie for tie in ties if tie.child_id not in but),
        mailings.leave_outs(session, mailing.id),
        addressed_of(session, mailing),
    )


def others_of(session: Session, mailing: Mailing, *, now: datetime) -> set[str]:
    """Return the other guardians who may get a letter about the children that a narrowed mailing reaches."""
    if not mailing.is_addressed or mailing.approved_at is not None:
        return set()
    ties = families.ties_of_audience(session, terms_of(session, mailing), now=now)
    reasons = mailings.leave_outs(session, mailing.id)
    addressed = addressed_of(session, mailing)
    reached = {child for _, child in plan(ties, reasons, addressed).pairs}
    everybody = {guardian for guardian, child in plan(ties, reasons).pairs if child in reached}
    return everybody - (addressed or frozenset())


def _as_approved(session: Session, mailing_id: str) -> Reach:
    """Return whom messages and pages of an approved mailing are for, unless they were cancelled or their link is dead.

    A link that was taken back and one that took its place are of the same guardian and child.
    """
    alive = select(col(Link.guardian_id), col(Link.child_id)).where(
        col(Link.mailing_id) == mailing_id, col(Link.revoked_at).is_(None)
    )
    living = {(guardian, child) for guardian, child in session.execute(alive)}
    query = (
        select(col(NoticeLink.guardian_id), col(NoticeLink.child_id), col(Notice.round), col(Notice.wave))
        .join(Notice, col(Notice.id) == col(NoticeLink.notice_id))
        .where(col(Notice.mailing_id) == mailing_id, col(Notice.state) != "cancelled")
        .order_by(col(Notice.round), col(NoticeLink.guardian_id), col(NoticeLink.child_id))
    )
    rows = [row for row in session.execute(query) if (row[0], row[1]) in living]
    reasons = mailings.leave_outs(session, mailing_id)
    return Reach(
        tuple(dict.fromkeys((row[0], row[1]) for row in rows)),
        frozenset(row[0] for row in rows if not row[2] and not row[3]),
        tuple(
            Omission(child, guardian, why, reasons.get(child, "") if why == LEFT_OUT else "")
            for child, guardian, why in sorted(mailings.left_out_of(session, mailing_id), key=lambda row: row[0])
        ),
    )


def terms_of(session: Session, mailing: Mailing) -> tuple[Term, ...]:
    """Return a mailing's audience as plain pairs; the children its files are for as those they are, and nobody else."""
    return _terms(session, mailing.id)


def is_for_its_files(session: Session, mailing_id: str) -> bool:
    """Tell whether a mailing is for the children whom its files are for."""
    return any((term.kind, term.value) == _FILES for term in mailings.terms_of(session, mailing_id))


def sites_of(session: Session, mailing_id: str) -> set[str]:
    """Return the sites at which the children of a mailing are."""
    return families.sites_of_audience(session, _terms(session, mailing_id))


def sites_for(session: Session, mailing_id: str, terms: Sequence[Term]) -> set[str]:
    """Return the sites at which its children are when a mailing has such an audience: its files stay what they are."""
    return families.sites_of_audience(session, _with_files(session, mailing_id, tuple(terms)))


def _terms(session: Session, mailing_id: str) -> tuple[Term, ...]:
    terms = tuple((term.kind, term.value) for term in mailings.terms_of(session, mailing_id))
    return _with_files(session, mailing_id, terms)


def _with_files(session: Session, mailing_id: str, terms: tuple[Term, ...]) -> tuple[Term, ...]:
    return _of_files(session, mailing_id) or terms if _FILES in terms else terms


def _of_files(session: Session, mailing_id: str) -> tuple[Term, ...]:
    children = {*intakes.children_given(session, mailing_id), *mailings.leave_outs(session, mailing_id)}
    names = families.names_of_children(session, sorted(children)).values()
    return tuple(("child", number) for number in sorted(number for number, _, _ in names))


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A child, or one guardian of it, that gets nothing, and why; `reason` is what staff wrote, if they left it out."""

    child_id: str
    student_number: str
    child_name: str
    guardian_name: str | None
    why: str
    reason: str


def left_out(session: Session, reach: Reach) -> list[LeftOutRow]:
    """Return everyone who is left out, with names: first the children whom nobody gets anything about."""
    rows = sorted(reach.omissions, key=lambda one: (one.guardian_id is not None, one.why, one.child_id))
    children = families.names_of_children(session, [one.child_id for one in rows])
    guardians = families.names_of_guardians(session, [one.guardian_id for one in rows if one.guardian_id])
    return [
        LeftOutRow(
            one.child_id,
            children[one.child_id][0],
            f"{children[one.child_id][1]} {children[one.child_id][2]}",
            guardians[one.guardian_id][0] if one.guardian_id else None,
            one.why,
            one.reason,
        )
        for one in rows
    ]


@dataclass(frozen=True, slots=True)
class LeftOutGroup:
    """Children who are left out for one reason: how many, and the names of the first of them."""

    why: str
    reason: str
    children: int
    names: tuple[str, ...]


def left_out_groups(session: Session, reach: Reach) -> tuple[LeftOutGroup, ...]:
    """Return the children who are left out by reason, most first; what staff wrote is one reason however spelt."""
    groups: dict[tuple[str, str], list[Omission]] = {}
    for one in reach.children_left_out:
        groups.setdefault((one.why, one.reason.casefold()), []).append(one)
    most_first = sorted(groups.values(), key=lambda each: (-len(each), each[0].why, each[0].reason))
    names = families.names_of_children(session, [one.child_id for each in most_first for one in each[:_NAMED]])
    return tuple(
        LeftOutGroup(
            each[0].why,
            each[0].reason,
            len(each),
            tuple(" ".join(names[one.child_id][1:]) for one in each[:_NAMED]),
        )
        for each in most_first
    )
