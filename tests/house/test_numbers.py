"""Every number of the guard and of what reads pictures says its unit and where it is from."""

import re

import pytest

from tests.house.thresholds import FOLDERS, SOURCE, TABLE, Number, by_module, numbers, table

UNIT = re.compile(
    r"\b(characters?|letters?|words?|digits?|figures?|syllables?|consonants?|code points?|bits?|marks?|lines?|rows?|"
    r"cells?|columns?|gaps?|entries|labels?|sections?|passages?|people|persons|families|children|numbers?|names?|"
    r"answers|seconds|times|nats|share|pixels?|squares?|of 255|of 100|of 1|of (?:five|six|nine)|percentile|degrees|"
    r"strokes|shapes|signs|spots|views|sizes|dashes|steps|sides|drawings|patches|modules|corners|parts|bands|runs|rules)\b",
    re.IGNORECASE,
)


def silent(found: list[Number]) -> list[str]:
    """Return the numbers that do not say their unit, or not where they are from."""
    return [number.name for number in found if not (UNIT.search(number.told) and SOURCE.search(number.told))]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_number_says_its_unit_and_where_it_is_from(folder: str) -> None:
    found = dict(by_module(folder))
    assert len(found) > 40
    assert {module: names for module, some in found.items() if (names := silent(some))} == {}


def test_the_table_of_numbers_is_what_the_code_says() -> None:
    assert TABLE.read_text() == table(), "run: .venv/bin/python -m tests.house.thresholds"


def test_this_check_sees_what_it_is_for() -> None:
    source = """
_A: Final = 3
_B: Final = 3  # words before a name; by eye
_C: Final = 3
\"\"\"Words before a name; measured on the goldens, 1 December 2026.\"\"\"
_D, _E = 1, 2  # by eye
_F: Final = {"thing": 2}  # in nats
_G: Final = "3"
_H: Final = ((44, True), (None, 60))
"""
    found = list(numbers(source))
    assert silent(found) == ["_A", "_D, _E", "_F", "_H"]
    assert found[1].row == ("_B", "3", "words before a name", "by eye")
    assert found[2].row == ("_C", "3", "words before a name", "measured on the goldens, 1 December 2026")
