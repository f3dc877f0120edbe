"""Every bench: how it is started for the docs, how in its small form, and how long it may take at most.

The small form runs whatever the whole one runs, so that no bench breaks unseen: `make bench-small` has all of them, and
the tests those that start no servers.
"""

from typing import Final, NamedTuple


class Bench(NamedTuple):
    """How a bench is started: words after its name, whole and small, and seconds after which it is stopped.

    `in_tests`: its small form takes the tests a second or two.
    """

    whole: tuple[str, ...]
    small: tuple[str, ...]
    at_most: int
    in_tests: bool = False


EVERY: Final = {
    "loading": Bench((), ("--once",), 90),
    "disclosure": Bench((), ("1",), 120),
    "notices": Bench((), ("20",), 120),
    "roster": Bench((), ("--children", "60"), 60, in_tests=True),
    "memory": Bench((), (), 60),
    "pages": Bench((), ("1",), 60, in_tests=True),
    "guard_match": Bench((), ("200",), 120),
    "guard": Bench((), ("--small",), 240),
    "batch": Bench((), ("3",), 120, in_tests=True),
    "press": Bench((), ("3",), 120, in_tests=True),
    "each_child": Bench((), ("3",), 150),
    "gathered": Bench(("1000",), ("3",), 150),
    "incident": Bench((), ("12", "2"), 60),
    "bulkheads": Bench((), ("4", "2"), 120),
    "gate": Bench((), ("10",), 120),
    "ledger": Bench((), ("400",), 60, in_tests=True),
    "search": Bench(("30000",), ("120",), 90),
    "slow_line": Bench((), ("--fast",), 90),
}
"""In the order in which they run; `slow_line` needs a browser."""
