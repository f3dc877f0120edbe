"""Names of which each letter fills a cell or a line: along rows, down columns, a half in each."""

import pytest

from tests.pace import at_most
from tests.rules.guarded import each, named


def along(*words: str) -> str:
    return "\n\n".join("\t".join(word) for word in words)


def down(word: str, before: str = "\t\t") -> str:
    return "\n\n".join(f"{before}{letter.strip()}" for letter in word)


MENU = "Lunch\n\nDay\tDish\n\nMon\tSoup\n\n"


@each(
    along("WHITCOMBE", "OLIVER"),
    along("OLIVER", "WHITCOMBE"),
    f"Family name\t{along('WHITCOMBE')}\n\nFirst name\t{along('OLIVER')}",
    along("OLIVERWHITCOMBE"),
    along("OLIVER", "", "WHITCOMBE"),
    MENU + down("OLIVERWHITCOMBE"),
    MENU + down("Whitcombe Oliver"),
    MENU + down("WHITCOMBE OLIVER", before=""),
    "\n".join("WHITCOMBE") + "\n\n" + "\n".join("OLIVER"),
    "Dear all,\n" + "\n".join("OLIVER WHITCOMBE") + "\nRegards",
    "\n\n".join(f"{one}\t{other}" for one, other in zip("WHITCOMBE", "OLIVER   ", strict=True)),
)
def test_a_name_is_found_of_which_each_letter_fills_a_cell(text: str):
    assert named(text) == {"oliver"}


@each(along("LINDAGARCIA"), MENU + down("LINDA MARQUEZ"), along("BILLYCRANE"), along("ASHBY-CRANE", "BILLY"))
def test_half_of_a_double_family_name_is_enough_in_cells(text: str):
    assert len(named(text)) == 1


@each(
    along("WHITCOMBE", "OLIVIA"),
    along("ABAB", "PAPA", "OLIVER"),
    MENU + down("OLIVER"),
    f"{along('OLIVER')}\n\n\n\n{MENU * 3}{along('WHITCOMBE')}",
    along("OLIVERTWIST"),
    "\n\n".join(f"{pupil}\t{mark}" for pupil, mark in zip("123456789", "ABCABCDAB", strict=True)),
)
def test_other_letters_in_cells_name_nobody(text: str):
    assert named(text) == set()


@pytest.mark.parametrize("row", ["A\tB\tA", "\t".join("WHITCOMBE"), "A" + "\t" * 200, "A"])
def test_many_letters_in_cells_take_no_time_to_speak_of(row: str):
    with at_most(14):
        named("\n\n".join([row] * min(100_000 // len(row), 4_000)))
