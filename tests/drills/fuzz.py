"""`make fuzz`: the properties of readers and rules, with fresh random examples for a chosen time.

`python -m tests.drills.fuzz [--seconds N] [--seed N] [PLACE …]`. `make test` draws the same examples everywhere and at
every run. Here they are drawn afresh, from a seed that is printed: every property has an even share of the time and as
many examples as fit into it. An example that fails is made as small as can be, printed, and kept in `.hypothesis`: this
drill tries it first when it runs that test again.
"""

import argparse
import functools
import random
import sys
import time
from collections.abc import Callable

import pytest

PLACES = (
    "tests/reading",
    "tests/rosters",
    "tests/mail",
    "tests/kernel",
    "tests/press",
    "tests/rules",
    "tests/guard_corpus/test_mutations.py",
    "tests/words",
)
FIRST, MOST = 20, 1000
"""Examples of a property's first round and of its largest: the clock is looked at after each, and sizes double."""


class Longer:
    """Has pytest run properties alone, each until its share of the time is over."""

    def __init__(self, seconds: float, seed: int) -> None:
        self._seed = seed
        self._seconds, self._ends, self._left = seconds, 0.0, 0
        self._told = ""
        self.failed: list[str] = []

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        items[:] = [item for item in items if getattr(item.obj, "is_hypothesis_test", False)]
        self._ends, self._left = time.monotonic() + self._seconds, len(items)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool:
        """Run one property in rounds rather than once."""
        given = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
        began = time.monotonic()
        until = began + max(0.0, self._ends - began) / self._left
        self._left -= 1
        count, size = _count_calls(pyfuncitem.obj), FIRST
        try:
            while True:
                before = count()
                _with_examples(pyfuncitem.obj, size, self._seed + before)(**given)
                now = time.monotonic()
                fit = int((until - now) * count() / (now - began))
                if fit < FIRST or count() - before < size:  # fewer came than were asked for: there are no others
                    return True
                size = min(2 * size, fit, MOST)
        finally:
            self._told = f"{count():9,} examples  {time.monotonic() - began:5.1f} s  {pyfuncitem.nodeid}"

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call":
            print(f"\r{self._told}", flush=True)
        if report.failed:
            self.failed.append(report.nodeid)


def _count_calls(test: Callable[..., None]) -> Callable[[], int]:
    """Count the examples of a property from now on; Hypothesis lets what it calls be replaced."""
    handle = test.hypothesis
    inner, calls = handle.inner_test, [0]

    @functools.wraps(inner)
    def counted(*args: object, **named: object) -> None:
        calls[0] += 1
        inner(*args, **named)

    handle.inner_test = counted
    return lambda: calls[0]


def _with_examples(test: Callable[..., None], count: int, seed: int) -> Callable[..., None]:
    """Return the property with so many examples from a seed, whatever number it says of itself."""
    from hypothesis import HealthCheck, settings  # pytest wants to be the first who imports it
    from hypothesis.database import DirectoryBasedExampleDatabase

    test._hypothesis_internal_use_settings = settings(
        test._hypothesis_internal_use_settings,
        max_examples=count,
        deadline=None,
        derandomize=False,
        database=DirectoryBasedExampleDatabase(".hypothesis/examples"),
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
    test._hypothesis_internal_use_seed = seed
    return test


def main() -> int:
    asked = argparse.ArgumentParser(prog="make fuzz", description="Try the readers of strangers' bytes for a while.")
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--seed", type=int, help="To draw again what was drawn from this seed, in as much time.")
    asked.add_argument("places", nargs="*", default=PLACES, metavar="PLACE", help="Tests to take, other than all.")
    told = asked.parse_args()
    seed = random.SystemRandom().getrandbits(32) if told.seed is None else told.seed
    print(f"Seed {seed}.", flush=True)
    longer = Longer(told.seconds, seed)
    code = pytest.main(["--quiet", "--no-header", *told.places], plugins=[longer])
    for node in longer.failed:
        print(f"To repeat: .venv/bin/python -m tests.drills.fuzz --seed {seed} '{node}'   (what failed is tried first)")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
