"""Messages are taken durably, many at once: whose they are, noted as loose, sealed, then rows; only then it is said so.

A crash before the rows leaves blobs that are noted as loose, which a worker shreds; the mail program hands the message
over again. A crash after them is a message that is known by its digest when it comes again.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from portal.arrivals import repository as arrivals
from portal.arrivals.rules import Door
from portal.blobs import Sealed
from portal.documents.repository import loose
from portal.flows.arriving.take_in_message import Handed, Taken, take_in_messages
from portal.gate import replies
from portal.gate.spool import IN_MEMORY, Spool
from portal.kernel.errors import PortalError
from portal.kernel.ids import new_id
from portal.kernel.log import log
from portal.kernel.storage.groups import Grouped
from portal.kernel.tally import count
from portal.kernel.text.addresses import NotOneAddress, OneAddress
from portal.mail.arriving.message import Arrived
from portal.staff import repository as staff
from portal.staff.errors import NoSuchStaff
from portal.staff.rules import Acting
from portal.wiring import House

THROUGH: Final = "gate"
"""How the ledger names this door beside the staff member."""
_MOMENT_SECONDS: Final = 0.01
"""Long enough for those who were answered just now to hand in their next message: groups are twice as large."""


@dataclass(frozen=True, slots=True)
class Key:
    """The mail key that somebody signed in with on this connection."""

    id: str
    staff_id: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that one of the doors lets in, if its sender is who the door thinks."""

    said: Arrived
    spool: Spool
    recipients: tuple[str, ...]
    drops: tuple[str, ...]
    door: Door
    key: Key | None = None


@dataclass(slots=True, eq=False)
class _Entry:
    """A claim on its way: `blob_id` is empty where the message is known, so that nothing of it is sealed."""

    claim: Claim
    by: Acting
    blob_id: str
    sealed: Sealed | None = None

    def handed(self) -> Handed:
        """Return it as it is taken in."""
        claim, size, sha256 = self.claim, 0, ""
        if self.sealed:
            size, sha256 = self.sealed.size, self.sealed.sha256
        return Handed(
            claim.said, claim.recipients, claim.drops, claim.door, self.by, self.blob_id, size=size, sha256=sha256
        )


