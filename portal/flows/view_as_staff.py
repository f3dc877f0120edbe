"""Staff look at a letter's file: in the ledger before a byte leaves, and not once it is taken back."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.errors import NoSuchDocument
from portal.kernel.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.mailings import repository as mailings
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting


@dataclass(frozen=True, slots=True)
class LetterFile:
    """The sealed file of a mailing."""

    document_id: str
    file_name: str
    media_type: str
    size: int


def letter_file(session: Session, mailing_id: str, *, by: Acting) -> LetterFile:
    """Return the file that this staff member may see now. Raises `NoSuchMailing`, `NoSuchDocument`, `NotAllowed`."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    held = documents.documents_of(session, mailing_id)
    if not held:
        raise NoSuchDocument
    newest = held[-1]
    if mailing.state == "revoked" or newest.revoked_at is not None:
        raise NotAllowed("This letter was taken back, so its file no longer opens here.")
    return LetterFile(newest.id, newest.file_name, newest.media_type, newest.size)


def view_as_staff(session: Session, keys: KeyRing, mailing_id: str, *, by: Acting, now: datetime) -> LetterFile:
    """Note who looks at which file, and return it. Only after this is durable may a byte leave."""
    found = letter_file(session, mailing_id, by=by)
    note_staff_view(session, keys, mailing_id, found.document_id, by=by, now=now)
    return found


def note_staff_view(
    session: Session, keys: KeyRing, mailing_id: str, document_id: str, *, by: Acting, now: datetime
) -> None:
    """Note who looks at which file, sealed or stopped."""
    about: dict[str, Fact] = {"mailing": mailing_id, "document": document_id}
    ledger.append(session, keys, [Act("document:staff-view", by.label, about)], now=now)
