"""The other guardians of the same children get a letter too that was for some of them alone."""

from datetime import datetime

from sqlmodel import Session

from portal.documents import repository as documents
from portal.families import repository as families
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.mailings import repository as mailings
from portal.mailings.errors import NotNow
from portal.mailings.repository.addressed import addressed_of, set_addressed
from portal.mailings.rules import move
from portal.mailings.tables import Mailing
from portal.overviews.audience import audiences
from portal.staff.errors import OutOfScope
from portal.staff.rules import Acting
from portal.words.sentences import sentence

_CHECKED = frozenset({"checked", "waiting"})


def add_guardians(
    session: Session, keys: KeyRing, mailing_id: str, *, version: int | None, by: Acting, now: datetime
) -> Mailing:
    """Add those who are its other guardians now; whoever comes later is not among them. Once more changes nothing.

    What waits for approval is asked for again, and what was checked stays so: the verdict hangs on the children.
    Raises `NoSuchMailing`, `NotNow`, `OutOfScope`, `ChangedMeanwhile`.
    """
    mailings.hold(session, [mailing_id])
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    before = mailing.state
    move(before, "edit")
    if families.audience_leaves_scope(session, audiences.terms_of(session, mailing), by.sites):
        raise OutOfScope
    others = audiences.others_of(session, mailing, now=now)
    if not others:
        return mailing
    if version is not None:
        mailings.check_version(mailing, version)
    if documents.releases_of(session, mailing_id):
        raise NotNow(
            sentence("A second person released its file for those it is for now. Change the letter, and choose anew.")
        )
    set_addressed(session, mailing, others | (addressed_of(session, mailing) or frozenset()))
    mailings.add_writer(session, mailing_id, by.id)
    mailings.advance(session, mailing, "edit", submitted_at=None, return_reason="")
    if before in _CHECKED:
        mailings.advance(session, mailing, "check")
    about: dict[str, Fact] = {"mailing": mailing_id, "what": "guardians", "added": len(others)}
    ledger.append(session, keys, [Act("mailing:edit", by.label, about)], now=now)
    return mailing
