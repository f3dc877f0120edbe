"""Undoing a freeze: what would happen, and the act, worked out without a lock and written in one transaction."""

from datetime import datetime, timedelta

from portal.flows.incidents import undo_freeze as story
from portal.flows.incidents.undo_freeze import Undone
from portal.mailings.errors import ChangedMeanwhile, RosterChanged
from portal.mailings.repository import check_version
from portal.mailings.tables import Mailing
from portal.overviews.incidents.undoing import UndoPlanned, planned_undo
from portal.staff.rules import Acting
from portal.wiring import House


def look_at_undo(
    house: House, incident_id: str, mailing_id: str, *, by: Acting, now: datetime
) -> tuple[Mailing, UndoPlanned]:
    """Return whom undoing a freeze would mail now. Raises `NoSuchIncident`, `NothingToUndo`."""
    with house.db.read() as session:
        return planned_undo(session, incident_id, mailing_id, by=by, now=now)


def undo_freeze(
    house: House,
    incident_id: str,
    mailing_id: str,
    *,
    reason: str,
    by: Acting,
    now: datetime,
    version: int | None = None,
) -> Undone:
    """Send fresh links to whom they would go now; a second press is the same act.

    `version` is that of the mailing somebody looked at. Raises `NotAllowed`, `WrongCall`, `NothingToUndo`,
    `NobodyLeft`, `ChangedMeanwhile`.
    """
    hold = timedelta(seconds=house.settings.hold_seconds)
    for _ in range(3):  # an import may finish between looking and writing; each turn looks anew
        with house.db.read() as session:
            before = story.undone_before(session, incident_id, mailing_id, by=by)
            if before is not None:
                return before
            mailing, planned = planned_undo(session, incident_id, mailing_id, by=by, now=now)
            if version is not None:
                check_version(mailing, version)
            prepared = story.prepare_undo(session, house.keys, mailing, planned, now=now, hold=hold)
        try:
            with house.db.write() as session:
                return story.undo_freeze(session, house.keys, prepared, reason=reason, by=by, now=now)
        except RosterChanged:
            continue
    raise ChangedMeanwhile
