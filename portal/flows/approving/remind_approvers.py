"""A mailing waits for approval for longer than a setting says, so whoever may approve it is told once more."""

from datetime import datetime, tzinfo

from sqlmodel import Session

from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.mailings import repository as mailings
from portal.mailings.rules import reminder_of_approval_due
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.overviews.people import approvers


def due_for_reminder(session: Session, *, hours: int, zone: tzinfo, now: datetime) -> list[str]:
    """Return the mailings whose approvers are to be reminded now; none where `hours` is 0."""
    waiting = mailings.in_state(session, "waiting") if hours else ()
    return [one.id for one in waiting if _is_due(one, hours=hours, zone=zone, now=now)]


def remind_approvers(
    session: Session, keys: KeyRing, mailing_id: str, *, hours: int, zone: tzinfo, now: datetime
) -> bool:
    """Remind everybody who may approve a mailing; tell whether it was due still. Two workers that look are one."""
    mailings.hold(session, [mailing_id])
    mailing = mailings.find_any(session, mailing_id)
    if mailing is None or mailing.state != "waiting" or not _is_due(mailing, hours=hours, zone=zone, now=now):
        return False
    able = [one.id for one in approvers.approvers_of(session, mailing)]
    mailings.note_reminded(session, mailing_id, now=now)
    if not able:  # its page says so, and there is nobody to tell
        return False
    turn = outbox.next_turn(session, "approval-reminder", about_id=mailing_id)
    outbox.queue_staff_mail(session, "approval-reminder", able, about_id=mailing_id, now=now, turn=turn)
    ledger.append(session, keys, [Act("mailing:remind-approvers", "worker", {"mailing": mailing_id})], now=now)
    return True


def _is_due(mailing: Mailing, *, hours: int, zone: tzinfo, now: datetime) -> bool:
    asked, told = mailing.submitted_at, mailing.reminded_at
    return asked is not None and reminder_of_approval_due(asked=asked, told=told, hours=hours, zone=zone) <= now
