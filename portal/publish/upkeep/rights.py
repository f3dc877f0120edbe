"""Rights that change by the calendar: restrictions that begin, rights by hand that end, children who come of age."""

from datetime import date, datetime

from portal.families import repository as families
from portal.families.repository import hand_made, restrictions
from portal.flows.people.give_right import end_rights_that_are_over
from portal.flows.people.restrict_guardianship import carry_out_begun, find_of_age, pause_of_age
from portal.kernel.log import log
from portal.wiring import House

_BY = "worker"


def see_to_rights(house: House, *, now: datetime) -> None:
    """Carry out the restrictions that have begun, and end what was given by hand until today; else a read alone."""
    with house.db.read() as session:
        is_any = bool(restrictions.begun(session, now=now))
        is_over = bool(hand_made.over(session, now=now))
    if is_any:
        with house.db.write() as session:
            carry_out_begun(session, house.keys, by=_BY, now=now)
    if is_over:
        with house.db.write() as session:
            end_rights_that_are_over(session, house.keys, by=_BY, now=now)


class ComingOfAge:
    """Looks for children who are 18 now, once for each day and roster: birth dates are sealed, so nothing can be asked.

    Measured: 100,000 dates take about two seconds of processor time, in pages of 500, without a lock.
    """

    def __init__(self, house: House) -> None:
        """Take the house whose children it looks at."""
        self._house = house
        self._looked: tuple[date, int] | None = None

    def look(self) -> None:
        """Pause the guardians' links to every child who came of age since the last look."""
        now = self._house.clock()
        today = now.astimezone(self._house.settings.zone).date()
        with self._house.db.read() as session:
            roster = families.newest_roster(session)
            if self._looked == (today, roster):
                return
            pairs = find_of_age(session, self._house.keys, today=today, now=now)
        if pairs:
            with self._house.db.write() as session:
                paused = pause_of_age(session, self._house.keys, pairs, by=_BY, now=now)
            log("worker").info("children came of age", guardianships=paused)
        self._looked = (today, roster)
