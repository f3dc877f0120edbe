"""What a staff member has sent in from their mail program: how much came, until when, and what became of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.arrivals import repository as arrivals
from portal.arrivals.errors import NoSuchGathering
from portal.arrivals.rules.reports import Report, report_of
from portal.arrivals.tables import Gathering
from portal.kernel.secrets.keys import KeyRing
from portal.mailings import repository as mailings
from portal.overviews.arriving.drop_targets import drop_targets, drops_among
from portal.overviews.arriving.whose import whose
from portal.staff.rules import Acting

NEWEST = 30


@dataclass(frozen=True, slots=True)
class Gathered:
    """One gathering as its sender sees it. `subject` is that of its first message; nobody else may see it.

    `mailing_title` and `mailing_state` are those of the letter that was made of it, or empty.
    """

    id: str
    subject: str
    state: str
    messages: int
    first_at: datetime
    last_at: datetime
    closes_at: datetime
    mailing_id: str | None
    mailing_title: str
    mailing_state: str
    report: Report

    @property
    def is_waiting(self) -> bool:
        """Whether more is waited for."""
        return self.state == "open"

    @property
    def may_throw_away(self) -> bool:
        """Whether its sender may still throw it away: a letter that was made of it is thrown away by its own page."""
        return self.state != "ended" and self.mailing_id is None


def gathered_by(session: Session, keys: KeyRing, by: Acting, *, limit: int = NEWEST) -> list[Gathered]:
    """Return what somebody has sent in, the newest first."""
    rows = arrivals.of_staff(session, by.id, limit=limit)
    counts = arrivals.messages_in(session, [row.id for row in rows])
    return [_gathered(session, keys, row, counts[row.id]) for row in rows]


def gathered_one(session: Session, keys: KeyRing, gathering_id: str, by: Acting) -> Gathered:
    """Return one of somebody's own gatherings. Raises `NoSuchGathering`."""
    row = _own(session, gathering_id, by)
    return _gathered(session, keys, row, arrivals.messages_in(session, [row.id])[row.id])


def gathered_into(session: Session, mailing_id: str) -> tuple[datetime, int] | None:
    """Return when a mailing came by mail and in how many messages; None for one that was made otherwise."""
    row = arrivals.of_mailing(session, mailing_id)
    return (row.first_at, arrivals.messages_in(session, [row.id])[row.id]) if row else None


def lost_addresses(
    session: Session,
    keys: KeyRing,
    gathering_id: str,
    by: Acting,
    *,
    domain: str,
    ours: Collection[str] = (),
    now: datetime,
) -> list[str]:
    """Return the addresses of one's own gathering that lead to nobody to whom one may write, as of now.

    Unknown ones and those out of reach are in one list, for the difference would tell who is on the roster. `domain` is
    that of drop addresses. Raises `NoSuchGathering`.
    """
    row = _own(session, gathering_id, by)
    said = arrivals.recipients_of(session, keys, [one.id for one in arrivals.arrivals_of(session, row.id)])
    addresses = list(dict.fromkeys(address for each in said.values() for address in each))
    targets, at = drop_targets(session, by), f"@{domain.casefold()}"
    lost_drops = [f"{local}{at}" for local in drops_among(addresses, domain) if local not in targets]
    plain = [one for one in addresses if not (domain and one.casefold().endswith(at))]
    return sorted({*lost_drops, *whose(session, plain, ours, by=by, now=now).lost(plain)})


def _own(session: Session, gathering_id: str, by: Acting) -> Gathering:
    row = arrivals.find(session, gathering_id)
    if row is None or row.staff_id != by.id:
        raise NoSuchGathering
    return row


def _gathered(session: Session, keys: KeyRing, row: Gathering, messages: int) -> Gathered:
    mailing = mailings.find_any(session, row.mailing_id) if row.mailing_id else None
    return Gathered(
        row.id, arrivals.subject_of(keys, row), row.state, messages, row.first_at, row.last_at, row.closes_at,
        row.mailing_id, mailing.title if mailing else "", mailing.state if mailing else "", report_of(row.report),
    )  # fmt: skip
