"""A notice goes to its guardian: claimed, judged, written, looked at once more, handed over, and its end kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection

from portal.kernel.ids import jitter, new_id
from portal.kernel.secrets.keys import KeyRing
from portal.kernel.secrets.tokens import mint_code, mint_token
from portal.kernel.text.addresses import OneAddress
from portal.mail.letters.compose import ChildLink, NoticeLetter
from portal.mail.letters.words import Occasion
from portal.mail.returned.verp import bounce_address
from portal.mail.transport.room import MailRoom, Outcome, StillWanted
from portal.outbox import repository as outbox
from portal.outbox.rules import ADDRESS_CHANGED, LEASE, NOTHING_OPENS, Done, Lease, Pointless, ending
from portal.outbox.tables import Notice
from portal.overviews.family import notices
from portal.overviews.family.notices import Due, Standing, Way
from portal.words.languages import Language

_MOST_PASSES = 10  # each passes over as many notices as are asked for; a transaction has to be short


_OCCASIONS: dict[str, Occasion] = {"one-family": "again"}
"""What a message says of the act that mails it, where it has another name."""


@dataclass(frozen=True, slots=True)
class LetterKey:
    """What the messages have in common that are written from one letter."""

    mailing_id: str
    version: int
    language: Language
    occasion: Occasion
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Errand:
    """A claimed notice: what it shares with others, and everything its message says that theirs do not."""

    lease: Lease
    letter: LetterKey
    address: str
    ways: tuple[Way, ...]


def hand_in(connection: Connection, done: Sequence[Done], *, now: datetime) -> None:
    """Keep how messages ended; once this is committed, their senders may take the next."""
    outbox.close(connection, Notice, [ending(one, now=now, jitter=jitter()) for one in done], now=now)


def claim_notices(connection: Connection, *, most: int, now: datetime) -> list[Errand]:
    """Claim at most so many notices that have something to say; cancel those on the way that have not."""
    lease_id = new_id()
    errands: list[Errand] = []
    for _ in range(_MOST_PASSES):
        found = notices.due(connection, now=now, most=most - len(errands)) if most > len(errands) else []
        if not found:
            break
        ids = [one.notice_id for one in found]
        outbox.claim(connection, Notice, ids, lease_id=lease_id, until=now + LEASE)
        standing = notices.standing_of(connection, ids, now=now)
        leases = {one.notice_id: Lease(one.notice_id, lease_id, one.attempts, one.due_at) for one in found}
        found = [one for one in found if not _is_held_back(standing.get(one.notice_id))]
        pointless = {one.notice_id: why for one in found if (why := _why_not(standing.get(one.notice_id)))}
        hand_in(connection, [Done(leases[row_id], Pointless(why)) for row_id, why in pointless.items()], now=now)
        errands += [
            _errand(one, leases[one.notice_id], standing[one.notice_id])
            for one in found
            if one.notice_id not in pointless
        ]
    return errands


def _is_held_back(standing: Standing | None) -> bool:
    """Whether its mailing stopped going out since the message was found: it is claimed anew when its lease is over."""
    return standing is not None and standing.mailing_state == "paused"


def _why_not(standing: Standing | None) -> str | None:
    if standing is None or not standing.ways:
        return NOTHING_OPENS
    return None if standing.is_address_current else ADDRESS_CHANGED


def _errand(one: Due, lease: Lease, standing: Standing) -> Errand:
    occasion = _OCCASIONS.get(one.kind) or cast("Occasion", one.kind)
    expires_at = min(way.expires_at for way in standing.ways)  # one that is renewed stays open for longer
    key = LetterKey(one.mailing_id, one.version, standing.language, occasion, expires_at)
    return Errand(lease, key, one.address, standing.ways)


def look_again(connection: Connection, errands: Sequence[Errand], *, now: datetime) -> list[bool]:
    """Tell of each written message whether all of it still holds, right before it leaves.

    Anything that moved since it was claimed is a no: Stop, taking back, a right or a link that ended, another
    address, a lease that another worker took over.
    """
    standing = notices.standing_of(connection, [one.lease.row_id for one in errands], now=now)
    return [_still_holds(one, standing.get(one.lease.row_id)) for one in errands]


def _still_holds(errand: Errand, standing: Standing | None) -> bool:
    return standing == Standing(
        "sending",
        errand.lease.id,
        "sending",
        is_address_current=True,
        language=errand.letter.language,
        ways=errand.ways,
    )


async def deliver_notice(
    room: MailRoom,
    keys: KeyRing,
    letter: NoticeLetter,
    errand: Errand,
    *,
    bounces: OneAddress,
    still_wanted: StillWanted,
    now: datetime,
) -> Outcome:
    """Write a notice and offer it to the mail server. A repeat has the same Message-ID (RFC 5322, 3.6.4).

    `bounces` is where what comes back is sent to, marked with the notice.

    Raises `NotOneAddress`, `Refused`, and `KeyError` when the key of a typed code is gone.
    """
    to = OneAddress.parse(errand.address)
    domain = letter.mail_from.text.rpartition("@")[2]
    notice_id = errand.lease.row_id
    children = [
        ChildLink(
            way.given_name,
            f"{letter.base_url}/o#{mint_token(keys, 'link-token', way.link_id, way.code_key_id)}",
            mint_code(keys, way.link_id, way.code_key_id),
            way.site,
        )
        for way in errand.ways
    ]
    return await room.deliver(
        letter.render(to, message_id=f"<{notice_id}@{domain}>", date=now, children=children),
        envelope_from=bounce_address(keys, notice_id, bounces),
        to=to,
        still_wanted=still_wanted,
    )
