"""Whom a writer names by hand in a form, looked up before the letter is made."""

from dataclasses import replace

from portal.mailings.rules import Draft
from portal.overviews.audience.children_meant import numbers_of
from portal.web.guards import StaffRequest
from portal.web.staff.writing.typed import Typed


def draft_of(ask: StaffRequest, typed: Typed) -> Draft:
    """Return what was typed as a draft, with each name as its child's number. Raises `DraftFaults`."""
    with ask.house.db.read() as session:
        numbers = numbers_of(session, ask.acting, typed.numbers)
    return replace(typed, numbers="\n".join(numbers)).draft(ask.house.settings)
