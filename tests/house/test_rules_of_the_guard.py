"""Each rule of the guard is reached by a golden, has one sentence, and no hit lacks its rule."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest

from portal.guard.evidence.rule_ids import Rule
from portal.guard.evidence.view_ids import View
from portal.guard.evidence.weigh import AT_LEAST, AT_MOST, STRENGTHS
from tests.goldens import kept
from tests.house.tree import modules, named, parsed

FAMILIES = {"name", "email", "phone", "number", "birth", "list", "file", "addressee", "cue", "veto"}
ELSEWHERE = {Rule.FILE_TYPE: "judge_file adds it to what judge says"}
"""Rules that `judge` does not use, with why."""


@pytest.fixture(scope="module")
def verdicts() -> list[dict[str, Any]]:
    return list(kept.verdicts().values())


def findings(verdicts: list[dict[str, Any]]) -> Iterator[list[Any]]:
    for verdict in verdicts:
        yield from (*verdict.get("findings", ()), *verdict.get("near", {}).get("findings", ()))


def test_every_rule_is_reached_by_a_golden(verdicts: list[dict[str, Any]]) -> None:
    found = {rule for *_, rules, _ in findings(verdicts) for rule in rules}
    found |= {cue for *_, cues in findings(verdicts) for cue, _ in cues}
    found |= {rule for verdict in verdicts for key in ("uncounted", "vetoes") for rule in verdict.get(key, ())}
    assert {*Rule} - found == ELSEWHERE.keys()
    assert found <= {*Rule}


def test_no_finding_lacks_its_rule(verdicts: list[dict[str, Any]]) -> None:
    assert [finding for finding in findings(verdicts) if not finding[3]] == []


def test_what_found_something_is_no_cue_and_no_veto(verdicts: list[dict[str, Any]]) -> None:
    kinds = defaultdict[str, set[str]](set)
    for *_, rules, cues in findings(verdicts):
        kinds["rule"].update(rule.partition(".")[0] for rule in rules)
        kinds["cue"].update(cue.partition(".")[0] for cue, _ in cues)
    for verdict in verdicts:
        kinds["veto"].update(veto.partition(".")[0] for veto in verdict.get("vetoes", ()))
    assert kinds == {"rule": FAMILIES - {"cue", "veto", "file"}, "cue": {"cue"}, "veto": {"veto"}}


@pytest.mark.parametrize("table", [Rule, View])
def test_ids_are_short_and_each_has_one_sentence(table: type[Rule] | type[View]) -> None:
    assert [one for one in table if len(one) > 24 or one != one.lower() or " " in one] == []
    assert [one for one in table if not one.sentence.endswith(".") or one.sentence.count(". ")] == []
    assert len({one.sentence for one in table}) == len(table)


def test_ids_begin_with_what_they_are_of() -> None:
    assert {one.partition(".")[0] for one in Rule} == FAMILIES


def test_only_one_module_says_how_sure_a_hit_is() -> None:
    strengths = {*STRENGTHS}
    saying = {
        named(path)
        for path in modules("portal")
        if named(path).startswith("portal/guard/")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and node.value in strengths
    }
    assert saying == {"portal/guard/evidence/weigh.py"}


def test_every_cue_makes_a_hit_less_sure_or_surer() -> None:
    assert {*AT_MOST, *AT_LEAST} == {rule for rule in Rule if rule.startswith("cue.")}
    assert AT_MOST.keys().isdisjoint(AT_LEAST)
