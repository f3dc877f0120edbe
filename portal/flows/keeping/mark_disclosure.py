"""An admin marks a disclosure that should not have been, and hands a record out; both stay in the ledger."""

from datetime import datetime

from sqlmodel import Session

from portal.families import repository as families
from portal.families.rules import seal_private
from portal.kernel.errors import WrongCall
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.errors import NoSuchDisclosure
from portal.ledger.rules import Act, Fact
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence

_LONGEST = 500


def mark_erroneous(
    session: Session, keys: KeyRing, disclosure_id: str, *, by: Acting, reason: str, now: datetime
) -> None:
    """Mark a disclosure as one that should not have been, for good. Twice is once.

    Raises `NotAllowed` for anybody but an admin, `NoSuchDisclosure`, and `WrongCall` without a reason.
    """
    if not by.is_admin:
        raise NotAllowed
    child_id = ledger.child_of_disclosure(session, disclosure_id)
    if child_id is None or not families.child_is_in_scope(session, child_id, by.sites):
        raise NoSuchDisclosure
    reason = reason.strip()
    if not reason or len(reason) > _LONGEST:
        raise WrongCall(sentence("Say why it should not have been, in at most %(most)s letters.", most=_LONGEST))
    if ledger.is_erroneous(session, disclosure_id):
        return
    sealed = seal_private(keys, disclosure_id, "reason", reason)
    ledger.mark_erroneous(session, disclosure_id, by=by.label, reason_sealed=sealed, at=now)
    told: Fact = keys.mac("reason", reason.encode()).hex()
    about = {"disclosure": disclosure_id, "child": child_id, "reason": told}
    ledger.append(session, keys, [Act("disclosure:erroneous", by.label, about)], now=now)


def note_record_given(
    session: Session, keys: KeyRing, child_id: str, *, by: Acting, what: str, entries: int, now: datetime
) -> None:
    """Note that a child's disclosure record was handed out. Raises `NotAllowed` for anybody but an admin."""
    if not by.is_admin:
        raise NotAllowed
    about: dict[str, Fact] = {"child": child_id, "as": what, "entries": entries}
    ledger.append(session, keys, [Act("record:give", by.label, about)], now=now)
