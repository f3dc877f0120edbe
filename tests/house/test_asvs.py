"""The page about the ASVS answers every requirement, by tests and files that are there; what it says of code holds."""

import re

from tests.house.doors import DOORS
from tests.house.test_hostile_cases import is_there
from tests.house.tree import HOUSE, files

PAGE = HOUSE / "docs" / "safety" / "asvs.md"
ACCESS = HOUSE / "docs" / "safety" / "access.md"
REQUIREMENTS = """
    1.1.1 1.1.2 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.2.9 1.2.10 1.3.1 1.3.2 1.3.3 1.3.4 1.3.5 1.3.6 1.3.7 1.3.10
    1.3.11 1.3.12 1.5.1 1.5.2 1.5.3 2.1.1 2.1.2 2.1.3 2.2.1 2.2.2 2.2.3 2.3.1 2.3.2 2.3.3 2.3.4 2.3.5 2.4.1
    3.2.1 3.2.2 3.3.1 3.3.2 3.3.3 3.3.4 3.3.5 3.4.1 3.4.2 3.4.3 3.4.4 3.4.5 3.4.6 3.4.7 3.4.8 3.5.1 3.5.3
    3.5.4 3.5.7 3.5.8 3.6.1 3.7.1 3.7.2 4.1.1 4.1.2 4.1.3 4.1.4 4.2.1 5.1.1 5.2.1 5.2.2 5.2.3 5.2.4 5.2.5
    5.2.6 5.3.1 5.3.2 5.3.3 5.4.1 5.4.2 5.4.3 6.1.1 6.1.2 6.1.3 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7
    6.2.8 6.2.9 6.2.10 6.2.11 6.2.12 6.3.1 6.3.2 6.3.3 6.3.4 6.3.5 6.3.6 6.3.7 6.3.8 6.4.1 6.4.2 6.4.3 6.4.4
    6.4.6 6.5.1 6.5.2 6.5.3 6.5.4 6.5.5 6.5.6 6.5.8 6.6.2 6.6.3 6.8.1 6.8.2 6.8.4 7.1.1 7.1.2 7.1.3 7.2.1
    7.2.2 7.2.3 7.2.4 7.3.1 7.3.2 7.4.1 7.4.2 7.4.3 7.4.4 7.4.5 7.5.1 7.5.2 7.5.3 7.6.1 7.6.2 8.1.1 8.1.2
    8.2.1 8.2.2 8.2.3 8.3.1 8.3.2 8.3.3 8.4.1 8.4.2 9.1.1 9.1.2 9.1.3 9.2.1 9.2.2 9.2.3 9.2.4 10.1.1 10.1.2
    10.2.1 10.2.2 10.2.3 10.5.1 10.5.2 10.5.3 10.5.4 10.5.5 11.1.1 11.1.2 11.1.3 11.1.4 11.2.1 11.2.2 11.2.3
    11.2.4 11.2.5 11.3.1 11.3.2 11.3.3 11.3.4 11.4.1 11.4.2 11.4.3 11.5.1 11.5.2 11.6.1 11.7.2 12.1.1 12.1.2
    12.2.1 12.2.2 12.3.1 12.3.2 12.3.3 12.3.4 13.1.1 13.1.3 13.1.4 13.2.1 13.2.2 13.2.3 13.2.4 13.2.5 13.2.6
    13.3.1 13.3.2 13.3.4 13.4.1 13.4.2 13.4.3 13.4.4 13.4.5 13.4.6 13.4.7 14.1.1 14.1.2 14.2.1 14.2.2 14.2.3
    14.2.4 14.2.5 14.2.6 14.2.7 14.2.8 14.3.1 14.3.2 14.3.3 15.1.1 15.1.2 15.1.3 15.1.4 15.1.5 15.2.1 15.2.2
    15.2.3 15.2.4 15.2.5 15.3.1 15.3.2 15.3.3 15.3.4 15.3.5 15.3.6 15.3.7 15.4.1 15.4.2 15.4.3 16.1.1 16.2.1
    16.2.2 16.2.3 16.2.4 16.2.5 16.3.1 16.3.2 16.3.3 16.3.4 16.4.1 16.4.2 16.4.3 16.5.1 16.5.2 16.5.3 16.5.4
"""
SHOWN = re.compile(r"`([^`]+)`")
MARKUP = re.compile(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|localStorage")
CROSS_ORIGIN = re.compile(r"access-control-allow", re.IGNORECASE)


def rows() -> dict[str, tuple[str, list[str]]]:
    """Return what is answered to each requirement, and what shows it."""
    lines = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| V")]
    said = {ids.removeprefix("| "): (answer, SHOWN.findall(shown)) for ids, answer, shown in lines}
    assert len(said) == len(lines)
    return {one: answered for ids, answered in said.items() for one in ids.split(", ")}


def test_every_requirement_is_answered_and_no_other() -> None:
    assert sorted(rows()) == sorted(f"V{one}" for one in REQUIREMENTS.split())


def test_what_shows_it_is_there() -> None:
    gone = [
        (requirement, one)
        for requirement, (_, shown) in rows().items()
        for one in shown
        if not (is_there(one) if one.startswith("tests/") else (HOUSE / one).is_file())
    ]
    assert gone == []
    assert [requirement for requirement, (answer, shown) in rows().items() if not (answer and shown)] == []


def test_no_script_writes_markup() -> None:
    scripts = [path for path in files() if path.suffix == ".js"]
    assert scripts
    assert [path.name for path in scripts if MARKUP.search(path.read_text(encoding="utf-8"))] == []


def test_no_answer_lets_another_origin_read() -> None:
    ours = [path for path in files() if path.suffix == ".py" and (HOUSE / "portal") in path.parents]
    assert ours
    assert [path.name for path in ours if CROSS_ORIGIN.search(path.read_text(encoding="utf-8"))] == []


def test_every_door_stands_in_the_page_about_access() -> None:
    blocks = ACCESS.read_text(encoding="utf-8").partition("\n## Doors\n")[2].split("```")[1::2]
    assert [block.split("\n")[1:-1] for block in blocks] == [
        [line.strip() for line in doors.strip().splitlines()] for doors in DOORS.values()
    ]
