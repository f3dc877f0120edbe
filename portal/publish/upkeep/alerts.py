"""What is watched about the portal itself is looked at from time to time, and told to admins."""

from datetime import datetime
from typing import get_args

from portal.flows.keeping import tell_admins
from portal.outbox.rules import AlertKind
from portal.overviews.operation.watched import watched
from portal.wiring import House


def see_to_alerts(house: House, *, now: datetime) -> list[AlertKind]:
    """Look, and queue what admins have to be told; return what that is. Nothing new writes nothing."""
    with house.db.read() as session:
        facts = watched(session, house.settings, now=now)
        kinds: tuple[AlertKind, ...] = get_args(AlertKind)
        found = {kind: kind in facts and facts[kind].standing == "unsafe" for kind in kinds}
        if not tell_admins.has_news(session, found, now=now):
            return []
    with house.db.write() as session:
        return tell_admins.tell_admins(session, house.keys, found, now=now)
