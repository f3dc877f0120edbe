"""Approvals that wait too long are looked for from time to time, and their approvers are told once more."""

from datetime import datetime

from portal.flows.approving.remind_approvers import due_for_reminder, remind_approvers
from portal.wiring import House


def remind_waiting(house: House, *, now: datetime) -> int:
    """Remind the approvers of whatever has waited long enough; return of how many mailings."""
    hours, zone = house.settings.approval_reminder_hours, house.settings.zone
    with house.db.read() as session:
        due = due_for_reminder(session, hours=hours, zone=zone, now=now)
    done = 0
    for mailing_id in due:
        with house.db.write() as session:
            done += remind_approvers(session, house.keys, mailing_id, hours=hours, zone=zone, now=now)
    return done
