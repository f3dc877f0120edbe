"""Every query of alarms: who paused a mailing's links, or called the admins about it."""

from datetime import datetime
from typing import Literal

from sqlalchemy import select
from sqlmodel import Session, col

from portal.mailings.tables import Alarm

AlarmKind = Literal["pause", "call"]


def add_alarm(session: Session, mailing_id: str, kind: AlarmKind, *, by_id: str, now: datetime) -> Alarm:
    """Insert that somebody paused a mailing's links, or called the admins about it."""
    alarm = Alarm(mailing_id=mailing_id, kind=kind, by_id=by_id, at=now)
    session.add(alarm)
    session.flush()
    return alarm


def latest_alarm(session: Session, mailing_id: str, *, kind: AlarmKind | None = None) -> Alarm | None:
    """Return the newest alarm about a mailing, of one kind or of any."""
    query = select(Alarm).where(col(Alarm.mailing_id) == mailing_id)
    if kind:
        query = query.where(col(Alarm.kind) == kind)
    found: Alarm | None = session.execute(query.order_by(col(Alarm.at).desc()).limit(1)).scalar()
    return found


def find_alarm(session: Session, alarm_id: str) -> Alarm | None:
    """Return one alarm."""
    return session.get(Alarm, alarm_id)
