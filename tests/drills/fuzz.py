"""`make fuzz`: the properties of what reads strangers' files, names and words, with fresh examples for a chosen time.

`python -m tests.drills.fuzz [--seconds N] [PLACE …]`. Every property has an even share of the time and as many examples
as fit into it, in place of the some dozens that `make test` has time for. An example that fails is made as small as can
be, printed, and kept in `.hypothesis`: the test itself, run alone, tries it first.
"""

import argparse
import functools
import sys
import time
from collections.abc import Callable

import pytest

PLACES = (
    "tests/reading",
    "tests/rosters",
    "tests/mail",
    "tests/kernel/test_pasted.py",
    "tests/kernel/test_keys_and_tokens.py",
    "tests/kernel/test_addresses.py",
    "tests/press/test_letter.py",
    "tests/press/test_fields.py",
    "tests/rules/test_pairing.py",
    "tests/rules/test_shape.py",
    "tests/rules/test_what_a_mailing_may_say.py",
)
FIRST, MOST = 20, 1000
"""Examples of a property's first round and of its largest: the clock is looked at after each, and sizes double."""


class Longer:
    """Has pytest run properties alone, each until its share of the time is over."""

    def __init__(self, seconds: float) -> None:
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
                _with_examples(pyfuncitem.obj, size)(**given)
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


def _with_examples(test: Callable[..., None], count: int) -> Callable[..., None]:
    """Return the property with so many examples, whatever number it says of itself."""
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
    return test


def main() -> int:
    asked = argparse.ArgumentParser(prog="make fuzz", description="Try the readers of strangers' bytes for a while.")
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("places", nargs="*", default=PLACES, metavar="PLACE", help="Tests to take, other than all.")
    told = asked.parse_args()
    longer = Longer(told.seconds)
    code = pytest.main(["--quiet", "--no-header", *told.places], plugins=[longer])
    for node in longer.failed:
        print(f"To repeat: .venv/bin/pytest '{node}'   (what failed is kept in .hypothesis, and tried first)")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
