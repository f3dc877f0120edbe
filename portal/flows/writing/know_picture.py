"""An admin registers a picture, such as the school's logo, so that nobody has to read it any more."""

from datetime import datetime

from sqlmodel import Session

from portal.guard import repository as guard
from portal.kernel.errors import WrongCall
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence

LABEL_MOST = 80


def know_picture(session: Session, keys: KeyRing, sha256: str, *, label: str, by: Acting, now: datetime) -> None:
    """Register a picture by the hash of its pixels. Again: nothing. Raises `NotAllowed`, `WrongCall`."""
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
