"""Pictures that nobody could read are shown to admins: sealed at the first sight, shredded when they have decided."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Final

from sqlalchemy.exc import IntegrityError

from portal.blobs import BlobsUnreachable
from portal.documents.repository import loose
from portal.flows.writing import know_picture
from portal.flows.writing.offer_picture import Offer, forget_offers, note_seen, offer_picture
from portal.guard import repository as guard
from portal.kernel.ids import new_id
from portal.kernel.log import log
from portal.publish.checking.check_file import GuardReport
from portal.reading.previews import png_of
from portal.reading.reader import Preview
from portal.staff.rules import Acting
from portal.wiring import House

_MOST_AT_ONCE: Final = 6
"""Pictures of one file: a letterhead has a logo and a seal, and a file with more is no letter."""


def offer_pictures(house: House, reports: Sequence[GuardReport], *, by: Acting, now: datetime) -> None:
    """Offer the pictures that kept files from being read. A file that is stopped for its name offers none."""
    met = [one for found in reports if found.verdict == "unreadable" for one in found.previews]
    shown = {one.sha256: one for one in met[:_MOST_AT_ONCE]}
    if not shown:
        return
    with house.db.write() as session:
        new = note_seen(session, shown, now=now)
    for sha256 in new:
        try:
            _offer(house, shown[sha256], by=by, now=now)
        except (BlobsUnreachable, OSError) as error:  # the stop is told all the same, and the next check offers it
            log("guard").warning("picture not offered", error=type(error).__name__)


def _offer(house: House, preview: Preview, *, by: Acting, now: datetime) -> None:
    png = png_of(preview)
    if png is None:
        return
    offer = Offer(preview.sha256, new_id(), len(png), preview.width, preview.height)
    with house.db.write() as session:  # first: a crash may leave no preview that nobody knows of
        loose.note(session, [offer.blob_id], now=house.clock())
    is_placed = False
    try:
        house.documents.seal(offer.blob_id, BytesIO(png))
        with house.db.write() as session:
            is_placed = offer_picture(session, house.keys, offer, by=by, now=now)
    except IntegrityError:  # another check met it at the same moment, and was first
        pass
    finally:
        if not is_placed:
            house.documents.shred(offer.blob_id)


def accept_picture(house: House, sha256: str, *, label: str, by: Acting, now: datetime) -> None:
    """Register a picture that waits, for all letters; its preview goes.

    Raises `NotWaiting`, `NotAllowed`, `WrongCall`.
    """
    with house.db.write() as session:
        gone = know_picture.accept_picture(session, house.keys, sha256, label=label, by=by, now=now)
    shred_previews(house, gone)


def decline_picture(house: House, sha256: str, *, by: Acting, now: datetime) -> None:
    """Say no to a picture that waits; its preview goes. Raises `NotWaiting`, `NotAllowed`."""
    with house.db.write() as session:
        gone = know_picture.decline_picture(session, house.keys, sha256, by=by, now=now)
    shred_previews(house, gone)


def forget_pictures(house: House, *, now: datetime) -> None:
    """Shred the previews of pictures that waited for three days."""
    with house.db.read() as session:
        is_over = bool(guard.expired_offered(session, now=now))
    if is_over:
        with house.db.write() as session:
            gone = forget_offers(session, house.keys, now=now)
        shred_previews(house, gone)


def shred_previews(house: House, gone: list[str]) -> None:
    """Shred the previews of pictures that no longer wait."""
    if gone:
        house.documents.shred(*gone)
        with house.db.write() as session:
            loose.placed(session, gone)
