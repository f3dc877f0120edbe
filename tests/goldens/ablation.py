"""`make ablate`: switch each rule, cue and veto off over all goldens, and print what each of them decides.

A golden in which an id stands nowhere is not asked: its verdict cannot hang on it. Nor is one of a test that passes by
any verdict. `RULES=name.full,veto.torn` asks of
these alone; `VIEWS=kana,camel-case` of views and detectors that have no id of their own
(`tests/goldens/switches.py`), and `VIEWS=all` of all of these. What is printed is told in `docs/guard.md`.
"""

import argparse
import multiprocessing
import os
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from portal.guard import rules
from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.trace import Trace
from portal.guard.mentions import all_detectors
from portal.guard.mentions.names.two_words import names_of_two_words
from tests.goldens import kept
from tests.goldens.switches import SWITCHES, Watch

ANY_WILL_DO: Final = frozenset(
    (
        "rules/test_guard_any_text.test_every_text_is_answered",
        "rules/test_guard_crowds.test_counting_makes_no_verdict_laxer",
        "rules/test_guard_properties.test_no_name_breaks_the_index",
        "rules/test_guard_properties.test_no_text_breaks_the_guard",
    )
)
"""Tests of random text that say nothing about which verdict is right."""
EXAMPLES: Final = "house/test_examples_of_rules."
"""The examples of the rules, one of which each of them decides by itself: they are no sign of its worth."""
CORPUS: Final = "guard_corpus/"
"""Tests of whole files, made as people make them."""
_PROCESSES: Final = 2
_NICE: Final = 10