class Taking:
    """Takes whatever waits together; what is large goes beside it, so that no small message waits for its bytes."""

    def __init__(self, house: House) -> None:
        """Take the house; the threads end with `close`."""
        self._house = house
        self._small = Grouped(self._take, "gate", moment=_MOMENT_SECONDS)
        self._large = Grouped(self._take, "gate-large")

    def close(self) -> None:
        """Answer what is waiting, then end."""
        self._small.close()
        self._large.close()

    def submit(self, claim: Claim) -> Future[str]:
        """Return a future with the reply; it says that the message is taken once that is durable."""
        return (self._small if claim.spool.size <= IN_MEMORY else self._large).submit(claim)

    def _take(self, claims: Sequence[Claim]) -> Sequence[str | Exception]:
        try:
            self._house.age.check_place(now=self._house.clock())
            admitted = self._house.db.insist(lambda session: self._admit(session, claims))
            self._seal([one for one in admitted if isinstance(one, _Entry) and one.blob_id])
            replied = self._in_rows([one for one in admitted if isinstance(one, _Entry)])
        except PortalError as error:
            count("gate_messages", "not taken", len(claims))
            log("gate").error("not taken", error=type(error).__name__, messages=len(claims))
            return [replies.LATER] * len(claims)
        told = iter(replied)
        return [one if isinstance(one, str) else next(told) for one in admitted]

    def _admit(self, session: Session, claims: Sequence[Claim]) -> list[_Entry | str]:
        """Return who hands each message in, or a reply; what is to be sealed is noted as loose."""
        keys = {key: self._holder(session, key) for key in {claim.key for claim in claims} if key}
        senders = [self._sender(session, claim, keys) for claim in claims]
        named = [
            (by.id, claim.said.digest) for by, claim in zip(senders, claims, strict=True) if isinstance(by, Acting)
        ]
        known = set(arrivals.known_places(session, named))
        admitted: list[_Entry | str] = []
        for claim, by in zip(claims, senders, strict=True):
            if isinstance(by, str):
                admitted.append(by)
                continue
            is_known = (by.id, claim.said.digest) in known
            known.add((by.id, claim.said.digest))
            admitted.append(_Entry(claim, by, "" if is_known else new_id()))
        noted = [one.blob_id for one in admitted if isinstance(one, _Entry) and one.blob_id]
        loose.note(session, noted, now=self._house.clock())
        return admitted

    def _holder(self, session: Session, key: Key) -> Acting | None:
        """Return whose a mail key is, if it is in use still."""
        row = staff.find_mail_key(session, key.id)
        if row is None or row.ended_at is not None or row.expires_at <= self._house.clock():
            return None
        return staff.by_id(session, key.staff_id, through=THROUGH)

    def _sender(self, session: Session, claim: Claim, keys: Mapping[Key, Acting | None]) -> Acting | str:
        try:
            address = OneAddress.parse(claim.said.sender)
            if claim.key is None:
                return staff.by_address(session, address.key, through=THROUGH)
        except NotOneAddress:
            return replies.REFUSALS["no-sender"]
        except NoSuchStaff:
            return replies.NOT_STAFF if claim.door == "rule" else replies.NOT_VOUCHED
        by = keys[claim.key]
        if by is None:
            return replies.NO_KEY
        return by if OneAddress.parse(by.address).key == address.key else replies.NOT_YOURS

    def _seal(self, entries: Sequence[_Entry]) -> None:
        for one in entries:
            one.claim.spool.file.seek(0)
        small = {one.blob_id: one.claim.spool.file for one in entries if one.claim.spool.is_in_memory}
        kept: Mapping[str, Sealed] = self._house.documents.seal_all(small)
        for one in entries:
            file = one.claim.spool.file
            one.sealed = kept.get(one.blob_id) or self._house.documents.seal(one.blob_id, file)

    def _in_rows(self, entries: Sequence[_Entry]) -> list[str]:
        """Write rows for all, in one transaction; where another process wrote the same meanwhile, for each alone."""
        if not entries:
            return []
        try:
            taken = self._house.db.insist(lambda session: self._rows(session, entries))
        except IntegrityError:
            taken = [self._alone(one) for one in entries]
        self._let_go([one.blob_id for one, row in zip(entries, taken, strict=True) if row and row.is_known])
        count("gate_messages", "taken", len(entries))
        log("gate").info("taken", messages=len(entries), known=sum(row is not None and row.is_known for row in taken))
        return [(replies.OVER if row.is_over else replies.TAKEN) if row else replies.LATER for row in taken]

    def _alone(self, entry: _Entry) -> Taken | None:
        try:
            return self._house.db.insist(lambda session: self._rows(session, [entry]))[0]
        except IntegrityError:
            return None

    def _rows(self, session: Session, entries: Sequence[_Entry]) -> list[Taken | None]:
        """Take in what is sealed, or is known still: what was known a moment ago and is gone has to come again."""
        known = set(arrivals.known_places(session, [(one.by.id, one.claim.said.digest) for one in entries]))
        known |= {(one.by.id, one.claim.said.digest) for one in entries if one.sealed}
        going = [one for one in entries if (one.by.id, one.claim.said.digest) in known]
        handed = [one.handed() for one in going]
        taken = iter(take_in_messages(session, self._house.keys, handed, now=self._house.clock()))
        return [next(taken) if one in going else None for one in entries]

    def _let_go(self, blob_ids: Sequence[str]) -> None:
        """Shred what was sealed for a message that was in already; else a worker does it within the hour."""
        gone = [one for one in blob_ids if one]
        if not gone:
            return
        try:
            self._house.documents.shred(*gone)
            with self._house.db.write() as session:
                loose.placed(session, gone)
        except PortalError as error:
            log("gate").warning("left to the worker", error=type(error).__name__, blobs=len(gone))
