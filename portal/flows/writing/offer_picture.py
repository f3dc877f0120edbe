"""A picture that nobody could read is offered to admins at its first sight, once for all mailings, for three days."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import Session

from portal.documents.repository import loose
from portal.guard import repository as guard
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act
from portal.staff.rules import Acting

KEPT: Final = timedelta(hours=72)
MOST_WAITING: Final = 100
"""More than an admin decides about in one go: what is met beyond is offered when these are decided."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A picture whose preview was sealed under `blob_id`, as `size` bytes."""

    sha256: str
    blob_id: str
    size: int
    width: int
    height: int


def note_seen(session: Session, hashes: Collection[str], *, now: datetime) -> list[str]:
    """Count one more check that met these pictures; return those that may be offered, because nobody was asked yet."""
    there = {one.sha256 for one in guard.offered(session, hashes)}
    guard.count_seen(session, there)
    new = [one for one in dict.fromkeys(hashes) if one not in there | guard.known_hashes(session)]
    return new[: max(0, MOST_WAITING - guard.count_waiting(session, now=now))] if new else []


def offer_picture(session: Session, keys: KeyRing, offer: Offer, *, by: Acting, now: datetime) -> bool:
    """Have a picture wait for an admin; False when it has been decided about meanwhile, or waits already."""
    if guard.offered(session, [offer.sha256]) or offer.sha256 in guard.known_hashes(session):
        return False
    row = {
        "sha256": offer.sha256,
        "blob_id": offer.blob_id,
        "size": offer.size,
        "width": offer.width,
        "height": offer.height,
        "by_id": by.id,
        "first_seen_at": now,
        "seen": 1,
        "expires_at": now + KEPT,
    }
    guard.add_offered(session, row)
    loose.placed(session, [offer.blob_id])
    ledger.append(session, keys, [Act("picture:offer", by.label, {"sha256": offer.sha256})], now=now)
    return True


def forget_offers(session: Session, keys: KeyRing, *, now: datetime) -> list[str]:
    """Forget pictures that waited for three days; return the blobs to shred."""
    over = guard.hold_expired_offered(session, now=now)
    guard.forget_offered(session, [sha256 for sha256, _ in over])
    blobs = [blob_id for _, blob_id in over]
    loose.let_loose(session, blobs)
    ledger.append(session, keys, [Act("picture:lapse", "portal", {"sha256": sha256}) for sha256, _ in over], now=now)
    return blobs
