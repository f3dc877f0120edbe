"""Which door a message comes by, and what it has to show there: a mail key, a signature, or the secret of a rule.

None of them believes an address range or an envelope: whole cloud providers share those.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import Session

from portal.arrivals.rules import Door
from portal.flows.arriving.note_probe import Saw, note_probe
from portal.gate import replies
from portal.gate.in_front.front import HEADER
from portal.gate.probes import probe_in
from portal.gate.spool import Spool
from portal.gate.taking import THROUGH, Claim, Key
from portal.kernel.cage.calls import in_memory
from portal.kernel.text.addresses import NotOneAddress, OneAddress
from portal.mail.arriving.message import Arrived
from portal.mail.authentication.alignment import NoAnswer, Records
from portal.mail.authentication.signed import Signed, signed_by
from portal.staff import repository as staff
from portal.staff.errors import NoSuchStaff
from portal.wiring import House

SECRET_HEADER: Final = HEADER.encode()
_FRESH: Final = timedelta(days=3)
"""So old a signed message may be: whoever was sent one could else hand it in again for ever."""


@dataclass(frozen=True, slots=True)
class Connected:
    """What a connection has shown: whether nobody reads it on its way, and the mail key it signed in with."""

    is_private: bool
    key: Key | None


class Doors:
    """Looks at whole messages, in threads where that takes long: whoever hands one in waits for it."""

    def __init__(self, house: House, records: Records) -> None:
        """Take the house, and what looks up keys of domains."""
        self._house, self._records = house, records
        self._at = f"@{house.settings.gate_domain}"
        secret = house.settings.gate_secret
        self._secret = secret.get_secret_value().encode() if secret else b""

    @property
    def has_rule(self) -> bool:
        """Whether a mail system in front may hand in for anybody on the staff."""
        return bool(self._secret)

    @property
    def has_drops(self) -> bool:
        """Whether there are addresses that name audiences."""
        return len(self._at) > 1

    def is_drop(self, address: str) -> bool:
        """Tell whether an address is one that names an audience."""
        return self.has_drops and address.lower().endswith(self._at)

    def asks_nobody(self, recipients: Sequence[str], connected: Connected) -> bool:
        """Tell whether `claim` answers at once: it asks neither the database nor DNS nor a cage."""
        return connected.key is not None and not self._probe_in(recipients)

    def lets_in(self, shown: Sequence[bytes], connected: Connected) -> bool:
        """Tell whether a mail key or the secret of a rule is shown: no stranger does."""
        return connected.key is not None or self._shows_secret(shown)

    def refuse_unread(self, recipients: Sequence[str], shown: Sequence[bytes], connected: Connected) -> str:
        """Return why no door lets a message in, whatever it says, or nothing. So it is not read."""
        if connected.key is not None or self._probe_in(recipients):
            return ""
        if self._shows_secret(shown):
            return "" if connected.is_private else replies.NOT_FROM_IN_FRONT
        if all(map(self.is_drop, recipients)):
            return ""
        return replies.NOT_FROM_IN_FRONT if self.has_rule else replies.NO_AUTH

    def claim(
        self, said: Arrived, shown: Sequence[bytes], spool: Spool, recipients: Sequence[str], connected: Connected
    ) -> Claim | str:
        """Return what one of the doors lets in, or the reply of the last one; `shown` are its secrets of a rule.

        Wants a message that `refuse_unread` does not refuse. Raises `DatabaseBusy`.
        """
        if probe_id := self._probe_in(recipients):
            self._note_probe(probe_id, said, shown, connected)
            return replies.PROBED
        if said.refusal:
            return replies.REFUSALS[said.refusal]
        dropped = [one for one in recipients if self.is_drop(one)]
        is_all_dropped = len(dropped) == len(recipients)
        if not self.lets_in(shown, connected) and (refused := self._refuse_unsigned(said, spool, dropped)):
            return refused
        door: Door = "drop" if is_all_dropped else "key" if connected.key else "rule"
        drops = tuple(dict.fromkeys(one.lower().removesuffix(self._at) for one in dropped))
        return Claim(said, spool, tuple(dict.fromkeys(recipients)), drops, door, connected.key)

    def _probe_in(self, recipients: Sequence[str]) -> str | None:
        domain = self._house.settings.gate_domain
        return probe_in(self._house.keys, recipients, domain, now=self._house.clock()) if domain else None

    def _note_probe(self, probe_id: str, said: Arrived, shown: Sequence[bytes], connected: Connected) -> None:
        has_secret, has_file = self._shows_secret(shown), bool(said.attachments)
        with self._house.db.write() as session:
            saw = Saw(connected.is_private, has_secret, self._is_staff(session, said.sender), has_file)
            note_probe(session, self._house.keys, probe_id, saw, now=self._house.clock())

    def _is_staff(self, session: Session, sender: str) -> bool:
        try:
            return staff.is_known(session, OneAddress.parse(sender).key)
        except NotOneAddress:
            return False

    def _shows_secret(self, shown: Sequence[bytes]) -> bool:
        return self.has_rule and len(shown) == 1 and hmac.compare_digest(shown[0], self._secret)

    def _refuse_unsigned(self, said: Arrived, spool: Spool, dropped: Sequence[str]) -> str:
        """Return why a message to drop addresses is not its sender's by its signature alone, or nothing."""
        try:
            sender = OneAddress.parse(said.sender)
            with self._house.db.read() as session:
                staff.by_address(session, sender.key, through=THROUGH)
            signed = self._signed(spool, sender.text.rpartition("@")[2])
        except (NotOneAddress, NoSuchStaff):
            return replies.NOT_VOUCHED
        except NoAnswer:
            return replies.LATER
        if signed is None:
            return replies.NOT_VOUCHED
        is_fresh = abs(self._house.clock() - signed.written) <= _FRESH
        is_for_us = signed.to is None or {one.lower() for one in dropped} <= signed.to
        return "" if is_fresh and is_for_us else replies.NOT_ADDRESSED

    def _signed(self, spool: Spool, domain: str) -> Signed | None:
        if not spool.is_in_memory:
            return signed_by(spool.file.fileno(), domain, self._records)
        with in_memory(spool.whole()) as file:
            return signed_by(file, domain, self._records)
