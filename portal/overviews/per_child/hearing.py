"""How many letters of a mailing are hard to listen to, and why."""

from collections import Counter

from sqlalchemy import func, select
from sqlmodel import Session, col

from portal.documents.repository import is_current
from portal.documents.tables import Document
from portal.mailings.tables import Mailing


def unheard_of(session: Session, mailing_id: str) -> tuple[int, Counter[str], bool]:
    """Return how many letters for one child stand, how many lack each thing, and whether one PDF was cut into them."""
    theirs = (col(Document.mailing_id) == mailing_id, col(Document.kind) == "own", is_current())
    query = select(col(Document.unheard), func.count()).where(*theirs).group_by(col(Document.unheard))
    letters, lacking = 0, Counter[str]()
    for unheard, count in session.execute(query):
        letters += count
        lacking.update(dict.fromkeys(unheard.split(), count))
    way = session.execute(select(col(Mailing.way)).where(col(Mailing.id) == mailing_id)).scalar_one()
    return letters, lacking, way == "split"


def removed_of_letters(session: Session, mailing_id: str) -> Counter[str]:
    """Return what was kept of how the letters for one child were made, with how many letters each."""
    theirs = (col(Document.mailing_id) == mailing_id, col(Document.kind) == "own", is_current())
    query = select(col(Document.removed), func.count()).where(*theirs).group_by(col(Document.removed))
    return Counter({removed or "": count for removed, count in session.execute(query)})
