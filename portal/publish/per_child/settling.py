"""After every change of files or children it is asked again whether they add up; if so, the mailing is checked."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.documents.repository import intakes
from portal.flows.writing.check_mailing import check_mailing
from portal.kernel.errors import Refused
from portal.mailings import repository as mailings
from portal.overviews.audience import audiences
from portal.overviews.per_child import reconciling
from portal.publish.checking.judging import judge_written, yardstick
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
    """A draft whose letters add up: its version, and the version that all of it was judged by.

    That is empty where letters and words were judged by several: all of it is judged anew before approval.
    """

    mailing_id: str
    version: int
    judged_by: str


def ripe_of(house: House, table: reconciling.Table, *, now: datetime) -> Ripe | None:
    """Return what is checked when nothing is being done to it any more; None for what is no draft, or in doubt.

    Raises `WordsStopped`, `GuardNotReady`.
    """
    written = table.mailing
    if not table.found.is_complete or written.state != "draft":
        return None
    with house.db.read() as session:
        judged = intakes.versions_judged_by(session, written.id)
        terms = audiences.terms_of(session, written)
        words = mailings.words_of(session, written.id)
    measure = yardstick(house, terms, now=now)
    if not judge_written(house, measure, written, words).is_clear:
        raise WordsStopped
    return Ripe(written.id, table.version, measure.version if judged <= {measure.version} else "")


def take_to_checked(session: Session, house: House, ripe: Ripe, *, now: datetime) -> None:
    """Take it to checked. Raises `ChangedMeanwhile` if somebody changed it since."""
    check_mailing(session, house.keys, ripe.mailing_id, version=ripe.version, judged_by=ripe.judged_by, now=now)
