"""Staff look at a letter's file: in the ledger before a byte leaves, and not once it is taken back."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.errors import NoSuchDocument, NothingGiven
from portal.documents.repository import intakes
from portal.documents.tables import Document
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.mailings import repository as mailings
from portal.mailings.tables import Mailing
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence
from portal.words.several import calendar_day_words

_UNKNOWN = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class LetterFile:
    """The sealed file of a mailing."""

    document_id: str
    file_name: str
    media_type: str
    size: int


def letter_file(session: Session, mailing_id: str, *, language: str = "", by: Acting) -> LetterFile:
    """Return the file that this staff member may see now, in a language, or else that for everybody.

    Raises `NoSuchMailing`, `NoSuchDocument`, `NotAllowed`.
    """
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    newest = documents.in_language(documents.documents_of(session, mailing_id), language)
    if newest is None:
        raise NoSuchDocument
    _check_opens(mailing, newest)
    return LetterFile(newest.id, newest.file_name, newest.media_type, newest.size)


def view_as_staff(
    session: Session, keys: KeyRing, mailing_id: str, *, language: str = "", by: Acting, now: datetime
) -> LetterFile:
    """Note who looks at which file, and return it. Only after this is durable may a byte leave."""
    found = letter_file(session, mailing_id, language=language, by=by)
    note_staff_view(session, keys, mailing_id, found.document_id, by=by, now=now)
    return found


def own_letter_file(session: Session, mailing_id: str, document_id: str, *, by: Acting) -> LetterFile:
    """Return one file of a mailing that this staff member may see now. Raises what `letter_file` raises."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    found = next((one for one in documents.documents_of(session, mailing_id) if one.id == document_id), None)
    if found is None:
        raise NoSuchDocument
    _check_opens(mailing, found)
    return LetterFile(found.id, found.file_name, found.media_type, found.size)


def _check_opens(mailing: Mailing, document: Document) -> None:
    if document.closed_at is not None:
        raise NotAllowed(
            sentence(
                "This letter was shredded on %(day)s, so nobody can open it again.",
                day=calendar_day_words(document.closed_at),
            )
        )
    if mailing.state == "revoked" or document.revoked_at is not None:
        raise NotAllowed(sentence("This letter was taken back, so its file no longer opens here."))


def given_file(session: Session, mailing_id: str, given_id: str, *, by: Acting) -> LetterFile:
    """Return a file that is nobody's yet and is kept until somebody says whose. Raises `NoSuchMailing`, `NothingGiven`.

    Nothing is known of its kind but what its name says.
    """
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    found = intakes.given_file(session, mailing.id, given_id)
    if found is None or not found.is_kept:
        raise NothingGiven
    is_pdf = found.file_name.casefold().endswith(".pdf")
    size = intakes.kept_size(found)
    return LetterFile(found.id, found.file_name, "application/pdf" if is_pdf else _UNKNOWN, size)


def page_in_doubt(session: Session, mailing_id: str, page: int, *, by: Acting) -> LetterFile:
    """Return the big PDF of which this page, from 1, is nobody's yet. Raises `NoSuchMailing`, `NothingGiven`."""
    mailing = mailings.find(session, mailing_id, staff_id=by.id, sites=by.sites)
    intake = intakes.intake_of(session, mailing.id)
    given = intakes.intake_files(session, mailing.id).get("pdf")
    troubles = json.loads(intake.problem or "[]") if intake and intake.state == "failed" else []
    if given is None or not any(page in trouble["pages"] for trouble in troubles):
        raise NothingGiven
    return LetterFile(given.id, f"page {page}.pdf", "application/pdf", given.size)


def note_staff_view(
    session: Session, keys: KeyRing, mailing_id: str, document_id: str, *, by: Acting, now: datetime
) -> None:
    """Note who looks at which file, sealed or stopped."""
    about: dict[str, Fact] = {"mailing": mailing_id, "document": document_id}
    ledger.append(session, keys, [Act("document:staff-view", by.label, about)], now=now)


def note_list_given(
    session: Session, keys: KeyRing, mailing_id: str, *, entries: int, by: Acting, now: datetime
) -> None:
    """Note who took a list of a letter's guardians, with who got it or has read it, and of how many."""
    about: dict[str, Fact] = {"mailing": mailing_id, "entries": entries}
    ledger.append(session, keys, [Act("mailing:list-read", by.label, about)], now=now)
