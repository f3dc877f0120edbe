"""A family says that it has read a letter: once, of the version it sees, and in the ledger."""

from datetime import datetime

from sqlmodel import Session

from portal.documents.repository import acknowledged
from portal.documents.tables import Acknowledgement
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.links.errors import LetterReplaced, LinkDead, NotOpened
from portal.links.rules import REPLACED, UNPROVEN, Dead
from portal.mailings import repository as mailings
from portal.mailings.errors import NotAsked
from portal.overviews.family import letters


def acknowledge_letter(session: Session, keys: KeyRing, *, session_id: str, copy_id: str, now: datetime) -> None:
    """Keep a guardian's word for one child's letter; said again it changes nothing.

    A corrected version asks again: what was said of the earlier one stays as it is. Raises `NotOpened`, `LinkDead`,
    `LetterReplaced`, and `NotAsked` where nobody asked, or where the letter was never shown.
    """
    ledger.hold_head(session)  # two presses at once are one after the other, and a taking back is before or after
    letter = letters.letter_of_session(session, session_id, copy_id, now=now)
    if letter is None or letter.verdict == Dead(UNPROVEN):
        raise NotOpened
    if isinstance(letter.verdict, Dead):
        kind = LetterReplaced if letter.verdict.why == REPLACED else LinkDead
        raise kind(letter.verdict.why, letter.link.link_id)
    link = letter.link
    mailing = mailings.find_any(session, link.mailing_id)
    is_asked = mailing is not None and mailing.acknowledge and not letter.place
    if not is_asked or not ledger.has_seen(session, link.guardian_id, copy_id):
        raise NotAsked
    said = acknowledged.words_of(session, link.mailing_id, link.guardian_id, link.child_id)
    if any(is_standing for _, is_standing in said):
        return
    acknowledged.add(
        session,
        Acknowledgement(
            guardian_id=link.guardian_id, copy_id=copy_id, link_id=link.link_id, mailing_id=link.mailing_id,
            child_id=link.child_id, at=now,
        ),
    )  # fmt: skip
    about = {"copy": copy_id, "child": link.child_id, "link": link.link_id, "mailing": link.mailing_id}
    ledger.append(session, keys, [Act("copy:acknowledge", f"family:{link.guardian_id}", about)], now=now)
