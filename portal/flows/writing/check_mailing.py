"""Every child has its one letter and nothing is in doubt: the mailing is checked."""

from datetime import datetime

from sqlmodel import Session

from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.mailings import repository as mailings


def check_mailing(
    session: Session, keys: KeyRing, mailing_id: str, *, version: int, judged_by: str, now: datetime
) -> None:
    """Take a draft to checked, if it still is the version that was found to add up; else do nothing."""
    mailing = mailings.find_any(session, mailing_id)
    if mailing is None or mailing.state != "draft" or mailing.version != version:
        return  # it was changed or taken on meanwhile: whoever did that has asked anew
    mailings.advance(session, mailing, "check", judged_by=judged_by)
    ledger.append(
        session, keys, [Act("mailing:check", "portal", {"mailing": mailing.id, "judged_by": judged_by})], now=now
    )
