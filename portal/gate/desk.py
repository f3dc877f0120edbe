"""What all connections share: the doors, the taking, how many there are at once, and who signs in."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TypeVar
from urllib.parse import urlsplit

from portal.flows.people import change_mail_keys
from portal.gate import replies
from portal.gate.doors import SECRET_HEADER, Connected, Doors
from portal.gate.spool import Spool
from portal.gate.taking import Claim, Key, Taking
from portal.kernel.errors import PortalError
from portal.kernel.log import log
from portal.kernel.machine.host import free_bytes
from portal.kernel.storage.groups import Grouped
from portal.kernel.tally import count
from portal.mail.arriving.message import Arrived
from portal.mail.arriving.reading import read_message_in, read_messages
from portal.mail.authentication.alignment import Records
from portal.wiring import House

_MOST_CONNECTIONS: Final = 128
_MOST_OF_A_NETWORK: Final = 64
_LEAST_FREE: Final = 10**9
_AT_ONCE: Final = 8
_READERS: Final = 4
"""Threads that have messages read: one that takes its time does not keep the next group waiting."""
T = TypeVar("T")


class Caller(Protocol):
    """A connection, as it is counted."""

    network: str
    heard_at: float
    """When something of it came last, in seconds of a clock that is never set."""

    @property
    def may_go(self) -> bool:
        """Whether nobody has signed in on it, and it is not being answered."""
        ...

    def hang_up(self) -> None:
        """End it now."""
        ...


class Counts:
    """Which connections there are, in all and of each network. Of one loop.

    Where there is no room, the network that has most of them gives one up: the one that has been silent longest.
    """

    def __init__(self, most: int = _MOST_CONNECTIONS, of_a_network: int = _MOST_OF_A_NETWORK) -> None:
        """Count from nothing."""
        self._most, self._of_a_network = most, of_a_network
        self._here = set[Caller]()

    def come(self, caller: Caller) -> bool:
        """Count one more, if there is room for it or another one goes."""
        sizes = Counter(one.network for one in self._here)
        own = sizes[caller.network]
        if own >= self._of_a_network:
            return False
        if len(self._here) >= self._most:
            going = [one for one in self._here if one.may_go and sizes[one.network] > own]
            if not going:
                return False
            gone = max(going, key=lambda one: (sizes[one.network], -one.heard_at))
            self.go(gone)
            gone.hang_up()
        self._here.add(caller)
        return True

    def go(self, caller: Caller) -> None:
        """Count one less."""
        self._here.discard(caller)


class Desk:
    """Answers for every connection; what asks the database, a cage or DNS is done in threads."""

    def __init__(self, house: House, records: Records) -> None:
        """Take the house, and what looks up keys of domains."""
        self._house = house
        self.doors = Doors(house, records)
        self.counts = Counts()
        self.folder: Path = house.settings.data_dir
        self.name = house.settings.gate_domain or urlsplit(house.settings.base_url).hostname or "localhost"
        self._taking = Taking(house)
        self._threads = ThreadPoolExecutor(_AT_ONCE, "gate")
        self._strangers = asyncio.Lock()
        self._reading = Grouped(read_messages, "gate-reading", threads=_READERS)

    def close(self) -> None:
        """Answer what is waiting, then end the threads."""
        self._reading.close()
        self._threads.shutdown()
        self._taking.close()

    def has_no_room(self) -> str:
        """Return why nothing can be kept at the moment, or nothing."""
        free = free_bytes(self.folder)
        return replies.NO_ROOM if free is not None and free < _LEAST_FREE else ""

    async def signed_in(self, address: bytes, typed: bytes, network: str) -> Key | str:
        """Return the mail key that somebody typed with their address, or the reply."""
        name, key = (one.decode("ascii", "replace") for one in (address, typed))
        return await self._in_thread(partial(self._sign_in, name, key, network))

    def _sign_in(self, address: str, typed: str, network: str) -> Key | str:
        db, keys, now = self._house.db, self._house.keys, self._house.clock()
        try:
            with db.read() as session:
                holder = change_mail_keys.holder_of(session, keys, address, typed, now=now)
            if holder is None:
                with db.write() as session:
                    may_try = change_mail_keys.refuse_mail_key(session, keys, network=network, now=now)
                return replies.NO_KEY if may_try else replies.TOO_MANY_TRIES
            if not holder.is_seen:
                with db.write() as session:
                    change_mail_keys.note_used(session, holder.mail_key_id, now=now)
        except PortalError as error:
            log("gate").error("nobody signed in", error=type(error).__name__)
            return replies.AUTH_LATER
        return Key(holder.mail_key_id, holder.person.id)

    async def handed_in(self, spool: Spool, recipients: Sequence[str], connected: Connected) -> str:
        """Return the reply to a whole message. Raises `PortalError` where it cannot be kept at the moment."""
        shown = spool.field(SECRET_HEADER)
        claim: Claim | str = self.doors.refuse_unread(recipients, shown, connected)
        if not claim:
            # one stranger at a time: others would take every thread and cage from those who show a key or the secret
            async with nullcontext() if self.doors.lets_in(shown, connected) else self._strangers:
                claim = await self._claimed(spool, shown, tuple(recipients), connected)
        if not isinstance(claim, Claim):
            became = "probed" if claim == replies.PROBED else "refused"
            count("gate_messages", became)
            log("gate").info(became, code=claim[:9].strip())
            return claim
        return await asyncio.wrap_future(self._taking.submit(claim))

    async def _claimed(
        self, spool: Spool, shown: Sequence[bytes], recipients: tuple[str, ...], connected: Connected
    ) -> Claim | str:
        said = await self._read(spool)
        handed = partial(self.doors.claim, said, shown, spool, recipients, connected)
        return handed() if self.doors.asks_nobody(recipients, connected) else await self._in_thread(handed)

    async def _read(self, spool: Spool) -> Arrived:
        if spool.is_in_memory:
            return await asyncio.wrap_future(self._reading.submit(spool.whole()))
        spool.file.flush()
        return await self._in_thread(partial(read_message_in, spool.file.fileno()))

    async def _in_thread(self, do: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, do)
