"""Who may say yes to a mailing that waits, and whom somebody asked by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.families import repository as families
from portal.mailings import repository as mailings
from portal.mailings.repository.asked_approvers import asked_since_submitted
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences
from portal.overviews.people.staff_mail import name_of
from portal.staff import repository as staff
from portal.staff.rules import Acting


def approvers_of(session: Session, mailing: Mailing) -> list[Acting]:
    """Return everybody who may approve a mailing: by role, with all of its sites, who has written nothing of it."""
    terms = audiences.terms_of(session, mailing)
    return [
        one
        for one in staff.possible_approvers(session, but=mailing.author_id)
        if not families.audience_leaves_scope(session, terms, one.sites)
        and not mailings.has_written(session, mailing.id, one.id)
    ]


@dataclass(frozen=True, slots=True)
class AskedByName:
    """Somebody who was asked by name, by whom and when."""

    name: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """Who was asked by name since approval was asked for, and who else may still be."""

    asked: Sequence[AskedByName]
    others: Sequence[Acting]


def asking_of(session: Session, mailing: Mailing, by: Acting) -> Asking | None:
    """Return whom somebody may ask besides; None for whoever neither wrote the mailing nor may approve it."""
    able = approvers_of(session, mailing)
    if not may_ask(session, mailing, by, able):
        return None
    rows = asked_since_submitted(session, mailing)
    known = {one.staff_id for one in rows} | {by.id}
    return Asking(
        tuple(AskedByName(name_of(session, one.staff_id), name_of(session, one.by_id), one.at) for one in rows),
        tuple(one for one in able if one.id not in known),
    )


def may_ask(session: Session, mailing: Mailing, by: Acting, able: Sequence[Acting]) -> bool:
    """Tell whether somebody may ask another approver: who wrote the mailing, or may approve it themselves."""
    return (
        by.id == mailing.author_id
        or mailings.has_written(session, mailing.id, by.id)
        or by.id in {one.id for one in able}
    )
