"""Whom a writer names by hand in a form, looked up before the letter is made."""

from dataclasses import replace

from portal.flows.writing.draft_mailing import check_audience, pairs_of
from portal.mailings.rules import Draft
from portal.overviews.audience.children_meant import numbers_of
from portal.overviews.audience.guardians_meant import guardians_meant
from portal.web.guards import StaffRequest
from portal.web.staff.writing.typed import Typed


def draft_of(ask: StaffRequest, typed: Typed) -> Draft:
    """Return what was typed as a draft, with each name as its child or guardian. Raises `DraftFaults`."""
    with ask.house.db.read() as session:
        typed = replace(typed, numbers="\n".join(numbers_of(session, ask.acting, typed.numbers)))
        if typed.guardians.strip():  # whom it is for comes first: they are guardians of these children
            check_audience(session, typed.terms, by=ask.acting)
        terms = pairs_of(typed.terms)
        guardians = guardians_meant(session, ask.acting, terms, typed.guardians, now=ask.now)
    return typed.draft(ask.house.settings, addressed=guardians)
