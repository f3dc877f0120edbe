"""One way through one version of a gathering, with a lease on it; whoever has lost the lease writes nothing more."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from portal.arrivals import repository as arrivals
from portal.arrivals.rules.reports import Report, as_json
from portal.arrivals.tables import Gathering
from portal.flows.arriving import end_gathering, note_made
from portal.flows.sending import stop_mailing
from portal.flows.writing.sort_files import LEASE
from portal.kernel.configuration.shared_mailboxes import owners_of
from portal.kernel.log import log
from portal.mailings import repository as mailings
from portal.mailings.rules import may_move
from portal.overviews.arriving.whose import key_of
from portal.staff import repository as staff
from portal.staff.errors import NoSuchStaff
from portal.staff.rules import Acting
from portal.wiring import House


@dataclass(frozen=True, slots=True)
class Work:
    """What is worked on, by whose lease, on whose behalf: None where its sender is not on the staff any more."""

    house: House
    row: Gathering
    lease_id: str
    by: Acting | None
    now: datetime

    def hold(self) -> None:
        """Hold the lease for longer."""
        with self.house.db.write() as session:
            until = self.house.clock() + LEASE
            arrivals.hold_lease(session, self.row.id, lease_id=self.lease_id, until=until)

    def put_down(self) -> bool:
        """Leave it to whoever takes it next."""
        with self.house.db.write() as session:
            arrivals.put_down(session, self.row.id, lease_id=self.lease_id)
        return False

    def stop(self, report: Report) -> bool:
        """End it and tell its sender why; a draft that was made of an earlier version of it is thrown away."""
        house = self.house
        with house.db.write() as session:
            if not self._is_mine(session):
                return False
            messages = arrivals.messages_in(session, [self.row.id])[self.row.id]
            gone = list(self._throw_away(session))
            told = as_json(replace(report, messages=messages))
            gone += end_gathering.stop_gathering(session, house.keys, self.row.id, told, now=self.now)
        house.documents.shred(*gone)
        log("gathered").info("gathering stopped", gathering=self.row.id, why=report.stop)
        return True

    def note(self, report: Report) -> bool:
        """Note that it has become a mailing, which has its id; all who write from the sender's mailbox wrote it."""
        house, row = self.house, self.row
        owners = owners_of(house.settings.gate_shared).get(key_of(self.by.address), ()) if self.by else ()
        with house.db.write() as session:
            for key in sorted(owners):
                with suppress(NoSuchStaff):
                    mailings.add_writer(session, row.id, staff.by_address(session, key, through="worker").id)
            return note_made.note_made(
                session, house.keys, row.id, row.id, as_json(report), version=row.version, lease_id=self.lease_id,
                now=house.clock(),
            )  # fmt: skip

    def _is_mine(self, session: Session) -> bool:
        row = arrivals.find(session, self.row.id)
        return row is not None and row.lease_id in {self.lease_id, None}

    def _throw_away(self, session: Session) -> Iterable[str]:
        mailing = mailings.find_any(session, self.row.id)
        if mailing is None or self.by is None or not may_move(mailing.state, "edit"):
            return ()
        return stop_mailing.stop_mailing(session, self.house.keys, mailing.id, by=self.by, now=self.now).gone
