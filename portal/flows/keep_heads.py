"""When it is time to take the head of the ledger outside again, and how the last time went."""

import re
from datetime import datetime, timedelta

from sqlmodel import Session

from portal.kernel.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.errors import NothingOlder
from portal.ledger.rules import OLDER, Act
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting

_EVERY = timedelta(days=1)
_ENTRIES = 1_000
_AGAIN_AFTER = timedelta(minutes=10)
_LASTING = re.compile(
    r"mailing:(sent|start|stop)|guardianship:(begun|end.*)|staff:change"
    r"|.+:(revoke|erase|restrict|replace|remove|freeze|end-links|import)"
)
"""Acts after which somebody reads less than before, or messages are out that an older database sends again."""


def is_due(session: Session, *, now: datetime) -> bool:
    """Tell whether a head has to be taken outside: each day, after a thousand entries, and ten minutes after a failure.

    At once where something was taken back since, or sent: a database from before would undo it, and only a head from
    after tells. A ledger that has not moved since is not taken outside again.
    """
    watch = ledger.watch_of(session)
    seq, _ = ledger.head(session)
    if seq == watch.exported_seq:
        return False
    if watch.failed_at is not None:
        return now >= watch.failed_at + _AGAIN_AFTER
    if watch.exported_at is None or now >= watch.exported_at + _EVERY or seq >= watch.exported_seq + _ENTRIES:
        return True
    uncovered = ledger.entries(session, after=watch.exported_seq, chunk=_ENTRIES)
    return any(_LASTING.fullmatch(entry.act) for entry in uncovered)


def is_known(session: Session, seq: int, mac: bytes, at: datetime) -> bool:
    """Tell whether the ledger has the entry that a head of then is of, or an admin accepted since that it has not."""
    accepted = ledger.watch_of(session).accepted_at
    if accepted is not None and at <= accepted:
        return True
    entry = next(ledger.entries(session, after=seq - 1, chunk=1), None)
    return entry is not None and (entry.seq, entry.mac) == (seq, mac)


def note_whether_older(session: Session, seq: int, mac: bytes, at: datetime, *, now: datetime) -> bool:
    """Note, and tell, whether the ledger lacks the entry that a head outside is of: then nothing covers it over.

    Where it has the entry, the right database was put in place of the older one.
    """
    ledger.hold_watch(session)
    if is_known(session, seq, mac, at):
        ledger.note_export(session, later_head_at=None, failed_at=None, problem="")
        return False
    said = f"{OLDER} on {at:%d %B %Y, %H:%M} UTC, at entry {seq:,}: it was restored, or cut."
    note_failure(session, f"{said} Links that were taken back since then may be alive again.", now=now)
    ledger.note_export(session, later_head_at=at)
    return True


def is_older(session: Session) -> bool:
    """Tell whether the database is known to be older than a head outside, and no admin has accepted that."""
    return ledger.watch_of(session).later_head_at is not None


def accept_older(session: Session, keys: KeyRing, *, by: Acting, now: datetime) -> None:
    """Let families read again what an older database lets them, as an admin says who has seen to it.

    Raises `NotAllowed` for anybody but an admin of every site, `NothingOlder` where no later head was seen.
    """
    if not by.is_admin or by.sites is not None:
        raise NotAllowed("Only an admin of every site can say that an older database was seen to. Ask one of them.")
    later = ledger.hold_watch(session).later_head_at
    if later is None:
        raise NothingOlder
    ledger.note_export(session, later_head_at=None, failed_at=None, problem="", accepted_at=now)
    ledger.append(session, keys, [Act("ledger:accept-older", by.label, {"head_at": later.isoformat()})], now=now)


def note_taken(session: Session, seq: int, *, now: datetime) -> None:
    """Note that the head was taken outside up to an entry."""
    ledger.note_export(session, exported_seq=seq, exported_at=now, failed_at=None, problem="")


def note_failure(session: Session, problem: str, *, now: datetime) -> None:
    """Note why the head could not be taken outside; the last one that was stays."""
    ledger.note_export(session, failed_at=now, problem=problem[:300])
