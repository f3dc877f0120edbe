"""How far a mailing has come: messages by state, and who has opened it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.kernel.configuration.settings import Settings
from portal.ledger.tables import Disclosure
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.outbox.tables import Notice
from portal.overviews.family.notices import MAY_LEAVE


@dataclass(frozen=True, slots=True)
class Progress:
    """Messages by state; guardians whom a message or a page of any act reached; who has opened it; disclosures.

    `latest` are the messages of the latest act that mailed something, `round_number` says which that is; `paper` are
    the pages of its print runs.
    """

    notices: dict[str, int]
    reached: int
    opened: int
    disclosures: int
    latest: dict[str, int]
    paper: dict[str, int]
    round_number: int


_STUCK_AFTER = timedelta(hours=1)
_PUT_OFF = 10
"""So many messages may wait because single mail servers put them off."""


def is_on_its_way(session: Session, *, now: datetime) -> bool:
    """Tell whether some worker holds a message, by a lease that has not run out."""
    held = (
        select(col(box.id)).where(col(box.state) == "sending", col(box.lease_until) > now).limit(1)
        for box in outbox.BOXES
    )
    return any(session.execute(query).first() for query in held)


def mail_is_stuck(session: Session, settings: Settings, *, now: datetime) -> bool:
    """Tell whether messages that may leave have waited for more than an hour, of which none was quiet, and none left.

    A few that single mail servers put off do not make a queue stand, nor does a long one that moves.
    """
    if settings.quiet_until(now) or settings.quiet_until(now - _STUCK_AFTER):
        return False
    of_sending = (
        select(col(Notice.attempts))
        .join(Mailing, col(Mailing.id) == col(Notice.mailing_id))
        .where(col(Mailing.state) == "sending")
    )
    waiting = of_sending.where(MAY_LEAVE, col(Notice.state).in_(outbox.UNSENT), col(Notice.due_at) < now - _STUCK_AFTER)
    tries = session.execute(waiting.order_by(col(Notice.attempts)).limit(_PUT_OFF)).scalars().all()
    if not tries or (tries[0] > 0 and len(tries) < _PUT_OFF):
        return False
    left = of_sending.where(col(Notice.done_at) > now - _STUCK_AFTER, col(Notice.state).in_(("sent", "bounced")))
    return session.execute(left.limit(1)).first() is None


def progress_of(session: Session, mailing_id: str) -> Progress:
    """Return how far a mailing has come."""
    query = select(func.count(func.distinct(col(Disclosure.guardian_id))), func.count()).where(
        col(Disclosure.mailing_id) == mailing_id
    )
    opened, disclosures = session.execute(query).one()
    reached: int = session.execute(
        select(func.count(func.distinct(col(Notice.guardian_id)))).where(
            col(Notice.mailing_id) == mailing_id, col(Notice.state) == "sent"
        )
    ).scalar_one()
    number = outbox.latest_round(session, mailing_id)
    latest = outbox.counts(session, mailing_id, round_number=number)
    paper = outbox.paper_counts(session, mailing_id)
    return Progress(outbox.counts(session, mailing_id), reached, opened, disclosures, latest, paper, number)
