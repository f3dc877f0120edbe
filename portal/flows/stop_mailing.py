"""Stop: what has not left stays; how many had left is said."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.kernel.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.mailings import repository as mailings
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.staff.rules import Acting


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a stop did."""

    mailing: Mailing
    cancelled: int
    had_left: int
    is_repeat: bool


def stop_mailing(session: Session, keys: KeyRing, mailing_id: str, *, by: Acting, now: datetime) -> Stopped:
    """Stop a mailing for good, at any time before its last message; anybody who sees it may. Twice is once."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    if mailing.state == "stopped":
        counts = outbox.counts(session, mailing_id)
        return Stopped(mailing, counts["cancelled"], counts["sent"], is_repeat=True)
    mailings.advance(session, mailing, "stop", ended_at=now, ended_by_id=by.id)
    mine = outbox.of_mailing(mailing_id)
    cancelled = outbox.cancel_unsent(session, mine, why="Stopped before it left.", now=now)
    outbox.queue_staff_mail(session, "stopped", [mailing.author_id], about_id=mailing_id, now=now)
    had_left = outbox.counts(session, mailing_id)["sent"]
    about: dict[str, Fact] = {"mailing": mailing_id, "notices": cancelled, "sent": had_left}
    ledger.append(session, keys, [Act("mailing:stop", by.label, about)], now=now)
    return Stopped(mailing, cancelled, had_left, is_repeat=False)
