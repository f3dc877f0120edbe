"""Each case of the list of attacks, and each row of the ASVS, names tests and files that are there."""

import ast
import csv
from functools import cache

from tests.house.tree import HOUSE, parsed

CASES = HOUSE / "tests" / "hostile" / "cases.csv"
MOST_CASES = 69


@cache
def named_in(module: str) -> frozenset[str]:
    """Return the names of the tests that stand in a module of ours; none where there is no such module."""
    path = HOUSE / module
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    found = ast.walk(parsed(path)) if path.is_file() else ()
    return frozenset(one.name for one in found if isinstance(one, kinds) and one.name.startswith("test_"))


def is_there(node: str) -> bool:
    """Tell whether a test, or a module with tests, is where it is said to be."""
    module, _, name = node.partition("::")
    return name in named_in(module) if name else bool(named_in(module))


def cases() -> list[dict[str, str]]:
    """Return the list of attacks with what answers each."""
    with CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_attack_of_the_list_is_answered_by_tests_that_are_there() -> None:
    gone = {case["id"]: one for case in cases() for one in case["tests"].split() if not is_there(one)}
    assert gone == {}
    assert [case["id"] for case in cases() if not (case["tests"] and case["attack"])] == []


def test_no_attack_is_lost_or_doubled() -> None:
    assert len({case["id"] for case in cases()}) == len(cases()) == MOST_CASES


def test_what_is_not_there_is_found() -> None:
    here = "tests/house/test_hostile_cases.py"
    assert is_there(here)
    assert is_there(f"{here}::test_what_is_not_there_is_found")
    assert not is_there(f"{here}::test_of_nothing")
    assert not is_there("tests/house/test_of_nothing.py")
