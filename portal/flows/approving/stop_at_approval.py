"""A letter that the guard no longer clears when it is to be approved is a draft again, and what was stopped goes."""

from datetime import datetime

from sqlmodel import Session

from portal.documents import repository as documents
from portal.documents.tables import Document
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.mailings import repository as mailings
from portal.mailings.errors import NoSuchMailing
from portal.outbox import repository as outbox
from portal.words.sentences import one_after_another, sentence

_WORDS = sentence(
    "The roster, the staff, the known pictures or a setting has changed since this was checked, and the guard stops "
    "the title or the message now. Change these words."
)


def _file_said(name: str) -> str:
    return one_after_another(
        sentence(
            "The roster, the staff, the known pictures or a setting has changed since this was checked, "
            "and the guard stops %(name)s now.",
            name=name,
        ),
        sentence("Choose another file, or this one again to see where."),
    )


def stop_at_approval(
    session: Session, keys: KeyRing, mailing_id: str, stopped: Document | None, *, version: int, now: datetime
) -> list[str]:
    """Lead a mailing back to draft, without the file that is stopped; where none is, its words are. Its author is told.

    Returns the ids whose blobs may go. Raises `NoSuchMailing`, `ChangedMeanwhile`.
    """
    mailing = mailings.find_any(session, mailing_id)
    if mailing is None:
        raise NoSuchMailing
    mailings.check_version(mailing, version)
    why = str(_file_said(stopped.file_name) if stopped else _WORDS)
    mailings.advance(session, mailing, "edit", submitted_at=None, return_reason=why, judged_by=None)
    gone = documents.remove_drafts(session, mailing_id, {documents.slot_of(stopped)}) if stopped else []
    turn = outbox.next_turn(session, "returned", about_id=mailing_id)
    outbox.queue_staff_mail(session, "returned", [mailing.author_id], about_id=mailing_id, now=now, turn=turn)
    ledger.append(session, keys, [Act("mailing:return", "portal", {"mailing": mailing_id})], now=now)
    return gone
