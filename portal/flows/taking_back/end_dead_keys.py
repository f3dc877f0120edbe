"""A key is in wrong hands: every link and typed code of it dies, with what is open by them and what has not left.

The key file says which keys are dead, and from then on none of them lets anybody in. This ends what was let in
before; whoever finds work to do may do it, so a crash between the two leaves it to the worker.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.links import repository as links
from portal.links.rules import KEY_COMPROMISED
from portal.outbox import repository as outbox
from portal.overviews.links import key_links, targets
from portal.staff import repository as staff
from portal.words.sentences import sentence

_WHY_CANCELLED = sentence("Its link was made with a key that is in wrong hands.")
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Ended:
    """What died with its keys."""

    links: int
    notices_cancelled: int
    sessions_ended: int


def note_rotation(session: Session, keys: KeyRing, part: str, *, compromised: bool, by: str, now: datetime) -> None:
    """Write into the ledger, with its newest key, that keys were turned, and whether the old ones were given up."""
    about: dict[str, Fact] = {"part": part, "compromised": compromised, "key": keys.newest("ledger-chain")}
    ledger.append(session, keys, [Act("keys:rotate", by, about)], now=now)


def note_sealed_anew(session: Session, keys: KeyRing, values: int, *, by: str, now: datetime) -> None:
    """Write into the ledger that what older keys had sealed is sealed with the newest."""
    about: dict[str, Fact] = {"key": keys.newest("column"), "values": values}
    ledger.append(session, keys, [Act("keys:seal-anew", by, about)], now=now)


def end_dead_keys(session: Session, keys: KeyRing, *, by: str, now: datetime) -> Ended:
    """End what dead keys still hold open; a second time there is nothing left."""
    dead = [key_id for key_id in keys.order("link-token") if key_id not in keys.ids("link-token")]
    found = key_links.links_of_keys(session, dead, now=now)
    all_of_them = [link_id for link_ids in found.values() for link_id in link_ids]
    taken, ended = links.kill(session, all_of_them, why=KEY_COMPROMISED, now=now)
    idle = sorted(one for mailing_id in found for one in targets.unsent_notices_without_live_link(session, mailing_id))
    parts = [outbox.any_of(idle[start : start + _AT_ONCE]) for start in range(0, len(idle), _AT_ONCE)]
    cancelled = sum(outbox.cancel_unsent(session, one, why=_WHY_CANCELLED, now=now) for one in parts)
    if taken:
        about: dict[str, Fact] = {"links": taken, "notices": cancelled, "sessions": ended}
        ledger.append(session, keys, [Act("keys:end-links", by, about)], now=now)
    return Ended(taken, cancelled, ended)


def end_staff_sessions(session: Session, keys: KeyRing, *, by: str, now: datetime) -> int:
    """Sign everybody on the staff out: somebody may have come in by a link of a key that is in wrong hands."""
    ended = staff.end_all_sessions(session, now=now)
    ledger.append(session, keys, [Act("keys:end-staff-sessions", by, {"sessions": ended})], now=now)
    return ended
