"""Links that died with their key, or one that an admin wants back, are made anew: fresh editions, after a hold."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.families import repository as families
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.links.repository import for_good
from portal.mailings import repository as mailings
from portal.mailings.errors import ChangedMeanwhile, RosterChanged
from portal.mailings.tables import Mailing
from portal.outbox import repository as outbox
from portal.overviews.links import targets
from portal.overviews.links.key_links import FreshPlanned
from portal.overviews.sending.round_rows import RoundRows, Row
from portal.staff.rules import Acting


@dataclass(frozen=True, slots=True)
class Prepared:
    """Every row of it for one mailing, worked out before the write lock is taken."""

    mailing_id: str
    version: int
    roster: int
    number: int
    links: list[Row]
    notices: list[Row]
    notice_links: list[Row]
    held_until: datetime


def prepare_fresh(
    session: Session, keys: KeyRing, mailing: Mailing, planned: FreshPlanned, *, now: datetime, hold: timedelta
) -> Prepared:
    """Work out every link and notice, without a lock."""
    begins = now + hold
    shared: Row = {"mailing_id": mailing.id, "round": planned.number}
    made = RoundRows(keys, shared, now, begins, begins + timedelta(days=mailing.link_days))
    for recipient in planned.recipients:
        made.add(recipient)
    return Prepared(
        mailing.id, mailing.version, families.newest_roster(session), planned.number, made.links, made.notices,
        made.notice_links, begins,
    )  # fmt: skip


def reissue_links(session: Session, keys: KeyRing, prepared: Prepared, *, by: Acting, now: datetime) -> None:
    """Write fresh links with their notices and begin the hold, in one transaction.

    Doing it again finds nobody whose newest link is dead. Raises `NotNow`, `ChangedMeanwhile`, `RosterChanged`.
    """
    mailing = _still_so(session, prepared, by=by)
    if for_good.any_taken_back(session, mailing.id, [(one["guardian_id"], one["child_id"]) for one in prepared.links]):
        raise ChangedMeanwhile
    _write(session, keys, mailing, prepared, {}, by=by, now=now)


def reissue_link(
    session: Session, keys: KeyRing, prepared: Prepared, link_id: str, *, by: Acting, now: datetime
) -> None:
    """Write one guardian's fresh link in place of a dead one, which stays dead; it can be taken back again.

    Raises `NotNow`, `ChangedMeanwhile` when anything of the mailing has moved since, `RosterChanged`.
    """
    mailing = _still_so(session, prepared, by=by)
    editions = targets.held_editions(session, link_id)
    if links.any_opens(session, editions, now=now):
        raise ChangedMeanwhile
    for one in editions:
        links.forget_taking_back(session, "link", one)
    _write(session, keys, mailing, prepared, {"link": link_id}, by=by, now=now)


def _still_so(session: Session, prepared: Prepared, *, by: Acting) -> Mailing:
    mailing = mailings.find(session, prepared.mailing_id, staff_id=by.id, sites=by.sites)
    mailings.check_version(mailing, prepared.version)
    if not families.stays_newest(session, prepared.roster):
        raise RosterChanged
    mailings.hold(session, [mailing.id])  # before its links, like whoever takes it back
    return mailing


def _write(
    session: Session,
    keys: KeyRing,
    mailing: Mailing,
    prepared: Prepared,
    about: dict[str, Fact],
    *,
    by: Acting,
    now: datetime,
) -> None:
    mailings.advance(
        session, mailing, "fresh-links", round=prepared.number, held_until=prepared.held_until, ended_by_id=None
    )
    mailings.add_round(session, mailing, "re-issue", by_id=by.id, at=now, notices=len(prepared.notices))
    links.add_links(session, prepared.links)
    outbox.add_notices(session, prepared.notices, prepared.notice_links)
    counts: dict[str, Fact] = {
        "mailing": mailing.id, "round": prepared.number, "notices": len(prepared.notices), "links": len(prepared.links)
    }  # fmt: skip
    ledger.append(session, keys, [Act("mailing:re-issue", by.label, about | counts)], now=now)
