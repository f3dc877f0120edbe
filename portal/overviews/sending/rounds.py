"""Whom an act after the first would mail: again, a reminder, a top-up, or one family; decided anew each time.

Rights, addresses and links are today's. Nobody who is barred from a child is reached, and no link that was taken back.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from portal.families.rules import Omission, count_families
from portal.mailings.rules import RoundKind
from portal.mailings.tables import Mailing
from portal.outbox.tables import Notice, NoticeLink
from portal.overviews.audience import audiences
from portal.overviews.sending.round_facts import Facts, HeldLink, Pair, children_with_copies, left_out_at_all, links_of

_NOT_REACHED = frozenset({"", "refused", "bounced", "cancelled"})


@dataclass(frozen=True, slots=True)
class Carried:
    """A child that a message is about, and the link it carries; without one, a link of this edition is made."""

    child_id: str
    link_id: str | None
    edition: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """One guardian, by today's address, and what the message carries."""

    guardian_id: str
    address: str
    children: tuple[Carried, ...]


@dataclass(frozen=True, slots=True)
class Planned:
    """An act that is not done yet: whom it mails, which children are to get copies, and whom a top-up leaves out.

    `number` is the round it would be. `passed_over` counts the links that it leaves alone since they were taken back.
    """

    kind: RoundKind
    number: int
    recipients: tuple[Recipient, ...]
    copyless: tuple[str, ...]
    omissions: tuple[Omission, ...]
    passed_over: int

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every guardian who gets a message, with each child that it is about."""
        return tuple((each.guardian_id, one.child_id) for each in self.recipients for one in each.children)

    @property
    def guardians(self) -> int:
        """How many guardians get a message, one each."""
        return len(self.recipients)

    @property
    def children(self) -> int:
        """How many children the messages are about."""
        return len({child for _, child in self.pairs})

    @property
    def families(self) -> int:
        """How many families that is."""
        return count_families(self.pairs)

    @property
    def renewed(self) -> int:
        """How many links are made anew, because those before them have expired."""
        return sum(one.link_id is None and one.edition > 1 for each in self.recipients for one in each.children)


def planned(facts: Facts, kind: RoundKind, *, begins: datetime) -> Planned:
    """Return whom sending again, a reminder or a word to one family mails; links that expire before then are renewed.

    Again: whose newest message did not arrive, and who could not be written to then. Reminder: whom a message
    reached, and who has opened nothing since.
    """
    wanted = [
        (
            one.guardian_id,
            one.address,
            [child for child in one.children if _is_meant(facts, kind, one.guardian_id, child)],
        )
        for one in facts.plan.addressees
    ]
    return _planned(facts.mailing, kind, _recipients(wanted, facts.links, begins), copied=facts.copied)


def children_of_round(session: Session, mailing_id: str, number: int) -> frozenset[str]:
    """Return the children whom the messages of a round are about."""
    query = select(col(NoticeLink.child_id)).join(Notice, col(Notice.id) == col(NoticeLink.notice_id))
    mine = query.where(col(Notice.mailing_id) == mailing_id, col(Notice.round) == number)
    return frozenset(session.execute(mine.distinct()).scalars())


def _is_meant(facts: Facts, kind: RoundKind, guardian: str, child: str) -> bool:
    pair = (guardian, child)
    is_known = pair in facts.links and child in facts.copied
    match kind:
        case "again" if is_known:
            return facts.fates.get(pair, "") in _NOT_REACHED
        case "again":
            return pair in facts.left_out and pair not in facts.links
        case "reminder":
            reader = guardian if facts.mailing.way == "shared" else pair
            return is_known and facts.fates.get(pair) == "sent" and reader not in facts.readers
        case _:
            return child in facts.copied


def planned_top_up(session: Session, mailing: Mailing, *, now: datetime, begins: datetime) -> Planned:
    """Return whom a top-up mails: the children of the audience's words who have had no copy of this mailing yet."""
    _, ever = children_with_copies(session, mailing.id)
    known = left_out_at_all(session, mailing.id)
    new = audiences.plan_of(session, mailing, now=now, but=ever)
    wanted = [(one.guardian_id, one.address, list(one.children)) for one in new.addressees]
    omissions = tuple(one for one in new.omissions if (one.guardian_id, one.child_id) not in known)
    recipients = _recipients(wanted, links_of(session, mailing.id), begins)
    return _planned(mailing, "top-up", recipients, copied=frozenset(), omissions=omissions)


Wanted = Iterable[tuple[str, str, list[str]]]
"""Guardians, their addresses and their children, whatever became of the links."""


def _recipients(wanted: Wanted, links: dict[Pair, HeldLink], begins: datetime) -> tuple[list[Recipient], int]:
    """Return those whose links may be carried, and how many links were taken back."""
    recipients: list[Recipient] = []
    passed_over = 0
    for guardian, address, children in wanted:
        held = [(child, links.get((guardian, child))) for child in children]
        alive = [_carried(child, link, begins) for child, link in held if link is None or not link.is_taken_back]
        passed_over += len(held) - len(alive)
        if alive:
            recipients.append(Recipient(guardian, address, tuple(alive)))
    return recipients, passed_over


def _planned(
    mailing: Mailing,
    kind: RoundKind,
    found: tuple[list[Recipient], int],
    *,
    copied: frozenset[str],
    omissions: tuple[Omission, ...] = (),
) -> Planned:
    recipients, passed_over = found
    children = {one.child_id for recipient in recipients for one in recipient.children}
    return Planned(kind, mailing.round + 1, tuple(recipients), tuple(sorted(children - copied)), omissions, passed_over)


def _carried(child: str, link: HeldLink | None, begins: datetime) -> Carried:
    if link is None:
        return Carried(child, None, 1)
    if link.expires_at <= begins:
        return Carried(child, None, link.edition + 1)
    return Carried(child, link.id, link.edition)
