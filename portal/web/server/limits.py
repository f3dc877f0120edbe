"""How much one connection, one network and all of them together may take of a process."""

import resource
from dataclasses import dataclass
from typing import Final, Self

_MOST_CONNECTIONS: Final = 2048
_FEWEST_CONNECTIONS: Final = 64
_OPEN_FILES: Final = 2 * _MOST_CONNECTIONS
"""Half of them are for connections, the other half for databases, uploads, pipes of the cage and stored files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The bounds of one process. Those of time are in seconds, those of size in bytes."""

    connections: int = _MOST_CONNECTIONS
    head_bytes: int = 32 * 1024
    head_lines: int = 100
    head_seconds: float = 10
    rate: int = 1000
    rate_seconds: float = 20
    read_seconds: float = 60
    """Longer: what a slow phone reads is told to us in steps, by its system, ours and those of proxies between."""
    linger_seconds: float = 30
    queued: int = 8
    tick: float = 1

    @classmethod
    def of_a_process(cls, processes: int) -> Self:
        """Return the bounds of one of so many processes. It has the system let this one open more files, if it may."""
        return cls(connections=max(_FEWEST_CONNECTIONS, min(_MOST_CONNECTIONS // processes, _allowed_files() // 2)))

    @property
    def of_a_network(self) -> int:
        """So many connections one network may have, and so many requests at a time."""
        return self.connections // 4

    @staticmethod
    def for_strangers(most: int) -> int:
        """Return how many of so many requests at a time may be of browsers without a cookie."""
        return most - most // 8

    @staticmethod
    def for_claimants(most: int) -> int:
        """Return how many may be of these and of browsers with a cookie that was not found genuine yet."""
        return most - most // 16


def _allowed_files() -> int:
    """Return how many files this process may open, after asking for as many as we need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    has_no_end = hard == resource.RLIM_INFINITY
    wanted = _OPEN_FILES if has_no_end else min(hard, _OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        return wanted
    return _OPEN_FILES if soft == resource.RLIM_INFINITY else soft
