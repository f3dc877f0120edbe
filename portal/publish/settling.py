"""After every change of files or children it is asked again whether they add up; if so, the mailing is checked."""

from datetime import datetime

from portal.documents.repository import intakes
from portal.flows.check_mailing import check_mailing
from portal.kernel.errors import Refused
from portal.mailings import repository as mailings
from portal.overviews import audiences, reconciling
from portal.publish.judging import judge_texts, yardstick
from portal.wiring import House


class WordsStopped(Refused):
    """By today's roster, the title or the message names somebody. Change the words."""


def settle(house: House, mailing_id: str, *, now: datetime) -> bool:
    """Take a draft to checked when every child has its one letter and nothing is in doubt; tell whether it is.

    It is checked by the oldest roster that any letter was judged by: a newer one is judged against before approval.
    Raises `WordsStopped`, `GuardNotReady`.
    """
    with house.db.read() as session:
        table = reconciling.table_of(session, mailing_id, now=now)
        oldest = intakes.oldest_roster(session, mailing_id)
        terms = audiences.terms_of(session, table.mailing)
        words = mailings.words_of(session, mailing_id)
    if not table.is_complete or table.mailing.state != "draft":
        return table.is_complete
    measure = yardstick(house, terms, now=now)
    written = table.mailing
    if not judge_texts(house, measure, title=written.title, message=written.message, words=words).is_clear:
        raise WordsStopped
    roster = measure.number if oldest is None else min(oldest, measure.number)
    with house.db.write() as session:
        check_mailing(session, house.keys, mailing_id, version=table.version, roster=roster, now=now)
    return True
