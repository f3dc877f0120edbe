"""A restored backup may revive sessions, mail keys and known browsers that were ended since: all of them end."""

from datetime import datetime

from sqlmodel import Session

from portal.links.repository import forgetting
from portal.staff import repository as staff


def end_ways_in(session: Session, *, now: datetime) -> None:
    """End every session and mail key of staff, and forget every browser of families."""
    staff.end_all_ways_in(session, now=now)
    forgetting.forget_browsers(session, now=now)
