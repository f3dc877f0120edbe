"""Everybody who is connected to this process, by network; who goes when there is no room.

Whoever has the server wait goes first: the one that has waited longest, of the network that has most of them. A browser
sends its request at once and is then being answered, so that whoever only holds connections open pushes out their own.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Protocol

from portal.web.server.limits import Limits

_MOST_KNOWN = 20_000
_BITS = {4: 24, 6: 56}


class Guest(Protocol):
    """A connection, as the crowd sees it."""

    network: str
    is_kept: bool
    """Whether it is of somebody who is signed in, or of a proxy of our own."""

    @property
    def may_go(self) -> bool:
        """Whether it is in the midst of a stranger's request, and has us wait for more of it or to read our answer."""
        ...

    def cut(self, why: str) -> None:
        """End it now."""
        ...

    def look(self, now: float) -> None:
        """End it if it has had us wait for too long."""
        ...


@lru_cache(maxsize=8192)
def network_of(host: str) -> str:
    """Return which network an address counts to: 256 addresses (IPv4), or the 56 bits that a household may have."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host[:64]
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ip_network((address, _BITS[address.version]), strict=False))


@dataclass(slots=True, eq=False)
class _Network:
    """The connections of one network: how many, and which of them have us wait, the longest first."""

    count: int = 0
    waiting: dict[Guest, None] = field(default_factory=dict)
    kept: dict[Guest, None] = field(default_factory=dict)

    def oldest(self) -> Guest | None:
        """Return the one that goes first."""
        return next(iter(self.waiting), None) or next(iter(self.kept), None)


@dataclass(frozen=True, slots=True, eq=False)
class Asking:
    """A request that is being answered: by which connection it came, and of which network it is."""

    guest: Guest
    network: str


class Crowd:
    """The connections of one process, the requests that it is answering, and which cookies were found genuine."""

    def __init__(self, limits: Limits, is_proxy: Callable[[str], bool]) -> None:
        self.limits, self.is_proxy = limits, is_proxy
        self.told: Counter[str] = Counter()
        self.watch: Callable[[], None] | None = None
        """What begins to look at everybody, once somebody has come, until nobody is left."""
        self._guests: set[Guest] = set()
        self._networks: dict[str, _Network] = {}
        self._having: dict[int, dict[_Network, None]] = {}  # networks by how many of theirs have us wait
        self._answering, self._asking = 0, dict[str, dict[Asking, None]]()  # by network, the oldest first
        self._known: OrderedDict[bytes, None] = OrderedDict()

    def __len__(self) -> int:
        """Return how many are connected."""
        return len(self._guests)

    def __iter__(self) -> Iterator[Guest]:
        """Give everybody, whoever leaves meanwhile."""
        return iter(tuple(self._guests))

    def enter(self, guest: Guest) -> bool:
        """Take a connection in, and end another for it where there is no room. False: nobody can go for it."""
        if self.watch:
            self.watch()
        own = self._networks.get(guest.network)
        if (
            own
            and own.count >= self.limits.of_a_network
            and not guest.is_kept
            and not self._end(own, "made room in its network")
        ):
            return False
        if len(self._guests) >= self.limits.connections and not self._end(self._greediest(), "made room"):
            return False
        self._guests.add(guest)
        own = self._networks.setdefault(guest.network, _Network())
        own.count += 1
        return True

    def leave(self, guest: Guest) -> None:
        """Forget a connection that has ended."""
        if guest not in self._guests:
            return
        self._guests.remove(guest)
        own = self._networks[guest.network]
        own.kept.pop(guest, None)
        self._count_waiting(own, guest, waits=False)
        own.count -= 1
        if own.count == 0:
            del self._networks[guest.network]

    def settle(self, guest: Guest, *, waits: bool) -> None:
        """Note whether a connection has us wait, from now on if it did not before."""
        if guest not in self._guests:
            return
        own = self._networks[guest.network]
        self._count_waiting(own, guest, waits=waits and not guest.is_kept)
        if waits and guest.is_kept:
            own.kept.setdefault(guest)
        else:
            own.kept.pop(guest, None)

    def _count_waiting(self, own: _Network, guest: Guest, *, waits: bool) -> None:
        before = len(own.waiting)
        if waits:
            own.waiting.setdefault(guest)
        else:
            own.waiting.pop(guest, None)
        if (now := len(own.waiting)) == before:
            return
        if before:
            del self._having[before][own]
            if not self._having[before]:
                del self._having[before]
        if now:
            self._having.setdefault(now, {})[own] = None

    def begin(self, guest: Guest, network: str, *, is_known: bool, shows_cookie: bool) -> Asking | None:
        """Take on a request, unless as many are being answered as may be: for strangers that is sooner.

        Where there is no room, the oldest goes that has us wait: of its own network, or of the one that asks most.
        """
        limits = self.limits
        most = [limits.connections, limits.of_a_network]
        if not is_known:
            most = [limits.for_claimants(one) if shows_cookie else limits.for_strangers(one) for one in most]
        is_full_here = len(self._asking.get(network, ())) >= most[1]
        if (is_full_here and not self._end_asking([network])) or (
            self._answering >= most[0] and not self._end_asking(self._by_asking())
        ):
            self.told["too busy"] += 1
            return None
        self._answering += 1
        asking = Asking(guest, network)
        self._asking.setdefault(network, {})[asking] = None
        return asking

    def end(self, asking: Asking) -> None:
        """Note that a request is over. Twice is the same as once."""
        own = self._asking.get(asking.network, {})
        if asking not in own:
            return
        self._answering -= 1
        del own[asking]
        if not own:
            del self._asking[asking.network]

    def _by_asking(self) -> list[str]:
        return sorted(self._asking, key=lambda one: len(self._asking[one]), reverse=True)

    def _end_asking(self, networks: list[str]) -> bool:
        waiting = (one for network in networks for one in self._asking[network] if one.guest.may_go)
        if (slow := next(waiting, None)) is None:
            return False
        self.end(slow)
        slow.guest.cut("made room for a request")
        return True

    def knows(self, cookie: bytes) -> bool:
        """Tell whether these cookies came with a request that the site found genuine."""
        return bool(cookie) and _mark(cookie) in self._known

    def remember(self, cookie: bytes) -> None:
        """Keep the mark of genuine cookies: the last twenty thousand."""
        mark = _mark(cookie)
        self._known[mark] = None
        self._known.move_to_end(mark)
        if len(self._known) > _MOST_KNOWN:
            self._known.popitem(last=False)

    def _greediest(self) -> _Network:
        """Return the network that has us wait for most."""
        if self._having:  # few numbers, however many networks: those of two thousand differ in sixty at most
            return next(iter(self._having[max(self._having)]))
        return max(self._networks.values(), key=lambda one: len(one.kept))

    def _end(self, network: _Network, why: str) -> bool:
        guest = network.oldest()
        if guest is None:
            return False
        self.leave(guest)
        guest.cut(why)
        return True


def _mark(cookie: bytes) -> bytes:
    return blake2b(cookie, digest_size=16).digest()
