"""Short names by which people are called: Bill for William, Lupe for Guadalupe."""

from collections import defaultdict
from typing import Final

from portal.guard.lexicon import rows


def _by_name() -> dict[str, tuple[str, ...]]:
    short: dict[str, dict[str, None]] = defaultdict(dict)
    for names in rows("nicknames"):
        for one in names:
            short[one].update((other, None) for other in names if other != one)
    return {one: tuple(others) for one, others in short.items()}


_SHORT: Final = _by_name()


def nicknames_of(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return what somebody with these given names, folded, may be called, or is called short for."""
    return _SHORT.get(words[0], ()) if words else ()
