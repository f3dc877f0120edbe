"""A hold is over, so the letters go out."""

from datetime import datetime

from sqlmodel import Session

from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.mailings import repository as mailings


def start_sending(session: Session, keys: KeyRing, *, now: datetime) -> list[str]:
    """Let every mailing whose hold is over begin; return their ids. Raises `ChangedMeanwhile`.

    Nobody calls this in quiet hours: what is held then begins when they are over.
    """
    begun = mailings.due_to_start(session, now=now)
    for mailing in begun:
        mailings.advance(session, mailing, "start")
    ledger.append(session, keys, [Act("mailing:start", "worker", {"mailing": one.id}) for one in begun], now=now)
    return [mailing.id for mailing in begun]
