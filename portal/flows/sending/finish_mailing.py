"""Nothing of a mailing is left to send, so it is sent; or its first wave is, and a person says how it goes on."""

from datetime import datetime

from sqlmodel import Session

from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.mailings import repository as mailings
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.overviews.family import notices


def finish_mailings(session: Session, keys: KeyRing, *, now: datetime) -> list[str]:
    """Finish every mailing whose last message has left, pause those whose wave has; return their ids.

    Authors are told by mail, once for each round or wave. Raises `ChangedMeanwhile`.
    """
    done = notices.sent_to_the_last(session)
    acts = [
        _pause(session, mailing, now=now) if another_waits else _finish(session, mailing, now=now)
        for mailing, another_waits in done
    ]
    ledger.append(session, keys, acts, now=now)
    return [mailing.id for mailing, _ in done]


def _finish(session: Session, mailing: Mailing, *, now: datetime) -> Act:
    mailings.advance(session, mailing, "finish", ended_at=now)
    number = outbox.latest_round(session, mailing.id)
    outbox.queue_staff_mail(session, "sent", [mailing.author_id], about_id=mailing.id, now=now, turn=number)
    return _act("mailing:sent", mailing, outbox.counts(session, mailing.id, round_number=number), number)


def _pause(session: Session, mailing: Mailing, *, now: datetime) -> Act:
    mailings.advance(session, mailing, "pause")
    turn = outbox.next_turn(session, "wave-sent", about_id=mailing.id)  # a freeze that was undone sends a wave twice
    outbox.queue_staff_mail(session, "wave-sent", [mailing.author_id], about_id=mailing.id, now=now, turn=turn)
    return _act("mailing:wave-sent", mailing, outbox.counts(session, mailing.id), mailing.round)


def _act(name: str, mailing: Mailing, counts: dict[str, int], number: int) -> Act:
    about: dict[str, Fact] = {"mailing": mailing.id} | ({"round": number} if number else {})
    about.update({state: counts[state] for state in ("sent", "refused", "cancelled")})
    return Act(name, "worker", about)
