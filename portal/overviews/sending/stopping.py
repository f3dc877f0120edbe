"""What a stop holds back, what had left before it, and which links stand on paper that it cancels."""

from dataclasses import dataclass

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from portal.mailings.tables import Round
from portal.outbox import repository as outbox
from portal.outbox.rules import STOPPED
from portal.outbox.tables import Notice, NoticeLink


@dataclass(frozen=True, slots=True)
class Told:
    """Messages and unprinted pages that were held back, messages that had left, and pages that were printed."""

    held_back: int
    sent: int
    pages: int


def told(session: Session, mailing_id: str, number: int) -> Told:
    """Return how a stopped round stands; of the first one, how the mailing does.

    Held back is all that was stopped since that round began, what an earlier one had not mailed among it. Pages are
    those made since then, printed, and not marked as what nobody could be given.
    """
    counted = select(func.count()).where(col(Notice.mailing_id) == mailing_id)
    held_back = counted.where(
        col(Notice.state) == "cancelled", col(Notice.reply) == STOPPED, col(Notice.printed_at).is_(None)
    )
    pages = counted.where(
        col(Notice.channel) == "paper",
        col(Notice.printed_at).is_not(None),
        col(Notice.state) != "bounced",
        col(Notice.round) > number,
    )
    if number:
        begun = select(col(Round.at)).where(col(Round.mailing_id) == mailing_id, col(Round.number) == number)
        held_back = held_back.where(outbox.by_mail(), col(Notice.done_at) >= begun.scalar_subquery())
    return Told(
        session.execute(held_back).scalar_one(),
        outbox.counts(session, mailing_id, round_number=number)["sent"],
        session.execute(pages).scalar_one(),
    )


def links_on_unmarked_pages(session: Session, mailing_id: str) -> list[str]:
    """Return the links on printed pages that nobody has marked, where nothing that left carries them too.

    What is on its way counts as left: the mail server may take it at this moment.
    """
    other, carried = aliased(Notice), aliased(NoticeLink)
    left_too = exists().where(
        col(carried.link_id) == col(NoticeLink.link_id),
        col(other.id) == col(carried.notice_id),
        or_(col(other.state).in_(("sent", "bounced")), col(other.lease_id).is_not(None)),
    )
    query = (
        select(col(NoticeLink.link_id))
        .join(Notice, col(Notice.id) == col(NoticeLink.notice_id))
        .where(
            col(Notice.mailing_id) == mailing_id,
            col(Notice.channel) == "paper",
            col(Notice.state) == "queued",
            col(Notice.printed_at).is_not(None),
            ~left_too,
        )
    )
    return sorted(session.execute(query.distinct()).scalars())
