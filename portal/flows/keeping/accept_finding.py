"""An admin accepts something that is unsafe, until a day and with a reason; or ends that."""

from datetime import datetime

from sqlmodel import Session

from portal.findings import repository as findings
from portal.findings.errors import FindingChanged, NoSuchFinding
from portal.findings.rules import Acceptance, check_end, check_may_be_accepted, checked_reason, key_of
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.overviews.operation.watched import InForce
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting


def accept_finding(
    session: Session, keys: KeyRing, facts: list[InForce], name: str, *, seen: str | None = None, ends_at: datetime,
    reason: str, by: Acting, now: datetime,
) -> Acceptance:  # fmt: skip
    """Accept a finding, by its name or key, with the value it has now; what stands already is returned as it stands.

    `facts` is what is in force now, and `seen` the value that the admin saw, if they looked at one. Raises
    `NotAllowed`, `NeverAccepted`, `NoSuchFinding`, `FindingChanged`; `WrongCall` for a day or a reason that won't do.
    """
    _check_may(by)
    finding, why = key_of(name), checked_reason(reason)
    check_end(ends_at, now=now)
    fact = next((one for one in facts if one.key == finding and one.standing in {"unsafe", "accepted"}), None)
    if fact is None:
        raise NoSuchFinding
    check_may_be_accepted(finding)
    if seen is not None and seen != str(fact.value):
        raise FindingChanged
    findings.hold(session)
    covering = (one for one in findings.standing(session, now=now) if one.covers(finding, fact.value, now=now))
    if stands := next(covering, None):
        return stands
    made = Acceptance(new_id(), finding, str(fact.value), ends_at, why, by.label, now)
    findings.add(session, made)
    about = {"acceptance": made.id, "finding": finding, "until": ends_at.isoformat()}
    ledger.append(session, keys, [Act("finding:accept", by.label, about)], now=now)
    return made


def end_acceptance(session: Session, keys: KeyRing, acceptance_id: str, *, by: Acting, now: datetime) -> None:
    """End an acceptance before its time: the finding is unsafe again. Raises `NotAllowed`, `NotAccepted`."""
    _check_may(by)
    findings.hold(session)
    ended = findings.end(session, acceptance_id, by=by.label, now=now)
    about = {"acceptance": ended.id, "finding": ended.finding}
    ledger.append(session, keys, [Act("finding:end-acceptance", by.label, about)], now=now)


def _check_may(by: Acting) -> None:
    """It is about the whole organisation, so an admin of some sites does not decide it."""
    if not by.is_admin or by.sites is not None:
        raise NotAllowed
