"""Every bench: how it is started for the docs, how in a small form for the tests, and how long it may take at most.

The smallest form of each runs whatever the whole one runs, so that no bench breaks unseen.
"""

from typing import Final, NamedTuple


class Bench(NamedTuple):
    """How a bench is started: words after its name, whole and small, and seconds after which it is stopped."""

    whole: tuple[str, ...]
    small: tuple[str, ...]
    at_most: int


EVERY: Final = {
    "loading": Bench((), ("--once",), 90),
    "disclosure": Bench((), ("40",), 120),
    "notices": Bench((), ("20",), 120),
    "roster": Bench((), ("--children", "60"), 60),
    "memory": Bench((), (), 60),
    "pages": Bench((), ("1",), 60),
    "guard_match": Bench((), ("200",), 120),
    "guard": Bench((), ("--small",), 240),
    "batch": Bench((), ("3",), 120),
    "press": Bench((), ("3",), 120),
    "each_child": Bench((), ("3",), 150),
    "gathered": Bench(("1000",), ("3",), 150),
    "incident": Bench((), ("12", "2"), 60),
    "bulkheads": Bench((), ("4", "2"), 120),
    "gate": Bench((), ("10",), 120),
    "ledger": Bench((), ("400",), 60),
    "search": Bench(("30000",), ("120",), 90),
    "slow_line": Bench((), ("--fast",), 90),
}
"""In the order in which they run; `slow_line` needs a browser."""
