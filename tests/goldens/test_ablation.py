"""A rule, cue or veto that is switched off changes the verdicts of the tests that need it."""

import pytest

from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.weigh import Cue, Strength, but_for
from portal.guard.mentions.layout.stacked_rows import names_in_stacks
from tests.goldens import kept
from tests.goldens.ablation import ANY_WILL_DO, Decided, ablated, table, without_views
from tests.goldens.switches import SWITCHES

STACKED = "rules/test_guard_stacked.test_a_family_name_below_a_given_one_is_found_in_two_such_rows"
COLLEAGUE = "rules/test_guard_namesakes.test_a_colleague_of_whom_the_text_says_so_is_no_child_of_that_name"
HYPHEN = "rules/test_guard_strangers.test_two_given_names_with_a_hyphen_are_one"
SIBLINGS = "rules/test_guard_timetables.test_a_row_that_tells_more_than_hours_is_no_stop"
ONE_OF_EACH = (Rule.NAME_STACKED, Rule.CUE_COLLEAGUE, Rule.VETO_HYPHEN, Rule.CUE_LIST)


@pytest.fixture(scope="module")
def cases() -> list[kept.Case]:
    return [case for case in kept.cases() if case.test in {STACKED, COLLEAGUE, HYPHEN, SIBLINGS}]


@pytest.fixture(scope="module")
def decided(cases: list[kept.Case]) -> dict[Rule, Decided]:
    return ablated(ONE_OF_EACH, cases=cases)


def test_a_leak_passes_without_the_rule_that_finds_it(decided: dict[Rule, Decided]) -> None:
    assert {*decided[Rule.NAME_STACKED].passed} == {STACKED}
    assert decided[Rule.NAME_STACKED].refused == []


def test_an_innocent_is_refused_without_its_cue_or_veto(decided: dict[Rule, Decided]) -> None:
    assert {*decided[Rule.CUE_COLLEAGUE].refused} == {COLLEAGUE}
    assert {*decided[Rule.VETO_HYPHEN].refused} == {HYPHEN}
    assert decided[Rule.CUE_COLLEAGUE].passed == decided[Rule.VETO_HYPHEN].passed == []


def test_a_cue_that_raises_lets_a_leak_pass_without_it(decided: dict[Rule, Decided]) -> None:
    assert SIBLINGS in decided[Rule.CUE_LIST].passed


def test_the_table_tells_what_each_decides_what_decides_least_first(decided: dict[Rule, Decided]) -> None:
    head, _, *lines = table(decided.values(), {Rule.NAME_STACKED: "0.1%"})
    assert head.startswith("| id | goldens | changed | leaks | innocents |")
    assert [line.endswith("| 0.1% |") for line in lines].count(True) == 1
    assert {line.split(" | ")[0].removeprefix("| ") for line in lines} == {*ONE_OF_EACH}
    counts = [int(line.split(" | ")[2]) for line in lines]
    assert counts == sorted(counts)


@pytest.mark.parametrize(
    ("off", "strength", "cues", "without"),
    [
        (Rule.CUE_ORDINARY, "weak", ((Rule.CUE_ORDINARY, -2),), "sure"),
        (Rule.CUE_ORDINARY, "row", ((Rule.CUE_ORDINARY, -2), (Rule.CUE_ROW, 1)), "sure"),
        (Rule.CUE_ROW, "row", ((Rule.CUE_ORDINARY, -2), (Rule.CUE_ROW, 1)), "weak"),
        (Rule.CUE_PLACE, "row", ((Rule.CUE_ORDINARY, -2), (Rule.CUE_ROW, 1)), "row"),
    ],
)
def test_a_cue_that_is_off_has_no_weight(
    off: Rule, strength: Strength, cues: tuple[tuple[Rule, int], ...], without: Strength
) -> None:
    made = tuple(Cue(*cue) for cue in cues)
    assert but_for({off}, strength, made) == (without, tuple(cue for cue in made if cue.rule is not off))


def test_tests_that_any_verdict_passes_are_still_there() -> None:
    assert {case.test for case in kept.cases()} >= ANY_WILL_DO


def test_a_view_that_is_switched_off_finds_nothing(cases: list[kept.Case]) -> None:
    decided, _ = without_views(("stacked-rows", "kana"), cases=cases)
    assert {*decided["stacked-rows"].passed} == {STACKED}
    assert decided["kana"].hits == 0
    assert names_in_stacks.detect.__name__ == "names_in_stacks"


@pytest.mark.parametrize("key", SWITCHES)
def test_what_is_switched_off_is_there(key: str) -> None:
    assert callable(getattr(SWITCHES[key].owner, SWITCHES[key].name))
