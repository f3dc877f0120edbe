"""A test message goes to whoever asks for it, before any family is written to."""

from datetime import datetime

from sqlmodel import Session

from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.mailings import repository as mailings
from portal.outbox import repository as outbox
from portal.staff.rules import Acting


def send_test(session: Session, keys: KeyRing, mailing_id: str, *, by: Acting, now: datetime) -> None:
    """Mail the person who asks the message as families will get it, marked as a test; it opens nothing."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    turn = outbox.next_turn(session, "test-copy", about_id=mailing.id)
    outbox.queue_staff_mail(session, "test-copy", [by.id], about_id=mailing.id, now=now, turn=turn)
    ledger.append(session, keys, [Act("mailing:test", by.label, {"mailing": mailing.id})], now=now)
