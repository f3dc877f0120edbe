"""Everyone a letter leaves out, to page through and to search."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.mailings import repository as mailings
from portal.overviews.audience.audiences import WHY, LeftOutRow, left_out, reach_of
from portal.staff.rules import Acting
from portal.words.languages import staff_languages
from portal.words.sentences import said

PAGE = 50


@dataclass(frozen=True, slots=True)
class Omitted:
    """One page of whom a letter leaves out; `is_frozen` once it was approved."""

    mailing_id: str
    title: str
    is_frozen: bool
    rows: list[LeftOutRow]
    total: int
    page: int
    pages: int


def omitted(session: Session, mailing_id: str, by: Acting, *, words: str, page: int, now: datetime) -> Omitted:
    """Return a page of those left out whose name, number, guardian or reason holds every word.

    Raises `NoSuchMailing`.
    """
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    wanted = words.casefold().split()
    rows = [row for row in left_out(session, reach_of(session, mailing, now=now)) if _holds(row, wanted)]
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), pages)
    shown = rows[(page - 1) * PAGE : page * PAGE]
    return Omitted(mailing.id, mailing.title, mailing.approved_at is not None, shown, len(rows), page, pages)


def _holds(row: LeftOutRow, wanted: list[str]) -> bool:
    why = " ".join(said(WHY[row.why], language) for language in staff_languages())  # a page shows one of them
    text = f"{row.student_number} {row.child_name} {row.guardian_name or ''} {row.reason} {why}".casefold()
    return all(word in text for word in wanted)
