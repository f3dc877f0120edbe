"""Floods are held back by network, in memory: wrong tries count much, right ones hardly."""

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from portal.kernel.log import log
from portal.links.errors import TooManyTries

WRONG_LINKS = parse("30/minute")
OPENINGS = parse("600/minute")
RENEWALS = parse("20/10 minute")
SIGN_INS = parse("20/minute")


class Floods:
    """Counts per network and kind. A school's families may share one address: right tries pass in hundreds."""

    def __init__(self) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def check(self, kind: str, limit: RateLimitItem, network: str) -> None:
        """Refuse when a network has used up a limit. Raises `TooManyTries`."""
        if not self._limiter.test(limit, kind, network):
            raise TooManyTries

    def count(self, kind: str, limit: RateLimitItem, network: str) -> None:
        """Count one try. The one that uses a limit up is told in the log, by its kind; those behind it are not."""
        if self._limiter.hit(limit, kind, network) and not self._limiter.test(limit, kind, network):
            log("web").warning("held back", kind=kind)
