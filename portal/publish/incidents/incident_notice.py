"""The notice of an incident becomes the draft of a letter to the families it reached, judged like every other."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from sqlmodel import Session

from portal.families import repository as families
from portal.families.rules import plan
from portal.incidents.tables import Incident, IncidentMailing
from portal.kernel.errors import Refused
from portal.mailings import repository as mailings
from portal.mailings.repository.addressed import addressed_of
from portal.mailings.rules import TITLE_MOST, Term, check_draft
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences
from portal.overviews.incidents import incident_seen
from portal.publish.one_letter.drafts import Checked, Stopped, put_draft
from portal.publish.one_letter.letters import BASE
from portal.staff.rules import Acting
from portal.wiring import House
from portal.words.sentences import sentence

if TYPE_CHECKING:
    from portal.mailings.rules import TermKind

_TITLE = "About our letter “{}”"
_MESSAGE = "There was a mistake with one of our letters. Please read what happened, and what you can do."
_UNSAID = "["
_MOST_NAMED = 20_000


def draft_incident_notice(house: House, incident_id: str, text: str, *, by: Acting, now: datetime) -> Checked | Stopped:
    """Write a draft for the families whom the incident reached, and for nobody else. It still needs an approval.

    Raises `Refused` while a bracket says that something is still to be said, and where it reached nobody;
    `NoSuchIncident`, `DraftFaults`, `OutOfScope`, `GuardNotReady`.
    """
    if _UNSAID in text:
        raise Refused(
            sentence(
                "There are still brackets in the text. Say what they ask for, or take them out; then make a letter."
            )
        )
    with house.db.read() as session:
        incident, about = incident_seen.find_incident(session, incident_id, by=by)
        found = [mailings.find(session, one.mailing_id, staff_id=by.id, sites=by.sites) for one in about]
        terms = _reached(session, incident, about, now=now)
        addressed = _addressed(session, found)
    title = found[0].title
    most = TITLE_MOST - len(_TITLE.format(""))
    draft = check_draft(
        title=_TITLE.format(title if len(title) <= most else f"{title[: most - 1]}…"),
        message=_MESSAGE,
        terms=terms,
        link_days=max(one.link_days for one in found),
        link_hosts=house.settings.link_hosts,
    )
    draft = replace(draft, addressed=addressed)
    return put_draft(house, draft, by=by, now=now, upload=None, texts={BASE: text})


def _addressed(session: Session, found: Sequence[Mailing]) -> frozenset[str] | None:
    """Return the guardians whom the letters were narrowed to; None where they were for every guardian.

    One notice names a letter to all whom it is for. Raises `Refused` where some of them never had to know of it.
    """
    each = {addressed_of(session, one) for one in found}
    if len(each) > 1:
        raise Refused(
            sentence(
                "Some of these letters were for named guardians alone, and one letter about all of them would tell "
                "others. Write a letter about each of them, and copy this text into it."
            )
        )
    return next(iter(each), None)


def _reached(session: Session, incident: Incident, about: Sequence[IncidentMailing], *, now: datetime) -> list[Term]:
    """Return the audience of the children whom an incident reached: in the letter's own words if that is all of them.

    Those words name nobody beside them only for one letter: grade 3 and Oak put together would be grade 3 at Oak.
    Raises `Refused` where nothing reached anybody, or too many for a list of names.
    """
    children = incident_seen.affected(session, incident, about)
    if not children:
        raise Refused(
            sentence(
                "No message of it had left, and nobody had opened it, so there is no family who has to "
                "be told. If you want to tell families all the same, write a letter and copy this text "
                "into it."
            )
        )
    if len(about) == 1 and incident.document_id is None:
        mailing = mailings.find_any(session, about[0].mailing_id)
        assert mailing is not None
        terms = audiences.terms_of(session, mailing)
        ties = families.ties_of_audience(session, terms, now=now)
        if {child for _, child in plan(ties).pairs} <= children:
            return [Term(cast("TermKind", kind), value) for kind, value in terms]
    if len(children) > _MOST_NAMED:
        raise Refused(
            sentence(
                "It reached %(children)s children, and not everybody whom a letter was for: too many to "
                "be named one by one. Write a letter for each of them, and copy this text into it.",
                children=len(children),
            )
        )
    names = families.names_of_children(session, sorted(children)).values()
    return [Term("child", number) for number in sorted(number for number, _, _ in names)]
