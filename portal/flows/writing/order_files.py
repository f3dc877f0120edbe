"""What is enclosed with a letter is put in another order, or left out, before anybody has approved it."""

from datetime import datetime
from typing import Literal, get_args

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.errors import NoSuchDocument
from portal.documents.repository import enclosures
from portal.families import repository as families
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.mailings import repository as mailings
from portal.mailings.rules import move
from portal.overviews.audience import audiences
from portal.staff.errors import OutOfScope
from portal.staff.rules import Acting

Step = Literal["up", "down", "remove"]
STEPS: frozenset[str] = frozenset(get_args(Step))
_CHECKED = frozenset({"checked", "waiting"})


def order_files(
    session: Session, keys: KeyRing, mailing_id: str, document_id: str, step: Step, *, version: int, by: Acting,
    now: datetime,
) -> list[str]:  # fmt: skip
    """Move one enclosed file by a place, or take it out; return the ids whose blobs may go.

    What waits for approval is asked for again, and what was checked stays so: no file is another one by this. The first
    can't go up and the last can't go down: nothing is changed then. Raises `NoSuchMailing`, `NoSuchDocument`, `NotNow`,
    `OutOfScope`, `ChangedMeanwhile`.
    """
    mailings.hold(session, [mailing_id])
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    before = mailing.state
    move(before, "edit")
    if families.audience_leaves_scope(session, audiences.terms_of(session, mailing), by.sites):
        raise OutOfScope
    mailings.check_version(mailing, version)
    files = enclosures.enclosed_in(documents.documents_of(session, mailing_id))
    at = next((place for place, one in enumerate(files) if one.id == document_id), None)
    if at is None:
        raise NoSuchDocument
    gone: list[str] = []
    if step == "remove":
        gone = documents.remove_drafts(session, mailing_id, {documents.slot_of(files[at])})
    else:
        other = at + (1 if step == "down" else -1)
        if other not in range(len(files)):
            return []
        enclosures.swap(session, files[at], files[other])
    mailings.add_writer(session, mailing_id, by.id)
    mailings.advance(session, mailing, "edit", submitted_at=None, return_reason="")
    if before in _CHECKED:
        mailings.advance(session, mailing, "check")
    about: dict[str, Fact] = {"mailing": mailing_id, "what": "files", "document": document_id}
    ledger.append(session, keys, [Act("mailing:edit", by.label, about)], now=now)
    return gone
