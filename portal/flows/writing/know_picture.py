"""An admin registers a picture, such as the school's logo, so that nobody has to read it any more; or says no to it."""

from datetime import datetime

from sqlmodel import Session

from portal.documents.repository import loose
from portal.guard import repository as guard
from portal.guard.errors import NotWaiting
from portal.guard.tables import OfferedPicture
from portal.kernel.errors import WrongCall
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence

LABEL_MOST = 80


def know_picture(session: Session, keys: KeyRing, sha256: str, *, label: str, by: Acting, now: datetime) -> list[str]:
    """Register a picture by the hash of its pixels; return the preview to shred, if it waited. Again: nothing.

    Raises `NotAllowed`, `WrongCall`.
    """
    _check_admin(by)
    label = " ".join(label.split())
    if not 0 < len(label) <= LABEL_MOST:
        raise WrongCall(
            sentence(
                "Say what the picture is, in at most %(most)s letters: the logo of the school, say.", most=LABEL_MOST
            )
        )
    if guard.add_known(session, sha256, label=label, by_id=by.id, now=now):
        ledger.append(session, keys, [Act("picture:know", by.label, {"sha256": sha256})], now=now)
    there = guard.hold_offered(session, sha256)
    guard.forget_offered(session, [sha256])
    return _let_loose(session, there)


def accept_picture(session: Session, keys: KeyRing, sha256: str, *, label: str, by: Acting, now: datetime) -> list[str]:
    """Register a picture that waits for an admin; return its preview, to be shredded. Again: nothing.

    Raises `NotWaiting`, `NotAllowed`, `WrongCall`.
    """
    _check_admin(by)
    if guard.hold_offered(session, sha256) is None and sha256 in guard.known_hashes(session):
        return []
    if guard.waiting_picture(session, sha256, now=now) is None:
        raise NotWaiting
    return know_picture(session, keys, sha256, label=label, by=by, now=now)


def decline_picture(session: Session, keys: KeyRing, sha256: str, *, by: Acting, now: datetime) -> list[str]:
    """Keep the hash of a picture alone, so that it is not offered again; return its preview, to be shredded.

    Again: nothing. Raises `NotWaiting`, `NotAllowed`.
    """
    _check_admin(by)
    there = guard.hold_offered(session, sha256)
    if there is None:
        raise NotWaiting
    gone = _let_loose(session, there)
    if guard.decline(session, sha256):
        ledger.append(session, keys, [Act("picture:decline", by.label, {"sha256": sha256})], now=now)
    return gone


def _let_loose(session: Session, there: OfferedPicture | None) -> list[str]:
    """Note the preview of a picture that no longer waits as one to shred."""
    gone = [there.blob_id] if there and there.blob_id else []
    loose.let_loose(session, gone)
    return gone


def forget_picture(session: Session, keys: KeyRing, sha256: str, *, by: Acting, now: datetime) -> None:
    """Have a picture read again from now on, in letters too that nobody has approved yet. Again: nothing.

    Raises `NotAllowed`.
    """
    _check_admin(by)
    if guard.remove_known(session, sha256):
        ledger.append(session, keys, [Act("picture:forget", by.label, {"sha256": sha256})], now=now)


def _check_admin(by: Acting) -> None:
    if not by.is_admin or by.sites is not None:
        raise NotAllowed(sentence("A known picture counts for every letter, so an admin of every site registers it."))
