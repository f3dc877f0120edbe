"""Nothing of a mailing is left to send, so it is sent, and its author is told."""

from datetime import datetime

from sqlmodel import Session

from portal.kernel.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.mailings import repository as mailings
from portal.outbox import repository as outbox
from portal.overviews import notices


def finish_mailings(session: Session, keys: KeyRing, *, now: datetime) -> list[str]:
    """Finish every mailing whose last message has left; return their ids. Raises `ChangedMeanwhile`."""
    acts: list[Act] = []
    done = notices.sent_to_the_last(session)
    for mailing in done:
        mailings.advance(session, mailing, "finish", ended_at=now)
        turn = outbox.next_turn(session, "sent", about_id=mailing.id)
        outbox.queue_staff_mail(session, "sent", [mailing.author_id], about_id=mailing.id, now=now, turn=turn)
        counts = outbox.counts(session, mailing.id)
        about: dict[str, Fact] = {"mailing": mailing.id}
        about.update({state: counts[state] for state in ("sent", "refused", "cancelled")})
        acts.append(Act("mailing:sent", "worker", about))
    ledger.append(session, keys, acts, now=now)
    return [mailing.id for mailing in done]
