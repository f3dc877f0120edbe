"""After every change of files or children it is asked again whether they add up; if so, the mailing is checked."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.documents.repository import intakes
from portal.flows.check_mailing import check_mailing
from portal.kernel.errors import Refused
from portal.mailings import repository as mailings
from portal.overviews import audiences, reconciling
from portal.publish.judging import judge_written, yardstick
from portal.wiring import House


class WordsStopped(Refused):
    """By today's roster, the title or the message names somebody. Change the words."""


def settle(house: House, mailing_id: str, *, now: datetime) -> bool:
    """Take a draft to checked when every child has its one letter and nothing is in doubt; tell whether it is.

    Raises `WordsStopped`, `GuardNotReady`.
    """
    with house.db.read() as session:
        table = reconciling.table_of(session, mailing_id, now=now)
    if table.is_complete and (ripe := ripe_of(house, table, now=now)):
        with house.db.write() as session:
            take_to_checked(session, house, ripe, now=now)
    return table.is_complete


@dataclass(frozen=True, slots=True)
class Ripe:
    """A draft whose letters add up: its version, and the oldest roster that any of them was judged by.

    By that it is checked: a newer one is judged against before approval.
    """

    mailing_id: str
    version: int
    roster: int


def ripe_of(house: House, table: reconciling.Table, *, now: datetime) -> Ripe | None:
    """Return what is checked when nothing is being done to it any more; None for what is no draft, or in doubt.

    Raises `WordsStopped`, `GuardNotReady`.
    """
    written = table.mailing
    if not table.found.is_complete or written.state != "draft":
        return None
    with house.db.read() as session:
        oldest = intakes.oldest_roster(session, written.id)
        terms = audiences.terms_of(session, written)
        words = mailings.words_of(session, written.id)
    measure = yardstick(house, terms, now=now)
    if not judge_written(house, measure, written, words).is_clear:
        raise WordsStopped
    return Ripe(written.id, table.version, measure.number if oldest is None else min(oldest, measure.number))


def take_to_checked(session: Session, house: House, ripe: Ripe, *, now: datetime) -> None:
    """Take it to checked. Raises `ChangedMeanwhile` if somebody changed it since."""
    check_mailing(session, house.keys, ripe.mailing_id, version=ripe.version, roster=ripe.roster, now=now)
