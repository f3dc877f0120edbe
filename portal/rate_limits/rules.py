"""Which tries are counted, for whom, and when a count begins anew (fixed windows)."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True, slots=True)
class RateLimit:
    """At most `most` tries of a kind in each window of time."""

    kind: str
    most: int
    within: timedelta

    def window(self, now: datetime) -> datetime:
        """Return when the window began that this moment lies in: the same for every process."""
        return datetime.fromtimestamp(now.timestamp() // self.within.total_seconds() * self.within.total_seconds(), UTC)


_MINUTE = timedelta(minutes=1)
WRONG_LINKS = RateLimit("wrong-link", 30, _MINUTE)
"""Failures of families: forged links, unknown codes, unknown browsers at the code step."""
WRONG_SIGN_INS = RateLimit("sign-in", 20, _MINUTE)
"""Failures of staff: forged or spent links, addresses that are nobody's, refusals by the OpenID provider."""
WRONG_MAIL_KEYS = RateLimit("mail-key", 20, _MINUTE)
"""Failures of mail programs: mail keys that are nobody's, or not of the address that is named with them."""
WISHES = RateLimit("renewal", 60, _MINUTE)
"""Wishes for a fresh link that bring neither a genuine link nor a genuine code: an address, or anything."""
NOTED_FAILURES = RateLimit("noted-failure", 500, timedelta(hours=1))
"""Entries of the ledger about failures of nobody known, of all networks together: who has many fills no ledger."""
PROBES = RateLimit("gate-probe", 3, timedelta(hours=1))
"""Notes of one probe that came through the mail system in front: whoever reads its address may send to it again."""
OF_FAMILIES = frozenset({WRONG_LINKS, WISHES})
KEPT = timedelta(hours=1)
"""For so long a count is kept; longer than any window."""


def asking_network(host: str) -> str:
    """Return what counts as one asker: an address (IPv4), or the 64 bits that one customer has whole (IPv6)."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network((address, 32 if address.version == 4 else 64), strict=False))
