"""What this process has counted and nobody has written down yet; see `figures.rules` for all that is counted.

Nothing here names anybody: a figure has one label at most, which is a word of ours, such as the kind of an error.
"""

import math
import threading
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

SECONDS: Final = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, math.inf)
"""Upper bounds of the buckets that durations are counted in."""
SUM: Final = "sum"
_MOST: Final = 500
"""So many figures with their labels are kept apart; a mistake of ours may not fill the database."""

_lock = threading.Lock()
_counted: defaultdict[tuple[str, str], float] = defaultdict(float)


def count(name: str, label: str = "", by: float = 1) -> None:
    """Add to a figure. Safe for threads; costs a microsecond."""
    with _lock:
        key = (name, label)
        _counted[key if key in _counted or len(_counted) < _MOST else (name, "other")] += by


def took(name: str, seconds: float) -> None:
    """Count how long something took: in the bucket of its bound, and in the sum."""
    count(name, str(SECONDS[bisect_left(SECONDS, seconds)]))
    count(name, SUM, seconds)


def take() -> dict[tuple[str, str], float]:
    """Return what was counted since the last time, by name and label; whoever takes it writes it down."""
    with _lock:
        taken = dict(_counted)
        _counted.clear()
    return taken


def give_back(taken: Mapping[tuple[str, str], float]) -> None:
    """Keep what could not be written down, for the next time."""
    for (name, label), by in taken.items():
        count(name, label, by)
