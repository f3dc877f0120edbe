"""The notice of an incident becomes the draft of a letter to the same families, judged like every other."""

from collections.abc import Sequence
from datetime import datetime

from portal.kernel.errors import Refused
from portal.mailings import repository as mailings
from portal.mailings.rules import TITLE_MOST, Term, check_draft
from portal.overviews import incident_seen
from portal.publish.drafts import Checked, Stopped, put_draft
from portal.publish.letters import BASE
from portal.staff.rules import Acting
from portal.wiring import House

_TITLE = "About our letter “{}”"
_MESSAGE = "There was a mistake with one of our letters. Please read what happened, and what you can do."
_UNSAID = "["


def draft_incident_notice(house: House, incident_id: str, text: str, *, by: Acting, now: datetime) -> Checked | Stopped:
    """Write a draft for everybody whom the incident's letters were for. It still needs an approval.

    Raises `Refused` while a bracket says that something is still to be said, and where no audience is all of theirs;
    `NoSuchIncident`, `DraftFaults`,
    `OutOfScope`, `GuardNotReady`.
    """
    if _UNSAID in text:
        raise Refused(
            "There are still brackets in the text. Say what they ask for, or take them out; then make a letter."
        )
    with house.db.read() as session:
        _, about = incident_seen.find_incident(session, incident_id, by=by)
        found = [mailings.find(session, one.mailing_id, staff_id=by.id, sites=by.sites) for one in about]
        audiences = [mailings.terms_of(session, one.id) for one in found]
    title = found[0].title
    most = TITLE_MOST - len(_TITLE.format(""))
    draft = check_draft(
        title=_TITLE.format(title if len(title) <= most else f"{title[: most - 1]}…"),
        message=_MESSAGE,
        terms=_all_of(audiences),
        link_days=max(one.link_days for one in found),
        link_hosts=house.settings.link_hosts,
    )
    return put_draft(house, draft, by=by, now=now, upload=None, texts={BASE: text})


def _all_of(audiences: Sequence[Sequence[Term]]) -> list[Term]:
    """Return the audience of everybody in any of these, and of nobody else. Raises `Refused` where there is none.

    Different kinds of words in one audience narrow it, so grade 3 and Oak put together would be grade 3 at Oak.
    """
    terms = sorted({term for one in audiences for term in one}, key=lambda term: (term.kind, term.value))
    everyone = [term for term in terms if term.kind == "everyone"]
    is_one = len({frozenset(one) for one in audiences}) == 1 or len({term.kind for term in terms}) == 1
    if not everyone and not is_one:
        raise Refused(
            "These letters were for families chosen in different ways, so one letter cannot be for all of them and "
            "nobody else. Write a letter for each, and copy this text into it."
        )
    return everyone or terms
