"""When the head of the ledger is taken outside again, how the last time went, and what is kept in the head file.

The head file follows each commit that takes something back, before whoever took it back is answered; what is kept at
`PORTAL_LEDGER_EXPORT_URL` follows within a minute. Either tells that a database that was put back is an older one.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from portal.kernel.ground import Ground
from portal.kernel.secrets.headfile import HeadFile
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.errors import HeadNotOurs, NothingOlder
from portal.ledger.rules import OLDER, Act, Head, read_head, signed_head
from portal.staff.errors import NotAllowed
from portal.staff.rules import Acting
from portal.words.sentences import sentence

_EVERY = timedelta(days=1)
_ENTRIES = 1_000
_AGAIN_AFTER = timedelta(minutes=10)
_LASTING = re.compile(
    r"mailing:(sent|start|stop|pause)|guardianship:(begun|end.*)|staff:change|device:ended|keys:.+|document:shred"
    r"|.+:(revoke|erase|restrict|replace|remove|freeze|end-links|import)"
)
"""Acts after which somebody reads less than before, or messages are out that an older database sends again."""
_REVIVED = "Links that were taken back since then may be alive again."
_RESTORED = "Restored from a backup"


@dataclass(frozen=True, slots=True)
class Filed:
    """What the head file at a place said at one look: a head of ours, nothing, what is none; or no look was had."""

    path: Path
    head: Head | None
    is_ours: bool = True
    was_read: bool = True


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
    return _has(session, Head(seq, mac, at))


def _has(session: Session, head: Head) -> bool:
    entry = next(ledger.entries(session, after=head.seq - 1, chunk=1), None)
    return entry is not None and (entry.seq, entry.mac) == (head.seq, head.mac)


def note_whether_older(session: Session, seq: int, mac: bytes, at: datetime, *, now: datetime) -> bool:
    """Note, and tell, whether the ledger lacks the entry that a head outside is of: then nothing covers it over.

    Where it has the entry, the right database was put in place of the older one.
    """
    ledger.hold_watch(session)
    if is_known(session, seq, mac, at):
        ledger.note_export(session, later_head_at=None, failed_at=None, problem="")
        return False
    _note_older(session, _older_than(seq, at), at, now=now)
    return True


def _older_than(seq: int, at: datetime) -> str:
    return f"{OLDER} on {at:%d %B %Y, %H:%M} UTC, at entry {seq:,}: it was restored, or cut."


def _note_older(session: Session, said: str, at: datetime, *, now: datetime) -> None:
    note_failure(session, f"{said} {_REVIVED}", now=now)
    ledger.note_export(session, later_head_at=at)


def note_restored(session: Session, made_at: datetime, *, now: datetime) -> None:
    """Note that the database was restored from a backup of then: families read nothing until an admin accepts it."""
    ledger.hold_watch(session)
    _note_older(session, f"{_RESTORED} of {made_at:%d %B %Y, %H:%M} UTC.", made_at, now=now)


def is_restored(session: Session) -> bool:
    """Tell whether it was restored and nobody has accepted it. A head from before the backup does not end that."""
    return is_older(session) and ledger.watch_of(session).problem.startswith(_RESTORED)


def read_filed(keys: KeyRing, file: HeadFile) -> Filed:
    """Return what the head file says. Ask it before the database: whatever it tells of was committed by then."""
    try:
        text = file.read()
        return Filed(file.path, read_head(keys, text) if text is not None else None)
    except OSError:
        return Filed(file.path, None, was_read=False)
    except (HeadNotOurs, UnicodeDecodeError):
        return Filed(file.path, None, is_ours=False)


def fault_of(session: Session, filed: Filed) -> str:
    """Return why, by its head file, this may be an older database than the newest; nothing where it is not."""
    watch = ledger.watch_of(session)
    if filed.head is not None:
        known = is_known(session, filed.head.seq, filed.head.mac, filed.head.at)
        return "" if known else _older_than(filed.head.seq, filed.head.at)
    if not filed.is_ours:
        return "" if _is_given_up(session) else f"The head file {filed.path} holds no head of this portal."
    if watch.filed_at is None:
        return ""
    return f"The head file {filed.path} is gone or cannot be read, so this may be an older database."


def _is_given_up(session: Session) -> bool:
    """Tell whether an admin accepted the database as it is, and no head file has been made for it since."""
    watch = ledger.watch_of(session)
    return watch.accepted_at is not None and watch.filed_at is None


def note_from_file(session: Session, filed: Filed, *, now: datetime) -> bool:
    """Note, and tell, whether the head file shows that this may be an older database. It takes no such note back.

    While the file is there and cannot be read, that is told and not noted: a fault of a moment is over with it.
    """
    ledger.hold_watch(session)
    fault = fault_of(session, filed)
    if fault and filed.was_read and not is_older(session):
        _note_older(session, fault, filed.head.at if filed.head else now, now=now)
    return bool(fault) or is_older(session)


def keep_in_file(
    session: Session, keys: KeyRing, file: HeadFile, *, organisation: str, now: datetime, upto: int | None = None
) -> None:
    """Put the newest head into the head file, durably, unless it goes up to there. Raises `StartRefused`, `OSError`.

    It never goes back, and covers up neither a later head, nor that one was taken away: until an admin accepts that.
    What the file then held stays beside it.
    """
    with file.held():
        filed = read_filed(keys, file)
        seq, mac = ledger.head(session)
        if seq == 0 or is_older(session) or fault_of(session, filed):
            return
        is_of_this = filed.head is not None and _has(session, filed.head)
        if filed.head is not None and filed.head.seq >= (upto or seq) and is_of_this:
            return
        if not filed.is_ours or (filed.head is not None and not is_of_this):
            file.set_aside(now)
        file.write(json.dumps(signed_head(keys, organisation=organisation, seq=seq, mac=mac, at=now)))


def follow(ground: Ground) -> None:
    """Have the head file follow whatever is taken back by way of this ground."""
    file = HeadFile.of(ground.settings)
    if file is not None:
        name = ground.settings.organisation
        ground.db.after_lasting = lambda session, upto: keep_in_file(
            session, ground.keys, file, organisation=name, now=ground.clock(), upto=upto
        )


def is_filed(session: Session) -> bool:
    """Tell whether a head file is known to be kept, so that one that is missing was taken away."""
    return ledger.watch_of(session).filed_at is not None


def note_filed(session: Session, at: datetime | None) -> None:
    """Note since when a head file is kept; None where somebody chose to keep none."""
    ledger.note_export(session, filed_at=at)


def is_older(session: Session) -> bool:
    """Tell whether the database is known to be older than a head outside, and no admin has accepted that."""
    return ledger.watch_of(session).later_head_at is not None


def accept_older(session: Session, keys: KeyRing, *, by: Acting, now: datetime) -> None:
    """Let families read again what an older database lets them, as an admin says who has seen to it.

    Raises `NotAllowed` for anybody but an admin of every site, `NothingOlder` where no later head was seen.
    """
    if not by.is_admin or by.sites is not None:
        raise NotAllowed(
            sentence("Only an admin of every site can say that an older database was seen to. Ask one of them.")
        )
    later = ledger.hold_watch(session).later_head_at
    if later is None:
        raise NothingOlder
    ledger.note_export(session, later_head_at=None, failed_at=None, problem="", accepted_at=now, filed_at=None)
    ledger.append(session, keys, [Act("ledger:accept-older", by.label, {"head_at": later.isoformat()})], now=now)


def note_taken(session: Session, seq: int, *, now: datetime) -> None:
    """Note that the head was taken outside up to an entry."""
    ledger.note_export(session, exported_seq=seq, exported_at=now, failed_at=None, problem="")


def note_failure(session: Session, problem: str, *, now: datetime) -> None:
    """Note why the head could not be taken outside; the last one that was stays."""
    ledger.note_export(session, failed_at=now, problem=problem[:300])
