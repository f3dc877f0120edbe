"""What staff are told of alarms: who paused a letter's links, who called the admins, and who may undo it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.mailings import repository as mailings
from portal.mailings.repository import alarms
from portal.mailings.rules import CALLED_AGAIN_AFTER, may_open_again
from portal.mailings.tables import Mailing
from portal.overviews.people.staff_mail import name_of
from portal.staff.rules import Acting, may_raise_alarm


@dataclass(frozen=True, slots=True)
class AlarmSeen:
    """Whether somebody may raise an alarm about a mailing, and what others have done.

    `told_at` and `told_by` are of the call or pause by which admins were told within the hour.
    """

    may_raise: bool
    paused_at: datetime | None
    paused_by: str
    may_open_again: bool
    told_at: datetime | None
    told_by: str


def alarm_seen(session: Session, mailing: Mailing, by: Acting, *, now: datetime) -> AlarmSeen:
    """Return how a mailing stands with alarms."""
    pause = alarms.latest_alarm(session, mailing.id, kind="pause") if mailing.links_paused_at else None
    latest = alarms.latest_alarm(session, mailing.id)
    told = latest if latest and now < latest.at + CALLED_AGAIN_AFTER else None
    return AlarmSeen(
        may_raise(session, mailing, by),
        mailing.links_paused_at,
        name_of(session, pause.by_id) if pause else "",
        is_undone_by(session, mailing, by, now=now),
        told.at if told else None,
        name_of(session, told.by_id) if told else "",
    )


def alarm_of(session: Session, mailing_id: str, by: Acting, *, now: datetime) -> AlarmSeen:
    """Return how a mailing stands with alarms that somebody may see. Raises `NoSuchMailing`."""
    return alarm_seen(session, mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites), by, now=now)


def may_raise(session: Session, mailing: Mailing, by: Acting) -> bool:
    """Tell whether somebody may pause a mailing's links or call the admins about it."""
    return may_raise_alarm(by, sites=mailings.sites_of(session, mailing.id), is_author=mailing.author_id == by.id)


def is_undone_by(session: Session, mailing: Mailing, by: Acting, *, now: datetime) -> bool:
    """Tell whether somebody may let families open a mailing again whose links are paused."""
    pause = alarms.latest_alarm(session, mailing.id, kind="pause")
    if mailing.links_paused_at is None or pause is None:
        return False
    return may_open_again(is_admin=by.is_admin, is_theirs=pause.by_id == by.id, paused_at=pause.at, now=now)


def paused_now(session: Session, by: Acting) -> Sequence[tuple[str, str, datetime]]:
    """Return id and title of the mailings whose links are paused, and since when, of those somebody may see."""
    return mailings.with_paused_links(session, staff_id=by.id, sites=by.sites)
