"""A message is taken in: it joins the gathering it is like, or begins one. The same message twice is one arrival."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from portal.arrivals import repository as arrivals
from portal.arrivals.rules import KEPT, Door, closes_at, masked
from portal.documents.repository import loose
from portal.kernel.ids import new_id
from portal.kernel.secrets.keys import KeyRing
from portal.ledger import repository as ledger
from portal.ledger.rules import Act, Fact
from portal.mail.arriving.message import Arrived
from portal.mailings import repository as mailings
from portal.mailings.rules import may_move
from portal.staff.rules import Acting


@dataclass(frozen=True, slots=True)
class Handed:
    """A message as it was handed in: sealed under `blob_id` already, which is noted as loose.

    `recipients` are the addresses of its envelope; `drops` those of them that are drop addresses, by their local part.
    """

    said: Arrived
    recipients: tuple[str, ...]
    drops: tuple[str, ...]
    door: Door
    by: Acting
    blob_id: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Taken:
    """It is in. Where it was in before (`is_known`), the blob is loose still, and `added` says how many are new to it.

    `is_other`: another message came under the same Message-ID.
    """

    gathering_id: str
    arrival_id: str
    is_known: bool
    added: int
    is_other: bool = False


def take_in_message(session: Session, keys: KeyRing, handed: Handed, *, now: datetime) -> Taken:
    """Take a message in. Whatever is new opens its gathering again; who it is for is asked when letters are made."""
    said, by = handed.said, handed.by
    known = arrivals.arrival_of(session, by.id, said.digest)
    if known is not None:
        is_live = _is_live(session, known.gathering_id)
        added = arrivals.add_recipients(session, keys, known.id, handed.recipients) if is_live else 0
        if added:
            _wait_for_more(session, known.gathering_id, now=now)
        return Taken(known.gathering_id, known.id, is_known=True, added=added)
    message_key = arrivals.message_key(keys, said.message_id)
    is_other = bool(said.message_id) and arrivals.is_message_known(session, by.id, message_key, but=said.digest)
    gathering_id = _gathering(session, keys, handed, now=now)
    arrival_id = new_id()
    arrivals.add_arrival(
        session,
        {
            "id": arrival_id, "gathering_id": gathering_id, "staff_id": by.id, "message_key": message_key,
            "digest": said.digest, "blob_id": handed.blob_id, "size": handed.size, "files": len(said.attachments),
            "came_at": now,
        },
    )  # fmt: skip
    added = arrivals.add_recipients(session, keys, arrival_id, handed.recipients)
    loose.placed(session, [handed.blob_id])
    about: dict[str, Fact] = {
        "gathering": gathering_id,
        "arrival": arrival_id,
        "sha256": handed.sha256,
        "addresses": added,
    }
    ledger.append(session, keys, [Act("arrival:take", by.label, about)], now=now)
    return Taken(gathering_id, arrival_id, is_known=False, added=added, is_other=is_other)


def _gathering(session: Session, keys: KeyRing, handed: Handed, *, now: datetime) -> str:
    said, by = handed.said, handed.by
    alike = arrivals.likeness(keys, [handed.door, *_kinds(handed), masked(said.subject, said.names)])
    live = arrivals.live(session, by.id, alike)
    if live is not None and _is_live(session, live.id):
        _wait_for_more(session, live.id, now=now)
        return live.id
    if live is not None:  # what its letters were made of was approved or thrown away: this is another letter
        loose.let_loose(session, arrivals.forget_messages(session, live.id))
        arrivals.set_values(session, live.id, state="ended", lease_id=None, lease_until=None)
    gathering_id = new_id()
    arrivals.add_gathering(
        session, keys, gathering_id, said.subject, staff_id=by.id, door=handed.door, likeness=alike, first_at=now,
        last_at=now, closes_at=closes_at(now, now), expires_at=now + KEPT, state="open", version=1, made_of=0,
        report="", attempts=0,
    )  # fmt: skip
    return gathering_id


def _kinds(handed: Handed) -> Sequence[str]:
    return [
        *sorted(handed.drops),
        "",
        *sorted({one.media_type for one in handed.said.attachments if not one.is_inline}),
    ]


def _is_live(session: Session, gathering_id: str) -> bool:
    """Tell whether a gathering may take in more: it has not ended, and nobody has approved its letters."""
    row = arrivals.find(session, gathering_id)
    if row is None or row.state == "ended":
        return False
    mailing = mailings.find_any(session, row.mailing_id) if row.mailing_id else None
    return mailing is None or may_move(mailing.state, "edit")


def _wait_for_more(session: Session, gathering_id: str, *, now: datetime) -> None:
    """Open a gathering again for what came late: till it closes, nobody approves letters that lack it."""
    row = arrivals.find(session, gathering_id)
    assert row is not None
    mailing = mailings.find_any(session, row.mailing_id) if row.mailing_id else None
    if mailing is not None and mailing.state != "draft":
        mailings.advance(session, mailing, "edit", submitted_at=None, return_reason="", judged_by=None)
    arrivals.set_values(
        session, row.id, state="open", last_at=now, closes_at=closes_at(row.first_at, now), version=row.version + 1
    )
