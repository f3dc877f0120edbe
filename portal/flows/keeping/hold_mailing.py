"""Legal hold: nothing of a mailing is shredded, by date or by hand, until somebody lifts it."""

from datetime import datetime

from sqlmodel import Session

from portal.documents.repository import keeping
from portal.incidents.rules import EVIDENCE
from portal.kernel.errors import WrongCall
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.mailings import repository as mailings
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence


def hold_mailing(session: Session, keys: KeyRing, mailing_id: str, *, by: Acting, reason: str, now: datetime) -> bool:
    """Put a mailing under legal hold; False when it is under one already, which then stands as it was.

    The hold of a freeze gives way to one that somebody puts, so that undoing the freeze does not lift it. What was
    shredded before stays shredded. Raises `NotAllowed`, `NoSuchMailing`, `WrongCall` without a reason.
    """
    _check(session, mailing_id, by, reason)
    stands = keeping.hold_of(session, mailing_id)
    if stands is not None and stands.reason != EVIDENCE:
        return False
    keeping.put_hold(session, mailing_id, by=by.label, reason=reason.strip(), now=now)
    ledger.append(session, keys, [Act("mailing:hold", by.label, {"mailing": mailing_id})], now=now)
    return True


def lift_hold(session: Session, keys: KeyRing, mailing_id: str, *, by: Acting, reason: str, now: datetime) -> bool:
    """Lift a mailing's legal hold; False when it is under none. Raises as `hold_mailing`."""
    _check(session, mailing_id, by, reason)
    if not keeping.lift_hold(session, mailing_id, by=by.label, reason=reason.strip(), now=now):
        return False
    ledger.append(session, keys, [Act("mailing:lift-hold", by.label, {"mailing": mailing_id})], now=now)
    return True


def _check(session: Session, mailing_id: str, by: Acting, reason: str) -> None:
    if not by.is_admin:
        raise NotAllowed
    if not reason.strip():
        raise WrongCall(sentence("Say why; the reason is kept with the hold."))
    mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    mailings.hold(session, [mailing_id])  # first of all, like whoever freezes it
