"""A message is taken in: it joins the gathering it is like, or begins one. The same message twice is one arrival."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from portal.arrivals import repository as arrivals
from portal.arrivals.repository import Pair, Place
from portal.arrivals.rules import KEPT, Door, closes_at, masked
from portal.arrivals.rules.reports import as_json, report_of
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

    `is_other`: another message came under the same Message-ID. `is_over`: its letter takes in nobody any more.
    """

    gathering_id: str
    arrival_id: str
    is_known: bool
    added: int
    is_other: bool = False
    is_over: bool = False


def take_in_message(session: Session, keys: KeyRing, handed: Handed, *, now: datetime) -> Taken:
    """Take a message in. Whatever is new opens its gathering again; who it is for is asked when letters are made."""
    (taken,) = take_in_messages(session, keys, [handed], now=now)
    return taken


def take_in_messages(session: Session, keys: KeyRing, handed: Sequence[Handed], *, now: datetime) -> list[Taken]:
    """Take messages in that came at the same time, in their order: few statements for all of them."""
    together = _Together(session, keys, now)
    known = arrivals.known_places(session, [(one.by.id, one.said.digest) for one in handed])
    named = [(one.by.id, together.message_key(one)) for one in handed if one.said.message_id]
    others = arrivals.known_message_keys(session, named) if named else set()
    taken = [together.take(one, known, others) for one in handed]
    together.write()
    return taken


class _Together:
    """What is written of messages that are taken in together; their gatherings are asked for once."""

    def __init__(self, session: Session, keys: KeyRing, now: datetime) -> None:
        self._session, self._keys, self._now = session, keys, now
        self._gatherings: dict[tuple[str, bytes], str] = {}
        self._are_live: dict[str, bool] = {}
        self._woken: set[str] = set()
        self._rows: list[dict[str, Any]] = []
        self._recipients: dict[str, dict[str, None]] = {}
        self._told: list[tuple[str, dict[str, Fact]]] = []

    def message_key(self, handed: Handed) -> bytes:
        return arrivals.message_key(self._keys, handed.said.message_id)

    def take(self, handed: Handed, known: dict[Pair, Place], others: set[tuple[str, bytes]]) -> Taken:
        said, by = handed.said, handed.by
        pair, named = (by.id, said.digest), (by.id, self.message_key(handed))
        if (place := known.get(pair)) is not None:
            added, is_over = self._widen(place, handed), self._is_over(place)
            return Taken(place.gathering_id, place.arrival_id, is_known=True, added=added, is_over=is_over)
        is_other = bool(said.message_id) and named in others
        place = known[pair] = Place(new_id(), self._gathering(handed))
        others.add(named)
        self._rows.append(
            {
                "id": place.arrival_id, "gathering_id": place.gathering_id, "staff_id": by.id, "message_key": named[1],
                "digest": said.digest, "blob_id": handed.blob_id, "size": handed.size, "files": len(said.attachments),
                "came_at": self._now,
            }
        )  # fmt: skip
        to = self._recipients[place.arrival_id] = dict.fromkeys(one.casefold() for one in handed.recipients)
        about: dict[str, Fact] = {
            "gathering": place.gathering_id, "arrival": place.arrival_id, "sha256": handed.sha256
        }  # fmt: skip
        self._told.append((by.label, about))
        return Taken(place.gathering_id, place.arrival_id, is_known=False, added=len(to), is_other=is_other)

    def write(self) -> None:
        """Write the new messages, and tell of them in the ledger, last."""
        arrivals.add_arrivals(self._session, self._rows)
        arrivals.add_all_recipients(self._session, self._keys, self._recipients)
        loose.placed(self._session, [row["blob_id"] for row in self._rows])
        acts = [
            Act("arrival:take", by, {**about, "addresses": len(self._recipients[row["id"]])})
            for row, (by, about) in zip(self._rows, self._told, strict=True)
        ]
        ledger.append(self._session, self._keys, acts, now=self._now)

    def _widen(self, place: Place, handed: Handed) -> int:
        new = self._recipients.get(place.arrival_id)
        if new is not None:
            before = len(new)
            new.update(dict.fromkeys(one.casefold() for one in handed.recipients))
            return len(new) - before
        if not self._is_live(place.gathering_id):
            return 0
        added = arrivals.add_recipients(self._session, self._keys, place.arrival_id, handed.recipients)
        if added:
            self._wake(place.gathering_id)
        return added

    def _is_over(self, place: Place) -> bool:
        """Tell whether a letter was made of a known message that nobody is added to: whoever is new to it is left out.

        Whom it was for is forgotten by then, so the same again cannot be told from more of it.
        """
        if self._are_live.get(place.gathering_id, True):
            return False
        row = arrivals.find(self._session, place.gathering_id)
        return row is not None and row.mailing_id is not None

    def _gathering(self, handed: Handed) -> str:
        said, by = handed.said, handed.by
        alike = arrivals.likeness(self._keys, [handed.door, *_kinds(handed), masked(said.subject, said.names)])
        if (by.id, alike) not in self._gatherings:
            self._gatherings[by.id, alike] = self._found_or_new(handed, alike)
        return self._gatherings[by.id, alike]

    def _found_or_new(self, handed: Handed, alike: bytes) -> str:
        said, by, now = handed.said, handed.by, self._now
        live = arrivals.live(self._session, by.id, alike)
        if live is not None and self._is_live(live.id):
            self._wake(live.id)
            return live.id
        if live is not None:  # what its letters were made of was approved or thrown away: this is another letter
            loose.let_loose(self._session, arrivals.forget_messages(self._session, live.id))
            arrivals.set_values(self._session, live.id, state="ended", lease_id=None, lease_until=None)
        gathering_id = new_id()
        arrivals.add_gathering(
            self._session, self._keys, gathering_id, said.subject, staff_id=by.id, door=handed.door, likeness=alike,
            first_at=now, last_at=now, closes_at=closes_at(now, now, handed.door), expires_at=now + KEPT, state="open",
            version=1, made_of=0, report="", attempts=0,
        )  # fmt: skip
        self._woken.add(gathering_id)
        return gathering_id

    def _is_live(self, gathering_id: str) -> bool:
        if gathering_id not in self._are_live:
            self._are_live[gathering_id] = _is_live(self._session, gathering_id)
        return self._are_live[gathering_id]

    def _wake(self, gathering_id: str) -> None:
        if gathering_id not in self._woken:
            self._woken.add(gathering_id)
            _wait_for_more(self._session, gathering_id, now=self._now)


def _kinds(handed: Handed) -> Sequence[str]:
    return [
        *sorted(handed.drops),
        "",
        *sorted({one.media_type for one in handed.said.attachments if not one.is_inline}),
    ]


def _is_live(session: Session, gathering_id: str) -> bool:
    """Tell whether a gathering may take in more: it has not ended, and nobody has approved its letters."""
    arrivals.hold(session, gathering_id)
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
    report = report_of(row.report)
    if mailing is not None and row.state == "drafted" and report.is_answered and mailing.version != report.left_at:
        report = replace(report, told=(*report.told, "edited"))  # what somebody did to it since is about to be lost
    if mailing is not None and mailing.state != "draft":
        mailings.advance(session, mailing, "edit", submitted_at=None, return_reason="", judged_by=None)
    arrivals.set_values(
        session,
        row.id,
        state="open",
        last_at=now,
        closes_at=closes_at(row.first_at, now, row.door),
        version=row.version + 1,
        report=as_json(report) if row.report else "",
    )
