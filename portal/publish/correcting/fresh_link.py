"""One dead link has a new one in its place: looked at without a lock, and written in one transaction."""

from datetime import datetime, timedelta

from portal.flows.taking_back import reissue_links
from portal.mailings.errors import ChangedMeanwhile, RosterChanged
from portal.mailings.tables import Mailing
from portal.overviews.links.fresh_link import planned_fresh_link
from portal.overviews.links.key_links import FreshPlanned
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.wiring import House


def reissue_link(house: House, link_id: str, *, by: Acting, now: datetime) -> tuple[Mailing, FreshPlanned]:
    """Send one guardian a fresh link in place of a dead one, after the hold; the old one stays dead.

    Raises `NotAllowed` for anybody but an admin, and what looking at it raises.
    """
    if not by.is_admin:
        raise NotAllowed
    hold = timedelta(seconds=house.settings.hold_seconds)
    for _ in range(3):  # an import may finish between looking and writing; each turn looks anew
        with house.db.read() as session:
            mailing, planned = planned_fresh_link(session, link_id, by=by, now=now)
            prepared = reissue_links.prepare_fresh(session, house.keys, mailing, planned, now=now, hold=hold)
        try:
            with house.db.write() as session:
                reissue_links.reissue_link(session, house.keys, prepared, link_id, by=by, now=now)
        except RosterChanged:
            continue
        return mailing, planned
    raise ChangedMeanwhile
