"""`make golden-record`: run the tests that ask the guard, and keep each question with its answer.

`PLACES=tests/rules/test_guard.py` runs these alone and keeps what others asked. The corpus with its pictures is most of
the time. `make golden-accept` keeps the same questions and takes the answers of today.
"""

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

import pytest

from portal.guard import rules
from portal.guard.roster.index import Known, Person, Roster
from portal.reading.reader import Part
from tests.goldens import kept, replay

PLACES: Final = (
    "tests/rules",
    "tests/guard_corpus",
    "tests/house/test_examples_of_rules.py",
    "tests/reading/test_counted_rows.py",
    "tests/reading/test_formats.py",
    "tests/reading/test_merged_cells.py",
    "tests/reading/test_ocr_emoji.py",
    "tests/reading/test_ocr_marks.py",
    "tests/reading/test_pdf_from_the_right.py",
)
"""The tests that ask `judge`, the corpus with its pictures among them: what was read of these is kept as text."""
_NOBODY: Final = Known()


class Recording:
    """Keeps what `judge` is asked while tests run. It stands in before a test module can import the real one."""

    def __init__(self) -> None:
        self.cases: dict[str, kept.Case] = {}
        self.rosters: dict[str, dict[str, Any]] = {}
        self.calls = 0
        self._keys: WeakKeyDictionary[Roster, str] = WeakKeyDictionary()

    def begin(self) -> None:
        """Stand between the tests and the guard."""
        build, judge = Roster.of.__func__, rules.judge  # type: ignore[attr-defined]  # of a class method

        def of(cls: type[Roster], people: Iterable[Person], known: Known = _NOBODY) -> Roster:
            roster: Roster = build(cls, people, known)
            plain = kept.roster_in_plain(roster.people, known)
            key = kept.hash_of(plain)
            self.rosters[key] = plain
            self._keys[roster] = key
            return roster

        def asked(
            parts: Iterable[Part],
            roster: Roster,
            allowed: frozenset[str] = frozenset(),
            **more: Any,  # noqa: ANN401 - handed on as it comes
        ) -> rules.Clear | rules.Blocked:
            every = tuple(parts)
            said = judge(every, roster, allowed, **more)  # what takes too long raises, and is no golden
            cache = more.pop("cache", None)
            enough = cache.crowd.enough if cache else kept.ENOUGH
            self.calls += 1
            test = _test_of(os.environ.get("PYTEST_CURRENT_TEST", ""))
            case = kept.Case(test, every, self._keys[roster], frozenset(allowed), **more, enough=enough)
            self.cases.setdefault(case.id, case)
            return said

        Roster.of = classmethod(of)  # type: ignore[method-assign, assignment]  # for the time of a recording
        rules.judge = asked


def _test_of(running: str) -> str:
    """Return the file and function of a test without its parameters, which may be whole letters."""
    path, _, rest = running.partition("::")
    return f"{path.removeprefix('tests/').removesuffix('.py')}.{rest.partition('[')[0].partition(' (')[0]}"


def main() -> int:
    asked = argparse.ArgumentParser(prog="make golden-record", description="Record the goldens of the guard anew.")
    asked.add_argument("places", nargs="*", default=PLACES, metavar="PLACE", help="Tests to run, other than all.")
    asked.add_argument("--accept", action="store_true", help="Keep the questions; take today's answers.")
    told = asked.parse_args()
    if not told.accept:
        _record(told.places)
    replay.accept()
    return 0


def _record(places: Sequence[str]) -> None:
    """Keep what the tests at some places ask, and what other tests asked before."""
    recording = Recording()
    recording.begin()
    if pytest.main(["--quiet", "--no-header", *places]):
        print("A test fails. What it asked is kept all the same: do not commit that before it passes.")
    ours = tuple(place.removeprefix("tests/").removesuffix(".py") for place in places)
    others = [case for case in kept.cases() if not case.test.startswith(ours)] if places != PLACES else []
    every = {case.id: case for case in others}  # a question is of the test that asked it first
    for case in recording.cases.values():
        every.setdefault(case.id, case)
    kept.keep_cases(every.values(), kept.rosters().kept | recording.rosters if others else recording.rosters)
    print(f"{recording.calls:,} questions, {len(recording.cases):,} of them different; {len(every):,} are kept.")


if __name__ == "__main__":
    sys.exit(main())