@dataclass(slots=True)
class Decided:
    """What one rule, cue or veto decides: in how many goldens it stands, and by test which verdicts hang on it."""

    rule: str
    hits: int = 0
    passed: list[str] = field(default_factory=list)
    """Tests of the cases that are blocked with it and clear without it."""
    refused: list[str] = field(default_factory=list)
    """Tests of the cases that are clear with it and blocked without it."""
    otherwise: list[str] = field(default_factory=list)
    """Tests of the cases that are blocked either way, with other findings, people or counts."""

    @property
    def changed(self) -> tuple[str, ...]:
        """The tests of all verdicts that hang on it, one for each verdict."""
        return *self.passed, *self.refused, *self.otherwise

    @property
    def tests(self) -> frozenset[str]:
        """The tests that these verdicts come from, but for the examples of rules."""
        return frozenset(test for test in self.changed if not test.startswith(EXAMPLES))

    @property
    def files(self) -> frozenset[str]:
        """The files of these tests."""
        return frozenset(test.partition(".")[0] for test in self.tests)

    @property
    def corpus(self) -> int:
        """How many of these verdicts are of files of the corpus."""
        return sum(test.startswith(CORPUS) for test in self.changed)

    @property
    def is_for_one(self) -> bool:
        """Whether it decides nothing but what one test asks, and no file of the corpus."""
        return len(self.tests) < 2 and not self.corpus

    def add(self, other: "Decided") -> None:
        """Add what another share of the cases tells."""
        self.hits += other.hits
        self.passed += other.passed
        self.refused += other.refused
        self.otherwise += other.otherwise

    def look(self, case: kept.Case, before: Mapping[str, Any], rosters: kept.Rosters) -> None:
        """Ask one case without the rule, and keep what becomes of its verdict."""
        trace = Trace(off=frozenset((Rule(self.rule),)))
        self.keep(case, before, kept.in_plain(case.asked(rosters, trace)))

    def keep(self, case: kept.Case, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
        """Keep what becomes of the verdict on one case."""
        self.hits += 1
        was, now = kept.verdict_alone(before), kept.verdict_alone(after)
        if was == now:
            return
        if was["verdict"] == now["verdict"]:
            self.otherwise.append(case.test)
        else:
            (self.refused if was["verdict"] == "clear" else self.passed).append(case.test)


def standing(verdict: Mapping[str, Any]) -> frozenset[str]:
    """Return the ids of all that a golden's verdict tells of: of hits that count and do not, their cues, vetoes."""
    found = [*verdict.get("findings", ()), *verdict.get("near", {}).get("findings", ())]
    made = [one for *_, made_by, cues in found for one in (*made_by, *(cue for cue, _ in cues))]
    return frozenset((*made, *verdict.get("uncounted", ()), *verdict.get("vetoes", ())))


def ablated(
    asked: Collection[Rule], every: int = 1, first: int = 0, cases: Iterable[kept.Case] | None = None
) -> dict[Rule, Decided]:
    """Ask every so many-th case from the `first` on without each of the rules that stand in its verdict."""
    rosters, verdicts = kept.rosters(), kept.verdicts()
    decided = {rule: Decided(rule) for rule in asked}
    for at, case in enumerate(kept.cases() if cases is None else cases):
        if at % every == first and case.test not in ANY_WILL_DO:
            before = {key: value for key, value in verdicts[case.id].items() if key != "test"}
            stand = standing(before)
            for rule in asked:
                if rule in stand:
                    decided[rule].look(case, before, rosters)
    return decided


def without_views(
    asked: Collection[str], every: int = 1, first: int = 0, cases: Iterable[kept.Case] | None = None
) -> tuple[dict[str, Decided], list[tuple[Any, ...]]]:
    """Ask cases without each of some views or detectors that says anything of them; and how long these take."""
    rosters, watch, total = kept.rosters(), Watch(asked), 0.0
    decided = {key: Decided(key) for key in asked}
    for at, case in enumerate(kept.cases() if cases is None else cases):
        if at % every != first or case.test in ANY_WILL_DO:
            continue
        rosters[case.roster]  # indexes are not what is measured
        since = time.thread_time()
        with watch.watching():
            before = kept.in_plain(case.asked(rosters, None))
        total += time.thread_time() - since
        for key in sorted(watch.moved):
            with SWITCHES[key].turned(SWITCHES[key].off):
                decided[key].keep(case, before, kept.in_plain(case.asked(rosters, None)))
    return decided, [(dict(watch.spent), {key: {key} for key in asked}, total)]


class Clock:
    """Measures the time of a processor that detectors take, each with the rules of what it finds."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self.made: dict[str, set[Rule]] = defaultdict(set)
        self.all = 0.0

    def begin(self) -> None:
        """Stand between the search and its detectors, in this process, from now on."""
        every = (*all_detectors.NAMES, *all_detectors.NAMES_AT_ONCE, *all_detectors.IDENTIFIERS)
        for one in every:
            if one is not names_of_two_words:  # too much one thing to be timed rule by rule
                one.detect = self._timed(one.detect.__name__, one.detect, lambda found: found.rule)
        rules.personal_rows = self._timed("personal_rows", rules.personal_rows, lambda _: Rule.LIST_COLUMNS)

    def _timed(self, name: str, detect: Callable[..., Any], rule_of: Callable[[Any], Rule]) -> Callable[..., Any]:
        def timed(*given: object, **more: object) -> object:
            since = time.thread_time()
            found = detect(*given, **more)
            found = found if isinstance(found, (set, frozenset, tuple)) else list(found)
            self.spent[name] += time.thread_time() - since
            self.made[name].update(map(rule_of, found))
            return found

        return timed


def shares(every: int = 1, first: int = 0) -> tuple[dict[str, float], dict[str, set[Rule]], float]:
    """Return the seconds of a processor that each detector takes over the cases, its rules, and the seconds of all."""
    rosters, clock = kept.rosters(), Clock()
    mine = [case for at, case in enumerate(kept.cases()) if at % every == first]
    for case in mine:
        rosters[case.roster]  # indexes are not what is measured
    clock.begin()
    since = time.thread_time()
    for case in mine:
        case.asked(rosters, None)
    return dict(clock.spent), dict(clock.made), time.thread_time() - since


def _share(asked: tuple[tuple[Rule, ...], int]) -> tuple[dict[Rule, Decided], tuple[Any, ...]]:
    sought, first = asked
    return ablated(sought, _PROCESSES, first), shares(_PROCESSES, first)


def _share_of_views(asked: tuple[tuple[str, ...], int]) -> tuple[dict[str, Decided], tuple[Any, ...]]:
    sought, first = asked
    decided, (timed,) = without_views(sought, _PROCESSES, first)
    return decided, timed


def _by_rule(told: Iterable[tuple[Any, ...]]) -> dict[str, str]:
    """Return the share of judging of each rule's detector, marked where it makes hits of other rules as well."""
    spent, made, total = defaultdict[str, float](float), defaultdict[str, set[str]](set), 0.0
    for seconds, rules_of, whole in told:
        total += whole
        for name, one in seconds.items():
            spent[name] += one
            made[name] |= rules_of.get(name, set())
    taken = defaultdict[str, float](float)
    is_shared = set[str]()
    for name, found in made.items():
        for rule in found:
            taken[rule] += spent[name]
            is_shared |= found if len(found) > 1 else set()
    return {rule: f"{one / total:.1%}{'*' if rule in is_shared else ''}" for rule, one in taken.items()}


def table(decided: Iterable[Decided], taken: Mapping[str, str]) -> Iterator[str]:
    """Yield lines of a table in Markdown: what decides least comes first."""
    heads = ["goldens", "changed", "leaks", "innocents", "otherwise", "corpus", "tests", "files", "CPU"]
    yield f"| id | {' | '.join(heads)} |"
    yield f"| -- |{' --: |' * len(heads)}"
    for one in sorted(decided, key=lambda one: (not one.is_for_one, len(one.tests), len(one.changed), one.rule)):
        some = one.changed, one.passed, one.refused, one.otherwise
        counts = one.hits, *map(len, some), one.corpus, len(one.tests), len(one.files)
        yield f"| {one.rule} | {' | '.join(f'{count:,}' for count in counts)} | {taken.get(one.rule, '')} |"


def _asked() -> tuple[tuple[str, ...], bool]:
    asked = argparse.ArgumentParser(prog="make ablate", description="Tell what each rule of the guard decides.")
    asked.add_argument("rules", nargs="*", metavar="ID", help="Ids of rules, cues or vetoes, other than all.")
    asked.add_argument("--views", metavar="ID", help="Views or detectors instead, with commas between, or all.")
    told = asked.parse_args()
    are_views = told.views is not None
    named = [name for given in ([told.views] if are_views else told.rules) for name in given.split(",") if name]
    if are_views:
        named, known, where = [*SWITCHES] if named == ["all"] else named, {*SWITCHES}, "tests/goldens/switches.py"
    else:
        known, where = {*map(str, Rule)}, "portal/guard/evidence/rule_ids.py"
        named = named or [str(rule) for rule in Rule if rule is not Rule.FILE_TYPE]  # not of `judge`
    if unknown := [name for name in named if name not in known]:
        asked.error(f"There is no {unknown[0]}. Take an id of {where}.")
    return tuple(named if are_views else map(Rule, named)), are_views


def main() -> int:
    began, (asked, are_views) = time.monotonic(), _asked()
    os.nice(_NICE)
    with multiprocessing.Pool(_PROCESSES) as pool:
        told = pool.map(_share_of_views if are_views else _share, [(asked, first) for first in range(_PROCESSES)])
    decided = {rule: Decided(rule) for rule in asked}
    for share, _ in told:
        for rule, one in share.items():
            decided[rule].add(one)
    print("\n".join(table(decided.values(), _by_rule(timed for _, timed in told))))
    alone = [one.rule for one in decided.values() if one.is_for_one]
    print(f"\n{len(alone)} decide nothing but what one test asks: {', '.join(alone)}")
    looked = sum(one.hits for one in decided.values())
    print(f"{len(decided)} ids, {looked:,} times a golden was asked without one; {time.monotonic() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
