"""`make machine`: an office, families and crashes in any order, with fresh random examples.

`python -m tests.drills.machine [--examples N]`. `make test` draws the same few examples at every run
(`tests/hostile/test_machine.py`). Here as many as are asked for are drawn afresh, on both databases; one that fails is
made as small as can be, and printed.
"""

import argparse
import sys

import pytest
from hypothesis import settings

PLACE = "tests/hostile/test_machine.py"


class Afresh:
    """Has the machine draw other examples than the tests do, and as many as are asked for."""

    def __init__(self, examples: int) -> None:
        self._examples = examples

    def pytest_collection_modifyitems(self, items: list[pytest.Function]) -> None:
        for machine in {item.module for item in items}:
            own: settings = machine.DRAWN
            machine.DRAWN = settings(own, max_examples=self._examples, derandomize=False, database=None)


def main() -> int:
    """Run the drill; 0 if every promise held after every step of every example."""
    options = argparse.ArgumentParser(prog="python -m tests.drills.machine", description=__doc__)
    options.add_argument("--examples", type=int, default=50, help="how many on each database")
    return pytest.main(["--quiet", PLACE], plugins=[Afresh(options.parse_args().examples)])


if __name__ == "__main__":
    sys.exit(main())
