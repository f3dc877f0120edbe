"""The signed head of the ledger is taken outside: each day, and after a thousand entries."""

import asyncio
import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from urllib.parse import unquote, urlsplit

from anyio import move_on_after, to_thread

from portal.blobs import BlobsUnreachable
from portal.flows import keep_heads
from portal.flows.verify_ledger import HeadNotOurs, export_head, read_head
from portal.kernel.addresses import OneAddress
from portal.kernel.errors import PortalError
from portal.kernel.ids import new_id
from portal.kernel.log import log
from portal.mail.head_letter import render_head
from portal.mail.room import Accepted
from portal.wiring import House, mail_room, outside

_AT_START = 10
_NAME = re.compile(r"ledger-head-\w+-\d+\.json")


class HeadNotTaken(PortalError):
    """The head of the ledger could not be taken outside. The portal goes on, and tries again in ten minutes."""


def look_for_later_heads(house: House, *, now: datetime) -> None:
    """Raise `HeadNotTaken`, and note it, where the newest head outside is of an entry that the ledger does not have.

    The database is an older one then, or was cut, and links that were taken back since may be alive again in it. What
    is mailed cannot be looked at, nor a place that is given for writing alone, nor one out of reach: what was noted
    before then stands. A head is of an entry that is committed, so a portal that was not put back is never behind.
    """
    url = house.settings.ledger_export_url
    if url is None or url.startswith("mailto:"):
        return
    try:
        place = outside(url)
        names = sorted(name for name in place.names() if _NAME.fullmatch(name))
        kept = read_head(house.keys, place.read(names[-1]).decode()) if names else None
    except (BlobsUnreachable, HeadNotOurs, ValueError):
        return
    if kept is None:
        return  # a folder that is not mounted is empty, too
    with house.db.read() as session:
        if keep_heads.is_known(session, kept.seq, kept.mac, kept.at) and not keep_heads.is_older(session):
            return
    with house.db.write() as session:  # asked again: an admin may have accepted it meanwhile
        if not keep_heads.note_whether_older(session, kept.seq, kept.mac, kept.at, now=now):
            return
    raise HeadNotTaken


async def look_before_all(house: House) -> None:
    """Look for later heads before anything is served or sent, for ten seconds: a place out of reach stops no start."""
    with suppress(PortalError, OSError), move_on_after(_AT_START):
        await to_thread.run_sync(partial(look_for_later_heads, house, now=house.clock()), abandon_on_cancel=True)


def take_head_outside(house: House, *, now: datetime) -> bool:
    """Take the head outside if it is time; False when it is not. Raises `HeadNotTaken` after noting that it failed."""
    url = house.settings.ledger_export_url
    if url is None:
        return False
    with house.db.read() as session:
        if not keep_heads.is_due(session, now=now):
            return False
    look_for_later_heads(house, now=now)
    with house.db.read() as session:
        if keep_heads.is_older(session):
            raise HeadNotTaken
        head = export_head(session, house.keys, organisation=house.settings.organisation, now=now)
    seq = json.loads(head["statement"])["seq"]
    with _noting_failure(house, now=now):
        _keep(house, url, f"ledger-head-{now:%Y%m%dT%H%M%SZ}-{seq}.json", json.dumps(head), now=now)
    with house.db.write() as session:
        keep_heads.note_taken(session, seq, now=now)
    return True


@contextmanager
def _noting_failure(house: House, *, now: datetime) -> Iterator[None]:
    try:
        yield
    except (PortalError, OSError) as error:
        log("ledger").error("head not taken outside", error=type(error).__name__)
        with house.db.write() as session:
            keep_heads.note_failure(session, str(error), now=now)
        raise HeadNotTaken from error


def _keep(house: House, url: str, name: str, text: str, *, now: datetime) -> None:
    if url.startswith("mailto:"):
        with ThreadPoolExecutor(1) as beside:  # whoever calls may be in an event loop
            beside.submit(asyncio.run, _mail(house, unquote(urlsplit(url).path), name, text, now)).result()
    else:
        outside(url).keep(name, text.encode())


async def _mail(house: House, address: str, name: str, text: str, now: datetime) -> None:
    settings = house.settings
    to, sender = OneAddress.parse(address), OneAddress.parse(settings.mail_from)
    room = mail_room(settings)

    async def wanted() -> bool:
        return True

    try:
        message = render_head(name, text, organisation=settings.organisation, mail_from=sender, to=to,
                              message_id=f"<{new_id()}@{sender.text.rpartition('@')[2]}>", date=now)  # fmt: skip
        outcome = await room.deliver(message, envelope_from=sender, to=to, still_wanted=wanted)
    finally:
        await room.close()
    if not isinstance(outcome, Accepted):
        raise HeadNotTaken(f"The mail server did not take it: {getattr(outcome, 'reply', '')}")
