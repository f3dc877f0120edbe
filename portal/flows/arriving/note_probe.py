"""A probe came through the mail system in front: what the gate saw of it is noted, and nothing of it is kept."""

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session

from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.rate_limits import repository as rate_limits
from portal.rate_limits.rules import PROBES

_GATE = "gate"


@dataclass(frozen=True, slots=True)
class Saw:
    """What held of a probe: that it came over TLS, with the secret, from a present staff member, with its file."""

    tls: bool
    secret: bool
    staff: bool
    file: bool


def note_probe(session: Session, keys: KeyRing, probe_id: str, saw: Saw, *, now: datetime) -> bool:
    """Note in the ledger what the gate saw of a probe, three times at most; return whether it was noted."""
    if not rate_limits.count_try(session, keys, PROBES, f"probe:{probe_id}", now=now):
        return False
    about: dict[str, Fact] = {"probe": probe_id, **asdict(saw)}
    ledger.append(session, keys, [Act("gate:probe", _GATE, about)], now=now)
    return True
