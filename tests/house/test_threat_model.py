"""The threat model says of each adversary which test tries it, and that test is there."""

from tests.house.test_asvs import SHOWN
from tests.house.test_hostile_cases import is_there
from tests.house.tree import HOUSE

PAGE = HOUSE / "docs" / "threat-model.md"
NOT_HELD = "Of everything, keys included"


def rows() -> dict[str, list[str]]:
    """Return the tests beside each adversary; heads of groups have no other cell."""
    lines = [line.strip("|").split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:2] == "| "]
    cells = [[cell.strip(" |") for cell in line] for line in lines[2:]]
    return {cell[0]: SHOWN.findall(cell[-1]) for cell in cells if not cell[0].startswith("**")}


def test_every_adversary_is_tried_by_a_test_that_is_there() -> None:
    assert len(rows()) > 40
    assert [adversary for adversary, tests in rows().items() if not tests] == [NOT_HELD]
    assert [one for tests in rows().values() for one in tests if not is_there(one)] == []


def test_no_figure_of_a_measurement_stands_in_it() -> None:
    limits = PAGE.read_text(encoding="utf-8").partition("\n## What it does not do\n")[2]
    assert limits
    assert len(limits.split()) < 700  # one page
    assert "%" not in limits
