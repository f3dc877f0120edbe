"""Every detector has one signature, declares what it finds, and stands in one table."""

import importlib
import inspect
from pkgutil import walk_packages

from portal.guard import mentions
from portal.guard.evidence.rule_ids import Rule
from portal.guard.mentions import all_detectors
from portal.guard.mentions.detector import Detector
from portal.guard.mentions.grid import Grid
from portal.guard.views.passages import Passage
from tests.rules.guarded import ROSTER

TABLE = {
    *all_detectors.NAMES,
    *all_detectors.NAMES_AT_ONCE,
    *all_detectors.IDENTIFIERS,
    *all_detectors.IDENTIFIERS_AT_ONCE,
}
FINDING = ("name.", "email.", "phone.", "number.", "birth.")


def test_every_detector_that_is_declared_stands_in_the_table() -> None:
    modules = (
        importlib.import_module(found.name) for found in walk_packages(mentions.__path__, f"{mentions.__name__}.")
    )
    declared = {one for module in modules for one in vars(module).values() if isinstance(one, Detector)}
    assert {one.detect.__name__ for one in declared - TABLE} == set()


def test_every_detector_has_the_same_signature() -> None:
    assert {tuple(inspect.signature(one.detect).parameters) for one in TABLE} == {("grid", "roster")}


def test_every_rule_that_finds_somebody_is_declared_by_a_detector() -> None:
    assert {rule for one in TABLE for rule in one.rules} == {rule for rule in Rule if rule.startswith(FINDING)}


def test_a_detector_finds_by_the_rules_it_declares_and_nothing_where_what_it_needs_is_missing() -> None:
    text = "Oliver Whitcombe\nO. Whitcombe, 510-644-6262\nDear Mrs. Whitcombe,\nOliver was late.\n" * 3
    for grid in (
        Grid(Passage(text), ROSTER, is_short=True),
        Grid(Passage("The library is open."), ROSTER, is_short=True),
    ):
        for one in TABLE:
            found = {sign.rule for sign in one.detect(grid, ROSTER)}
            assert found <= {*one.rules}
            assert not found or one.needs & grid.holds == one.needs
