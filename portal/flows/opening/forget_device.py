"""A remembered phone or computer is forgotten: the next confidential letter asks for a code there again."""

from datetime import datetime

from sqlmodel import Session

from portal.kernel.ids import is_id
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.links import repository as links
from portal.links.errors import NotOpened
from portal.overviews.family import code_steps


def forget_device(session: Session, keys: KeyRing, session_id: str, device_id: str, *, now: datetime) -> None:
    """Forget one device of the guardian who has something open in this session; twice is the same as once.

    Another guardian's device is not found, and nothing is done. Raises `NotOpened`.
    """
    seen = code_steps.devices_seen(session, session_id, "", now=now)
    if seen is None:
        raise NotOpened
    theirs = links.devices_of(seen.guardian_id, device_id)
    ended = links.end_devices(session, theirs, now=now) if is_id(device_id) else []
    acts = [Act("device:ended", f"family:{seen.guardian_id}", {"device": one}) for one in ended]
    if acts:
        ledger.append(session, keys, acts, now=now)
