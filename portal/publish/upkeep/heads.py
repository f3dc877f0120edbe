"""The signed head of the ledger is taken outside: each day, after a thousand entries, and after what takes back."""

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
from portal.flows.keeping import keep_heads
from portal.flows.keeping.verify_ledger import export_head
from portal.kernel.errors import PortalError
from portal.kernel.ids import new_id
from portal.kernel.log import log
from portal.kernel.secrets.headfile import HeadFile
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.text.addresses import OneAddress
from portal.ledger.errors import HeadNotOurs
from portal.ledger.rules import Head, read_head
from portal.mail.letters.head_letter import render_head
from portal.mail.transport.room import Accepted
from portal.wiring import House, mail_room, outside

_AT_START = 10
_NAME = re.compile(r"ledger-head-\w+-\d+\.json")


class HeadNotTaken(PortalError):
    """The head of the ledger could not be taken outside. The portal goes on, and tries again in ten minutes."""


def look_for_later_heads(house: House, *, now: datetime) -> None:
    """Raise `HeadNotTaken`, and note it, where a head outside is of an entry that the ledger does not have.

    The database is an older one then, or was cut, and links that were taken back since may be alive again in it. What
    is mailed cannot be looked at, nor a place that is given for writing alone, nor one out of reach: what was noted
    before then stands, until every place that can be looked at knows this ledger; that it was restored, until an admin
    accepts it. A head is of an entry that is committed, so a portal that was not put back is never behind.
    """
    url, file = house.settings.ledger_export_url, HeadFile.of(house.settings)
    told: list[Head | None] = [keep_heads.read_filed(house.keys, file).head] if file else []
    told += [_newest_at(url, house.keys)] if url and not url.startswith("mailto:") else []
    heads = [one for one in told if one is not None]
    with house.db.read() as session:
        unknown = [one for one in heads if not keep_heads.is_known(session, one.seq, one.mac, one.at)]
        is_told_of_all = 0 < len(told) == len(heads)
        is_over = is_told_of_all and keep_heads.is_older(session) and not keep_heads.is_restored(session)
    if not unknown and not is_over:
        return
    newest = max(unknown or heads, key=lambda one: one.at)
    with house.db.write() as session:  # asked again: an admin may have accepted it meanwhile
        if not keep_heads.note_whether_older(session, newest.seq, newest.mac, newest.at, now=now):
            return
    raise HeadNotTaken


def _newest_at(url: str, keys: KeyRing) -> Head | None:
    """Return the newest head at a place outside, if it is in reach; one that is empty may not be mounted."""
    try:
        place = outside(url)
        names = sorted(name for name in place.names() if _NAME.fullmatch(name))
        return read_head(keys, place.read(names[-1]).decode()) if names else None
    except (BlobsUnreachable, HeadNotOurs, ValueError):
        return None


def see_to_head_file(house: House, *, now: datetime) -> None:
    """Have the head file hold the newest head, unless it tells of an older database; and note that it is kept.

    A commit does so by itself: here is caught up what a crash or a full disk left out. Raises `PortalError`.
    """
    file, organisation = HeadFile.of(house.settings), house.settings.organisation
    with house.db.read() as session:
        was_filed = keep_heads.is_filed(session)
    house.age.look(now)
    if file is not None:
        with house.db.read() as session:
            keep_heads.keep_in_file(session, house.keys, file, organisation=organisation, now=now)
    is_filed = file is not None and (was_filed or (file.path.exists() and not house.age.is_older))
    if was_filed != is_filed and not house.age.closed_by:
        with house.db.write() as session:
            keep_heads.note_filed(session, now if is_filed else None)


async def look_before_all(house: House) -> None:
    """Look for later heads before anything is served or sent, for ten seconds: a place out of reach stops no start."""
    for look in (look_for_later_heads, see_to_head_file):
        with suppress(PortalError, OSError), move_on_after(_AT_START):
            await to_thread.run_sync(partial(look, house, now=house.clock()), abandon_on_cancel=True)


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
